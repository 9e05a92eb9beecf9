package recording

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// wrapper is what a collector of logs puts around lines. It has peel, which takes one
// line out of another, or open, which finds lines in what is no list of lines.
type wrapper struct {
	name string // for people: what the recording is wrapped in

	// claims reports whether a line is wrapped so; of a wrapper with open, whether a
	// text that begins with head is.
	claims func(head []byte) bool
	peel   func(text []byte) peeled
	open   func(in *bufio.Reader) source
}

// peeled is what was in a line. The text may be part of the line.
type peeled struct {
	text  []byte
	noted time.Time
	more  bool  // the line goes on in the next one
	err   error // it holds no text
}

// wrappers are all that are known by their own form, in the order in which they are
// tried. What stands in front of each line is found by what follows it: see prefixed.
func wrappers() []wrapper {
	return []wrapper{tabbed, jsonLine, criLine, awsText, awsTable, insightsCSV, journalExport, jsonDocument}
}

// peeling is a wrapper that peels lines, at work.
type peeling struct {
	in   source
	peel func(text []byte) peeled
	part []byte // of a line that goes on
	last int    // the number of the last line
}

// next implements source.
func (p *peeling) next() (line, error) {
	for {
		l, err := p.in.next()
		if errors.Is(err, io.EOF) && len(p.part) > 0 { // the rest is missing
			l, p.part = line{text: p.part, n: p.last}, nil
			return l, nil
		}
		if err != nil || l.err != nil {
			return l, err
		}
		p.last = l.n
		got := p.peel(l.text)
		switch {
		case got.err != nil:
			l.err = got.err
			if _, damaged := errors.AsType[*Damage](got.err); damaged {
				p.part = p.part[:0] // this may have been its rest: they are one damaged line
			}
			return l, nil
		case got.more && len(p.part)+len(got.text) <= maxLine:
			p.part = append(p.part, got.text...)
			continue
		case len(p.part) > 0:
			p.part = append(p.part, got.text...)
			l.text = slices.Clone(p.part) // the next one may begin a part again
			p.part = p.part[:0]
		default:
			l.text = got.text
		}
		if l.noted.IsZero() || !got.noted.IsZero() {
			l.noted = got.noted
		}
		l.text = bytes.TrimRight(l.text, "\r\n")
		return l, nil
	}
}

// within is the source that takes lines out of another's.
func (w *wrapper) within(in source) source {
	if w.open != nil {
		return w.open(bufio.NewReaderSize(&joined{in: in}, headSize))
	}
	return &peeling{in: in, peel: w.peel}
}

// joined gives the lines of a source as one text. What has no text is left out.
type joined struct {
	in   source
	rest []byte
}

// Read implements io.Reader.
func (j *joined) Read(b []byte) (int, error) {
	for len(j.rest) == 0 {
		l, err := j.in.next()
		if err != nil {
			return 0, err
		}
		if l.err == nil {
			j.rest = append(append(j.rest[:0], l.text...), '\n')
		}
	}
	n := copy(b, j.rest)
	j.rest = j.rest[n:]
	return n, nil
}

// prefix is what stands in front of each line: so many words, or so many texts that
// end with a colon, such as the time and the host that a syslog has, the name of a
// container and a bar, or the name of a file that grep prints.
type prefix struct {
	n     int
	colon bool
}

// prefixes are those that are tried: seven words are the header of RFC 5424.
var prefixes = []prefix{
	{n: 1}, {n: 2}, {n: 3}, {n: 4}, {n: 5}, {n: 6}, {n: 7}, {n: 8},
	{n: 1, colon: true}, {n: 2, colon: true}, {n: 3, colon: true},
}

// tabbed are lines with tabs between them, as `aws logs get-log-events --query
// 'events[].message' --output text` prints them.
var tabbed = wrapper{
	name:   "lines with tabs between them",
	claims: func(head []byte) bool { return parted(firstLine(head)) },
	open: func(in *bufio.Reader) source {
		return newPhysical(bufio.NewReaderSize(&untabbed{in}, headSize), nil)
	},
}

// parted reports whether what stands between the tabs of a line is lines of one format.
func parted(l []byte) bool {
	parts := bytes.SplitN(l, []byte("\t"), 6)
	if len(parts) < 2 {
		return false
	}
	for _, f := range Formats() {
		if f.Lines != nil && f.Sniff != nil && !slices.ContainsFunc(parts[:min(len(parts), 5)], func(part []byte) bool { return !f.Sniff(part) }) {
			return true
		}
	}
	return false
}

// untabbed gives tabs as line feeds.
type untabbed struct{ in io.Reader }

// Read implements io.Reader.
func (u *untabbed) Read(b []byte) (int, error) {
	n, err := u.in.Read(b)
	for i, c := range b[:n] {
		if c == '\t' {
			b[i] = '\n'
		}
	}
	return n, err
}

// String is what messages call it.
func (p prefix) String() string {
	switch {
	case p.colon && p.n == 1:
		return "a text and a colon in front of each line"
	case p.colon:
		return strconv.Itoa(p.n) + " texts and colons in front of each line"
	case p.n == 1:
		return "a word in front of each line"
	}
	return strconv.Itoa(p.n) + " words in front of each line"
}

// cut returns the offset after the prefix, and whether there is one.
func (p prefix) cut(text []byte) (int, bool) {
	i := 0
	for range p.n {
		if p.colon {
			n := bytes.IndexByte(text[i:], ':')
			if n < 0 {
				return 0, false
			}
			i += n + 1
			continue
		}
		n := bytes.IndexAny(text[i:], " \t")
		if n <= 0 {
			return 0, false
		}
		i += n
		for i < len(text) && (text[i] == ' ' || text[i] == '\t') {
			i++
		}
	}
	return i, i < len(text)
}

// peel takes the prefix away. A time among its words is the time that was noted.
func (p prefix) peel(text []byte) peeled {
	i, ok := p.cut(text)
	if !ok {
		return peeled{err: &Damage{Text: "the line is cut short: it ends within what is " + p.String()[strings.Index(p.String(), "in front"):]}}
	}
	got := peeled{text: text[i:]}
	if !p.colon {
		for word := range bytes.FieldsSeq(text[:i]) {
			if at, ok := noted(word); ok {
				got.noted = at
				break
			}
		}
	}
	return got
}

// wrapper is the prefix as one.
func (p prefix) wrapper() wrapper { return wrapper{name: p.String(), peel: p.peel} }

// noted reads a time as collectors write it: RFC 3339 with or without a zone, or
// milliseconds since 1970.
func noted(b []byte) (time.Time, bool) {
	if len(b) >= len("2006-01-02T15:04:05") && b[4] == '-' {
		for _, layout := range [...]string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999", "2006-01-02 15:04:05.999999999Z07:00"} {
			if t, err := time.Parse(layout, string(b)); err == nil {
				return t, true
			}
		}
	}
	if len(b) == len("1700000000000") {
		if ms, err := strconv.ParseInt(string(b), 10, 64); err == nil {
			return time.UnixMilli(ms), true
		}
	}
	return time.Time{}, false
}

// textOfHead returns what a wrapper has inside a head.
func (w *wrapper) textOfHead(head []byte) []byte {
	var inner source
	if w.open != nil {
		inner = w.open(bufio.NewReaderSize(bytes.NewReader(head), headSize))
	} else {
		inner = w.within(newPhysical(bufio.NewReaderSize(bytes.NewReader(head), headSize), nil))
	}
	text, _ := io.ReadAll(&joined{in: inner}) // the head may end in the middle of a document
	return text
}
