package recording

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// longestLine bounds a line of a recording whose records may have several, in bytes.
const longestLine = 4 << 20

// numbered reads the lines of a recording whose records may have several.
type numbered struct {
	in   *bufio.Reader
	line int // number of the line that was read last, from 1
}

// errLongLine is the error of a line that is too long; it has been skipped.
var errLongLine = &Damage{Text: "the line is too long"}

// next is the next line without its end. It is valid until the following call.
func (l *numbered) next(most int) ([]byte, error) {
	text, err := l.read(most)
	if err == nil || errors.Is(err, errLongLine) {
		l.line++
	}
	return text, err
}

// read is next, not counted.
func (l *numbered) read(most int) ([]byte, error) {
	text, err := l.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		long := bytes.Clone(text)
		for errors.Is(err, bufio.ErrBufferFull) {
			text, err = l.in.ReadSlice('\n')
			if len(long) <= most {
				long = append(long, text...)
			}
		}
		if len(long) > most {
			if err == nil || errors.Is(err, io.EOF) {
				err = errLongLine
			}
			return nil, err
		}
		text = long
	}
	if err != nil && (!errors.Is(err, io.EOF) || len(text) == 0) {
		return nil, err
	}
	text = bytes.TrimSuffix(text, []byte{'\n'})
	return bytes.TrimSuffix(text, []byte{'\r'}), nil
}
