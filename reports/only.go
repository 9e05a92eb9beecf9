package reports

import (
	"fmt"
	"slices"
)

// Only is the report with some of its cases, in its own order, and what was judged and
// compared in them. The error names a case that it does not have.
func (r *Report) Only(cases []string) (*Report, error) {
	for _, name := range cases {
		if r.Case(name) == nil {
			return nil, fmt.Errorf("no case is called %q", name)
		}
	}
	out := *r
	out.Cases, out.Gates, out.GatesNotJudged = nil, []GateResult{}, nil
	for i := range r.Cases {
		if slices.Contains(cases, r.Cases[i].Name) {
			out.Cases = append(out.Cases, r.Cases[i])
		}
	}
	for _, g := range r.Gates {
		if slices.Contains(cases, g.Case) {
			out.Gates = append(out.Gates, g)
		}
	}
	for _, g := range r.GatesNotJudged {
		if slices.Contains(cases, g.Case) {
			out.GatesNotJudged = append(out.GatesNotJudged, g)
		}
	}
	if r.Comparison != nil {
		c := *r.Comparison
		c.Cases, c.BaseOnly, c.CurrentOnly = nil, nil, nil
		for _, one := range r.Comparison.Cases {
			if slices.Contains(cases, one.Current) {
				c.Cases = append(c.Cases, one)
			}
		}
		out.Comparison = &c
	}
	return &out, nil
}
