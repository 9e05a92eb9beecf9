package recording

import (
	"bytes"
	"errors"
	"io"
)

// Bounds of an entry of an archive, in bytes: its texts are cut to the first, and then
// the whole may have as many as the second.
const (
	longestText  = 2 * maxPath
	longestEntry = 16 << 20
)

// trimmed is a JSON document in which long texts, such as bodies, are cut, so that its
// entries are short. It counts lines, and is read in small pieces, so that little is
// ahead of the decoder.
type trimmed struct {
	in    io.Reader
	lines int
	left  int // bytes of this entry

	inText bool
	size   int  // of the text so far
	over   bool // what follows of it is left out
	escape int  // hexadecimal digits that are to come of an escape; -1 is its letter
}

// Read implements io.Reader.
func (t *trimmed) Read(b []byte) (int, error) {
	for {
		if t.left <= 0 {
			return 0, errors.New("an entry is longer than 16 MiB without its bodies")
		}
		n, err := t.in.Read(b[:min(len(b), 4<<10)])
		t.lines += bytes.Count(b[:n], []byte{'\n'})
		n = t.cut(b[:n])
		t.left -= n
		if n > 0 || err != nil {
			return n, err
		}
	}
}

// cut takes out of b what is too much of a text, and returns how much is left. It cuts
// no escape in two.
func (t *trimmed) cut(b []byte) int {
	kept := 0
	for _, c := range b {
		if !t.inText {
			t.inText = c == '"'
			t.size, t.over = 0, false
			b[kept] = c
			kept++
			continue
		}
		t.size++
		switch {
		case t.escape < 0:
			t.escape = 0
			if c == 'u' {
				t.escape = 4
			}
		case t.escape > 0:
			t.escape--
		case c == '"':
			t.inText, t.over = false, false
		default:
			t.over = t.size > longestText
			if c == '\\' {
				t.escape = -1
			}
		}
		if !t.over {
			b[kept] = c
			kept++
		}
	}
	return kept
}
