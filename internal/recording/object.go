package recording

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// member is one member of a JSON object: its key, and its value as it is written.
type member struct{ key, value []byte }

// members returns the members of the JSON object that is the line, in the given
// slice. A value is scanned for its end only, so that a line costs no more than its
// bytes; text and whole64 read the values that are wanted.
func members(line []byte, into []member) ([]member, error) {
	into = into[:0]
	i := blanks(line, 0)
	if i == len(line) || line[i] != '{' {
		return into, damaged(i, "want a JSON object")
	}
	i = blanks(line, i+1)
	if i < len(line) && line[i] == '}' {
		return into, ends(line, i+1)
	}
	for {
		end, err := jsonEnd(line, i)
		if err != nil {
			return into, err
		}
		if line[i] != '"' {
			return into, damaged(i, "JSON: want a key in quotes")
		}
		key, ok := text(line[i:end])
		if !ok {
			return into, damaged(i, "JSON: the key cannot be read")
		}
		i = blanks(line, end)
		if i == len(line) || line[i] != ':' {
			return into, cutOr(line, i, "JSON: want a colon after a key")
		}
		i = blanks(line, i+1)
		if end, err = jsonEnd(line, i); err != nil {
			return into, err
		}
		into = append(into, member{key, line[i:end]})
		i = blanks(line, end)
		switch {
		case i < len(line) && line[i] == ',':
			i = blanks(line, i+1)
		case i < len(line) && line[i] == '}':
			return into, ends(line, i+1)
		default:
			return into, cutOr(line, i, "JSON: want a comma or a closing brace")
		}
	}
}

// cutOr is the error at an offset: that the line ends there, or the text.
func cutOr(line []byte, i int, text string) error {
	if i >= len(line) {
		return damaged(len(line), "the line is cut short: its JSON does not end")
	}
	return damaged(i, "%s", text)
}

// ends checks that nothing but blanks follows an object.
func ends(line []byte, i int) error {
	if i = blanks(line, i); i < len(line) {
		return damaged(i, "JSON: something follows the object")
	}
	return nil
}

// blanks is the offset of the first byte from i on that is no blank.
func blanks(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\r' || b[i] == '\n') {
		i++
	}
	return i
}

// jsonEnd is the offset after the JSON value that begins at i.
func jsonEnd(b []byte, i int) (int, error) {
	depth := 0
	for i < len(b) {
		switch b[i] {
		case '"':
			n := stringEnd(b, i+1)
			if n < 0 {
				return 0, damaged(len(b), "the line is cut short: its JSON does not end")
			}
			i = n
		case '{', '[':
			depth++
			i++
		case '}', ']':
			if depth--; depth < 0 {
				return 0, damaged(i, "JSON: want a value")
			}
			i++
		default:
			start := i
			for i < len(b) && !stops(b[i], depth) {
				i++
			}
			if depth == 0 {
				if i == start {
					return 0, damaged(i, "JSON: want a value")
				}
				return i, nil
			}
			if i < len(b) && b[i] == ',' {
				i++
			}
			continue
		}
		if depth == 0 {
			return i, nil
		}
	}
	return 0, damaged(len(b), "the line is cut short: its JSON does not end")
}

// stops reports whether a byte ends a number or a word at that depth.
func stops(c byte, depth int) bool {
	switch c {
	case ',', ']', '}', '"', '{', '[':
		return true
	case ' ', ':', '\t':
		return depth == 0
	}
	return false
}

// stringEnd is the offset after the closing quote of the string whose first
// character is at i, -1 if there is none.
func stringEnd(b []byte, i int) int {
	for {
		n := bytes.IndexByte(b[i:], '"')
		if n < 0 {
			return -1
		}
		end := i + n
		slashes := 0
		for end-slashes > i && b[end-1-slashes] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return end + 1
		}
		i = end + 1
		// The backslashes before i are counted already: i begins after a quote.
	}
}

// text is the string that a JSON value is, and whether it is one. It is part of the
// value where that has no escapes.
func text(value []byte) ([]byte, bool) {
	if len(value) < 2 || value[0] != '"' || value[len(value)-1] != '"' {
		return nil, false
	}
	if inner := value[1 : len(value)-1]; bytes.IndexByte(inner, '\\') < 0 {
		return inner, true
	}
	var s string
	if json.Unmarshal(value, &s) != nil {
		return nil, false
	}
	return []byte(s), true
}

// whole64 is the whole number that a JSON value is, in quotes or not, and whether it is
// one.
func whole64(value []byte) (int64, bool) {
	if s, ok := text(value); ok {
		value = s
	}
	n, err := strconv.ParseInt(string(value), 10, 64)
	return n, err == nil
}

// valueOf is the value of a key, nil if there is none.
func valueOf(all []member, key string) []byte {
	for i := range all {
		if string(all[i].key) == key {
			return all[i].value
		}
	}
	return nil
}

// textOf is the string that a key has, and whether it has one.
func textOf(all []member, key string) ([]byte, bool) { return text(valueOf(all, key)) }
