package reports

import (
	"slices"
	"time"
)

// ControlTimes are the times to RUNNING of a caller's tasks in a seed.
type ControlTimes struct {
	Steps []Step
	Ready uint64 // tasks that were RUNNING within a second
}

// ControlStarts takes in the times to RUNNING of one seed of a control plane.
type ControlStarts struct {
	callers []steps
	ready   []uint64
}

// NewControlStarts makes one of so many callers.
func NewControlStarts(callers int) *ControlStarts {
	return &ControlStarts{make([]steps, callers), make([]uint64, callers)}
}

// Stepped counts nothing.
func (*ControlStarts) Stepped(int, time.Duration, time.Duration, time.Duration) {}

// Answered counts nothing.
func (*ControlStarts) Answered(int, time.Duration, time.Duration) {}

// Started counts how long a task took to RUNNING.
func (s *ControlStarts) Started(caller int, _, took time.Duration) {
	s.callers[caller].record(took)
	if took <= time.Second {
		s.ready[caller]++
	}
}

// Take is what was counted, by caller.
func (s *ControlStarts) Take() (all []ControlTimes) {
	for i, one := range s.callers {
		all = append(all, ControlTimes{one.take(), s.ready[i]})
	}
	return all
}

// Starts are the times to RUNNING that a recorder has, by caller.
func (r *ControlRecorder) Starts() (all []ControlTimes) {
	for i, one := range r.starts {
		all = append(all, ControlTimes{stepsOf(one), r.ready[i]})
	}
	return all
}

// ControlSeed is what a seed of a control plane gave, by caller: tasks that were asked for,
// those of them that are not RUNNING and those that were throttled, attempts of calls, and
// the times to RUNNING.
type ControlSeed struct {
	Asked, NotRunning, Throttled, Attempts []uint64
	Starts                                 []ControlTimes
}

// NewControlBlocks are the replicates of a case of a control plane, whose groups are its
// callers: seeds from the first on. A call is a task that was asked for.
func NewControlBlocks(callers []ControlCaller, first uint64, seeds []ControlSeed) *Blocks {
	by := BlockingOf(first, uint64(len(seeds)))
	out := &Blocks{Of: BySeeds}
	for part := range slices.Chunk(seeds, int(by.N)) {
		out.First, out.N = append(out.First, first), append(out.N, uint64(len(part)))
		first += uint64(len(part))
	}
	for i := range callers {
		g := GroupBlocks{Name: callers[i].Name}
		var tables [][]Step
		for part := range slices.Chunk(seeds, int(by.N)) {
			var sums [mustRows]uint64
			var starts []Step
			for _, s := range part {
				add(sums[:], []uint64{s.Asked[i], s.NotRunning[i], s.Attempts[i], s.Throttled[i], s.Starts[i].Ready})
				starts = AddSteps(starts, s.Starts[i].Steps)
			}
			rows := g.rows()
			for k, sum := range sums {
				*rows[k] = append(*rows[k], sum)
			}
			tables = append(tables, starts)
		}
		g.Latency = tableOf(tables)
		out.Groups = append(out.Groups, g)
	}
	return out
}
