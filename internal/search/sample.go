package search

import (
	"context"
	"runtime"
	"slices"
	"sync"

	"tenement/internal/experiment"
	"tenement/internal/stat"
	"tenement/reports"
)

// batch is what some seeds of a case with one value show.
type batch struct {
	Calls uint64           `json:"calls"`           // of all groups
	Sums  [][][2]uint64    `json:"sums"`            // by seed and objective: part, whole
	Steps [][]reports.Step `json:"steps,omitempty"` // by objective; of a quantile, the latencies of all seeds
}

// runs runs seeds of a case with x. It is safe for concurrent use.
type runs func(ctx context.Context, x float64, seeds experiment.Range) (*batch, error)

// unitSeeds is how many seeds a unit of work has, and a record of a run directory.
const unitSeeds = 4

// point is a value that was tried, with what its seeds have shown.
type point struct {
	x     float64
	seeds int
	calls uint64
	parts [][]float64 // by objective and seed
	of    [][]float64
	steps [][]reports.Step // by objective
}

// add adds the next batch.
func (p *point) add(b *batch, objectives int) {
	if p.parts == nil {
		p.parts, p.of = make([][]float64, objectives), make([][]float64, objectives)
		p.steps = make([][]reports.Step, objectives)
	}
	p.seeds += len(b.Sums)
	p.calls += b.Calls
	for _, seed := range b.Sums {
		for i, s := range seed {
			p.parts[i] = append(p.parts[i], float64(s[0]))
			p.of[i] = append(p.of[i], float64(s[1]))
		}
	}
	for i, s := range b.Steps {
		p.steps[i] = reports.AddSteps(p.steps[i], s)
	}
}

// uncounted reports whether nothing counts for an objective: no call or attempt of its kind
// has ended. Then it is not met.
func (p *point) uncounted(i int) bool {
	return !slices.ContainsFunc(p.of[i], func(n float64) bool { return n > 0 })
}

// pool bounds how many units run at a time.
type pool chan struct{}

func newPool() pool { return make(pool, max(runtime.GOMAXPROCS(0), 1)) }

// sampler gathers seeds of one case at values.
type sampler struct {
	objectives []reports.Measured
	first      uint64 // seed
	run        runs
	pool       pool
	most       func(x float64) int // seeds that a value gets at most
	told       func(calls uint64)  // of each unit that is done
	points     map[float64]*point
}

// extend brings values to so many seeds each, or to the most that they get.
func (s *sampler) extend(ctx context.Context, seeds int, at ...float64) error {
	type unit struct {
		p     *point
		seeds experiment.Range
		done  *batch
	}
	var units []*unit
	for _, x := range at {
		p := s.points[x]
		if p == nil {
			p = &point{x: x}
			s.points[x] = p
		}
		want := min(seeds, s.most(x))
		for have := p.seeds; have < want; have += unitSeeds {
			units = append(units, &unit{p: p, seeds: experiment.Range{First: s.first + uint64(have), N: unitSeeds}})
		}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	for _, u := range units {
		wg.Go(func() {
			s.pool <- struct{}{}
			defer func() { <-s.pool }()
			if ctx.Err() != nil {
				return
			}
			b, err := s.run(ctx, u.p.x, u.seeds)
			if err != nil {
				cancel(err)
				return
			}
			u.done = b
			if s.told != nil {
				s.told(b.Calls)
			}
		})
	}
	wg.Wait()
	for _, u := range units { // in the order of the seeds, whichever ended first
		if u.done == nil {
			break
		}
		u.p.add(u.done, len(s.objectives))
	}
	return context.Cause(ctx)
}

// figure is the ratio of an objective at a value.
type figure struct {
	ratio, low, high float64
	holds, sure      bool
}

// The levels of intervals: of figures that are shown, and of a decision. A decision is
// looked at again each time that seeds are added, so it needs more than 95 %.
const (
	shownLevel  = 0.95
	decideLevel = 0.99
)

// figure is that of an objective at a point.
func (s *sampler) figure(p *point, i int, level float64) figure {
	m := &s.objectives[i]
	if p.uncounted(i) {
		return figure{sure: p.seeds >= edgeSeeds}
	}
	ratio, low, high := stat.RatioInterval(p.parts[i], p.of[i], m.Share, level)
	f := figure{ratio: ratio, low: low, high: high, holds: m.Holds(ratio)}
	f.sure = m.Holds(low) == m.Holds(high)
	if m.Share && (ratio == 0 || ratio == 1) && ratio == m.Bound {
		f.sure = p.seeds >= 4*edgeSeeds
	}
	return f
}

// verdict is whether all objectives hold at a point, and whether that is sure.
func (s *sampler) verdict(p *point) (holds, sure bool) {
	holds, sure = true, true
	for i := range s.objectives {
		f := s.figure(p, i, decideLevel)
		switch {
		case !f.holds && f.sure:
			return false, true
		case !f.holds:
			holds, sure = false, false
		case !f.sure:
			sure = false
		}
	}
	return holds, sure
}

// decide adds seeds to a value until it is sure whether the objectives hold, or it has so
// many seeds. It has least seeds in any case.
func (s *sampler) decide(ctx context.Context, x float64, least, most int) (holds, sure bool, err error) {
	for n := least; ; n *= 2 {
		if err := s.extend(ctx, min(n, most), x); err != nil {
			return false, false, err
		}
		p := s.points[x]
		if holds, sure = s.verdict(p); sure || n >= most || p.seeds < n {
			return holds, sure, nil
		}
	}
}

// singleRuns is the share of the seeds that meet every objective on their own.
func (s *sampler) singleRuns(p *point) float64 {
	if p.seeds == 0 {
		return 0
	}
	met := 0
	for seed := range p.seeds {
		all := true
		for i := range s.objectives {
			n := p.of[i][seed]
			all = all && !p.uncounted(i) && (n == 0 || s.objectives[i].Holds(p.parts[i][seed]/n))
		}
		if all {
			met++
		}
	}
	return float64(met) / float64(p.seeds)
}

// tried are the values that have seeds, in order.
func (s *sampler) tried() []float64 {
	var all []float64
	for x, p := range s.points {
		if p.seeds > 0 {
			all = append(all, x)
		}
	}
	slices.Sort(all)
	return all
}
