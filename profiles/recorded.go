package profiles

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"time"

	"tenement/internal/plan"
	"tenement/internal/trace"
)

// mostRecordedTasks bounds the tasks of a recording that a report names.
const mostRecordedTasks = 8

// recordedParts are what was recorded in parts of one tape, each read once.
type recordedParts struct {
	mu    sync.Mutex
	known map[window]*trace.Summary
}

// window is a part of a recording.
type window struct{ from, to time.Duration }

// of is what a tape holds in a window, as a plan has it.
func (r *recordedParts) of(t *trace.Tape, w window, step time.Duration, altered []string) *plan.Recorded {
	s := r.summary(t, w)
	out := &plan.Recorded{Step: step, Altered: altered, All: recordedPart(&s.All)}
	if p := t.Header.Placed; p != nil {
		out.Limit = p.Limit
	}
	order := make([]int, 0, len(s.Tasks))
	for i := range s.Tasks {
		if s.Tasks[i].Events > 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(s.Tasks[b].Events, s.Tasks[a].Events) })
	for _, i := range order[:min(mostRecordedTasks, len(order))] {
		part := recordedPart(&s.Tasks[i])
		part.Name, part.Task = t.Tasks()[i], uint32(i)
		out.Tasks = append(out.Tasks, part)
	}
	out.More = len(order) - len(out.Tasks)
	for route, tally := range s.Routes {
		part := recordedPart(tally)
		part.Name, part.Route = "other", route
		if names := route.Names(); len(names) > 0 {
			part.Name = names[0]
		}
		out.Routes = append(out.Routes, part)
	}
	slices.SortFunc(out.Routes, func(a, b plan.RecordedPart) int {
		return cmp.Or(cmp.Compare(s.Routes[b.Route].Events, s.Routes[a.Route].Events), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// summary reads a window once.
func (r *recordedParts) summary(t *trace.Tape, w window) *trace.Summary {
	r.mu.Lock()
	defer r.mu.Unlock()
	if s := r.known[w]; s != nil {
		return s
	}
	s, err := t.Summary(w.from, w.to)
	if err != nil {
		panic(fmt.Sprintf("profiles: reading a trace again: %v", err)) // the disk with its temporary file fails
	}
	if r.known == nil || len(r.known) > 100 {
		r.known = make(map[window]*trace.Summary)
	}
	r.known[w] = s
	return s
}

func recordedPart(t *trace.Tally) plan.RecordedPart {
	p := plan.RecordedPart{Statuses: make(map[int]uint64, len(t.Status)), Timed: uint64(t.Latency.Count), P50: t.Latency.Quantile(0.5), P99: t.Latency.Quantile(0.99)}
	for status, n := range t.Status {
		p.Statuses[status] = uint64(n)
	}
	return p
}
