package profiles

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"time"

	"tenement/internal/form"
	"tenement/internal/plan"
	"tenement/internal/trace"
	"tenement/internal/words"
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

// recorded is what was recorded of the requests that are replayed in a run of that
// length.
func (r *recording) recorded(v *replay, played *plan.Replay, run time.Duration) *plan.Recorded {
	t := r.tape
	w := window{v.From, t.Length()}
	if step := r.step(); step > 0 {
		w.from = w.from.Truncate(step)
	}
	if v.For > 0 {
		w.to = min(w.to, v.From+v.For)
	}
	if played.Left(run) > 0 && v.MaxGap == 0 { // with gaps cut, the end of the run is no instant of the recording
		speed := float64(v.Speed) / plan.SpeedOnce
		if v.Fit > 0 {
			speed = (w.to - w.from).Seconds() / v.Fit.Seconds()
		}
		w.to = min(w.to, w.from+time.Duration(run.Seconds()*speed*float64(time.Second)))
	}
	s := r.summaries.of(t, w)
	out := &plan.Recorded{Step: r.step(), Altered: v.altered(), All: recordedPart(&s.All)}
	if c := t.Header.Counts; c != nil {
		out.Inferred = c.Inferred
	}
	if p := t.Header.Placed; p != nil {
		out.Limit, out.Misfits = p.Limit, p.Misfits
		if p.Rule == "even" {
			out.Step = time.Duration(t.Header.ResolutionS * float64(time.Second))
		}
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

// of reads a window once.
func (r *recordedParts) of(t *trace.Tape, w window) *trace.Summary {
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

// altered is what a replay changes on purpose, in a few words each.
func (v *replay) altered() []string {
	var out []string
	switch {
	case v.Fit > 0:
		out = append(out, "fit to "+form.FormatDuration(v.Fit))
	case v.Speed > plan.SpeedOnce:
		out = append(out, words.Significant(float64(v.Speed)/plan.SpeedOnce, 4)+" times as fast")
	case v.Speed < plan.SpeedOnce:
		out = append(out, "slowed to "+words.Percent(float64(v.Speed)/plan.SpeedOnce)+" of its speed")
	}
	if v.Copies > 1 {
		out = append(out, fmt.Sprintf("%d copies of each task", v.Copies))
	}
	if v.Thin < 1 {
		out = append(out, "thinned to "+words.Percent(v.Thin))
	}
	if v.MaxGap > 0 {
		out = append(out, "gaps cut to "+form.FormatDuration(v.MaxGap))
	}
	if v.Jitter > 0 {
		out = append(out, "delayed by up to "+form.FormatDuration(v.Jitter))
	}
	if len(v.Map) > 0 {
		out = append(out, "paths or IDs mapped")
	}
	return out
}
