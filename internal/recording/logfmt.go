package recording

import (
	"bytes"
	"strconv"
)

// logFields returns the fields of a line that is logfmt or a JSON object, as its program
// was told to write it, in the given slice. Texts are without their quotes.
func logFields(b []byte, into []member) ([]member, error) {
	if len(b) == 0 || b[0] != '{' {
		return logfmt(b, into)
	}
	all, err := members(b, into)
	for i := range all {
		if s, ok := text(all[i].value); ok {
			all[i].value = s
		}
	}
	return all, err
}

// logfmt returns the fields of a line of key=value, in the given slice. A value in
// quotes is unquoted. A word without an equals sign is a key without a value.
func logfmt(b []byte, into []member) ([]member, error) {
	into = into[:0]
	for i := blanks(b, 0); i < len(b); i = blanks(b, i) {
		start := i
		for i < len(b) && b[i] != '=' && b[i] != ' ' {
			i++
		}
		m := member{key: b[start:i]}
		if i < len(b) && b[i] == '=' {
			i++
			start = i
			if i < len(b) && b[i] == '"' {
				if i = stringEnd(b, i+1); i < 0 {
					return into, damaged(len(b), "the line is cut short: its quotes do not end")
				}
				quoted := b[start:i]
				m.value = quoted[1 : len(quoted)-1]
				if bytes.IndexByte(m.value, '\\') >= 0 {
					if s, err := strconv.Unquote(string(quoted)); err == nil {
						m.value = []byte(s)
					}
				}
			} else {
				for i < len(b) && b[i] != ' ' {
					i++
				}
				m.value = b[start:i]
			}
		}
		into = append(into, m)
	}
	return into, nil
}
