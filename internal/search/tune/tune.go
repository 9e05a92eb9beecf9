package tune

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"tenement/internal/experiment"
	"tenement/internal/plan"
	"tenement/internal/rundir"
	"tenement/internal/strategy"
	"tenement/profiles"
	"tenement/reports/tuning"
)

// Options say what is tuned, and how.
type Options struct {
	Profile *profiles.Profile
	Case    string // the strategy that is today's; "" is the profile's first
	Space   *Space
	Seed    uint64
	// Weights are those of the sum that the recommendation called yours makes least; nil
	// makes none.
	Weights map[string]float64
	Blocks  int           // of seeds that the search may simulate; 0 follows from the profile
	MaxTime time.Duration // 0 is no limit
	Dir     *rundir.Dir   // keeps results; nil keeps none
	// Progress, if it is not nil, is told how far the search has come, by one goroutine
	// at a time.
	Progress func(experiment.Progress)
}

// Tuner searches. It is made by New and run once.
type Tuner struct {
	o          Options
	space      *Space
	today      plan.Case
	neighbours bool
	weights    map[string]float64
	hostsEach  int // that a seed simulates
	search     series
	unseen     series
	variants   []*variant
	blocks     int // that the search may simulate
	judged     judgement
	trials     map[string]*trial
	spent      tuning.Spent
	progress   *tracker
}

// Seeds that the search does not see are far from its own.
const (
	unseenSeeds  = 1 << 40
	variantSeeds = 1 << 41
)

// blockCalls is about how many calls a block makes, and searchCalls those of all blocks of
// a search: some 20 s of simulation on two processors.
const (
	blockCalls  = 2_000
	searchCalls = 16_000_000
	mostSeeds   = 16 // of a block
	leastBlocks = 600
	mostBlocks  = 4_000
)

// New plans a search. The error is a case that there is not, or that has no plan, or a
// space in which nothing can be changed.
func New(o Options) (*Tuner, error) {
	today, err := CaseOf(o.Profile, o.Case)
	if err != nil {
		return nil, err
	}
	if len(o.Space.Parameters) == 0 {
		return nil, errors.New("nothing can be changed: the space has no parameters")
	}
	t := &Tuner{o: o, space: o.Space, today: today, trials: map[string]*trial{}, weights: defaultWeights()}
	for name, weight := range o.Weights {
		t.weights[name] = weight
	}
	p := o.Profile.Plan(today, o.Seed)
	tests := slices.ContainsFunc(p.Groups, func(g plan.Group) bool { return g.UnderTest })
	for i := range p.Groups {
		t.neighbours = t.neighbours || tests && !p.Groups[i].UnderTest
	}
	perHost := max(expectedOfHost(p), 1)
	t.hostsEach = int(min(max(hostCalls/perHost, 1), float64(p.Hosts)))
	perSeed := perHost * float64(t.hostsEach)
	seeds := uint64(min(max(blockCalls/perSeed, 1), mostSeeds))
	t.blocks = o.Blocks
	if t.blocks == 0 {
		t.blocks = int(min(max(searchCalls/(perSeed*float64(seeds)), leastBlocks), mostBlocks))
	}
	t.judged = judgementOf(t.blocks)
	t.search = series{name: "search", first: o.Seed, seeds: seeds}
	t.unseen = series{name: "unseen", first: o.Seed + unseenSeeds, seeds: seeds}
	t.variants = t.variantsOf()
	t.progress = newTracker(o.Progress, t.expectedBlocks())
	return t, nil
}

// Calls is about how many calls the search simulates, with the judgement of its result.
func (t *Tuner) Calls() float64 {
	p := t.o.Profile.Plan(t.today, t.o.Seed)
	return expectedOfHost(p) * float64(t.hostsEach) * float64(t.search.seeds) * float64(t.expectedBlocks())
}

// expectedBlocks is about how many blocks are simulated in all.
func (t *Tuner) expectedBlocks() int {
	return t.blocks + t.judged.finalists*t.judged.blocks + (len(goals)+1)*len(t.variants)*t.judged.variantBlocks
}

// CaseOf is the strategy of a profile of that name, the first for "".
func CaseOf(p *profiles.Profile, name string) (plan.Case, error) {
	var names []string
	for _, c := range p.Cases() {
		if c.Kind != plan.StrategyCase {
			continue
		}
		if name == "" || c.Name == name {
			return c, p.Check(c)
		}
		names = append(names, c.Name)
	}
	return plan.Case{}, &NoCaseError{Name: name, Known: names}
}

// NoCaseError is the error of a strategy that a profile does not have.
type NoCaseError struct {
	Name  string
	Known []string
}

// Error implements error.
func (e *NoCaseError) Error() string {
	return fmt.Sprintf("there is no strategy %q to start from", e.Name)
}

// errMaxTime is the cause of a search that ended with Options.MaxTime.
var errMaxTime = errors.New("its time was over")

// Run searches and judges. If ctx or the time ends, the result is the best so far, and says
// so; the error is nil then.
func (t *Tuner) Run(ctx context.Context) (*tuning.Result, error) {
	whole := ctx
	if t.o.MaxTime > 0 {
		var cancel context.CancelFunc
		whole, cancel = context.WithTimeoutCause(ctx, t.o.MaxTime, errMaxTime)
		defer cancel()
		ctx, cancel = context.WithTimeoutCause(ctx, t.o.MaxTime*7/10, errMaxTime) // the rest is for the judgement
		defer cancel()
	}
	found, err := t.find(ctx)
	partial := ""
	if err != nil {
		if partial = ended(err); partial == "" {
			return nil, err
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("the search ended before anything was simulated: %s", partial)
	}
	r, err := t.judge(whole, found)
	if err != nil {
		if also := ended(err); also == "" {
			return nil, err
		} else if partial == "" {
			partial = also
		}
	}
	r.Partial = partial
	return r, nil
}

// ended says in words why a search ended early; "" if it failed.
func ended(err error) string {
	switch {
	case errors.Is(err, errMaxTime):
		return errMaxTime.Error()
	case errors.Is(err, context.Canceled):
		return "it was interrupted"
	}
	return ""
}

// heading is the part of a result that is known before the search.
func (t *Tuner) heading() *tuning.Result {
	r := &tuning.Result{
		Version: tuning.Version, Model: strategy.ModelVersion,
		Profile: tuning.Profile{Name: t.o.Profile.Name, Digest: t.o.Profile.Digest()},
		Seed:    t.o.Seed, Case: t.today.Name, Title: t.today.Title, Preset: presetOf(t.o.Profile, t.today),
		Neighbours: t.neighbours, LeftOut: t.space.leftOut, Spent: t.spent,
	}
	if t.o.Weights != nil {
		r.Weights = t.weights
	}
	for i := range t.space.Parameters {
		p := &t.space.Parameters[i]
		one := tuning.Parameter{Name: p.Name, Who: p.Who, Effort: p.Effort.String(), Option: p.Option, Source: p.Source}
		for _, v := range p.Values {
			one.Values = append(one.Values, v.Text)
		}
		r.Parameters = append(r.Parameters, one)
	}
	for _, v := range t.variants {
		r.Variants = append(r.Variants, v.shown(t.o.Profile, t.today))
	}
	return r
}
