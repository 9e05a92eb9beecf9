package trace

import (
	"fmt"
	"math"

	"tenement/internal/spool"
)

// Recorder puts events on a Tape. It checks what a Writer checks.
type Recorder struct {
	tape  *Tape
	check checker
	line  []byte // the record at hand

	tasks    map[string]uint32
	requests map[Request]uint32
	extras   map[extra]uint32
}

// NewRecorder is a Recorder without events.
func NewRecorder() *Recorder {
	return &Recorder{
		tape: &Tape{records: spool.New(recordSize), version: version}, check: newChecker(),
		tasks: make(map[string]uint32), requests: make(map[Request]uint32), extras: make(map[extra]uint32),
	}
}

// Add puts the next event on the tape. Its headers must not change afterwards.
func (r *Recorder) Add(e *Event) error {
	headers, err := r.check.event(e)
	if err != nil {
		return fmt.Errorf("recording a trace: %w", err)
	}
	return r.add(e, headers)
}

// Tape ends the recording. The Recorder must not be used any more.
func (r *Recorder) Tape(h Header) (*Tape, error) {
	if err := h.check(); err != nil {
		return nil, fmt.Errorf("recording a trace: header: %w", err)
	}
	if err := r.check.end(); err != nil {
		return nil, fmt.Errorf("recording a trace: %w", err)
	}
	h.Version, h.Start = version, h.Start.UTC()
	return r.finish(h)
}

// Close gives up an unfinished recording.
func (r *Recorder) Close() error { return r.tape.Close() }

// add puts an event on the tape that has been checked.
func (r *Recorder) add(e *Event, headers string) error {
	t := r.tape
	if t.Len() == math.MaxUint32 {
		return fmt.Errorf("more than %d events", uint32(math.MaxUint32))
	}
	task, known := r.tasks[e.Task]
	if !known {
		task = uint32(len(t.tasks))
		r.tasks[e.Task] = task
		t.tasks = append(t.tasks, e.Task)
		t.perTask = append(t.perTask, 0)
	}
	request := Request{Method: e.Method, Path: e.Path, Cut: e.Cut, Execution: e.Execution}
	number, known := r.requests[request]
	if !known {
		number = uint32(len(t.requests))
		r.requests[request] = number
		t.requests = append(t.requests, request)
	}
	x := extra{addr: e.Addr, headers: headers}
	more := uint32(0)
	if x != (extra{}) {
		if more, known = r.extras[x]; !known {
			t.extras = append(t.extras, shown{e.Addr, e.Headers})
			more = uint32(len(t.extras))
			r.extras[x] = more
		}
	}
	n := t.perTask[task]
	t.perTask[task]++
	t.last = e.T
	v := Record{
		T: e.T, Lat: e.Lat, Task: task, Request: number, N: n,
		Status: e.Status, Inferred: e.Inferred, more: more,
	}
	r.line = v.append(r.line[:0])
	return t.records.Append(r.line)
}

// finish makes the tape readable.
func (r *Recorder) finish(h Header) (*Tape, error) {
	r.tape.Header = h
	if err := r.tape.records.Done(); err != nil {
		return nil, err
	}
	return r.tape, nil
}

// extra is what few events have, or many share.
type extra struct {
	addr    string
	headers string // as JSON
}
