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

// pieces are the units of some seeds of a case. They are made one by one: many seeds
// of many hosts are more units than memory has room for.
type pieces struct {
	all                  Unit
	seedsEach, hostsEach uint64
}

// full cuts one seed of a case into units.
func (x *Experiment) full(c *caseRun) pieces {
	return x.cut(c, Range{x.options.Seed, 1}, true)
}

// cut makes the units of some seeds of a case. Seeds that are too large for a
// unit are cut by hosts.
func (x *Experiment) cut(c *caseRun, seeds Range, full bool) pieces {
	perSeed := max(c.plan.Expected(), 1)
	hosts := uint64(c.plan.Hosts)
	blocks := x.blocking
	if full {
		blocks = x.hostBlocking(c)
	}
	return pieces{
		all:       Unit{Digest: x.digest, Case: c.Name, Seeds: seeds, Hosts: Range{0, hosts}, Full: full, Blocks: blocks},
		seedsEach: uint64(min(max(unitCalls/perSeed, 1), unitSeeds)),
		hostsEach: uint64(min(max(unitCalls/perSeed*float64(hosts), 1), float64(hosts))),
	}
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
	return func(yield func(Range) bool) {
		for at, end := r.First, r.First+r.N; at < end; {
			next := end
			if b.N > 0 {
				next = min(b.First+(b.Number(at)+1)*b.N, end)
			}
			if !yield(Range{at, next - at}) {
				return
			}
			at = next
		}
	}
}

// n is how many units there are.
func (p pieces) n() int {
	return int(p.all.Seeds.blocks(p.seedsEach) * p.all.Hosts.blocks(p.hostsEach))
}

// unit is unit i of n.
func (p pieces) unit(i int) Unit {
	u, columns := p.all, p.all.Hosts.blocks(p.hostsEach)
	u.Seeds = u.Seeds.block(uint64(i)/columns, p.seedsEach)
	u.Hosts = u.Hosts.block(uint64(i)%columns, p.hostsEach)
	return u
}

// blocks is how many pieces of n the range has, the last of which may be smaller.
func (r Range) blocks(n uint64) uint64 { return (r.N + n - 1) / n }

// block is piece i of those.
func (r Range) block(i, n uint64) Range { return Range{r.First + i*n, min(n, r.N-i*n)} }

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
	return x.work(ctx, u, into, nil)
}

// work is Work, watched.
func (x *Experiment) work(ctx context.Context, u Unit, into *Result, watch sim.Watch) error {
	if u.Digest != x.digest {
		return fmt.Errorf("a unit of profile %s in an experiment of %s", u.Digest, x.digest)
	}
	c, err := x.caseNamed(u.Case)
	if err != nil {
		return err
	}
	requests := uint64(0)
	for i := range u.Seeds.N {
		before, last := requests, uint64(0)
		one := func(n uint64, share float64) {
			last = n
			if watch != nil {
				watch(before+n, (float64(i)+share)/float64(u.Seeds.N))
			}
		}
		seed := u.Seeds.First + i
		plan := x.profile.Plan(c.Case, seed)
		if u.Full {
			err = into.observe(ctx, plan, &u, one)
		} else {
			err = into.estimate(ctx, plan, &u, seed, one)
		}
		if err != nil {
			return err
		}
		requests += last
	}
	return nil
}

// hosts is a range of hosts.
func (r Range) hosts() sim.Hosts { return sim.Hosts{First: int(r.First), N: int(r.N)} }

// observe counts everything.
func (r *Result) observe(ctx context.Context, plan *plan.Plan, u *Unit, watch sim.Watch) error {
	if r.Recorder == nil {
		r.Recorder, r.Counts = newRecorder(plan), new(throttle.Counts)
		if u.Blocks.N > 0 {
			r.Recorder.CountBlocks()
		}
	}
	done, requests := uint64(0), uint64(0)
	for hosts := range u.Hosts.in(u.Blocks) {
		last := uint64(0)
		counts, err := sim.RunWatched(ctx, plan, hosts.hosts(), r.Recorder, func(n uint64, share float64) {
			last = n
			watch(requests+n, (float64(done)+share*float64(hosts.N))/float64(u.Hosts.N))
		})
		r.Counts.Merge(counts)
		if err != nil {
			if early := (*sim.InterruptedError)(nil); errors.As(err, &early) {
				early.Hosts += int(done)
			}
			return err
		}
		r.Recorder.EndBlock(u.Blocks.Number(hosts.First))
		done, requests = done+hosts.N, requests+last
	}
	return nil
}

// estimate counts what an estimate over many seeds needs.
func (r *Result) estimate(ctx context.Context, plan *plan.Plan, u *Unit, seed uint64, watch sim.Watch) error {
	if r.Estimate == nil {
		r.Estimate = reports.NewEstimate(len(plan.Groups))
		r.Estimate.CountBlocks(u.Blocks)
		countApart(plan, r.Estimate)
	}
	_, err := sim.RunWatched(ctx, plan, u.Hosts.hosts(), r.Estimate.Observer(), watch)
	r.Estimate.End(seed)
	return err
}

// newRecorder is the recorder of a case that is shown in full.
func newRecorder(plan *plan.Plan) *reports.Recorder {
	r := reports.NewRecorder(len(plan.Groups), plan.SeriesBucket(), plan.Horizon())
	countApart(plan, r)
	for i := range plan.Groups {
		if n := len(activityInfos(plan, i)); n > 0 {
			r.CountActivities(i, n)
		}
	}
	return r
}

// reached is how far a unit came that ended with this error: how many of its hosts ran
// to their end, and how long another one ran. Both are 0 unless it was interrupted.
func reached(err error) (hosts int, ran time.Duration) {
	if interrupted := (*sim.InterruptedError)(nil); errors.As(err, &interrupted) {
		return interrupted.Hosts, max(interrupted.At, 1)
	}
	return 0, 0
}
