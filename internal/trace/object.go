package trace

import (
	"bytes"
	"encoding/json"
	"errors"
	"unicode/utf8"
)

// field is one member of a JSON object, with the offsets of its parts from the
// start of the line.
type field struct {
	key        string
	value      []byte // as written
	keyAt, at  int
	duplicates bool // an earlier member has the same key
}

// maxFields is the most fields of an object. Up to a few, comparing keys is
// faster than a map.
const (
	maxFields = 1000
	few       = 16
)

// object splits a line, which must be one JSON object, into the object's members.
// encoding/json is not strict enough: it ignores the case of keys, takes the last
// of two equal ones, and does not say where they were.
func object(p *problems, line []byte, fields []field) []field {
	fields = fields[:0]
	if at := notUTF8(line); at >= 0 {
		p.add(at, "not UTF-8")
		return fields
	}
	if !json.Valid(line) {
		invalid(p, line)
		return fields
	}
	// From here on the line is known to be valid, so that finding the parts
	// needs no further checks.
	i := space(line, 0)
	if line[i] != '{' {
		p.add(i, "want a JSON object")
		return fields
	}
	if i = space(line, i+1); line[i] == '}' {
		return fields
	}
	var seen map[string]bool // once there are many
	for {
		f := field{keyAt: i}
		end := skip(line, i)
		f.key = text(line[i:end])
		i = space(line, end) // at the colon
		i = space(line, i+1) // at the value
		end, f.at = skip(line, i), i
		f.value = line[i:end]
		if len(fields) == maxFields {
			p.add(i, "more than %d fields in an object", maxFields)
			return fields
		}
		if len(fields) == few {
			seen = make(map[string]bool, 2*few)
			for _, g := range fields {
				seen[g.key] = true
			}
		}
		if seen == nil {
			for _, g := range fields {
				f.duplicates = f.duplicates || g.key == f.key
			}
		} else {
			f.duplicates = seen[f.key]
			seen[f.key] = true
		}
		fields = append(fields, f)
		i = space(line, end)
		if line[i] == '}' {
			return fields
		}
		i = space(line, i+1)
	}
}

// invalid reports why a line is not JSON.
func invalid(p *problems, line []byte) {
	if len(bytes.TrimSpace(line)) == 0 {
		p.add(0, "the line is empty")
		return
	}
	var raw json.RawMessage
	err := json.Unmarshal(line, &raw)
	at := 0
	if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
		at = max(int(syntax.Offset)-1, 0) // the offset is just after the wrong byte
		if syntax.Error() == "unexpected end of JSON input" {
			p.add(len(line), "the line is cut short")
			return
		}
	}
	p.add(at, "not JSON: %v", err)
}

// space is the offset of the first byte at or after i that is not white space.
func space(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\r' || b[i] == '\n') {
		i++
	}
	return i
}

// skip is the offset just after the JSON value that starts at i.
func skip(b []byte, i int) int {
	depth := 0
	for {
		switch b[i] {
		case '"':
			for i++; b[i] != '"'; i++ {
				if b[i] == '\\' {
					i++
				}
			}
			i++
		case '{', '[':
			depth++
			i++
		case '}', ']':
			depth--
			i++
		case ',', ':', ' ', '\t', '\r', '\n':
			i++
		default: // a number or a word
			for i < len(b) && wordByte(b[i]) {
				i++
			}
		}
		if depth == 0 {
			return i
		}
	}
}

// wordByte reports whether c can be part of a number, true, false or null.
func wordByte(c byte) bool {
	switch c {
	case ',', '}', ']', ' ', '\t', '\r', '\n':
		return false
	}
	return true
}

// notUTF8 is the offset of the first byte that is not UTF-8, -1 if there is
// none. encoding/json would replace such bytes silently.
func notUTF8(b []byte) int {
	if utf8.Valid(b) {
		return -1
	}
	for i := 0; ; {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
}

// text is the value of a valid JSON string.
func text(quoted []byte) string {
	inner := quoted[1 : len(quoted)-1]
	if bytes.IndexByte(inner, '\\') < 0 {
		return string(inner)
	}
	var s string
	_ = json.Unmarshal(quoted, &s) // valid: the line was checked
	return s
}
