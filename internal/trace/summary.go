package trace

import (
	"errors"
	"io"
	"math/bits"
	"slices"
	"strings"
	"time"

	"tenement/internal/service"
)

// Summary is what was recorded in a part of a tape. Its memory grows with the number
// of tasks, not with that of the events.
type Summary struct {
	All    Tally
	Tasks  []Tally                   // by number of the task
	Routes map[service.Routes]*Tally // by single route of the header's service
}

// Tally counts events.
type Tally struct {
	Events   int64         // all
	Inferred int64         // of them: concluded, in no line of the recording
	Status   map[int]int64 // by status of the answer; 0 is unknown
	Latency  Latency       // of the events with a latency
}

// Summary counts the events from an instant on, and before another.
func (t *Tape) Summary(from, to time.Duration) (*Summary, error) {
	s := &Summary{
		All: newTally(), Tasks: make([]Tally, len(t.tasks)),
		Routes: make(map[service.Routes]*Tally),
	}
	for i := range s.Tasks {
		s.Tasks[i] = newTally()
	}
	routes := make([]*Tally, len(t.requests))
	for i := range t.requests {
		route := t.Route(uint32(i))
		if s.Routes[route] == nil {
			tally := newTally()
			s.Routes[route] = &tally
		}
		routes[i] = s.Routes[route]
	}
	index, err := t.Index(from)
	if err != nil {
		return nil, err
	}
	var r Record
	c := t.From(index)
	for err = c.Next(&r); err == nil && r.T < to; err = c.Next(&r) {
		s.All.add(&r)
		s.Tasks[r.Task].add(&r)
		routes[r.Request].add(&r)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	for route, tally := range s.Routes {
		if tally.Events == 0 {
			delete(s.Routes, route)
		}
	}
	return s, nil
}

// Route is what a request asks the header's service for.
func (t *Tape) Route(request uint32) service.Routes {
	q := &t.requests[request]
	path, _, _ := strings.Cut(q.Path, "?")
	if path == service.CutCredentials {
		path = service.CredentialsV2
	}
	return t.Service().Route(path)
}

// Service is what was asked.
func (t *Tape) Service() service.Service {
	if t.Header.Service == "" {
		return service.ECS
	}
	s, _ := service.Parse(t.Header.Service) // checked when it was read
	return s
}

func newTally() Tally { return Tally{Status: make(map[int]int64, 2)} }

func (t *Tally) add(r *Record) {
	t.Events++
	if r.Inferred {
		t.Inferred++
	}
	t.Status[r.Status]++
	if r.Lat > 0 {
		t.Latency.Add(r.Lat)
	}
}

// Latency is a histogram of durations whose buckets widen with them, so that a
// quantile is within 2 % of the true one.
type Latency struct {
	Count  int64
	first  int // bucket of counts[0]
	counts []int64
}

// fine is the number of bits that tell the buckets of one octave apart.
const fine = 5

// bucket is the number of a duration's bucket.
func bucket(d time.Duration) int {
	v := uint64(d)
	shift := max(bits.Len64(v)-1-fine, 0)
	return shift<<fine + int(v>>shift)
}

// middle is the middle of a bucket.
func middle(bucket int) time.Duration {
	shift := max(bucket>>fine-1, 0)
	low := uint64(bucket-shift<<fine) << shift
	return time.Duration(low + 1<<shift/2)
}

// Add counts a duration.
func (l *Latency) Add(d time.Duration) {
	b := bucket(d)
	switch {
	case l.Count == 0:
		l.first, l.counts = b, []int64{0}
	case b < l.first:
		l.counts = slices.Insert(l.counts, 0, make([]int64, l.first-b)...)
		l.first = b
	case b >= l.first+len(l.counts):
		l.counts = append(l.counts, make([]int64, b-l.first-len(l.counts)+1)...)
	}
	l.counts[b-l.first]++
	l.Count++
}

// Quantile is the duration that the share q of all is at most, 0..1; 0 if there is
// none.
func (l *Latency) Quantile(q float64) time.Duration {
	if l.Count == 0 {
		return 0
	}
	rank := min(int64(q*float64(l.Count)), l.Count-1)
	for i, n := range l.counts {
		if rank -= n; rank < 0 {
			return middle(l.first + i)
		}
	}
	return 0
}
