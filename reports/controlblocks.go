package reports

import (
	"slices"
	"time"
)

// ControlStarts takes in the times to RUNNING of one seed of a control plane.
type ControlStarts struct{ callers []steps }

// NewControlStarts makes one of so many callers.
func NewControlStarts(callers int) *ControlStarts { return &ControlStarts{make([]steps, callers)} }

// Stepped counts nothing.
func (*ControlStarts) Stepped(int, time.Duration, time.Duration, time.Duration) {}

// Answered counts nothing.
func (*ControlStarts) Answered(int, time.Duration, time.Duration) {}

// Started counts how long a task took to RUNNING.
func (s *ControlStarts) Started(caller int, _, took time.Duration) { s.callers[caller].record(took) }

// Take is what was counted, by caller.
func (s *ControlStarts) Take() (all [][]Step) {
	for _, one := range s.callers {
		all = append(all, one.take())
	}
	return all
}

// Starts are the times to RUNNING that a recorder has, by caller.
func (r *ControlRecorder) Starts() (all [][]Step) {
	for _, one := range r.starts {
		all = append(all, stepsOf(one))
	}
	return all
}

// ControlSeed is what a seed of a control plane gave, by caller: tasks that were asked for,
// those of them that are not RUNNING and those that were throttled, attempts of calls, and
// the times to RUNNING.
type ControlSeed struct {
	Asked, NotRunning, Throttled, Attempts []uint64
	Starts                                 [][]Step
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
		g := GroupBlocks{Name: callers[i].Name, Ready: make([]uint64, len(out.First))}
		var tables [][]Step
		for part := range slices.Chunk(seeds, int(by.N)) {
			var sums [4]uint64
			var starts []Step
			for _, s := range part {
				add(sums[:], []uint64{s.Asked[i], s.NotRunning[i], s.Attempts[i], s.Throttled[i]})
				starts = AddSteps(starts, s.Starts[i])
			}
			for k, row := range []*[]uint64{&g.Calls, &g.Failures, &g.Attempts, &g.Throttled} {
				*row = append(*row, sums[k])
			}
			tables = append(tables, starts)
		}
		g.Latency = tableOf(tables)
		out.Groups = append(out.Groups, g)
	}
	return out
}
