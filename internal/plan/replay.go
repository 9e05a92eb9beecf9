package plan

import (
	"math/bits"
	"sort"
	"time"

	"tenement/internal/draw"
)

// Event is one request of a recording.
type Event struct {
	At       time.Duration // since the recording began; ascending
	Task     uint32        // who asked, counted from 0
	Resource uint32        // what for, of the replay's resources
}

// Replay is a Pattern that plays a recording: one sequence for all its tasks.
type Replay struct {
	keyedTie
	events    []recorded
	tasks     int
	resources []Resource
	step      time.Duration // the recording's resolution, 0 if its times are exact
}

// NewReplay replays events, which ask for some of the resources. step is the
// width of the steps in which their times were recorded, 0 if these are exact.
func NewReplay(events []Event, resources []Resource, step time.Duration) *Replay {
	r := &Replay{events: make([]recorded, len(events)), resources: resources, step: step}
	var calls []uint32
	for i, e := range events {
		for int(e.Task) >= len(calls) {
			calls = append(calls, 0)
		}
		r.events[i] = recorded{at: e.At, task: e.Task, n: calls[e.Task], resource: e.Resource}
		calls[e.Task]++
	}
	r.tasks = len(calls)
	r.fillSteps()
	return r
}

// Before is how many events come before an instant of the recording. The events
// of a step count as if all were at its beginning.
func (r *Replay) Before(end time.Duration) int {
	return sort.Search(len(r.events), func(i int) bool { return r.events[i].at >= end })
}

// recorded is one event as it is replayed.
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
func (r *Replay) at(k draw.Key, n uint32, _ time.Duration, _ *int64) time.Duration {
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

func (r *Replay) expected(end time.Duration) float64 {
	return float64(r.Before(end))
}

// fillSteps numbers the events of each step.
func (r *Replay) fillSteps() {
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
