package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"tenement/internal/live"
	"tenement/internal/release"
	"tenement/internal/sim"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
	"tenement/profiles"
	"tenement/reports"
)

// runner runs every case of a profile, on one of the engines, and keeps what
// the report is made of.
type runner struct {
	program     *program
	profile     *profiles.Profile
	target      *url.URL
	maxRequests int64

	cases   []*caseRun
	left    []string // titles of cases that a target cannot play
	stopped error    // why the run ended before its end
	began   time.Time
	wall    time.Duration
	shared  bool
}

// caseRun is one case and what came of it.
type caseRun struct {
	profiles.Case
	plan     *profiles.Plan
	recorder *reports.Recorder // nil until it has run
	counts   *throttle.Counts
	estimate *reports.Estimate
	ran      time.Duration // how far it came, if it was interrupted
}

// prepare makes the plans. A target is as it is: cases that would change the
// endpoint are left out.
func (r *runner) prepare() {
	for _, c := range r.profile.Cases() {
		if r.target != nil && changesEndpoint(c) {
			r.left = append(r.left, c.Title)
			continue
		}
		r.cases = append(r.cases, &caseRun{Case: c, plan: r.profile.Plan(c, r.profile.Seed)})
	}
}

// changesEndpoint reports whether a case is about another endpoint.
func changesEndpoint(c profiles.Case) bool {
	return reports.ChangesOf(c.Kind, settings(c), nil).Endpoint
}

// settings are the paths that a case sets.
func settings(c profiles.Case) map[string]string {
	set := map[string]string{}
	for _, s := range c.Set {
		set[s.Path] = s.Value
	}
	return set
}

// run runs the cases. An interruption is no error here: it leaves a partial
// report.
func (r *runner) run(ctx context.Context) error {
	r.began = time.Now()
	var err error
	if r.profile.Engine == reports.Live {
		err = r.live(ctx)
	} else {
		err = r.simulate(ctx)
	}
	r.wall = time.Since(r.began)
	if stopped(err) {
		r.stopped, err = err, nil
	}
	return err
}

// simulate runs the cases one after the other with the seed asked for, each on
// every processor if it has hosts enough, and then over many seeds.
func (r *runner) simulate(ctx context.Context) error {
	if err := r.simulateOnce(ctx); err != nil {
		return err
	}
	return r.simulateSeeds(ctx)
}

// simulateOnce runs the cases with the seed asked for.
func (r *runner) simulateOnce(ctx context.Context) error {
	meter := r.program.meter()
	defer meter.done()
	for i, c := range r.cases {
		meter.show("%s: simulating case %d of %d, %s", r.profile.Name, i+1, len(r.cases), c.Name)
		gather := r.gather(c)
		counts, err := sim.Run(ctx, c.plan, gather.observe)
		c.recorder, c.counts = gather.merge(), &counts
		if interrupted := (*sim.InterruptedError)(nil); errors.As(err, &interrupted) {
			c.ran = max(interrupted.At, 1)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// simulateSeeds runs the cases over many seeds, of which the one asked for is the
// first. If that is interrupted, the report is of that one alone.
func (r *runner) simulateSeeds(ctx context.Context) error {
	seeds := simulatedSeeds(r.expected())
	if seeds < 2 {
		return nil
	}
	return r.estimate(ctx, r.profile.Seed, seeds)
}

// gather collects the recorders of a case's workers.
type gather struct {
	groups          int
	bucket, horizon time.Duration
	all             []*reports.Recorder
}

func (r *runner) gather(c *caseRun) *gather {
	return &gather{groups: len(c.plan.Groups), bucket: c.plan.SeriesBucket(), horizon: c.plan.Horizon()}
}

func (g *gather) observe() strategy.Observer {
	r := reports.NewRecorder(g.groups, g.bucket, g.horizon)
	g.all = append(g.all, r)
	return r
}

func (g *gather) merge() *reports.Recorder {
	if len(g.all) == 0 {
		g.observe()
	}
	for _, o := range g.all[1:] {
		g.all[0].Merge(o)
	}
	return g.all[0]
}

// Cases run side by side while together they stay small enough that they do
// not disturb each other: calls a second, and tasks.
const (
	sideBySideCalls = 2000
	sideBySideTasks = 6000
)

// live runs the cases over HTTP, then simulates each over many seeds. At a
// target the cases run one after the other: there they share the endpoint.
func (r *runner) live(ctx context.Context) error {
	pacemaker := live.NewPacemaker()
	defer pacemaker.Close()
	for rest := r.cases; len(rest) > 0; {
		n := r.sideBySide(rest)
		if err := r.liveBatch(ctx, rest[:n], pacemaker); err != nil {
			return err
		}
		rest = rest[n:]
	}
	return r.estimate(ctx, r.profile.Seed+1, besideSeeds(r.expected()))
}

// sideBySide is how many of the next cases may run together.
func (r *runner) sideBySide(rest []*caseRun) int {
	if r.target != nil {
		return 1
	}
	calls, tasks, files := 0.0, 0, 0
	for i, c := range rest {
		calls += c.plan.Expected() / c.plan.Duration.Seconds()
		tasks += c.plan.Hosts * c.plan.Tasks()
		files += new(live.Engine).Files(c.plan)
		if i > 0 && (calls > sideBySideCalls || tasks > sideBySideTasks || files > live.MaxFiles()) {
			return i
		}
	}
	return len(rest)
}

// stagger is how many seconds apart cases side by side begin, at most: they
// have the same arrivals, and begun together would all call in one instant.
const stagger = 16

// liveBatch runs some cases side by side. Each begins on a whole second. The
// first that fails ends the others.
func (r *runner) liveBatch(ctx context.Context, batch []*caseRun, wait live.Waiter) error {
	first := live.NextSecond()
	defer r.progress(first, batch)()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	shared := make([]bool, len(batch))
	var wg sync.WaitGroup
	for i, c := range batch {
		wg.Go(func() {
			gather := r.gather(c)
			began := first.Add(time.Duration(i%stagger) * time.Second)
			engine := live.Engine{Wait: wait, Began: began, Target: r.target, MaxRequests: r.maxRequests}
			ran, err := engine.Run(ctx, c.plan, gather.observe)
			if err != nil {
				c.ran = max(time.Since(began), 1)
				cancel(err)
			}
			c.recorder, shared[i] = gather.merge(), ran.SharedAddresses
			if ran.Counted {
				c.counts = &ran.Counts
			}
		})
	}
	wg.Wait()
	r.shared = r.shared || slices.Contains(shared, true)
	return context.Cause(ctx)
}

// Simulated seeds beside a live run: as many as a budget of calls allows,
// within bounds. Below the least, nobody could say what is unusual.
const (
	besideCalls = 8_000_000
	leastBeside = 50
	mostSeeds   = 400
)

// besideSeeds is how many seeds are simulated beside a live run with so many
// calls in all cases.
func besideSeeds(calls float64) int {
	return int(min(max(besideCalls/max(calls, 1), leastBeside), mostSeeds))
}

// Seeds of a simulation: it answers at once if the budget lasts, and goes beyond
// it for seeds enough to tell how far they are apart, but not for minutes.
const (
	simulatedCalls     = 1_500_000
	leastSimulated     = 20
	mostSimulatedCalls = 20_000_000
)

// simulatedSeeds is how many seeds a simulation with so many calls in all cases
// is of: 1 if it is too large for more.
func simulatedSeeds(calls float64) int {
	if calls*leastSimulated > mostSimulatedCalls {
		return 1
	}
	return int(min(max(simulatedCalls/max(calls, 1), leastSimulated), mostSeeds))
}

// expected is how many calls all cases are expected to make.
func (r *runner) expected() (calls float64) {
	for _, c := range r.cases {
		calls += c.plan.Expected()
	}
	return calls
}

// estimate simulates every case over many seeds, from the first on. If that is
// interrupted no case has an estimate: cases are compared, and an estimate is not
// to be compared with a sample.
func (r *runner) estimate(ctx context.Context, first uint64, seeds int) error {
	meter := r.program.meter()
	defer meter.done()
	for i, c := range r.cases {
		meter.show("%s: simulating case %d of %d over %d seeds", r.profile.Name, i+1, len(r.cases), seeds)
		estimate, err := r.estimateCase(ctx, c, first, seeds)
		if err != nil {
			for _, c := range r.cases {
				c.estimate = nil
			}
			return err
		}
		c.estimate = estimate
	}
	return nil
}

// estimateCase simulates a case, each processor its share of the seeds.
func (r *runner) estimateCase(ctx context.Context, c *caseRun, first uint64, seeds int) (*reports.Estimate, error) {
	workers := runtime.GOMAXPROCS(0)
	parts, errs := make([]*reports.Estimate, workers), make([]error, workers)
	var wg sync.WaitGroup
	for w := range workers {
		parts[w] = reports.NewEstimate(len(c.plan.Groups))
		wg.Go(func() {
			for seed := w; seed < seeds && errs[w] == nil; seed += workers {
				plan := r.profile.Plan(c.Case, first+uint64(seed))
				_, errs[w] = sim.Run(ctx, plan, parts[w].Observe)
				parts[w].EndSeed()
			}
		})
	}
	wg.Wait()
	for w, err := range errs {
		if err != nil {
			return nil, err
		}
		if w > 0 {
			parts[0].Merge(parts[w])
		}
	}
	return parts[0], nil
}

// report makes the report of what ran.
func (r *runner) report() (*reports.Report, error) {
	in := reports.Input{
		Model:   modelVersion,
		Profile: reports.Profile{Name: r.profile.Name, Digest: r.profile.Digest(), Description: r.profile.Description},
		Engine:  r.profile.Engine, Seed: r.profile.Seed,
		DurationS: r.cases[0].plan.Duration.Seconds(), Partial: r.stopped != nil,
		Generator: reports.Generator{
			Version: release.Version(), Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH,
			CPUs: runtime.NumCPU(), Began: r.began.UTC().Format(time.RFC3339), WallS: r.wall.Seconds(),
		},
		Gates: r.profile.Gates, Given: reports.Given{Warnings: r.warnings()},
	}
	for _, c := range r.cases {
		if c.recorder == nil {
			continue // the run was stopped before its turn
		}
		in.Cases = append(in.Cases, reports.NewCase(c.input()))
	}
	return reports.New(in)
}

// input is a case as the report wants it.
func (c *caseRun) input() reports.CaseInput {
	in := reports.CaseInput{
		Name: c.Name, Title: c.Title, Kind: c.Kind, Set: settings(c.Case),
		Service: c.plan.Service, Hosts: c.plan.Hosts,
		Limits: c.plan.Limits, Changes: c.plan.Changes, OnExceed: c.plan.OnExceed,
		Faults: c.plan.Faults, WriteTimeout: c.plan.WriteTimeout, Upstream: c.plan.Upstream,
		Duration: c.plan.Duration, Ran: c.ran,
		Counts: c.counts, Recorder: c.recorder, Estimate: c.estimate,
	}
	for _, g := range c.plan.Groups {
		in.Groups = append(in.Groups, reports.GroupInfo{
			Name: g.Name, Tenant: g.Tenant, UnderTest: g.UnderTest,
			Tasks: g.Tasks, Processes: g.Processes, Flow: g.Flow,
		})
	}
	return in
}

// severalLegs reports whether what calls ask for takes several requests.
func (r *runner) severalLegs() bool {
	for _, c := range r.cases {
		for i := range c.plan.Resources {
			if len(c.plan.Resources[i].Legs) > 1 {
				return true
			}
		}
	}
	return false
}

// warnings is what only the run knows of.
func (r *runner) warnings() []string {
	var plans []*profiles.Plan
	for _, c := range r.cases {
		plans = append(plans, c.plan)
	}
	w := warnings(plans)
	if errors.Is(r.stopped, live.ErrMaxRequests) {
		w = append(w, fmt.Sprintf("the run ended at its limit of %d requests to the target", r.maxRequests))
	}
	if r.target != nil && len(r.cases) > 1 {
		w = append(w, "the cases ran one after the other at one target, whose buckets and credentials they shared")
	}
	if p := r.cases[0].plan; r.target != nil && len(p.Faults)+len(p.Changes) > 0 {
		w = append(w, "what the target does on a schedule, faults and changes of limits, goes by its own start, and not by that of a case")
	}
	if len(r.left) > 0 {
		w = append(w, "left out, because they change the endpoint and a target is as it is: "+strings.Join(r.left, "; "))
	}
	if r.shared {
		w = append(w, reports.WarnSharedAddresses)
	}
	return w
}

// warnings is what plans warn of, each sentence once.
func warnings(plans []*profiles.Plan) []string {
	all := []string{}
	for _, p := range plans {
		for _, w := range p.Warnings {
			if !slices.Contains(all, w) {
				all = append(all, w)
			}
		}
	}
	return all
}

// interactive reports whether somebody watches stderr.
func interactive(w any) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
