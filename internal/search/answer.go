package search

import (
	"context"
	"math"

	"tenement/internal/experiment"
	"tenement/internal/plan"
	"tenement/profiles"
	"tenement/reports"
	"tenement/reports/capacity"
	"tenement/reports/diagnosis"
)

// answer is what an edge found, as the result has it.
func (e *edge) answer(c plan.Case) capacity.Case {
	out := capacity.Case{
		Name: c.Name, Title: c.Title, Holds: e.side, Monotone: e.monotone, Also: e.again, Decides: e.decides,
		Curve: []capacity.Point{}, Frontier: []capacity.FrontierPoint{},
	}
	switch {
	case e.answered:
		out.Capacity = &e.at
		out.AtLimit = e.side == capacity.Everywhere
	case e.side != capacity.Nowhere:
		out.Holds = capacity.Unknown // the search ended too early
	}
	if e.bounded[0] {
		out.Lower = &e.lower
	}
	if e.bounded[1] {
		out.Upper = &e.upper
	}
	out.Curve = append(out.Curve, e.curve(e.decides)...)
	if e.found && e.answered {
		if e.in.Step > 0 {
			out.Fails = &e.fails
		} else {
			out.Fails = e.firstFailing()
		}
	}
	return out
}

// level reports whether everything holds, and the figure at both ends is the same: nothing
// shows which end is easier.
func (e *edge) level() bool {
	low, high := e.points[e.in.Low], e.points[e.in.High]
	return e.side == capacity.Everywhere && low != nil && high != nil && e.shown(low, e.decides).Metric == e.shown(high, e.decides).Metric
}

// firstFailing is the tried value beyond the interval that is the nearest to it and fails.
func (e *edge) firstFailing() *float64 {
	var best *float64
	for _, x := range e.tried() {
		if _, sure := e.verdict(e.points[x]); !sure || e.held(e.points[x]) {
			continue
		}
		beyond := x > e.at
		if e.side == capacity.Above {
			beyond = x < e.at
		}
		if beyond && (best == nil || math.Abs(x-e.at) < math.Abs(*best-e.at)) {
			best = &x
		}
	}
	if best == nil {
		return &e.fails
	}
	return best
}

// curve are the values that were tried, with the figures of an objective.
func (e *edge) curve(objective int) []capacity.Point {
	var all []capacity.Point
	for _, x := range e.tried() {
		all = append(all, e.shown(e.points[x], objective))
	}
	return all
}

// shown is a point of the curve of an objective.
func (e *edge) shown(p *point, objective int) capacity.Point {
	m := &e.objectives[objective]
	f := e.figure(p, objective, shownLevel)
	out := capacity.Point{Value: p.x, Seeds: p.seeds, SingleRuns: e.singleRuns(p), Uncounted: p.uncounted(objective)}
	out.Holds, out.Sure = e.verdict(p)
	if m.Beyond == 0 {
		out.Metric, out.Low, out.High = tidy(f.ratio*m.Scale), tidy(f.low*m.Scale), tidy(f.high*m.Scale)
		return out
	}
	// The quantile, and the quantiles of as many more and fewer as the share beyond the
	// bound varies.
	steps := p.steps[objective]
	wider, narrower := 2.0, 0.5
	if f.ratio > 0 {
		wider, narrower = f.high/f.ratio, f.low/f.ratio
	}
	out.Metric = tidy(reports.QuantileOf(steps, m.Beyond))
	out.Low = tidy(reports.QuantileOf(steps, min(m.Beyond*wider, 1)))
	out.High = tidy(reports.QuantileOf(steps, m.Beyond*narrower))
	return out
}

// tidy rounds to what all processors agree on, and JSON shows: nine digits behind the
// point.
func tidy(x float64) float64 {
	if math.IsInf(x, 0) || math.IsNaN(x) {
		return math.MaxFloat64 // not known; JSON has no infinity
	}
	return math.Round(x*1e9) / 1e9
}

// The margin of a value to run at: a tenth, and further until so many of the seeds meet
// the objectives on their own.
const (
	margin      = 0.1
	leastSingle = 0.95
	marginSteps = 5
)

// explain adds what is known of an edge beside its search: a value with a margin, the
// closed form, and the reason.
func (s *Search) explain(ctx context.Context, out *capacity.Case, e *edge, c plan.Case) error {
	if e.answered {
		out.Settings = s.o.Vary.At(e.at)
	}
	if !e.found || !e.answered {
		return nil
	}
	if err := s.runAt(ctx, out, e); err != nil {
		return err
	}
	out.Bound, out.BoundRule = s.bound(c, e.side)
	reason, err := s.because(ctx, c, *out.Fails)
	out.Reason = reason
	return err
}

// runAt finds a value with a margin.
func (s *Search) runAt(ctx context.Context, out *capacity.Case, e *edge) error {
	from, way := e.at, 1-margin
	switch {
	case e.side == capacity.Above:
		if way = 1 + margin; e.bounded[1] {
			from = e.upper
		}
	case e.bounded[0]:
		from = e.lower
	}
	x := from
	for range marginSteps {
		next := e.beside(x*way, way < 1)
		if next == x {
			break
		}
		x = next
		if err := e.extend(ctx, edgeSeeds, x); err != nil {
			return err
		}
		if e.singleRuns(e.points[x]) >= leastSingle {
			break
		}
	}
	out.RunAt = &x
	out.Curve = e.curve(e.decides)
	return nil
}

// beside is a value of the range that is not above x, or not below it.
func (e *edge) beside(x float64, below bool) float64 {
	if e.in.Step > 0 {
		steps := (x - e.in.Low) / e.in.Step
		if below {
			steps = math.Floor(steps + 1e-9)
		} else {
			steps = math.Ceil(steps - 1e-9)
		}
		x = e.in.Low + steps*e.in.Step
	} else if digits := math.Pow(10, math.Floor(math.Log10(math.Abs(x)))-1); digits > 0 { // two digits will do
		if below {
			x = math.Floor(x/digits) * digits
		} else {
			x = math.Ceil(x/digits) * digits
		}
	}
	return snap(e.in, min(max(x, e.in.Low), e.in.High))
}

// reasonCalls bounds what is simulated for a reason.
const reasonCalls = 1_000_000

// because is why the objectives fail at a value.
func (s *Search) because(ctx context.Context, c plan.Case, x float64) (string, error) {
	at, err := s.at(s.o.Profile, x, "")
	if err != nil {
		return "", err
	}
	if wrong := at.Check(c); wrong != nil {
		return "", wrong
	}
	if at.Plan(c, s.o.Seed).Expected() > reasonCalls {
		return "", nil
	}
	seeds := int(min(max(reasonCalls/max(at.Plan(c, s.o.Seed).Expected(), 1), 2), 20))
	run, err := experiment.New(only{at, c}, experiment.Options{Name: at.Name, Engine: reports.Sim, Seed: s.o.Seed, Seeds: seeds})
	if err != nil {
		return "", err
	}
	if err := run.Run(ctx); err != nil {
		return "", cause(ctx, err)
	}
	if run.Stopped() != nil {
		return "", cause(ctx, run.Stopped())
	}
	report, err := run.Report()
	if err != nil {
		return "", err
	}
	return diagnosis.Of(report).Because(), nil
}

// only is a profile with one of its cases.
type only struct {
	*profiles.Profile
	c plan.Case
}

// Cases implements experiment.Profile.
func (o only) Cases() []plan.Case { return []plan.Case{o.c} }
