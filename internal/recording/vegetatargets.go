package recording

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
)

// The targets of vegeta say what to ask for, and not when: the layout gives the rate,
// as vegeta's own flags do, and how long to go on, round and round; without for, each
// target is asked for once.
//
//	rate=50/s,for=10s
//
// The first is at 1970-01-01T00:00:00Z.
//
// Source: tsenart/vegeta v12 lib/targets.go.
var (
	vegetaTargets = Format{
		Name:   "vegeta-targets",
		layout: true,
		Doc:    "targets of vegeta, at a rate that --layout gives, as in rate=50/s",
		Sniff: func(head []byte) bool {
			for line := range bytes.Lines(head) {
				if line = bytes.TrimSpace(line); len(line) == 0 || line[0] == '#' {
					continue
				}
				_, _, ok := targetLine(line)
				return ok
			}
			return false
		},
		Records: func(o Options, r io.Reader) (RecordDecoder, error) {
			t := &httpTargets{numbered: numbered{in: bufio.NewReaderSize(r, 64<<10)}, filler: newFiller(true)}
			return paced(o.Layout, t.record)
		},
	}

	vegetaTargetsJSON = Format{
		Name:   "vegeta-targets-json",
		layout: true,
		Doc:    "targets of vegeta in JSON, at a rate that --layout gives",
		Sniff: func(head []byte) bool {
			line := firstLine(head)
			var o flat
			if o.parse(line) != nil || o.field("method") == nil || !bytes.Contains(o.field("url"), []byte("://")) {
				return false
			}
			for _, f := range o.fields {
				switch name, _, _ := strings.Cut(string(o.names[f.from:f.to]), "."); name {
				case "method", "url", "header", "body":
				default:
					return false
				}
			}
			return true
		},
		Records: func(o Options, r io.Reader) (RecordDecoder, error) {
			t := &jsonTargets{numbered: numbered{in: bufio.NewReaderSize(r, 64<<10)}, filler: newFiller(true)}
			return paced(o.Layout, t.record)
		},
	}
)

// targetLine splits the first line of a target, as in GET http://host/path.
func targetLine(line []byte) (method, url []byte, ok bool) {
	method, url, ok = bytes.Cut(bytes.TrimSpace(line), []byte{' '})
	if !ok || bytes.ContainsFunc(method, func(r rune) bool { return r < 'A' || r > 'Z' }) || len(method) == 0 {
		return nil, nil, false
	}
	url = bytes.TrimSpace(url)
	i := bytes.Index(url, []byte("://"))
	return method, url, i > 0 && i < 8 && bytes.IndexByte(url, ' ') < 0
}

// httpTargets reads the http format: a line with method and URL, lines with headers,
// perhaps @ and the file of a body, an empty line. Lines that begin with # are
// comments.
type httpTargets struct {
	numbered
	filler *filler
	ahead  []byte // a first line that has been read; nil is none
	ended  error
}

// record reads the next target.
func (t *httpTargets) record(e *Entry) (int, error) {
	first, err := t.first()
	if err != nil {
		return t.line, err
	}
	at := t.line
	method, url, ok := targetLine(first)
	var f fields
	if ok {
		f.set(partMethod, bytes.Clone(method), 0)
		f.set(partPath, bytes.Clone(url), len(method)+1)
	} else {
		err = damaged(0, "want a target, as in GET http://host/path, got %s", quoted(first))
	}
	for {
		line, end := t.next(longestLine)
		if errors.Is(end, errLongLine) {
			continue // no header that says anything
		}
		if end != nil {
			t.ended = end
			break
		}
		if line = bytes.TrimSpace(line); len(line) == 0 {
			break
		}
		if _, _, again := targetLine(line); again {
			t.ahead = bytes.Clone(line)
			break
		}
		if name, value, ok := bytes.Cut(line, []byte{':'}); ok && line[0] != '#' && line[0] != '@' {
			noteHeader(&f, string(bytes.TrimSpace(name)), bytes.Clone(bytes.TrimSpace(value)))
		}
	}
	if err != nil {
		return at, err
	}
	return at, t.filler.fillRequest(&f, e)
}

// first is the next line that is neither empty nor a comment.
func (t *httpTargets) first() ([]byte, error) {
	if line := t.ahead; line != nil {
		t.ahead = nil
		return line, nil
	}
	for t.ended == nil {
		line, err := t.next(longestLine)
		if err != nil {
			return nil, err
		}
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			return bytes.Clone(line), nil
		}
	}
	return nil, t.ended
}

// jsonTargets reads the json format: an object a line.
type jsonTargets struct {
	numbered
	filler *filler
}

// record reads the next target.
func (t *jsonTargets) record(e *Entry) (int, error) {
	for {
		line, err := t.next(longestLine)
		if err != nil {
			return t.line, err
		}
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		var one struct {
			Method, URL string
			Header      map[string][]string
		}
		if err := json.Unmarshal(line, &one); err != nil {
			return t.line, damaged(0, "no target in JSON: %v", err)
		}
		if one.Method == "" || one.URL == "" {
			return t.line, damaged(0, "a target needs a method and a url")
		}
		var f fields
		f.set(partMethod, []byte(one.Method), -1)
		f.set(partPath, []byte(one.URL), -1)
		for name, values := range one.Header {
			if len(values) > 0 {
				noteHeader(&f, name, []byte(values[0]))
			}
		}
		return t.line, t.filler.fillRequest(&f, e)
	}
}
