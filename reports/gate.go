package reports

import (
	"fmt"

	"tenement/internal/gate"
)

// GateResult is how a gate fared in one case. A null value fails it.
type GateResult struct {
	Expr   string `json:"expr"`   // as it was written
	Target string `json:"target"` // a group, or endpoint
	Metric string `json:"metric"` // what it is about
	Op     string `json:"op"`     // how figure and bound are compared
	// Bound is in the metric's unit. If it is a multiple of another figure, Against says
	// of which.
	Bound   float64  `json:"bound"`
	Against *Against `json:"against,omitempty"` // absent if the bound is a value
	Case    string   `json:"case"`              // in which it was judged
	Value   *float64 `json:"value"`             // the figure that was judged
	// CI95 is the 95 % interval of the value; if the bound is a figure too, as wide as that
	// of their difference. It is left out where the figure is judged as it was counted.
	CI95 *Interval `json:"ci95,omitempty"`
	// OK is whether the value meets the bound.
	OK bool `json:"ok"`
	// Inconclusive is that the interval reaches across the bound, so that another run
	// could well be judged otherwise.
	Inconclusive bool `json:"inconclusive,omitempty"`
	// EndedRunS is when the gate ended the run, in seconds, because nothing that could
	// still come would have met it; the value is of the calls until then. 0 is not at all.
	EndedRunS float64 `json:"ended_run_s,omitempty"`
}

// Against is the figure that a bound is a multiple of.
type Against struct {
	Factor float64   `json:"factor"`         // that the figure is multiplied with
	Case   string    `json:"case,omitempty"` // that has it in this run; empty is the baseline
	Value  float64   `json:"value"`          // that figure
	CI95   *Interval `json:"ci95,omitempty"` // 95 % interval of that figure
}

// UnjudgedGate is a gate that was not judged in a case, because its bound is not known.
type UnjudgedGate struct {
	Expr   string `json:"expr"`   // as it was written
	Case   string `json:"case"`   // in which it was not judged
	Reason string `json:"reason"` // a clause, such as "no baseline was given"
}

// judge evaluates gates. A live run is judged by what it counted itself, not by
// its simulation. A simulated report is judged by the mean of its seeds: one lucky
// seed does not pass. An interrupted run is not judged: some of the cases may not
// have run.
func (r *Report) judge(gates []gate.Gate, base baseline) error {
	r.Gates, r.GatesNotJudged = []GateResult{}, nil
	if r.Partial {
		return nil
	}
	cases := make(map[string]*Case, len(r.Cases))
	for i := range r.Cases {
		cases[r.Cases[i].Name] = &r.Cases[i]
	}
	j := judging{report: r, cases: cases, base: base, figures: map[figureOf]*estimated{}}
	for i := range gates {
		g := &gates[i]
		if err := j.check(g); err != nil {
			return fmt.Errorf("gate %q: %w", g.Expr, err)
		}
		for k := range r.Cases {
			if c := &r.Cases[k]; g.Judges(c.Name) {
				if err := j.judge(g, c); err != nil {
					return fmt.Errorf("gate %q: %w", g.Expr, err)
				}
			}
		}
	}
	return nil
}

// judging is the gates of a report while they are judged.
type judging struct {
	report  *Report
	cases   map[string]*Case
	base    baseline
	figures map[figureOf]*estimated // that were worked out
}

// figureOf is what a gate reads: a metric of a target in a case.
type figureOf struct{ name, target, metric string }

// check says what a gate names that does not exist.
func (j *judging) check(g *gate.Gate) error {
	if readings[g.Metric] == nil {
		return fmt.Errorf("unknown metric %q", g.Metric)
	}
	if _, err := g.Holds(0, 0); err != nil {
		return err
	}
	for _, name := range g.CaseNames() {
		if j.cases[name] == nil {
			return fmt.Errorf("no case is called %q", name)
		}
	}
	return nil
}

// figure is a metric of a target in a case of the report; nil if it has none. The error
// is a group that does not exist.
func (j *judging) figure(c *Case, target, metric string) (*estimated, error) {
	key := figureOf{c.Name, target, metric}
	if f, done := j.figures[key]; done {
		return f, nil
	}
	if p := c.ControlPlane; p != nil {
		f, known := p.figure(target, metric)
		if !known {
			return nil, fmt.Errorf("no caller is called %q in the case %q", target, c.Name)
		}
		j.figures[key] = f
		return f, nil
	}
	s := j.report.target(c, target)
	if s == nil {
		return nil, fmt.Errorf("no group is called %q in the case %q", target, c.Name)
	}
	j.figures[key] = readings[metric](s)
	return j.figures[key], nil
}

// judge judges a gate in a case.
func (j *judging) judge(g *gate.Gate, c *Case) error {
	value, err := j.figure(c, g.Target, g.Metric)
	if err != nil {
		return err
	}
	result := GateResult{Expr: g.Expr, Target: g.Target, Metric: g.Metric, Op: g.Op, Bound: g.Value, Case: c.Name}
	var other *estimated
	paired := false
	if g.Relative != nil {
		var reason string
		if other, paired, reason, err = j.other(g, c); err != nil {
			return err
		}
		if reason != "" {
			j.report.GatesNotJudged = append(j.report.GatesNotJudged, UnjudgedGate{g.Expr, c.Name, reason})
			return nil
		}
		result.Against = &Against{Factor: g.Relative.Factor, Case: g.Relative.Case, Value: other.value, CI95: other.interval}
		result.Bound = tidy(g.Relative.Factor * other.value)
	}
	if value != nil {
		result.Value = &value.value
		result.OK, _ = g.Holds(value.value, result.Bound) // its operator is known
		if result.CI95 = value.interval; other != nil {
			result.CI95 = value.beside(other, g.Relative.Factor, paired)
		}
		if ci := result.CI95; ci != nil {
			result.Inconclusive = !g.Sure(ci.Low, ci.High, result.Bound)
		}
	}
	j.report.Gates = append(j.report.Gates, result)
	return nil
}

// other is the figure that the bound of a gate is a multiple of, and whether it was
// counted with the same seeds. The reason is why there is none.
func (j *judging) other(g *gate.Gate, c *Case) (f *estimated, paired bool, reason string, err error) {
	if g.Relative.Case == "" {
		return j.base.figure(g, c)
	}
	other := j.cases[g.Relative.Case]
	if f, err = j.figure(other, g.Target, g.Metric); err == nil && f == nil {
		reason = fmt.Sprintf("the case %q has no such figure", other.Name)
	}
	return f, c.sameBlocks(other), reason, err
}

// Failed is the gates that did not hold.
func (r *Report) Failed() []GateResult {
	return r.gatesThat(func(g *GateResult) bool { return !g.OK })
}

// Inconclusive is the gates that held, but could well not with another run.
func (r *Report) Inconclusive() []GateResult {
	return r.gatesThat(func(g *GateResult) bool { return g.OK && g.Inconclusive })
}

func (r *Report) gatesThat(are func(*GateResult) bool) []GateResult {
	var out []GateResult
	for i := range r.Gates {
		if are(&r.Gates[i]) {
			out = append(out, r.Gates[i])
		}
	}
	return out
}

// Ended is the gate that ended a run early: nothing that could still come would have met
// it.
type Ended struct {
	Gate   gate.Gate
	Case   string
	Bound  float64
	Value  float64 // of the calls until then, in the metric's unit
	AfterS float64 // the time since the case began, in seconds
}

// result is the gate, judged.
func (e *Ended) result() GateResult {
	g := &e.Gate
	out := GateResult{
		Expr: g.Expr, Target: g.Target, Metric: g.Metric, Op: g.Op, Bound: e.Bound,
		Case: e.Case, Value: &e.Value, EndedRunS: tidy(e.AfterS),
	}
	if g.Relative != nil {
		out.Against = &Against{Factor: g.Relative.Factor, Value: tidy(e.Bound / g.Relative.Factor)}
	}
	return out
}
