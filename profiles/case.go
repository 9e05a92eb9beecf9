package profiles

import (
	"fmt"
	"slices"
	"sync"

	"tenement/internal/form"
	"tenement/internal/plan"
)

// caseState is a case, and its plan once it has been asked for.
type caseState struct {
	plan.Case
	doc      *document
	strategy int // which of doc's strategies is tried

	once     sync.Once
	compiled *plan.Plan // without a seed
}

// Cases are the cases: one per strategy, in file order, then the what_ifs.
func (p *Profile) Cases() []plan.Case {
	all := make([]plan.Case, len(p.cases))
	for i, c := range p.cases {
		all[i] = c.Case
	}
	return all
}

// state is the state of a case that Cases returned.
func (p *Profile) state(c plan.Case) *caseState {
	i := slices.IndexFunc(p.cases, func(s *caseState) bool { return s.Name == c.Name })
	if i < 0 {
		panic(fmt.Sprintf("profiles: %s has no case %q", p.Name, c.Name))
	}
	return p.cases[i]
}

// maxCases bounds the cases of a profile, and maxSets the settings of one.
const (
	maxCases = 200
	maxSets  = 50
)

// cases makes the cases of a sound document. A what_if that changes nothing is
// an error only in the profile as it is written: a --set may well have done
// already what it would do.
func (l *loader) cases(pristine bool) []*caseState {
	if len(l.errs) > 0 {
		return nil
	}
	var all []*caseState
	for i, name := range l.doc.strategyNames() {
		title := ""
		if i < len(l.doc.Strategies) {
			title = l.doc.Strategies[i].Title
		}
		all = append(all, newCase(plan.Case{Name: name, Title: title, Kind: plan.StrategyCase}, &l.doc, i))
	}
	for i := range l.doc.WhatIf {
		w := &l.doc.WhatIf[i]
		doc := l.whatIf(w, pristine)
		c := plan.Case{Name: w.Name, Title: w.Title, Kind: plan.WhatIfCase}
		for _, a := range w.Set {
			c.Set = append(c.Set, plan.Setting{Path: a.path, Value: a.value.OneLine()})
		}
		all = append(all, newCase(c, doc, 0))
	}
	return all
}

func newCase(c plan.Case, doc *document, strategy int) *caseState {
	if c.Title == "" {
		c.Title = c.Name
	}
	return &caseState{Case: c, doc: doc, strategy: strategy}
}

// fixed are the keys that no what_if may change.
var fixed = []string{"version", "name", "description", "seed", "engine", "what_if", "gates"}

// whatIf is the document as a what_if changes it.
func (l *loader) whatIf(w *whatIf, pristine bool) *document {
	r := form.Reader{Context: w.context()}
	tree, doc, errs := l.tree.Clone(), l.doc, form.Errors(nil)
	for _, a := range w.Set {
		first := firstSegment(a.path)
		if slices.Contains(fixed, first) {
			r.Fail(a.at, a.path, "a what_if cannot change %s", first)
			continue
		}
		if err := documentPaths.Set(tree, a.path, a.value.Clone(), a.at); err != nil {
			r.Fail(a.at, a.path, "%v", err)
			continue
		}
		before, sound := doc, len(errs) == 0
		doc, errs = l.read(tree, w.context())
		if pristine && sound && len(errs) == 0 && same(&before, &doc) {
			r.Fail(a.at, a.path, "changes nothing: this is the value already")
		}
	}
	l.errs = append(l.errs, append(r.Errs, errs...)...)
	return &doc
}
