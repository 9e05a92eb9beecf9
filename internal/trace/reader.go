package trace

import (
	"io"
	"time"
)

// Reader reads a trace event by event.
type Reader struct {
	in     *lines
	header Header
	d      decoder
	last   time.Duration
	n      int64
	err    error // which ended the reading
}

// NewReader reads the header of a trace, gzipped or not. The name is used in errors;
// a mistake in a line is an Error. A Reader refuses lines of more than 1 MiB, more
// than 2³² events, and more distinct tasks, paths and headers than fit in half a GiB.
func NewReader(name string, r io.Reader) (*Reader, error) {
	return newReader(name, r, streamed)
}

// newReader is NewReader with limits that a test can afford to reach.
func newReader(name string, r io.Reader, lim limits) (*Reader, error) {
	in, err := newLines(name, r, lim)
	if err != nil {
		return nil, err
	}
	line, ok, err := in.next()
	switch {
	case err != nil:
		return nil, err
	case !ok:
		return nil, &Error{name, 1, 1, "the file is empty: want a trace's header"}
	}
	t := &Reader{in: in, d: newDecoder(lim.distinct)}
	p := in.problems()
	t.d.header(p, line, &t.header)
	if err := p.err(); err != nil {
		if len(line) > 0 && line[0] != '{' {
			err = &Error{name, 1, 1, "not a trace, which begins with a JSON object: import it first (loadgen trace import)"}
		}
		return nil, err
	}
	return t, nil
}

// Header is the header of the trace.
func (r *Reader) Header() *Header { return &r.header }

// Next reads the next event into e, whose texts and headers are shared with other
// events. io.EOF ends the events, of which there is at least one; any other error
// refuses the trace.
func (r *Reader) Next(e *Event) error {
	if r.err == nil {
		r.err = r.next(e)
	}
	return r.err
}

func (r *Reader) next(e *Event) error {
	line, ok, err := r.in.next()
	switch {
	case err != nil:
		return err
	case !ok && r.n == 0:
		return &Error{r.in.name, r.in.n, 1, "no event follows the header"}
	case !ok:
		return io.EOF
	}
	if err := r.in.room(r.n); err != nil {
		return err
	}
	if !r.d.quick(line, e, r.last) {
		p := problems{file: r.in.name, line: r.in.n}
		r.d.event(&p, line, e, r.last)
		if err := p.err(); err != nil {
			return err
		}
	}
	if r.d.version == 1 {
		e.Cut = cutInVersion1(e)
	}
	r.last = e.T
	r.n++
	return nil
}

// cutInVersion1 reports whether a part of an event's path was left out, which
// version 1 does not say: no agent has those paths without an ID, and answers
// one without it by 400.
func cutInVersion1(e *Event) bool { return cut(e.Path) && e.Status != 400 }
