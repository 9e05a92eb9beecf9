package main

import (
	"fmt"
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

// checkComparison returns what is wrong with how a run is to be compared, and notes gates that
// cannot be judged. It is asked before the run, since afterwards all of it is in vain.
func (p *program) checkComparison(f *runFlags, profile *profiles.Profile, cases []plan.Case, baseline *reports.Report) error {
	if err := p.checkGates(f, profile, cases, baseline); err != nil {
		return err
	}
	run := outlineOf(profile, profile.Engine, cases)
	switch {
	case baseline != nil:
		return f.compare.check(baseline, run)
	case f.compare.against != "":
		return f.compare.checkCases(run)
	}
	return nil
}

// checkGates says which gates the baseline leaves without a bound. It is an error where such a
// gate fails the run.
func (p *program) checkGates(f *runFlags, profile *profiles.Profile, cases []plan.Case, baseline *reports.Report) error {
	in := reports.Input{Gates: profile.Gates, Baseline: baseline, BaselineCase: f.compare.baselineCases()}
	var names []string
	for _, c := range cases {
		names = append(names, c.Name)
	}
	all := in.Unjudged(names)
	if len(all) == 0 {
		return nil
	}
	first := fmt.Sprintf("gate not judged: %s in %s: %s", all[0].Expr, all[0].Case, all[0].Reason)
	if f.strictGates {
		return command.Usagef("name a --baseline that has the figure, or leave --strict-gates out", "%s", first)
	}
	if more := len(all) - 1; more > 0 {
		first += fmt.Sprintf("; and %d more", more)
	}
	p.note("%s", first)
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
