package recording

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"tenement/internal/words"
)

// found is what a recording was found to be.
type found struct {
	format   *Format
	wrappers []wrapper // from the outside
	votes    int       // how many lines of the head are of the format
}

// sampled is how many lines of a head are looked at.
const sampled = 100

// detect finds out what a recording is that begins with head. Wrappers come first, as
// long as what they hold is known; then formats; then what may stand in front of each
// line. only, if it is not nil, is the format that the user named.
//
// depth is how many wrappers there may be, one in another; only the outermost may be
// in front of the lines.
func detect(head []byte, only *Format, depth int, front bool) (found, bool) {
	lines := sample(head)
	wrapped := false // each line is, so that the text is no one document
	if depth > 0 {
		for _, w := range wrappers() {
			if !w.wraps(head, lines) {
				continue
			}
			wrapped = wrapped || w.open == nil
			if inner, ok := detect(w.textOfHead(head), only, depth-1, true); ok {
				inner.wrappers = append([]wrapper{w}, inner.wrappers...)
				return inner, true
			}
		}
	}
	if f, ok := ofFormat(head, lines, only, wrapped); ok {
		return f, true
	}
	var best found
	if front {
		for _, p := range prefixes {
			w := p.wrapper()
			inner, ok := detect(w.textOfHead(head), onlySniffed(only), 1, false)
			if ok && inner.votes > best.votes && 4*inner.votes > len(lines) {
				best = inner
				best.wrappers = append([]wrapper{w}, inner.wrappers...)
			}
		}
	}
	return best, best.format != nil
}

// onlySniffed is a named format that can be told by its lines; one that cannot would be
// found behind any prefix.
func onlySniffed(only *Format) *Format {
	if only != nil && only.Sniff == nil {
		return &Format{Name: only.Name, Sniff: func([]byte) bool { return false }}
	}
	return only
}

// wraps reports whether the wrapper is around most of the lines, or around the text.
func (w *wrapper) wraps(head []byte, lines [][]byte) bool {
	if w.open != nil {
		return w.claims(head)
	}
	n := 0
	for _, l := range lines {
		if w.claims(l) {
			n++
		}
	}
	return 2*n > len(lines)
}

// ofFormat is the format that most lines are of, or, unless each line is wrapped, the
// one of what is no list of lines.
func ofFormat(head []byte, lines [][]byte, only *Format, wrapped bool) (found, bool) {
	if only != nil && only.Sniff == nil {
		return found{format: only, votes: len(lines)}, true
	}
	all := Formats()
	if only != nil {
		all = []Format{*only}
	}
	var best found
	for i := range all {
		f := &all[i]
		switch {
		case f.Sniff == nil:
		case f.Records != nil:
			if !wrapped && f.Sniff(head) {
				return found{format: f, votes: max(1, len(lines))}, true
			}
		default:
			n := 0
			for _, l := range lines {
				if f.Sniff(l) {
					n++
				}
			}
			if n > best.votes {
				best = found{format: f, votes: n}
			}
		}
	}
	return best, best.format != nil
}

// sample are the first lines of a head that are not empty. The last one is left out if
// it may be cut.
func sample(head []byte) [][]byte {
	var lines [][]byte
	for len(head) > 0 && len(lines) < sampled {
		l, rest, ended := bytes.Cut(head, []byte("\n"))
		if !ended && len(lines) > 0 && len(head) > 1024 {
			break
		}
		head = rest
		if l = bytes.TrimLeft(bytes.TrimSuffix(l, []byte("\r")), "\x00"); len(bytes.TrimSpace(l)) > 0 {
			lines = append(lines, l)
		}
	}
	return lines
}

// unknown says why a recording that begins with head is of no known format, what is
// likely first.
func unknown(head []byte, only *Format) error {
	lines := sample(head)
	if len(lines) == 0 {
		if len(head) == 0 {
			return ErrEmpty
		}
		return &Damage{Col: 1, Text: "the file holds nothing but blanks and zero bytes"}
	}
	if name := packing(head); name != "" {
		return &Damage{Col: 1, Text: unpackFirst(name)}
	}
	first := strconv.Quote(words.Shortened(string(lines[0]), 60))
	if only != nil {
		if is, ok := detect(head, nil, maxDepth, true); ok {
			return &Damage{Col: 1, Text: fmt.Sprintf("not of the format %s, but it looks like %s: %s", only.Name, is.format.Name, first)}
		}
	}
	for i := range wrappers() {
		w := &wrappers()[i]
		if w.wraps(head, lines) {
			if inner := sample(w.textOfHead(head)); len(inner) > 0 {
				return &Damage{Col: 1, Text: fmt.Sprintf("this is %s, and what it holds is of no known format: %s", w.name, strconv.Quote(words.Shortened(string(inner[0]), 60)))}
			}
		}
	}
	if bytes.IndexByte(head, 0) >= 0 {
		return &Damage{Col: 1, Text: "not text: " + first}
	}
	format := "a known format"
	if only != nil {
		format = "the format " + only.Name
	}
	if only == nil {
		first += layoutHint(lines[0])
	}
	if len(lines) == 1 {
		return &Damage{Col: 1, Text: fmt.Sprintf("the first line is not of %s: %s", format, first)}
	}
	return &Damage{Col: 1, Text: fmt.Sprintf("none of the first %d lines is of %s: %s", len(lines), format, first)}
}

// layoutHint is how a layout may help with a line of no known format.
func layoutHint(l []byte) string {
	switch {
	case l[0] == '{':
		return "; if its fields have names of their own, name them with --layout, as in time=ts,path=url"
	case bytes.Count(l, []byte(",")) > 1 && bytes.Contains(l, []byte("/")) && !bytes.Contains(l, []byte(" /")):
		return "; if it is a table, name its columns with --layout, as in time=1,path=4"
	case bytes.Contains(l, []byte("GET /")), bytes.Contains(l, []byte(`"GET"`)):
		return "; if that is a format of your own, such as a log_format of nginx, give it with --layout"
	}
	return ""
}

// ErrEmpty is the error of a file without a byte.
var ErrEmpty error = &Damage{Col: 1, Text: "the file is empty"}

// ErrTrace is the error of a recording that is a trace already.
var ErrTrace = errors.New("this is a trace already: it needs no import")

// looksLikeTrace reports whether a line is the header of a trace.
func looksLikeTrace(l []byte) bool {
	all, err := members(l, nil)
	if err != nil {
		return false
	}
	version, ok := whole64(valueOf(all, "version"))
	_, source := textOf(all, "source")
	return ok && version > 0 && source
}

// Named is the format of a name. The error lists the names.
func Named(name string) (*Format, error) {
	var names []string
	for _, f := range Formats() {
		if f.Name == name {
			return &f, nil
		}
		names = append(names, f.Name)
	}
	return nil, fmt.Errorf("unknown format %q, want one of: %s", name, strings.Join(names, ", "))
}
