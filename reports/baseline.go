package reports

import (
	"fmt"

	"tenement/internal/gate"
)

// baseline has the figures that gates are compared with.
type baseline interface {
	// figure is the one that a gate is compared with in a case of this report, and
	// whether it was counted with the same seeds. The reason is why there is none.
	figure(g *gate.Gate, c *Case) (f *estimated, paired bool, reason string, err error)
}

// stored is a baseline that is a report.
type stored struct {
	report *Report           // nil is none
	cases  map[string]string // names of cases here → there, where they differ
	of     judging
}

// newStored is the baseline of an input.
func newStored(in *Input) *stored {
	s := &stored{report: in.Baseline, cases: in.BaselineCase}
	s.of = judging{report: in.Baseline, figures: map[figureOf]*estimated{}}
	return s
}

func (s *stored) figure(g *gate.Gate, c *Case) (f *estimated, paired bool, reason string, err error) {
	if s.report == nil {
		return nil, false, "no baseline was given", nil
	}
	name := c.Name
	if other, matched := s.cases[name]; matched {
		name = other
	}
	there := s.report.Case(name)
	if there == nil {
		return nil, false, fmt.Sprintf("the baseline has no case %q", name), nil
	}
	if g.Target != gate.Endpoint && there.Places(g.Target) == nil {
		return nil, false, fmt.Sprintf("the baseline has no group %q", g.Target), nil
	}
	if f, err = s.of.figure(there, g.Target, g.Metric); err != nil || f != nil {
		return f, c.sameBlocks(there), "", err
	}
	return nil, false, "the baseline has no such figure", nil
}

// Bound is the bound of a gate in a case of a run that has this baseline; false if it is
// not known before the run.
func (in *Input) Bound(g *gate.Gate, name string) (float64, bool) {
	if g.Relative == nil {
		return g.Value, true
	}
	if g.Relative.Case != "" {
		return 0, false
	}
	f, _, reason, err := newStored(in).figure(g, &Case{Name: name})
	if err != nil || reason != "" {
		return 0, false
	}
	return tidy(g.Relative.Factor * f.value), true
}

// Unjudged are the gates that no run of these cases can judge, because the baseline lacks the
// figure that they are compared with. It is known before the run.
func (in *Input) Unjudged(cases []string) []UnjudgedGate {
	var all []UnjudgedGate
	base := newStored(in)
	for i := range in.Gates {
		g := &in.Gates[i]
		if g.Relative == nil || g.Relative.Case != "" {
			continue
		}
		for _, name := range cases {
			if !g.Judges(name) {
				continue
			}
			if _, _, reason, err := base.figure(g, &Case{Name: name}); err == nil && reason != "" {
				all = append(all, UnjudgedGate{g.Expr, name, reason})
			}
		}
	}
	return all
}

// judged is the baseline of reports whose gates were judged before: their results hold
// its figures.
type judged map[binding]*Against

func (j judged) figure(g *gate.Gate, c *Case) (f *estimated, paired bool, reason string, err error) {
	a := j[binding{g.Expr, c.Name}]
	if a == nil {
		return nil, false, "no baseline was given", nil
	}
	return &estimated{value: a.Value, interval: a.CI95}, false, "", nil
}

// sameBlocks reports whether two cases were simulated with the same seeds, block by
// block.
func (c *Case) sameBlocks(o *Case) bool {
	return c.Blocks.Paired(o.Blocks) && c.Blocks.Of != ByRounds
}
