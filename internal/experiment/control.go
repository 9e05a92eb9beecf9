package experiment

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"tenement/internal/control"
	"tenement/internal/plan"
	"tenement/internal/release"
	"tenement/internal/strategy"
	"tenement/internal/words"
	"tenement/reports"
)

// ControlProfile is what the simulation of a control plane needs of a profile.
type ControlProfile interface {
	Cases() []plan.Case
	Check(c plan.Case) error
	Digest() string
	// ControlPlan returns the plan of a case with a seed, and the accounts of its callers
	// by number. It is safe for concurrent use.
	ControlPlan(c plan.Case, seed uint64) (p *control.Plan, accounts []string)
	// UnderTest are the callers on which the strategies are tried.
	UnderTest() []string
}

// Seeds of a control plane: as many as a budget of tasks allows, so that the answer takes
// a few seconds.
const (
	controlTasks     = 1_000_000 // of all cases and seeds
	leastControl     = 5
	mostControl      = 20
	mostControlTasks = 600_000 // of all cases with one seed; beyond, there is no other seed
	eventsOfTask     = 100     // a task has fewer, unless its call is tried very often
)

// controlRun is a case of a control plane, and its results by seed.
type controlRun struct {
	plan.Case
	plan     *control.Plan // under the run's seed
	accounts []string
	recorder *reports.ControlRecorder
	results  []*control.Result        // by seed, from the run's
	starts   [][]reports.ControlTimes // by seed and caller
}

// ControlPlane simulates every case of a profile with a control plane and makes the
// report. If ctx ends, the report is partial: it has the cases, and the seeds of all of them,
// that were simulated by then. The error is that of a context that has ended before there was
// one case, one of control.Run, or a gate that cannot be judged.
func ControlPlane(ctx context.Context, p ControlProfile, o Options) (*reports.Report, error) {
	began := time.Now()
	var all []*controlRun
	given := reports.Given{}
	for _, c := range p.Cases() {
		if err := p.Check(c); err != nil {
			given.Warnings = append(given.Warnings, fmt.Sprintf("%s is left out: %v", c.Title, err))
			continue
		}
		run := &controlRun{Case: c}
		run.plan, run.accounts = p.ControlPlan(c, o.Seed)
		for _, w := range run.plan.Warnings {
			if !slices.Contains(given.Warnings, w) {
				given.Warnings = append(given.Warnings, w)
			}
		}
		run.recorder = reports.NewControlRecorder(int(control.NumSteps), len(run.plan.Callers))
		all = append(all, run)
	}
	if len(all) == 0 {
		return nil, ErrNoCase
	}
	seeds := o.Seeds
	err := simulateControl(ctx, p, o, all, 1)
	if err == nil {
		if seeds == 0 {
			seeds = controlSeeds(all)
		}
		err = simulateControl(ctx, p, o, all, seeds)
	}
	if err != nil {
		if !errors.Is(err, context.Cause(ctx)) {
			return nil, err
		}
		var without []string
		if all, without, seeds = complete(all); len(all) == 0 {
			return nil, err
		}
		if len(without) > 0 {
			given.Warnings = append(given.Warnings, "left out, because the run was interrupted before they were simulated: "+strings.Join(without, "; "))
		}
	}
	first := all[0]
	in := reports.Input{
		Model: strategy.ModelVersion,
		Profile: reports.Profile{
			Name: o.Name, Digest: p.Digest(), Description: o.Description,
			Identity: o.Kept.Identity, Document: o.Kept.Document, Traces: o.Kept.Traces,
		},
		Engine: reports.Sim, Seed: o.Seed, DurationS: first.plan.Duration.Seconds(),
		Generator: reports.Generator{Version: release.Version(), WallS: time.Since(began).Seconds()},
		Gates:     o.Gates, Given: given, Baseline: o.Baseline, BaselineCase: o.BaselineCase,
		Partial: err != nil,
	}
	if seeds < 2 {
		in.Given.Warnings = append(in.Given.Warnings, "all figures are those of one seed: another may give others (--seeds 5 simulates five)")
	}
	for _, c := range all {
		in.Cases = append(in.Cases, c.report(o.Seed, p.UnderTest()))
	}
	return reports.New(in)
}

// controlSeeds is how many seeds to simulate, given what the first has done.
func controlSeeds(all []*controlRun) int {
	tasks := uint64(0)
	for _, c := range all {
		asked := uint64(0)
		for i := range c.results[0].Callers {
			asked += c.results[0].Callers[i].Asked
		}
		tasks += max(asked, c.results[0].Events/eventsOfTask)
	}
	if tasks > mostControlTasks {
		return 1
	}
	return int(min(max(controlTasks/max(tasks, 1), leastControl), mostControl))
}

// simulateControl simulates every case with the seeds that it has no result of yet, on all processors.
// The results are in the order of the seeds, whoever was first.
func simulateControl(ctx context.Context, p ControlProfile, o Options, all []*controlRun, seeds int) error {
	type unit struct {
		c    *controlRun
		seed int
	}
	var units []unit
	for seed := len(all[0].results); seed < seeds; seed++ { // all have as many results
		for _, c := range all {
			units = append(units, unit{c, seed})
		}
	}
	for _, c := range all {
		more := max(seeds-len(c.results), 0)
		c.results, c.starts = append(c.results, make([]*control.Result, more)...), append(c.starts, make([][]reports.ControlTimes, more)...)
	}
	var next, done atomic.Int64
	var mu sync.Mutex
	var failed error
	var group sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(units)) {
		group.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(units) {
					return
				}
				u := units[i]
				result, starts, err := u.c.run(ctx, p, o.Seed, u.seed)
				mu.Lock()
				u.c.results[u.seed], u.c.starts[u.seed] = result, starts
				if err != nil && failed == nil {
					failed = fmt.Errorf("simulating %s: %w", u.c.Title, err)
					next.Store(int64(len(units)))
				}
				if n := done.Add(1); o.Progress != nil {
					o.Progress(Progress{
						Doing: fmt.Sprintf("simulating %s", words.Plural(uint64(len(all)), "case", "cases")),
						Done:  int(n), Of: len(units), Share: float64(n) / float64(len(units)),
					})
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	return failed
}

// complete are the cases that an interrupted run has simulated, the titles of the others, and
// with how many seeds all of the former were, from the first on. Other results are dropped.
func complete(all []*controlRun) (some []*controlRun, without []string, seeds int) {
	for _, c := range all {
		n := slices.Index(c.results, nil)
		if n < 0 {
			n = len(c.results)
		}
		if n == 0 {
			without = append(without, c.Title)
			continue
		}
		if some = append(some, c); seeds == 0 || n < seeds {
			seeds = n
		}
	}
	for _, c := range some {
		c.results, c.starts = c.results[:seeds], c.starts[:seeds]
	}
	return some, without, seeds
}

// run simulates a case with a seed, counted from the run's. Only that is recorded in full.
func (c *controlRun) run(ctx context.Context, p ControlProfile, first uint64, seed int) (*control.Result, []reports.ControlTimes, error) {
	if seed == 0 {
		result, err := control.Run(ctx, c.plan, c.recorder)
		return result, c.recorder.Starts(), err
	}
	other, _ := p.ControlPlan(c.Case, first+uint64(seed))
	other.Bucket = 0
	starts := reports.NewControlStarts(len(other.Callers))
	result, err := control.Run(ctx, other, starts)
	return result, starts.Take(), err
}
