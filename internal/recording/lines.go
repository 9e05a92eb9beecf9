package recording

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"
)

// maxLine is how long a line may be, in bytes. A longer one is skipped as damaged.
const maxLine = 1 << 20

// line is a line of a recording, or what a wrapper has around one.
type line struct {
	text []byte // without its end; valid until the next one is read
	n    int    // its number in the file, from 1
	// noted is the time that a wrapper has for it, zero if it has none: when a
	// collector read the line, or was told it. A request came before that.
	noted time.Time
	// err says why there is no text: a Foreign or a *Damage.
	err error
}

// source gives lines until io.EOF. Any other error is the end too.
type source interface{ next() (line, error) }

// physical are the lines of a text. Bytes that are zero before a line are left out: a
// file that was truncated while it was written to begins with them.
type physical struct {
	in   *bufio.Reader
	n    int
	long []byte // a line that did not fit the reader's buffer
	end  error  // what ended the text, if it is damage of the file
	from *origin
	// skipped are the first lines, if finding out the format has read over them.
	skipped int
}

func newPhysical(in *bufio.Reader, from *origin) *physical { return &physical{in: in, from: from} }

// next implements source.
func (p *physical) next() (line, error) {
	if p.skipped > 0 {
		p.skipped--
		p.n++
		return line{n: p.n, err: &Damage{Text: fmt.Sprintf("the line is longer than %d bytes, and stands before all that is of a known format", headSize)}}, nil
	}
	text, err := p.in.ReadSlice('\n')
	p.n++
	switch {
	case err == nil:
	case errors.Is(err, bufio.ErrBufferFull):
		var fits bool
		if text, fits, err = p.longLine(text); !fits {
			return line{n: p.n, err: &Damage{Text: fmt.Sprintf("the line is longer than %d bytes", maxLine)}}, nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return p.broken(err)
		}
	case errors.Is(err, io.EOF) && len(text) > 0:
	case errors.Is(err, io.EOF):
		p.n--
		return line{}, io.EOF
	default:
		return p.broken(err)
	}
	text = bytes.TrimSuffix(text, []byte("\n"))
	text = bytes.TrimSuffix(text, []byte("\r"))
	return line{text: bytes.TrimLeft(text, "\x00"), n: p.n}, nil
}

// broken is the end of a text that cannot be read on. Where the file is to blame, it is
// one damaged line, and what came before stands.
func (p *physical) broken(err error) (line, error) {
	if p.end != nil || p.from != nil && p.from.err != nil {
		if p.end != nil {
			return line{}, io.EOF
		}
		return line{}, err
	}
	p.end = err
	return line{n: p.n, err: &Damage{Text: whole(err).Error() + "; what was before is read"}}, nil
}

// longLine reads the rest of a line that begins with text, and reports whether it fits.
func (p *physical) longLine(text []byte) (_ []byte, fits bool, err error) {
	p.long = append(p.long[:0], bytes.TrimLeft(text, "\x00")...)
	fits = true
	for {
		text, err = p.in.ReadSlice('\n')
		if len(p.long) == 0 {
			text = bytes.TrimLeft(text, "\x00")
		}
		if fits = fits && len(p.long)+len(text) <= maxLine; fits {
			p.long = append(p.long, text...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return p.long, fits, err
		}
	}
}

// firstLine is the first line of a text, without its end.
func firstLine(head []byte) []byte {
	head, _, _ = bytes.Cut(head, []byte("\n"))
	return bytes.TrimSuffix(head, []byte("\r"))
}
