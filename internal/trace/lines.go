package trace

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
)

// limits bound what an input can make us hold in memory, so that a damaged file,
// or a small gzip file that unpacks to a huge one, ends in an error.
type limits struct {
	line   int   // bytes in a line
	text   int64 // bytes in all, unpacked
	events int64
	// distinct is how many bytes the distinct texts of a trace may take.
	distinct int64
}

// streamed are the limits of a trace that is read event by event: events are
// numbered in 32 bits, and the distinct tasks, paths and headers take half a GiB.
var streamed = limits{line: 1 << 20, text: math.MaxInt64, events: math.MaxUint32, distinct: 512 << 20}

// lines reads an input line by line, unpacking it if it is gzipped.
type lines struct {
	name string
	lim  limits
	in   *limited
	head []byte // the first bytes, for sniffing
	scan *bufio.Scanner
	n    int // number of the line that next returned, from 1
}

// headSize is how much of an input a format may look at to recognise it.
const headSize = 4 << 10

// newLines prepares an input for reading. Its first bytes tell whether it is
// gzipped, so that standard input works too; one named .gz must be.
func newLines(name string, r io.Reader, lim limits) (*lines, error) {
	in := &limited{r: r, left: lim.text}
	packed := bufio.NewReader(r)
	switch magic, err := packed.Peek(2); {
	case err != nil && !errors.Is(err, io.EOF):
		return nil, fmt.Errorf("reading %s: %w", name, err)
	case bytes.Equal(magic, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(packed)
		if err != nil {
			return nil, fmt.Errorf("%s: gunzip: %w", name, whole(err))
		}
		in.r, in.doing = z, "gunzip: "
	case strings.HasSuffix(name, ".gz"):
		return nil, fmt.Errorf("%s: gunzip: not gzip data", name)
	default:
		in.r = packed
	}
	text := bufio.NewReaderSize(in, headSize)
	head, _ := text.Peek(headSize) // reading the lines returns the error again
	l := &lines{name: name, lim: lim, in: in, head: bytes.Clone(head), scan: bufio.NewScanner(text)}
	l.scan.Buffer(make([]byte, 0, min(64<<10, lim.line)), lim.line)
	return l, nil
}

// next is the next line without its end; it is valid until the following call.
// ok is false at the end of the input and after an error.
func (l *lines) next() (line []byte, ok bool, err error) {
	ok = l.scan.Scan()
	l.n++
	switch err := l.scan.Err(); {
	case l.in.err != nil:
		// The last line before a broken source's error may be half a line.
		return nil, false, &Error{File: l.name, Line: l.n, Text: l.in.doing + l.in.err.Error()}
	case errors.Is(err, bufio.ErrTooLong):
		return nil, false, &Error{l.name, l.n, l.lim.line, fmt.Sprintf("the line is longer than %d bytes", l.lim.line)}
	case err != nil:
		return nil, false, fmt.Errorf("reading %s: %w", l.name, err)
	}
	return l.scan.Bytes(), ok, nil
}

// problems starts the list of what is wrong with the current line.
func (l *lines) problems() *problems { return &problems{file: l.name, line: l.n} }

// room returns an error once an input has as many events as it may have.
func (l *lines) room(events int64) error {
	if events < l.lim.events {
		return nil
	}
	return &Error{File: l.name, Line: l.n, Text: fmt.Sprintf("more than %d events", l.lim.events)}
}

// limited is a reader that fails after so many bytes, and keeps its error.
type limited struct {
	r     io.Reader
	left  int64
	doing string
	err   error // nil at a regular end
}

// Read implements io.Reader.
func (l *limited) Read(b []byte) (int, error) {
	if l.err != nil {
		return 0, l.err
	}
	n, err := l.r.Read(b)
	if l.left -= int64(n); l.left < 0 {
		n, err = 0, errors.New("more text than a trace may have")
	}
	if err != nil && !errors.Is(err, io.EOF) {
		l.err = whole(err)
	}
	return n, err
}

// whole replaces an error for data that ends too early by one that says so.
func whole(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("the file is cut short: %w", err)
	}
	return err
}
