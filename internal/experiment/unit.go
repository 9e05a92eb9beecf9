package experiment

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tenement/internal/plan"
	"tenement/internal/sim"
	"tenement/internal/throttle"
	"tenement/reports"
)

// Unit is a piece of an experiment: some seeds of a case on some hosts. It is a
// value, and can be run anywhere.
type Unit struct {
	Digest string `json:"digest"` // of the profile
	Case   string `json:"case"`
	Seeds  Range  `json:"seeds"`
	Hosts  Range  `json:"hosts"`
	// Full counts everything that a report shows of one seed; otherwise only
	// what an estimate over many seeds needs is counted.
	Full bool `json:"full"`
	// Blocks says which seeds, or of one seed which hosts, are a block.
	Blocks reports.Blocking `json:"blocks"`
}

// Range holds the numbers First..First+N-1.
type Range struct {
	First uint64 `json:"first"`
	N     uint64 `json:"n"`
}

// unitCalls is about how many calls a unit makes: some 20 ms of simulation. A
// smaller unit would cost more to merge than to run, a larger one would leave
// processors idle at the end.
const unitCalls = 200_000

// unitSeeds bounds the seeds of a unit, so that many small seeds are still
// spread over the processors.
const unitSeeds = 16

// full cuts one seed of a case into units.
func (x *Experiment) full(c *caseRun) []Unit {
	return x.cut(c, Range{x.options.Seed, 1}, true)
}

// cut makes the units of some seeds of a case. Seeds that are too large for a
// unit are cut by hosts.
func (x *Experiment) cut(c *caseRun, seeds Range, full bool) []Unit {
	perSeed := max(c.plan.Expected(), 1)
	seedsEach := uint64(min(max(unitCalls/perSeed, 1), unitSeeds))
	hosts := uint64(c.plan.Hosts)
	hostsEach := uint64(min(max(unitCalls/perSeed*float64(hosts), 1), float64(hosts)))
	var units []Unit
	blocks := x.blocking
	if full {
		blocks = x.hostBlocking(c)
	}
	for s := range seeds.blocks(seedsEach) {
		for h := range (Range{0, hosts}).blocks(hostsEach) {
			units = append(units, Unit{Digest: x.digest, Case: c.Name, Seeds: s, Hosts: h, Full: full, Blocks: blocks})
		}
	}
	return units
}

// hostBlocking is which hosts of a case are a block: none if seeds are.
func (x *Experiment) hostBlocking(c *caseRun) reports.Blocking {
	if !x.oneSeed {
		return reports.Blocking{}
	}
	return reports.BlockingOf(0, uint64(c.plan.Hosts))
}

// in yields the range in pieces that are in one block each.
func (r Range) in(b reports.Blocking) func(func(Range) bool) {
	if b.N == 0 {
		return r.blocks(r.N)
	}
	return func(yield func(Range) bool) {
		for at, end := r.First, r.First+r.N; at < end; {
			next := min(b.First+(b.Number(at)+1)*b.N, end)
			if !yield(Range{at, next - at}) {
				return
			}
			at = next
		}
	}
}

// blocks yields the range in pieces of n, the last of which may be smaller.
func (r Range) blocks(n uint64) func(func(Range) bool) {
	return func(yield func(Range) bool) {
		for done := uint64(0); done < r.N; done += n {
			if !yield(Range{r.First + done, min(n, r.N-done)}) {
				return
			}
		}
	}
}

// Result is the result of units of one case. The parts that its units did not
// count are nil.
type Result struct {
	Recorder *reports.Recorder `json:"recorder,omitempty"`
	Counts   *throttle.Counts  `json:"counts,omitempty"`
	Estimate *reports.Estimate `json:"estimate,omitempty"`
}

// Merge adds the result of other units of the same case; no unit may be in both
// results. Every figure is an integer, so the order of merging does not matter.
// Nothing may use o afterwards.
func (r *Result) Merge(o *Result) {
	switch {
	case o.Recorder == nil:
	case r.Recorder == nil:
		r.Recorder = o.Recorder
	default:
		r.Recorder.Merge(o.Recorder)
	}
	switch {
	case o.Counts == nil:
	case r.Counts == nil:
		r.Counts = o.Counts
	default:
		r.Counts.Merge(*o.Counts)
	}
	switch {
	case o.Estimate == nil:
	case r.Estimate == nil:
		r.Estimate = o.Estimate
	default:
		r.Estimate.Merge(o.Estimate)
	}
}

// Work runs a unit of this experiment and adds its result to into, which may be
// zero. When ctx ends, the error says how far the unit came; the result of a Full
// unit then holds what was counted so far, and any other must be thrown away. A
// unit of another profile or of an unknown case is an error.
func (x *Experiment) Work(ctx context.Context, u Unit, into *Result) error {
	if u.Digest != x.digest {
		return fmt.Errorf("a unit of profile %s in an experiment of %s", u.Digest, x.digest)
	}
	c, err := x.caseNamed(u.Case)
	if err != nil {
		return err
	}
	for seed := u.Seeds.First; seed != u.Seeds.First+u.Seeds.N; seed++ {
		plan := x.profile.Plan(c.Case, seed)
		if u.Full {
			err = into.observe(ctx, plan, &u)
		} else {
			err = into.estimate(ctx, plan, &u, seed)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// hosts is a range of hosts.
func (r Range) hosts() sim.Hosts { return sim.Hosts{First: int(r.First), N: int(r.N)} }

// observe counts everything.
func (r *Result) observe(ctx context.Context, plan *plan.Plan, u *Unit) error {
	if r.Recorder == nil {
		r.Recorder, r.Counts = newRecorder(plan), new(throttle.Counts)
		if u.Blocks.N > 0 {
			r.Recorder.CountBlocks()
		}
	}
	for hosts := range u.Hosts.in(u.Blocks) {
		counts, err := sim.Run(ctx, plan, hosts.hosts(), r.Recorder)
		r.Counts.Merge(counts)
		if err != nil {
			return err
		}
		r.Recorder.EndBlock(u.Blocks.Number(hosts.First))
	}
	return nil
}

// estimate counts what an estimate over many seeds needs.
func (r *Result) estimate(ctx context.Context, plan *plan.Plan, u *Unit, seed uint64) error {
	if r.Estimate == nil {
		r.Estimate = reports.NewEstimate(len(plan.Groups))
		r.Estimate.CountBlocks(u.Blocks)
		countApart(plan, r.Estimate)
	}
	_, err := sim.Run(ctx, plan, u.Hosts.hosts(), r.Estimate.Observer())
	r.Estimate.End(seed)
	return err
}

// newRecorder is the recorder of a case that is shown in full.
func newRecorder(plan *plan.Plan) *reports.Recorder {
	r := reports.NewRecorder(len(plan.Groups), plan.SeriesBucket(), plan.Horizon())
	countApart(plan, r)
	return r
}

// reached is how far a unit came that ended with this error, or 0.
func reached(err error) time.Duration {
	if interrupted := (*sim.InterruptedError)(nil); errors.As(err, &interrupted) {
		return max(interrupted.At, 1)
	}
	return 0
}
