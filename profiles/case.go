package profiles

import (
	"fmt"
	"slices"
	"sync"

	"tenement/internal/form"
	"tenement/internal/plan"
)

// Cases are the cases: one per strategy, in file order, then the what_ifs.
func (p *Profile) Cases() []plan.Case {
	states := p.cases()
	all := make([]plan.Case, len(states))
	for i, c := range states {
		all[i] = c.Case
	}
	return all
}

// Check returns what is wrong with a case, form.Errors, or nil if it has a plan.
// The cases of a profile from Open or Load all have one. A profile from With
// lists its what_ifs unread, and one of them may not go together with what was
// changed: that is an error of this case, and of no other.
func (p *Profile) Check(c plan.Case) error {
	if _, wrong := p.state(c).document(); len(wrong) > 0 {
		return wrong
	}
	return nil
}

// Plan is a case under a seed. It is cheap: the case is compiled once. A case
// that Cases did not return, or in which Check finds something wrong, is a
// mistake of the program, and panics.
func (p *Profile) Plan(c plan.Case, seed uint64) *plan.Plan {
	seeded := *p.state(c).compiled()
	seeded.Seed = seed
	return &seeded
}

// state is the state of a case that Cases returned.
func (p *Profile) state(c plan.Case) *caseState {
	all := p.cases()
	i := slices.IndexFunc(all, func(s *caseState) bool { return s.Name == c.Name })
	if i < 0 {
		panic(fmt.Sprintf("profiles: %s has no case %q", p.Name, c.Name))
	}
	return all[i]
}

// caseState is a case, and what is made of it once it has been asked for.
type caseState struct {
	plan.Case
	// document is the profile's as the case has it, and what is wrong with it.
	document func() (*document, form.Errors)
	// compiled is the plan, without a seed.
	compiled func() *plan.Plan
	// control is that of a control plane.
	control func() *controlled
}

// maxCases bounds the cases of a profile, and maxSets the settings of one.
// maxReads bounds the values that are read to open a profile: the document is read
// again for each setting of a case and for each --set.
const (
	maxCases = 200
	maxSets  = 50
	maxReads = 400_000
)

// newCases makes the cases of the profile. None is read or compiled yet.
func (p *Profile) newCases() []*caseState {
	var all []*caseState
	for i, name := range p.doc.strategyNames() {
		title, setting := p.doc.ownStrategies(), ""
		if i < len(p.doc.Strategies) {
			title, setting = p.doc.Strategies[i].Title, p.doc.Strategies[i].SDKSetting
		}
		same := func() (*document, form.Errors) { return &p.doc, nil }
		all = append(all, p.newCase(plan.Case{Name: name, Title: title, Kind: plan.StrategyCase, SDKSetting: setting}, same, i))
	}
	for i := range p.doc.WhatIf {
		w := &p.doc.WhatIf[i]
		c := plan.Case{Name: w.Name, Title: w.Title, Kind: plan.WhatIfCase}
		for _, a := range w.Set {
			c.Set = append(c.Set, plan.Setting{Path: a.path, Value: a.value.OneLine()})
		}
		changed := sync.OnceValues(func() (*document, form.Errors) { return p.whatIf(w) })
		all = append(all, p.newCase(c, changed, 0))
	}
	if len(p.given) > 0 {
		compiled, control := all[0].compiled, all[0].control
		all[0].compiled = sync.OnceValue(func() *plan.Plan {
			out := compiled()
			out.Warnings = append(out.Warnings, p.overtaken(all)...)
			return out
		})
		all[0].control = sync.OnceValue(func() *controlled {
			out := control()
			out.plan.Warnings = append(out.plan.Warnings, p.overtaken(all)...)
			return out
		})
	}
	return all
}

// newCase makes a case in which the strategy of that number is tried.
func (p *Profile) newCase(c plan.Case, doc func() (*document, form.Errors), strategy int) *caseState {
	if c.Title == "" {
		c.Title = c.Name
	}
	sound := func() *document {
		d, wrong := doc()
		if len(wrong) > 0 {
			panic(fmt.Sprintf("profiles: %s, case %s: %v", p.Name, c.Name, wrong))
		}
		return d
	}
	return &caseState{
		Case: c, document: doc,
		compiled: sync.OnceValue(func() *plan.Plan { return p.shared.compile(sound(), strategy) }),
		control:  sync.OnceValue(func() *controlled { return p.shared.control(sound(), strategy) }),
	}
}
