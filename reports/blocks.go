package reports

import (
	"fmt"
	"maps"
	"slices"
)

// MaxBlocks is how many blocks a case keeps.
const MaxBlocks = 40

// What the blocks of a case are of.
const (
	BySeeds  = "seeds"  // simulated seeds
	ByHosts  = "hosts"  // of the one seed that was simulated
	ByRounds = "rounds" // live runs
)

// Blocks are the replicates of a case: its counts, split into parts that are
// independent of each other, as its calls are not. What is compared stands on them.
// All arrays have one value for each block.
type Blocks struct {
	Of     string        `json:"of"`     // BySeeds, ByHosts or ByRounds
	First  []uint64      `json:"first"`  // the first seed or host; of a round its seed
	N      []uint64      `json:"n"`      // how many seeds, hosts or rounds
	Groups []GroupBlocks `json:"groups"` // the part of each group
}

// GroupBlocks is one group's part.
type GroupBlocks struct {
	Name      string    `json:"name"`            // of the group, or of the caller of a control plane, whose calls are tasks
	Calls     []uint64  `json:"calls"`           // wishes of the application
	Failures  []uint64  `json:"failures"`        // calls that failed
	Attempts  []uint64  `json:"attempts"`        // requests
	Throttled []uint64  `json:"throttled"`       // attempts that a limit refused
	Ready     []uint64  `json:"ready_within_1s"` // calls that succeeded within 1 s of their schedule
	Latency   StepTable `json:"latency"`         // of successes, from the scheduled instant
	// Starts of the group's tasks that succeeded or failed; absent where there are none, and
	// in reports of old versions.
	Starts       []uint64 `json:"starts,omitempty"`
	FailedStarts []uint64 `json:"failed_starts,omitempty"` // of those, that failed
	// StartLatency is of starts that succeeded, from the launch; absent where there are none,
	// and in reports of old versions.
	StartLatency StepTable `json:"start_latency,omitempty"`
}

// Steps is the latency of each block. Of blocks that were read it does not fail.
func (b *Blocks) Steps(group int) [][]Step { return b.unpack(b.Groups[group].Latency) }

// StartSteps is that of starts.
func (b *Blocks) StartSteps(group int) [][]Step { return b.unpack(b.Groups[group].StartLatency) }

func (b *Blocks) unpack(t StepTable) [][]Step {
	all, err := t.blocks(len(b.First))
	if err != nil {
		panic("reports: " + err.Error()) // made here, or checked by Read
	}
	return all
}

// Paired reports whether the replicates of two cases have the same arrivals, one by one:
// they are of the same seeds or hosts. Without replicates there is no pair.
func (b *Blocks) Paired(o *Blocks) bool {
	return b != nil && o != nil && b.Of == o.Of && slices.Equal(b.First, o.First) && slices.Equal(b.N, o.N)
}

// rowNames are the counts of a group, by their names in JSON.
var rowNames = [blockRows]string{"calls", "failures", "attempts", "throttled", "ready_within_1s", "starts", "failed_starts"}

// How many rows a group has, the first of which every group has.
const (
	blockRows = 7
	mustRows  = 5
)

// rows are the counts of a group.
func (g *GroupBlocks) rows() [blockRows]*[]uint64 {
	return [blockRows]*[]uint64{&g.Calls, &g.Failures, &g.Attempts, &g.Throttled, &g.Ready, &g.Starts, &g.FailedStarts}
}

// trim leaves the rows of starts out where there are none.
func (g *GroupBlocks) trim() {
	if !slices.ContainsFunc(g.Starts, func(n uint64) bool { return n > 0 }) {
		g.Starts, g.FailedStarts = nil, nil
	}
}

// block is what one block counted of one group.
type block struct {
	counts [blockRows]uint64 // as in GroupBlocks.rows
	steps  packed            // the latency of successes
	starts packed            // that of starts
}

func (b *block) add(o *block) {
	add(b.counts[:], o.counts[:])
	b.steps, b.starts = b.steps.plus(o.steps), b.starts.plus(o.starts)
}

// blockCounts are the counts of a tally that blocks keep.
func (t *tally) blockCounts() [blockRows]uint64 {
	n := [blockRows]uint64{t.calls(), t.results.Failures(), t.attempts(), t.outcomes[Throttled], t.ready}
	if l := t.lives; l != nil {
		n[mustRows], n[mustRows+1] = l.started+l.failed, l.failed
	}
	return n
}

// CountBlocks keeps blocks. Call it before anything is counted.
func (r *Recorder) CountBlocks() { r.blocks = map[uint64][]block{} }

// EndBlock assigns to a block what was counted since the last call. A block may be
// counted in parts.
func (r *Recorder) EndBlock(number uint64) {
	if r.blocks == nil {
		return
	}
	if r.blocks[number] == nil {
		r.blocks[number] = make([]block, len(r.groups))
	}
	for i := range r.groups {
		t := &r.groups[i]
		now := t.blockCounts()
		more := block{counts: now, steps: pack(t.steps.take())}
		if t.lives != nil {
			more.starts = pack(t.lives.steps.take())
		}
		for j, n := range t.ended {
			more.counts[j] -= n
		}
		t.ended = now
		r.blocks[number][i].add(&more)
	}
}

// mergeBlocks adds the blocks of another recorder.
func (r *Recorder) mergeBlocks(o *Recorder) {
	for number, from := range o.blocks {
		if r.blocks[number] == nil {
			r.blocks[number] = make([]block, len(r.groups))
		}
		for i := range from {
			r.blocks[number][i].add(&from[i])
		}
	}
	for i := range r.groups {
		add(r.groups[i].ended[:], o.groups[i].ended[:])
	}
}

// joinBlocks makes blocks twice as large.
func (r *Recorder) joinBlocks() {
	joined := map[uint64][]block{}
	for _, number := range slices.Sorted(maps.Keys(r.blocks)) {
		if have := joined[number/2]; have == nil {
			joined[number/2] = r.blocks[number]
		} else {
			for i := range have {
				have[i].add(&r.blocks[number][i])
			}
		}
	}
	r.blocks = joined
}

// Blocking says which seeds or hosts are a block: N of them each, from First on.
type Blocking struct {
	First uint64 `json:"first"`
	N     uint64 `json:"n"` // 0 keeps no blocks
}

// BlockingOf is the blocking of so many seeds or hosts.
func BlockingOf(first, n uint64) Blocking { return Blocking{first, max((n+MaxBlocks-1)/MaxBlocks, 1)} }

// Number is the block of a seed or a host.
func (b Blocking) Number(of uint64) uint64 { return (of - b.First) / max(b.N, 1) }

// newBlocks are the blocks that a recorder counted, nil if it kept none; of is what
// they are of, and last the last seed or host.
func newBlocks(of string, r *Recorder, groups []GroupInfo, by Blocking, n uint64) *Blocks {
	if len(r.blocks) == 0 {
		return nil
	}
	b := &Blocks{Of: of}
	numbers := slices.Sorted(maps.Keys(r.blocks))
	for _, number := range numbers {
		b.First = append(b.First, by.First+number*by.N)
		b.N = append(b.N, min(by.N, n-number*by.N))
	}
	for i, info := range groups {
		g := GroupBlocks{Name: info.Name}
		var tables, starts [][]Step
		for _, number := range numbers {
			one := &r.blocks[number][i]
			for j, row := range g.rows() {
				*row = append(*row, one.counts[j])
			}
			tables, starts = append(tables, one.steps.unpack()), append(starts, one.starts.unpack())
		}
		g.trim()
		g.Latency, g.StartLatency = tableOf(tables), tableOf(starts)
		b.Groups = append(b.Groups, g)
	}
	return b
}

// newRound is a live run as the one block that it is.
func newRound(r *Recorder, groups []GroupInfo, seed uint64) *Blocks {
	b := &Blocks{Of: ByRounds, First: []uint64{seed}, N: []uint64{1}}
	for i, info := range groups {
		t := &r.groups[i]
		g := GroupBlocks{Name: info.Name, Latency: tableOf([][]Step{stepsOf(t.latency)})}
		if t.lives != nil {
			g.StartLatency = tableOf([][]Step{stepsOf(t.lives.took)})
		}
		counts := t.blockCounts()
		for j, row := range g.rows() {
			*row = []uint64{counts[j]}
		}
		g.trim()
		b.Groups = append(b.Groups, g)
	}
	return b
}

// alike reports whether blocks are of the same kind and groups.
func (b *Blocks) alike(o *Blocks) bool {
	return b.Of == o.Of && slices.EqualFunc(b.Groups, o.Groups, func(x, y GroupBlocks) bool { return x.Name == y.Name })
}

// joined are the blocks of both, in the order of their first seeds. Of more than
// MaxBlocks, neighbours are joined.
func (b *Blocks) joined(o *Blocks) *Blocks {
	if len(b.First) > 0 && len(o.First) > 0 && o.First[0] < b.First[0] {
		b, o = o, b
	}
	out := &Blocks{Of: b.Of, First: slices.Concat(b.First, o.First), N: slices.Concat(b.N, o.N)}
	n := len(out.First)
	each := (n + MaxBlocks - 1) / MaxBlocks
	out.First = every(out.First, each, func(first, _ uint64) uint64 { return first })
	out.N = every(out.N, each, func(a, b uint64) uint64 { return a + b })
	for i := range b.Groups {
		g, from := GroupBlocks{Name: b.Groups[i].Name}, o.Groups[i].rows()
		mine := b.Groups[i].rows()
		for j, row := range g.rows() {
			*row = every(slices.Concat(fitCounts(*mine[j], len(b.First)), fitCounts(*from[j], len(o.First))), each, func(a, b uint64) uint64 { return a + b })
		}
		g.trim()
		g.Latency = tableOf(every(slices.Concat(b.Steps(i), o.Steps(i)), each, AddSteps))
		g.StartLatency = tableOf(every(slices.Concat(b.StartSteps(i), o.StartSteps(i)), each, AddSteps))
		out.Groups = append(out.Groups, g)
	}
	return out
}

// every folds each so many values into one.
func every[T any](all []T, each int, fold func(a, b T) T) []T {
	var out []T
	for part := range slices.Chunk(all, each) {
		one := part[0]
		for _, v := range part[1:] {
			one = fold(one, v)
		}
		out = append(out, one)
	}
	return out
}

func (b *Blocks) check(c *Case) error {
	switch {
	case b.Of != BySeeds && b.Of != ByHosts && b.Of != ByRounds:
		return fmt.Errorf("of: %q: want %s, %s or %s", b.Of, BySeeds, ByHosts, ByRounds)
	case len(b.First) == 0 || len(b.First) > MaxBlocks || len(b.N) != len(b.First):
		return fmt.Errorf("first: %d blocks, and the sizes of %d: want 1 to %d of both", len(b.First), len(b.N), MaxBlocks)
	case !slices.EqualFunc(b.Groups, c.infos(), func(x GroupBlocks, y GroupInfo) bool { return x.Name == y.Name }):
		return fmt.Errorf("groups: want those of the case, in their order")
	}
	if err := countsOf("n", b.N); err != nil {
		return err
	}
	for i := range b.Groups {
		g := &b.Groups[i]
		for j, row := range g.rows() {
			name := fmt.Sprintf("groups[%d].%s", i, rowNames[j])
			if j >= mustRows && *row == nil && len(g.Starts) == len(g.FailedStarts) {
				continue
			}
			if len(*row) != len(b.First) {
				return fmt.Errorf("%s: %d counts of %d blocks", name, len(*row), len(b.First))
			}
			if err := countsOf(name, *row); err != nil {
				return err
			}
		}
		for j, n := range g.Calls {
			of := g.Attempts[j]
			if c.ControlPlane != nil { // tasks are throttled, and an attempt may be about several
				of = n
			}
			if g.Failures[j]+g.Ready[j] > n || g.Throttled[j] > of {
				return fmt.Errorf("groups[%d]: block %d has more failures than calls, or more refusals than attempts", i, j)
			}
		}
		for j, n := range g.Starts {
			if g.FailedStarts[j] > n {
				return fmt.Errorf("groups[%d]: block %d has more failed starts than starts", i, j)
			}
		}
		if _, err := g.Latency.blocks(len(b.First)); err != nil {
			return fmt.Errorf("groups[%d].latency: %w", i, err)
		}
		if _, err := g.StartLatency.blocks(len(b.First)); err != nil {
			return fmt.Errorf("groups[%d].start_latency: %w", i, err)
		}
	}
	return nil
}
