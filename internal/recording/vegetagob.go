package recording

import (
	"bufio"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
)

// vegetaGobDecoder reads one file of gobs. Results are counted in place of lines.
type vegetaGobDecoder struct {
	gob    *gob.Decoder
	filler *filler
	n      int
	ended  bool // nothing further can be read
}

// record reads the next result.
func (g *vegetaGobDecoder) record(e *Entry) (int, error) {
	if g.ended {
		return g.n, io.EOF
	}
	g.n++
	var r vegetaResult
	err := g.gob.Decode(&r)
	switch {
	case err == nil:
		return g.n, r.fill(g.filler, e)
	case errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		return g.n, io.EOF
	}
	text := "this is no gob of vegeta: " + err.Error()
	if errors.Is(err, io.ErrUnexpectedEOF) {
		text = "the file is cut short: the last result does not end"
	}
	if g.n == 1 {
		return g.n, errors.New(text)
	}
	g.ended = true
	return g.n, &Damage{Text: text + "; what was before is read"}
}

// longestGob bounds a message of a file of gobs, which holds the body of an answer.
const longestGob = 64 << 20

// gobFrames passes messages of gob on, after it has looked at their lengths: the
// decoder would take a gigabyte that a damaged file promises.
type gobFrames struct {
	in   *bufio.Reader
	left int // bytes of the message
	head []byte
}

// Read implements io.Reader.
func (f *gobFrames) Read(b []byte) (int, error) {
	if len(f.head) > 0 {
		n := copy(b, f.head)
		f.head = f.head[n:]
		return n, nil
	}
	if f.left == 0 {
		if err := f.begin(); err != nil {
			return 0, err
		}
		return f.Read(b)
	}
	n, err := f.in.Read(b[:min(len(b), f.left)])
	if f.left -= n; errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// ReadByte implements io.ByteReader, so that the decoder reads no further than it
// must.
func (f *gobFrames) ReadByte() (byte, error) {
	var b [1]byte
	_, err := io.ReadFull(f, b[:])
	return b[0], err
}

// begin reads the length of the next message: a byte below 128, or the number of
// bytes that follow, negated, and then the length in these.
func (f *gobFrames) begin() error {
	first, err := f.in.ReadByte()
	if err != nil {
		return err
	}
	f.head = append(f.head[:0], first)
	n := uint64(first)
	if first >= 0x80 {
		size := int(-int8(first))
		if size > 8 {
			return errors.New("the length of a message is damaged")
		}
		n = 0
		for range size {
			c, err := f.in.ReadByte()
			if err != nil {
				return io.ErrUnexpectedEOF
			}
			f.head = append(f.head, c)
			n = n<<8 | uint64(c)
		}
	}
	if n > longestGob {
		return fmt.Errorf("a message of %d bytes, more than 64 MiB", n)
	}
	f.left = int(n)
	return nil
}
