package main

import (
	"slices"

	"tenement/cmd/internal/command"
	"tenement/internal/plan"
	"tenement/internal/strategy"
	"tenement/profiles"
	"tenement/reports"
)

// outlineOf is a report of a profile that has not run: its cases, their groups, and which
// of these have starts of tasks. With it the flags of a comparison are checked before a long run.
func outlineOf(p *profiles.Profile, engine string, cases []plan.Case) *reports.Report {
	r := &reports.Report{Model: strategy.ModelVersion, Engine: engine}
	for _, c := range cases {
		one := reports.Case{Name: c.Name, Title: c.Title}
		if p.ControlPlane() {
			one.ControlPlane = &reports.ControlPlane{}
			of, _ := p.ControlPlan(c, p.Seed)
			for i := range of.Callers {
				name := of.Callers[i].Name
				one.ControlPlane.Callers = append(one.ControlPlane.Callers, reports.ControlCaller{Name: name, UnderTest: slices.Contains(p.UnderTest(), name)})
			}
		} else {
			for _, g := range p.Plan(c, p.Seed).Groups {
				group := reports.Group{Name: g.Name, Tenant: g.Tenant, UnderTest: g.UnderTest}
				if g.Dynamic() {
					group.Lives = &reports.Lives{Started: 1}
				}
				one.Groups = append(one.Groups, group)
			}
		}
		r.Cases = append(r.Cases, one)
	}
	return r
}

// checkComparison returns what is wrong with how a run is to be compared. It is asked before
// the run, since afterwards all of it is in vain.
func (f *runFlags) checkComparison(p *profiles.Profile, cases []plan.Case, baseline *reports.Report) error {
	run := outlineOf(p, p.Engine, cases)
	switch {
	case baseline != nil:
		return f.compare.check(baseline, run)
	case f.compare.against != "":
		return f.compare.checkCases(run)
	}
	return nil
}

// check returns what is wrong with the flags, of two reports that may be outlines.
func (f *compareFlags) check(base, current *reports.Report) error {
	if err := f.options.Check(base, current); err != nil {
		return command.Usage(err, "")
	}
	return nil
}

// checkCases is check where two cases of a report are compared.
func (f *compareFlags) checkCases(r *reports.Report) error {
	if err := f.options.CheckCases(r, f.against, f.options.Cases[0]); err != nil {
		return command.Usage(err, "")
	}
	return nil
}
