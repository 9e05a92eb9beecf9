package recording

import (
	"bytes"
	"encoding/json"
)

// object is the fields of a JSON object and of the objects within it: their names,
// with a dot between outer and inner ones, and their values, not yet read. It is used
// again for the next line.
type object struct {
	line    []byte
	members []member
	names   []byte // of the members, one behind the other
	prefix  []byte // of the object that is read
}

// member is a field. Its name is names[from:to].
type member struct {
	from, to int
	value    []byte
}

// deepest is how many objects may be within one another; deeper ones are skipped.
const deepest = 16

// parse reads a line.
func (o *object) parse(line []byte) error {
	o.line = line
	o.members, o.names, o.prefix = o.members[:0], o.names[:0], o.prefix[:0]
	line = bytes.TrimSpace(line)
	if len(line) == 0 || line[0] != '{' {
		return damaged(0, "want a JSON object, got %s", quoted(line))
	}
	end := o.object(line, 0, 0)
	if end == len(line) {
		return nil
	}
	if line[len(line)-1] != '}' {
		return damaged(len(line), "the line is cut short: the JSON object does not end")
	}
	if end < 0 {
		end = -1 - end
	}
	return damaged(min(end, len(line)), "no JSON: cannot be read from %s on", quoted(line[min(end, len(line)):]))
}

// object reads an object that begins at that offset, and returns the offset behind it;
// -1 minus the offset of what is wrong with it.
func (o *object) object(s []byte, at, depth int) int {
	at = blank(s, at+1)
	if at < len(s) && s[at] == '}' {
		return at + 1
	}
	for {
		if at >= len(s) || s[at] != '"' {
			return -1 - at
		}
		n := closing(s[at+1:])
		if n < 0 {
			return -1 - at
		}
		name := s[at+1 : at+1+n]
		at = blank(s, at+n+2)
		if at >= len(s) || s[at] != ':' {
			return -1 - at
		}
		at = blank(s, at+1)
		outer := len(o.prefix)
		if outer > 0 {
			o.prefix = append(o.prefix, '.')
		}
		o.prefix = append(o.prefix, name...)
		end := o.value(s, at, depth)
		o.prefix = o.prefix[:outer]
		if end < 0 {
			return end
		}
		at = blank(s, end)
		if at < len(s) && s[at] == '}' {
			return at + 1
		}
		if at >= len(s) || s[at] != ',' {
			return -1 - at
		}
		at = blank(s, at+1)
	}
}

// value reads the value of the field whose name is the prefix. Of a list it is the
// first element, of an object there are the fields.
func (o *object) value(s []byte, at, depth int) int {
	if at >= len(s) {
		return -1 - at
	}
	switch s[at] {
	case '{':
		if depth < deepest {
			return o.object(s, at, depth+1)
		}
		return balanced(s, at)
	case '[':
		end := balanced(s, at)
		if end < 0 {
			return end
		}
		if first := blank(s, at+1); scalar(s, first) > first {
			o.add(s[first:scalar(s, first)])
		}
		return end
	}
	end := scalar(s, at)
	if end > at {
		o.add(s[at:end])
	}
	return end
}

// add notes a field.
func (o *object) add(value []byte) {
	from := len(o.names)
	o.names = append(o.names, o.prefix...)
	o.members = append(o.members, member{from, len(o.names), value})
}

// scalar is the offset behind a text, a number or a word; negative if it is none.
func scalar(s []byte, at int) int {
	if s[at] == '"' {
		n := closing(s[at+1:])
		if n < 0 {
			return -1 - at
		}
		return at + n + 2
	}
	end := at
	for end < len(s) && (s[end] >= '0' && s[end] <= '9' || s[end]|0x20 >= 'a' && s[end]|0x20 <= 'z' || s[end] == '-' || s[end] == '+' || s[end] == '.') {
		end++
	}
	if end == at {
		return -1 - at
	}
	return end
}

// balanced is the offset behind a list or an object of which nothing is read; negative
// if it does not end.
func balanced(s []byte, at int) int {
	depth := 0
	for i := at; i < len(s); i++ {
		switch s[i] {
		case '"':
			n := closing(s[i+1:])
			if n < 0 {
				return -1 - at
			}
			i += n + 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return -1 - at
}

// blank is the offset of the next byte that is not white space.
func blank(s []byte, at int) int {
	for at < len(s) && (s[at] == ' ' || s[at] == '\t' || s[at] == '\r' || s[at] == '\n') {
		at++
	}
	return at
}

// field is the text of a field, nil if there is none, or if it is null, true or false.
func (o *object) field(name string) []byte {
	for _, m := range o.members {
		if m.to-m.from != len(name) || string(o.names[m.from:m.to]) != name {
			continue
		}
		switch c := m.value[0]; {
		case c == '"' && bytes.IndexByte(m.value, '\\') < 0:
			return m.value[1 : len(m.value)-1]
		case c == '"':
			var text string
			if json.Unmarshal(m.value, &text) != nil { // nginx without escape=json
				return unescape(m.value[1 : len(m.value)-1])
			}
			return []byte(text)
		case c == '-' || c >= '0' && c <= '9':
			return m.value
		}
		return nil
	}
	return nil
}
