package profiles

import (
	"fmt"
	"math/bits"
	"net/url"
	"sort"
	"strings"
	"time"

	"tenement/internal/draw"
	"tenement/internal/trace"
)

// replay is the arrivals of a trace: one sequence for all its tasks.
type replay struct {
	keyedTie
	events []recorded
	tasks  []string
	step   time.Duration // the trace's resolution, 0 if its times are exact
}

// recorded is one event of a trace.
type recorded struct {
	at       time.Duration // of the event, or of the step that it was recorded in
	task     uint32
	n        uint32 // its number among the task's
	resource uint32
	place    uint32 // among the events of its step
	of       uint32 // how many these are
}

// at spreads the events of a step over it in recorded order: each falls, at a
// keyed instant, into its own of as many equal parts.
func (r *replay) at(k draw.Key, n uint32, _ time.Duration, _ *int64) time.Duration {
	if uint64(n) >= uint64(len(r.events)) {
		return never
	}
	e := &r.events[n]
	if r.step == 0 {
		return e.at
	}
	u := k.With(uint64(n)).Bits()
	place := (uint64(e.place)<<32 | u>>32) / uint64(e.of) // a fraction of 2³²
	high, low := bits.Mul64(place, uint64(r.step))
	return e.at + time.Duration(high<<32|low>>32)
}

func (r *replay) expected(end time.Duration) float64 {
	return float64(sort.Search(len(r.events), func(i int) bool { return r.events[i].at >= end }))
}

// compiled is a trace as plans use it.
type compiled struct {
	replay
	resources  []Resource // that it asks for, by the events' numbers
	registered []string
	cut        int // requests recorded without an ID
}

// request is what tells one resource of a trace from another.
type request struct{ method, path string }

// compileTrace numbers a trace's tasks and resources.
func compileTrace(t *trace.Trace) *compiled {
	c := &compiled{}
	c.events = make([]recorded, len(t.Events))
	c.step = time.Duration(t.Header.ResolutionS * float64(time.Second))
	var (
		tasks     = make(map[string]uint32)
		calls     []uint32
		resources = make(map[request]uint32)
		ids       = newRegister()
	)
	for i := range t.Events {
		e := &t.Events[i]
		task, known := tasks[e.Task]
		if !known {
			task = uint32(len(c.tasks))
			tasks[e.Task] = task
			c.tasks = append(c.tasks, e.Task)
			calls = append(calls, 0)
		}
		path := e.Path
		if path == trace.CutCredentials {
			path = credentialsPath
			c.cut++
		} else {
			ids.note(path, e.Status)
		}
		resource, known := resources[request{e.Method, path}]
		if !known {
			resource = uint32(len(c.resources))
			resources[request{e.Method, path}] = resource
			c.resources = append(c.resources, newResource(e.Method, path))
		}
		c.events[i] = recorded{at: e.T, task: task, n: calls[task], resource: resource}
		calls[task]++
	}
	c.fillSteps()
	c.registered = ids.ids()
	return c
}

// warnings are what a report says of a trace in a run of that length.
func (c *compiled) warnings(run time.Duration) []string {
	var all []string
	if c.cut > 0 {
		all = append(all, fmt.Sprintf(
			"%d of the trace's %d requests were recorded without a credentials ID and are sent as the task's own: "+
				"whether they shared a bucket with others is a guess", c.cut, len(c.events)))
	}
	if late := len(c.events) - int(c.expected(run)); late > 0 {
		all = append(all, fmt.Sprintf(
			"%d of the trace's %d requests come after the end of the run and are left out", late, len(c.events)))
	}
	return all
}

// fillSteps numbers the events of each step.
func (r *replay) fillSteps() {
	if r.step == 0 {
		return
	}
	for first := 0; first < len(r.events); {
		begin := r.events[first].at.Truncate(r.step)
		end := first
		for end < len(r.events) && r.events[end].at.Truncate(r.step) == begin {
			end++
		}
		for i := first; i < end; i++ {
			e := &r.events[i]
			e.at, e.place, e.of = begin, uint32(i-first), uint32(end-first)
		}
		first = end
	}
}

// register collects the IDs that a trace names.
type register struct {
	order []string
	known map[string]bool // to the recorded server; false is not known that it was
	gone  map[string]bool // answered 400 or 404 at least once
}

func newRegister() *register {
	return &register{known: make(map[string]bool), gone: make(map[string]bool)}
}

// note notes the ID of a path and how it was answered. The answers 400 and 404
// say that the server knew no such ID; 429 is the limiter's and says nothing.
func (r *register) note(path string, status int) {
	id := pathID(path)
	if id == "" {
		return
	}
	if _, seen := r.known[id]; !seen {
		r.order = append(r.order, id)
		r.known[id] = false
	}
	switch status {
	case 400, 404:
		r.gone[id] = true
	case 429:
	default:
		r.known[id] = true
	}
}

// ids are the IDs to register, in order of first appearance: all but those of
// which nothing better is known than that the server did not know them.
func (r *register) ids() []string {
	var ids []string
	for _, id := range r.order {
		if r.known[id] || !r.gone[id] {
			ids = append(ids, id)
		}
	}
	return ids
}

// pathID is the credentials or endpoint ID in a request's target, "" if there
// is none.
func pathID(target string) string {
	path, query, _ := strings.Cut(target, "?")
	segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
	switch {
	case path == "/v1/credentials":
		values, err := url.ParseQuery(query)
		if err != nil {
			return ""
		}
		return values.Get("id")
	case len(segments) < 2:
		return ""
	case segments[0] == "v2" && segments[1] == "credentials":
		return unescape(strings.Join(segments[2:], "/"))
	case segments[0] == "v3" || segments[0] == "v4" || segments[0] == "api":
		return unescape(segments[1])
	}
	return ""
}

func unescape(s string) string {
	if plain, err := url.PathUnescape(s); err == nil {
		return plain
	}
	return s
}

// Bucket is the hash of a path without its query: what buckets of scope
// ip+path are told apart by.
func Bucket(path string) uint64 {
	path, _, _ = strings.Cut(path, "?")
	return uint64(draw.Key(0).Name(path))
}
