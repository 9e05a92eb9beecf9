package recording

import (
	"bufio"
	"bytes"
	"io"
)

// Bounds of a row of a CSV file: how many further lines a quoted text may go on over,
// and how many fields are looked at.
const (
	furtherLines  = 16
	mostRowFields = 4096
)

// rows reads a CSV file as RFC 4180 has it, with a separator of its own. A quote that
// is never closed costs one line, not the rest of the file.
type rows struct {
	numbered
	sep   byte
	ahead [][]byte // lines that were read and given back
	cells [][]byte
}

// newRows is a reader of rows. The separator is the one that the first line has most
// of.
func newRows(r io.Reader) *rows {
	in := bufio.NewReaderSize(r, 64<<10)
	head, _ := in.Peek(4 << 10) // reading the lines returns the error again
	first, _, _ := bytes.Cut(bytes.TrimLeft(head, "\r\n"), []byte{'\n'})
	return &rows{numbered: numbered{in: in}, sep: separator(first)}
}

// separator is what parts the cells of a line: a comma, if nothing else does. What is
// in quotes does not count.
func separator(line []byte) byte {
	best, most := byte(','), 0
	for _, sep := range []byte(",;\t|") {
		n, quoted := 0, false
		for _, c := range line {
			switch {
			case c == '"':
				quoted = !quoted
			case c == sep && !quoted:
				n++
			}
		}
		if n > most {
			best, most = sep, n
		}
	}
	return best
}

// next is the next row that is not empty, and the line at which it begins. The cells
// are valid until the following call.
func (r *rows) next() (cells [][]byte, line int, err error) {
	for {
		text, err := r.read()
		if err != nil {
			return nil, r.line, err
		}
		line := r.line
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		if r.split(text) {
			return r.cells, line, nil
		}
		whole := bytes.Clone(text)
		var further [][]byte
		for range furtherLines {
			text, err := r.read()
			if err != nil {
				break // the error comes again
			}
			further = append(further, bytes.Clone(text))
			whole = append(append(whole, '\n'), text...)
			if len(whole) > longestLine {
				break
			}
			if r.split(whole) {
				return r.cells, line, nil
			}
		}
		r.line = line
		r.ahead = append(further, r.ahead...)
		return nil, line, &Damage{Text: "the line is cut short: a quoted text does not end"}
	}
}

// read is the next line without its end.
func (r *rows) read() ([]byte, error) {
	if len(r.ahead) > 0 {
		text := r.ahead[0]
		r.ahead = r.ahead[1:]
		r.line++
		return text, nil
	}
	return r.numbered.next(longestLine)
}

// split fills cells. It is false where a quoted text does not end.
func (r *rows) split(text []byte) bool {
	r.cells = r.cells[:0]
	for len(r.cells) < mostRowFields {
		if len(text) > 0 && text[0] == '"' {
			cell, rest, ok := quotedCell(text, r.sep)
			if !ok {
				return false
			}
			r.cells = append(r.cells, cell)
			if rest == nil {
				return true
			}
			text = rest
			continue
		}
		n := bytes.IndexByte(text, r.sep)
		if n < 0 {
			r.cells = append(r.cells, text)
			return true
		}
		r.cells = append(r.cells, text[:n])
		text = text[n+1:]
	}
	return true
}

// quotedCell reads a cell in quotes, in which two quotes are one; rest is nil at the
// end of the row.
func quotedCell(text []byte, sep byte) (cell, rest []byte, ok bool) {
	doubled := false
	for i := 1; i < len(text); i++ {
		if text[i] != '"' {
			continue
		}
		if i+1 < len(text) && text[i+1] == '"' {
			doubled = true
			i++
			continue
		}
		if i+1 < len(text) && text[i+1] != sep {
			continue // a quote that was not doubled
		}
		cell = text[1:i]
		if doubled {
			cell = bytes.ReplaceAll(cell, []byte(`""`), []byte(`"`))
		}
		if i+1 == len(text) {
			return cell, nil, true
		}
		return cell, text[i+2:], true
	}
	return nil, nil, false
}
