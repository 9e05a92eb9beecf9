package search

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"tenement/internal/experiment"
	"tenement/internal/gate"
	"tenement/internal/plan"
	"tenement/internal/rundir"
	"tenement/internal/sim"
	"tenement/internal/strategy"
	"tenement/profiles"
	"tenement/reports"
	"tenement/reports/capacity"
)

// Options say what is searched, and how.
type Options struct {
	Profile   *profiles.Profile
	Vary      *Vary
	By        *Vary    // nil if nothing else varies
	Objective []string // gates, all of which are to hold
	Cases     []string // by name; none are the strategies
	Seed      uint64   // the first
	Seeds     int      // at most for one value; 0 follows from the size of a run
	MaxTime   time.Duration
	Dir       string // of the run; empty keeps nothing
	Progress  func(experiment.Progress)
}

// Search is a search for capacity. It is made by New and run once.
type Search struct {
	o          Options
	gates      []gate.Gate
	objectives []reports.Measured
	cases      []plan.Case
	dir        *rundir.Dir
	pool       pool
	progress   *tally

	mu       sync.Mutex // guards what follows
	profiles map[string]*profiles.Profile
}

// The seeds of a value: as many as a budget of calls allows, within bounds.
const (
	mostCalls = 20_000_000
	mostSeeds = 512
)

// byValues is how many values of By are tried, unless it has steps.
const byValues = 7

// mostByValues bounds the values of By that has steps.
const mostByValues = 50

// New checks what is searched. It opens no directory yet. The error says which of the
// options is wrong, or is one of the profile's.
func New(o Options) (*Search, error) {
	s := &Search{o: o, pool: newPool(), profiles: map[string]*profiles.Profile{}}
	if len(o.Objective) == 0 {
		return nil, fmt.Errorf("no objective: want one such as --objective %s.failure_rate<=0.1%%", tested(o.Profile))
	}
	for _, text := range o.Objective {
		g, wrong := gate.Parse(text)
		if wrong != nil {
			return nil, fmt.Errorf("--objective %q: %w", shown(text), wrong)
		}
		s.gates = append(s.gates, g)
		if _, known := gate.MetricOf(g.Metric); known {
			s.objectives = append(s.objectives, reports.MeasuredOf(&g))
		}
	}
	if err := o.Vary.settle("--vary", o.Profile); err != nil {
		return nil, err
	}
	if o.By != nil {
		for i := range o.Vary.Settings {
			if path := o.Vary.Settings[i].Path; path == o.By.Settings[0].Path {
				return nil, fmt.Errorf("--by %s: it varies already: want another path than that of --vary", path)
			}
		}
		if err := o.By.settle("--by", o.Profile); err != nil {
			return nil, err
		}
		if r := o.By.Range; r.Step > 0 && len(o.By.given) > 0 && (r.High-r.Low)/r.Step >= mostByValues {
			return nil, fmt.Errorf("--by has %.0f values: want at most %d; give it a larger step", (r.High-r.Low)/r.Step+1, mostByValues)
		}
	}
	if err := s.chooseCases(); err != nil {
		return nil, err
	}
	for _, c := range s.cases {
		if _, err := reports.NewMeasure(s.gates, groupsOf(o.Profile.Plan(c, o.Seed))); err != nil {
			return nil, fmt.Errorf("--objective: %w", err)
		}
	}
	return s, nil
}

// tested is a group under test, for a hint.
func tested(p *profiles.Profile) string {
	c := p.Cases()[0]
	if p.Check(c) == nil {
		for _, g := range p.Plan(c, 0).Groups {
			if g.UnderTest {
				return g.Name
			}
		}
	}
	return gate.Endpoint
}

// groupsOf are the names of a plan's groups.
func groupsOf(p *plan.Plan) []string {
	var names []string
	for i := range p.Groups {
		names = append(names, p.Groups[i].Name)
	}
	return names
}

// yours reports whether a target is a group under test.
func (s *Search) yours(target string) bool {
	for _, g := range s.o.Profile.Plan(s.cases[0], s.o.Seed).Groups {
		if g.Name == target {
			return g.UnderTest
		}
	}
	return false
}

// chooseCases finds the cases that are searched.
func (s *Search) chooseCases() error {
	all := s.o.Profile.Cases()
	var names []string
	for _, c := range all {
		names = append(names, c.Name)
		if len(s.o.Cases) == 0 && c.Kind == plan.StrategyCase {
			s.cases = append(s.cases, c)
		}
	}
	for _, name := range s.o.Cases {
		i := slices.Index(names, name)
		if i < 0 {
			return &NoCaseError{Name: name, Known: names}
		}
		if !slices.ContainsFunc(s.cases, func(c plan.Case) bool { return c.Name == name }) {
			s.cases = append(s.cases, all[i])
		}
	}
	for _, c := range s.cases {
		if err := s.o.Profile.Check(c); err != nil {
			return err
		}
	}
	return nil
}

// NoCaseError is the error of New if the profile has no such case.
type NoCaseError struct {
	Name  string
	Known []string
}

// Error implements error.
func (e *NoCaseError) Error() string { return fmt.Sprintf("there is no case %q", e.Name) }

// planned is the plan of a search, as its directory keeps it: all that decides results.
type planned struct {
	Search    string         `json:"search"` // capacity
	Profile   string         `json:"profile"`
	Digest    string         `json:"digest"` // of the profile
	Model     int            `json:"model"`  // of the strategies: strategy.ModelVersion
	Seed      uint64         `json:"seed"`
	Seeds     int            `json:"seeds"`
	Vary      []string       `json:"vary"`
	Range     capacity.Range `json:"range"`
	By        []string       `json:"by,omitempty"`
	Objective []string       `json:"objective"`
	Cases     []string       `json:"cases"`
}

// plan is the plan of the search.
func (s *Search) plan() planned {
	p := planned{
		Search: "capacity", Profile: s.o.Profile.Name, Digest: s.o.Profile.Digest(), Model: strategy.ModelVersion,
		Seed: s.o.Seed, Seeds: s.o.Seeds, Vary: s.o.Vary.formulas(), Range: s.o.Vary.Range, Objective: capacity.Objectives(s.gates),
	}
	for _, c := range s.cases {
		p.Cases = append(p.Cases, c.Name)
	}
	if s.o.By != nil {
		for _, y := range s.byValues() {
			p.By = append(p.By, s.o.By.At(y)...)
		}
	}
	return p
}

// errMaxTime is the cause of a search that MaxTime ended.
var errMaxTime = errors.New("its time was over")

// Run searches. If ctx ends or the time is over, the result is partial, and says so. With
// a directory, what is there is not done again.
func (s *Search) Run(ctx context.Context) (r *capacity.Result, err error) {
	if s.o.Dir != "" {
		if s.dir, err = rundir.Open(s.o.Dir, s.plan()); err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, s.dir.Close()) }()
	}
	outer := ctx
	if s.o.MaxTime > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, s.o.MaxTime, errMaxTime)
		defer cancel()
	}
	low, _ := s.Calls()
	s.progress = s.newTally(low)
	r = &capacity.Result{
		Version: capacity.Version, Profile: capacity.Profile{Name: s.o.Profile.Name, Digest: s.o.Profile.Digest()},
		Seed: s.o.Seed, Vary: s.o.Vary.formulas(), Name: s.o.Vary.Name, Unit: s.o.Vary.Unit, Range: s.o.Vary.Range,
		Objective: capacity.Objectives(s.gates), Gates: s.gates, Cases: make([]capacity.Case, len(s.cases)),
	}
	for _, g := range s.gates {
		r.Yours = append(r.Yours, s.yours(g.Target))
	}
	if by := s.o.By; by != nil {
		r.By = &capacity.By{Path: by.Settings[0].Path, Name: by.Name, Unit: by.Unit, Range: by.Range}
	}
	edges, errs := make([]caseEdges, len(s.cases)), make([]error, len(s.cases))
	var wg sync.WaitGroup
	for i, c := range s.cases {
		wg.Go(func() { r.Cases[i], edges[i], errs[i] = s.searchCase(ctx, c) })
	}
	wg.Wait()
	for i := range edges {
		for _, e := range edges[i].all {
			add(&r.Cost, e.sampler)
		}
	}
	s.orient(r, edges)
	switch err := errors.Join(errs...); {
	case errors.Is(err, errMaxTime):
		r.Partial = fmt.Sprintf("the time of %s was over", s.o.MaxTime)
	case outer.Err() != nil:
		r.Partial = "it was interrupted"
	case err != nil:
		return nil, err
	default:
		return r, s.dir.Finish(r)
	}
	return r, nil
}

// caseEdges are the edges of a case, its own first, and those of them that are the points
// of its frontier.
type caseEdges struct{ all, frontier []*edge }

// orient turns the edges at which everything holds, and nothing shows which end is easier,
// the way of the others: their answer is the harder end.
func (s *Search) orient(r *capacity.Result, edges []caseEdges) {
	above := false
	for i := range edges {
		for _, e := range edges[i].all {
			above = above || e.side == capacity.Above
		}
	}
	if !above {
		return
	}
	end := r.Range.Low
	for i := range edges {
		c := &r.Cases[i]
		if edges[i].all[0].level() {
			c.Capacity, c.Lower, c.Upper, c.Settings = &end, nil, &end, s.o.Vary.At(end)
		}
		for j := range c.Frontier {
			if p := &c.Frontier[j]; edges[i].frontier[j].level() {
				p.Y, p.Lower, p.Upper = &end, nil, &end
			}
		}
	}
}

// searchCase finds the capacity of a case, and its frontier, with the edges of both.
func (s *Search) searchCase(ctx context.Context, c plan.Case) (out capacity.Case, edges caseEdges, err error) {
	e := s.edgeOf(c, s.o.Profile, "")
	edges.all = []*edge{e}
	err = e.find(ctx)
	out = e.answer(c)
	if err == nil {
		err = s.explain(ctx, &out, e, c)
	}
	if s.o.By == nil || err != nil {
		return out, edges, err
	}
	ys := s.byValues()
	found, errs := make([]*edge, len(ys)), make([]error, len(ys))
	var wg sync.WaitGroup
	for i, y := range ys {
		wg.Go(func() {
			changed, err := s.o.By.apply(s.o.Profile, y)
			if err != nil {
				errs[i] = err
				return
			}
			found[i] = s.edgeOf(c, changed, fmt.Sprint(s.o.By.At(y)))
			errs[i] = found[i].find(ctx)
		})
	}
	wg.Wait()
	for i, e := range found {
		if e != nil {
			edges.all = append(edges.all, e)
		}
		if errs[i] == nil {
			point := e.answer(c)
			out.Frontier = append(out.Frontier, capacity.FrontierPoint{X: ys[i], Y: point.Capacity, Lower: point.Lower, Upper: point.Upper, Curve: e.curve(out.Decides)})
			edges.frontier = append(edges.frontier, e)
		}
	}
	return out, edges, errors.Join(errs...)
}

// add adds what an edge has cost.
func add(cost *capacity.Cost, s *sampler) {
	for _, p := range s.points {
		if p.seeds > 0 {
			cost.Values++
			cost.Runs += uint64(p.seeds)
			cost.Calls += p.calls
		}
	}
}

// byValues are the values of By that are tried.
func (s *Search) byValues() []float64 {
	by := s.o.By
	n := byValues
	if len(by.given) > 0 {
		n = int(math.Round((by.Range.High-by.Range.Low)/by.Range.Step)) + 1
	}
	return values(by.Range, n)
}

// edgeOf is the search of a case in a profile. where says how the profile is changed.
func (s *Search) edgeOf(c plan.Case, p *profiles.Profile, where string) *edge {
	one := &sampler{
		objectives: s.objectives, first: s.o.Seed, pool: s.pool, points: map[float64]*point{}, told: s.progress.done,
		run: s.runs(c, p, where),
	}
	one.most = func(x float64) int { return s.mostSeeds(c, p, x, where) }
	return &edge{sampler: one, in: s.o.Vary.Range}
}

// mostSeeds is how many seeds a value gets at most: a multiple of a unit.
func (s *Search) mostSeeds(c plan.Case, p *profiles.Profile, x float64, where string) int {
	most := s.o.Seeds
	if most == 0 {
		most = mostSeeds
		if at, err := s.at(p, x, where); err == nil && at.Check(c) == nil {
			calls := max(at.Plan(c, s.o.Seed).Expected(), 1)
			for most > edgeSeeds && float64(most)*calls > mostCalls {
				most /= 2
			}
		}
	}
	return max((most+unitSeeds-1)/unitSeeds*unitSeeds, unitSeeds)
}

// at is the profile when x is that, made once.
func (s *Search) at(p *profiles.Profile, x float64, where string) (*profiles.Profile, error) {
	key := where + " " + number(x)
	s.mu.Lock()
	have := s.profiles[key]
	s.mu.Unlock()
	if have != nil {
		return have, nil
	}
	have, err := s.o.Vary.apply(p, x)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.profiles[key] = have
	return have, nil
}

// runs runs seeds of a case, or takes their result from the directory.
func (s *Search) runs(c plan.Case, p *profiles.Profile, where string) runs {
	return func(ctx context.Context, x float64, seeds experiment.Range) (*batch, error) {
		b := new(batch)
		key := fmt.Sprintf("%s %s%v seeds %d+%d", c.Name, where, s.o.Vary.At(x), seeds.First, seeds.N)
		if s.dir.Get(key, b) && len(b.Sums) == int(seeds.N) {
			return b, nil
		}
		changed, err := s.at(p, x, where)
		if err != nil {
			return nil, err
		}
		if err := changed.Check(c); err != nil {
			return nil, err
		}
		*b = batch{}
		var m *reports.Measure
		for i := range seeds.N {
			one := changed.Plan(c, seeds.First+i)
			if m == nil {
				if m, err = reports.NewMeasure(s.gates, groupsOf(one)); err != nil {
					return nil, err
				}
			}
			if _, err := sim.Run(ctx, one, sim.Hosts{N: one.Hosts}, m); err != nil {
				return nil, cause(ctx, err)
			}
			var sums [][2]uint64
			for _, sum := range m.End() {
				sums = append(sums, [2]uint64{sum.Part, sum.Of})
			}
			b.Sums = append(b.Sums, sums)
		}
		b.Calls = m.Calls()
		for i := range s.objectives {
			if s.objectives[i].Beyond > 0 {
				if b.Steps == nil {
					b.Steps = make([][]reports.Step, len(s.objectives))
				}
				b.Steps[i] = m.Steps(i)
			}
		}
		return b, s.dir.Put(key, b)
	}
}

// cause is why a context ended, or else the error.
func cause(ctx context.Context, err error) error {
	if why := context.Cause(ctx); why != nil {
		return why
	}
	return err
}
