package trace

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"tenement/internal/spool"
)

// Tape is a trace that can be played from any event on, again and again, and by
// several at the same time. It holds at least one event. Each distinct text is kept
// once; the events are records of a fixed size, in a temporary file when they are
// many.
type Tape struct {
	Header Header

	tasks    []string
	requests []Request
	extras   []shown
	perTask  []uint32 // how many events
	last     time.Duration
	records  *spool.Spool
	version  int // of the file that it was read from
}

// Request is what an event asks for.
type Request struct {
	Method, Path   string
	Cut, Execution bool // as in Event
}

// shown is what some events have and no replay needs.
type shown struct {
	addr    string
	headers map[string]string
}

// Record is an event on a tape, its texts as numbers.
type Record struct {
	T, Lat   time.Duration // as in Event
	Task     uint32        // of Tasks
	Request  uint32        // of Requests
	N        uint32        // its number among the task's, from 0
	Status   int           // as in Event
	Inferred bool          // as in Event
	more     uint32        // of the tape's extras, from 1; 0 is none
}

// Open reads the trace in a file. The path is the name in errors. There is no partial
// result: one mistake refuses the whole file.
func Open(path string) (*Tape, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("opening trace: %w", err)
	}
	defer f.Close()
	return ReadTape(path, f)
}

// OpenFS is Open for a file of fsys.
func OpenFS(fsys fs.FS, path string) (*Tape, error) {
	f, err := fsys.Open(path)
	if err != nil {
		return nil, fmt.Errorf("opening trace: %w", err)
	}
	defer func() { _ = f.Close() }() // only read from
	return ReadTape(path, f)
}

// ReadTape is Open for a stream. The name is used in errors.
func ReadTape(name string, r io.Reader) (*Tape, error) {
	in, err := NewReader(name, r)
	if err != nil {
		return nil, err
	}
	return taped(in)
}

// taped puts a whole trace on a tape.
func taped(in *Reader) (*Tape, error) {
	r := NewRecorder()
	var e Event
	var err error
	for err = in.Next(&e); err == nil; err = in.Next(&e) {
		headers := ""
		if e.Headers != nil {
			headers, err = r.check.headers.of(e.Headers)
		}
		if err == nil {
			err = r.add(&e, headers)
		}
		if err != nil {
			break
		}
	}
	if !errors.Is(err, io.EOF) {
		return nil, errors.Join(err, r.Close())
	}
	r.tape.version = in.d.version
	return r.finish(in.header)
}

// Len is the number of events.
func (t *Tape) Len() int64 { return t.records.Len() }

// Length is a time, in whole seconds, before which every event of the trace
// begins: T of the last event plus the resolution, rounded up.
func (t *Tape) Length() time.Duration { return t.Header.length(t.last) }

// Resolution is the width of the steps in which times were recorded; 0 is exact.
func (t *Tape) Resolution() time.Duration { return t.Header.Step() }

// Tasks are the names of the tasks in order of first appearance. Nothing may write
// to them.
func (t *Tape) Tasks() []string { return t.tasks }

// Requests are the distinct requests in order of first appearance. Nothing may write
// to them.
func (t *Tape) Requests() []Request { return t.requests }

// Event is a record with its texts.
func (t *Tape) Event(r *Record) Event {
	q := &t.requests[r.Request]
	e := Event{
		T: r.T, Task: t.tasks[r.Task], Method: q.Method, Path: q.Path, Cut: q.Cut, Execution: q.Execution,
		Status: r.Status, Lat: r.Lat, Inferred: r.Inferred,
	}
	if r.more > 0 {
		x := &t.extras[r.more-1]
		e.Addr, e.Headers = x.addr, x.headers
	}
	return e
}

// Write writes the trace as a Writer does.
func (t *Tape) Write(w io.Writer) error { return t.write(w, version) }

// WriteIdentity writes what tells traces apart, for a digest. It is what Write
// writes, but for a trace that was read from a file of an older version: what that
// version wrote, so that digests stay.
func (t *Tape) WriteIdentity(w io.Writer) error { return t.write(w, t.version) }

func (t *Tape) write(w io.Writer, version int) error {
	out, err := newWriter(w, t.Header, version)
	if err != nil {
		return err
	}
	var r Record
	c := t.From(0)
	for err = c.Next(&r); err == nil; err = c.Next(&r) {
		e := t.Event(&r)
		e.Cut = e.Cut && version > 1
		if err := out.Write(&e); err != nil {
			return err
		}
	}
	if !errors.Is(err, io.EOF) {
		return err
	}
	return out.Flush()
}

// Close frees the temporary file, if there is one. The tape and its Cursors must not
// be used any more.
func (t *Tape) Close() error { return t.records.Close() }

// Index is how many events come before an instant: the index of the first that does
// not.
func (t *Tape) Index(at time.Duration) (int64, error) {
	from, to := int64(0), t.Len()
	for from < to {
		middle := from + (to-from)/2
		var r Record
		if err := t.From(middle).Next(&r); err != nil {
			return 0, err
		}
		if r.T < at {
			from = middle + 1
		} else {
			to = middle
		}
	}
	return from, nil
}

// From is a Cursor before the event of an index, at most Len.
func (t *Tape) From(index int64) *Cursor { return &Cursor{t.records.From(index)} }

// Cursor reads the events of a tape in order. It takes the memory of a small buffer.
type Cursor struct{ records *spool.Reader }

// Next reads the next event; io.EOF ends them. Another error is that of the temporary
// file.
func (c *Cursor) Next(r *Record) error {
	b, err := c.records.Next()
	if err != nil {
		return err
	}
	*r = Record{
		T: time.Duration(binary.LittleEndian.Uint64(b)), Lat: time.Duration(binary.LittleEndian.Uint64(b[8:])),
		Task: binary.LittleEndian.Uint32(b[16:]), Request: binary.LittleEndian.Uint32(b[20:]),
		N: binary.LittleEndian.Uint32(b[24:]), more: binary.LittleEndian.Uint32(b[28:]),
		Status: int(binary.LittleEndian.Uint16(b[32:])), Inferred: b[34] != 0,
	}
	return nil
}

// recordSize is the size of a Record on a tape.
const recordSize = 36

func (r *Record) append(b []byte) []byte {
	b = binary.LittleEndian.AppendUint64(b, uint64(r.T))
	b = binary.LittleEndian.AppendUint64(b, uint64(r.Lat))
	for _, n := range [...]uint32{r.Task, r.Request, r.N, r.more} {
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	b = binary.LittleEndian.AppendUint16(b, uint16(r.Status))
	inferred := byte(0)
	if r.Inferred {
		inferred = 1
	}
	return append(b, inferred, 0)
}
