package recording

import (
	"bytes"
	"strings"
)

// split finds the variables of a line.
func (f *logFormat) split(line []byte, out *fields) error {
	if !bytes.HasPrefix(line, f.before) {
		return damaged(0, "the line is of another format: want %s first", quoted(f.before))
	}
	at := len(f.before)
	rank := [parts]int{}
	for i := range f.pieces {
		p := &f.pieces[i]
		n := f.length(i, line[at:])
		if n < 0 {
			return damaged(len(line), "the line is cut short, or of another format: %s does not follow $%s", quoted(p.after), p.name)
		}
		if p.part < parts && better(p.name, rank[p.part], line[at:at+n]) {
			rank[p.part] = 1 + preferred[p.name]
			out.set(p.part, unescape(line[at:at+n]), at)
		}
		at += n + len(p.after)
	}
	if at < len(line) {
		return damaged(at, "the line is of another format: it goes on with %s", quoted(line[at:]))
	}
	return nil
}

// preferred ranks variables of one part; the others have rank 0.
var preferred = map[string]int{"msec": 2, "time_iso8601": 1, "request_time": 1, "remote_addr": 1, "server_addr": 1}

// better reports whether a variable says more than one of that rank; 0 is none.
func better(name string, rank int, value []byte) bool {
	return rank == 0 || !absent(value) && 1+preferred[name] > rank
}

// length is how long the value of the i-th variable is, at the start of text; -1 if
// the text after it is missing.
func (f *logFormat) length(i int, text []byte) int {
	p := &f.pieces[i]
	last := i+1 == len(f.pieces)
	switch {
	case last && bytes.HasSuffix(text, p.after):
		return len(text) - len(p.after)
	case last:
		return -1
	case len(p.after) > 0:
		return valueEnd(p, text)
	case p.name == "is_args":
		return len(text) - len(bytes.TrimPrefix(text, []byte{'?'}))
	}
	// What follows begins with a slash or a question mark; or it is empty, and the
	// text after it follows.
	mark := []byte{'/'}
	if f.pieces[i+1].name == "is_args" {
		end := text
		for _, q := range f.pieces[i:] {
			if len(q.after) > 0 {
				if n := valueEnd(&q, text); n >= 0 {
					end = text[:n]
				}
				break
			}
		}
		if n := bytes.IndexByte(end, '?'); n >= 0 {
			return n
		}
		return len(end)
	}
	return bytes.Index(text, mark)
}

// valueEnd is where a value ends that has text after it. A quote that is escaped
// does not end it; a list of several servers, a request line and a local time have
// spaces in them.
func valueEnd(p *piece, text []byte) int {
	if p.after[0] == '"' {
		for from := 0; ; {
			n := closing(text[from:])
			if n < 0 {
				return -1
			}
			if bytes.HasPrefix(text[from+n:], p.after) {
				return from + n
			}
			from += n + 1
		}
	}
	skip := 0
	if p.after[0] == ' ' {
		switch {
		case p.part == partRequest:
			if skip = bytes.Index(text, []byte(" HTTP/")); skip < 0 {
				skip = 0
			} else {
				skip++
			}
		case p.name == "time_local":
			skip = min(len(text), len("02/Jan/2006:15:04:05 "))
		case p.part == partForwarded, strings.HasPrefix(p.name, "upstream_"):
			skip = listEnd(text)
		}
	}
	n := bytes.Index(text[skip:], p.after)
	if n < 0 {
		return -1
	}
	return skip + n
}

// listEnd is where the last element of a list begins: elements are parted by a comma
// and a space, groups of them by a colon between spaces.
func listEnd(text []byte) int {
	at := 0
	for {
		n := bytes.IndexByte(text[at:], ' ')
		switch {
		case n < 0:
			return at
		case n > 0 && text[at+n-1] == ',':
			at += n + 1
		case bytes.HasPrefix(text[at+n:], []byte(" : ")):
			at += n + 3
		default:
			return at
		}
	}
}
