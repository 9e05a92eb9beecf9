package experiment

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"tenement/internal/plan"
	"tenement/internal/words"
	"tenement/reports"
)

// simulate runs the cases with the run's seed, and then over many seeds, the first
// of which is the run's.
func (x *Experiment) simulate(ctx context.Context) error {
	seeds := x.options.Seeds
	if seeds == 0 {
		seeds = x.DefaultSeeds()
	}
	if x.options.Precision > 0 {
		seeds = max(seeds, leastRefined)
	}
	x.oneSeed = seeds < 2
	if !x.first {
		if err := x.simulateOnce(ctx); err != nil {
			return err
		}
	}
	if x.options.Seeds == 0 && !x.oneSeed {
		seeds = min(seeds, x.seedsOfStarts())
	}
	x.blocking = reports.BlockingOf(x.options.Seed, uint64(seeds))
	return x.estimate(ctx, x.options.Seed, seeds)
}

// simulateOnce runs the cases with the run's seed, in full. It keeps what an
// interrupted run has counted.
func (x *Experiment) simulateOnce(ctx context.Context) error {
	var all []pieces
	for _, c := range x.cases {
		all = append(all, x.full(c))
	}
	results, err := x.workAll(ctx, all, fmt.Sprintf("simulating %s", x.caseCount()))
	for _, c := range x.cases {
		g := results[c.Name]
		r := g.merge()
		if r == nil {
			continue // not begun
		}
		c.recorder, c.counts = r.Recorder, r.Counts
		switch {
		case g.pending == 0 && g.ran == 0:
		case g.hosts > 0: // the others are next to nothing beside these
			c.hosts = g.hosts
		default: // only the first host of each worker, in part
			c.ran = max(g.ran, 1)
			if g.begun < c.plan.Hosts {
				c.hosts = g.begun
			}
		}
	}
	return err
}

// estimate simulates every case over many seeds, beginning with first. One seed
// would add nothing to the run itself. If it is interrupted, no case has an
// estimate: cases are compared, and an estimate must not be compared with a single
// sample.
func (x *Experiment) estimate(ctx context.Context, first uint64, seeds int) error {
	if x.options.Precision > 0 {
		return x.refine(ctx, first, max(seeds, leastRefined))
	}
	if seeds < 2 {
		return nil
	}
	return x.estimateRound(ctx, Range{first, uint64(seeds)})
}

// leastRefined is the number of seeds that a search for precision begins with:
// fewer do not show how far seeds are apart.
const leastRefined = 5

// refine doubles the seeds until Options.Precision is reached or MaxTime is over.
// A round that MaxTime ends does not count.
func (x *Experiment) refine(ctx context.Context, first uint64, seeds int) error {
	bounded := ctx
	if x.options.MaxTime > 0 {
		var cancel context.CancelFunc
		bounded, cancel = context.WithTimeoutCause(ctx, x.options.MaxTime, errMaxTime)
		defer cancel()
	}
	for {
		err := x.estimateRound(bounded, Range{first + uint64(x.seeds), uint64(seeds - x.seeds)})
		if errors.Is(err, errMaxTime) {
			x.cutOff = true
			return nil
		}
		if err != nil || x.halfWidth() <= x.options.Precision {
			return err
		}
		seeds *= 2
	}
}

// errMaxTime is the cause of a round that MaxTime ended.
var errMaxTime = errors.New("the time for precision is over")

// estimateRound simulates every case with some more seeds. What an interrupted
// round counted is thrown away.
func (x *Experiment) estimateRound(ctx context.Context, seeds Range) error {
	x.fewBlocks(uint64(x.seeds) + seeds.N)
	var all []pieces
	for _, c := range x.cases {
		all = append(all, x.cut(c, seeds, false))
	}
	doing := fmt.Sprintf("simulating %s over %d seeds", x.caseCount(), uint64(x.seeds)+seeds.N)
	results, err := x.workAll(ctx, all, doing)
	if err != nil {
		return err
	}
	for _, c := range x.cases {
		r := results[c.Name].merge()
		if c.estimate != nil {
			c.estimate.Merge(r.Estimate)
		} else {
			c.estimate = r.Estimate
		}
	}
	x.seeds += int(seeds.N)
	return nil
}

// fewBlocks makes blocks as large as so many seeds need.
func (x *Experiment) fewBlocks(seeds uint64) {
	for x.blocking.N > 0 && seeds > x.blocking.N*reports.MaxBlocks {
		x.blocking.N *= 2
		for _, c := range x.cases {
			if c.estimate != nil {
				c.estimate.JoinBlocks()
			}
		}
	}
}

// halfWidth is the widest half-width of the failure rate's interval among the
// groups under test; in a case without one, among all groups.
func (x *Experiment) halfWidth() (widest float64) {
	for _, c := range x.cases {
		for i := range c.plan.Groups {
			if c.plan.Groups[i].UnderTest || !c.tests() {
				widest = max(widest, c.estimate.HalfWidth(i))
			}
		}
	}
	return widest
}

// tests reports whether the case has a group under test.
func (c *caseRun) tests() bool {
	for i := range c.plan.Groups {
		if c.plan.Groups[i].UnderTest {
			return true
		}
	}
	return false
}

// caseCount says how many cases there are.
func (x *Experiment) caseCount() string {
	return words.Plural(uint64(len(x.cases)), "case", "cases")
}

// Simulated seeds beside a live run: as many as a budget of calls allows, within
// bounds. Fewer than leastBeside would not show what is unusual.
const (
	besideCalls = 8_000_000
	leastBeside = reports.MinSeeds
	mostSeeds   = 400
)

// mostBesideCalls is the most calls of one seed that are simulated beside a live run:
// the least number of seeds of more of them would take minutes.
const mostBesideCalls = 10_000_000

// besideSeeds is how many seeds to simulate beside a live run, given the calls of
// all cases with one seed: 1, which is none, if they are too many.
func besideSeeds(calls float64) int {
	if calls > mostBesideCalls {
		return 1
	}
	return int(min(max(besideCalls/max(calls, 1), leastBeside), mostSeeds))
}

// Seeds of a simulation: as many as a budget of calls allows, so that the answer
// takes about a second; of requests, where starts of tasks can fail. For leastSimulated
// seeds, which show how far seeds are apart, a simulation may exceed the budget, up to
// mostSimulatedCalls.
const (
	simulatedCalls     = 1_500_000
	leastSimulated     = 20
	mostSimulatedCalls = 20_000_000
)

// DefaultSeeds is how many seeds a simulation takes unless Options say so.
func (x *Experiment) DefaultSeeds() int { return simulatedSeeds(x.expected()) }

// AgreeOnSeeds sets Options.Seeds of simulations that are to be compared: for all of them
// the least number that one would take by itself. Where starts of tasks can fail the first
// seed tells it: that is simulated here, and Run goes on from there. The error is that of
// work that failed, or of a context that has ended.
func AgreeOnSeeds(ctx context.Context, all ...*Experiment) error {
	seeds := mostSeeds
	for _, x := range all {
		seeds = min(seeds, x.DefaultSeeds())
	}
	agreed := seeds
	for _, x := range all {
		if seeds < 2 || !x.starts() {
			continue
		}
		if err := x.simulateOnce(ctx); err != nil {
			return err
		}
		x.first = true
		agreed = min(agreed, x.seedsOfStarts())
	}
	for _, x := range all {
		x.options.Seeds = agreed
	}
	return nil
}

// seedsOfStarts is how many seeds to simulate at most, given the requests that the first
// one has made, where starts of tasks can fail: then a plan does not show how often they
// are tried.
func (x *Experiment) seedsOfStarts() int {
	if !x.starts() {
		return mostSeeds
	}
	var requests uint64
	for _, c := range x.cases {
		requests += c.counts.Requests
		for i := range c.counts.Further {
			requests += c.counts.Further[i].Requests
		}
	}
	return max(simulatedSeeds(float64(requests)), leastSimulated)
}

// starts reports whether in every case the start of a task can fail.
func (x *Experiment) starts() bool {
	return !slices.ContainsFunc(x.cases, func(c *caseRun) bool { return !c.starts() })
}

// starts reports whether the start of a task can fail.
func (c *caseRun) starts() bool {
	for i := range c.plan.Groups {
		if slices.ContainsFunc(c.plan.Groups[i].Activities, func(a plan.Activity) bool { return a.Required }) {
			return true
		}
	}
	return false
}

// simulatedSeeds is how many seeds to simulate, given the calls of all cases with
// one seed: 1 if they are too many for more.
func simulatedSeeds(calls float64) int {
	if calls*leastSimulated > mostSimulatedCalls {
		return 1
	}
	return int(min(max(simulatedCalls/max(calls, 1), leastSimulated), mostSeeds))
}
