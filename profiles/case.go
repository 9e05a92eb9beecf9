package profiles

import (
	"slices"
	"sync"
)

// The kinds of case.
const (
	StrategyCase = "strategy"
	WhatIfCase   = "what_if"
)

// Case is a profile with one thing changed: a row of a report. Profile.Cases
// makes it.
type Case struct {
	Name  string
	Title string // what a report prints, the name if it has no title of its own
	Kind  string // StrategyCase or WhatIfCase
	Set   []Setting

	number int
}

// Setting is a path of a profile, such as endpoint.limit.rate, and the value
// it has been given, as text.
type Setting struct{ Path, Value string }

// caseState is a case, and its plan once it has been asked for.
type caseState struct {
	Case
	doc      *document
	strategy int // which of doc's strategies is tried

	once sync.Once
	plan *Plan // without a seed
}

// Cases are the cases: one per strategy, in file order, then the what_ifs.
func (p *Profile) Cases() []Case {
	all := make([]Case, len(p.cases))
	for i, c := range p.cases {
		all[i] = c.Case
	}
	return all
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
		all = append(all, newCase(Case{Name: name, Title: title, Kind: StrategyCase, number: len(all)}, &l.doc, i))
	}
	for i := range l.doc.WhatIf {
		w := &l.doc.WhatIf[i]
		doc := l.whatIf(w, pristine)
		c := Case{Name: w.Name, Title: w.Title, Kind: WhatIfCase, number: len(all)}
		for _, a := range w.Set {
			c.Set = append(c.Set, Setting{a.path, a.value.oneLine()})
		}
		all = append(all, newCase(c, doc, 0))
	}
	return all
}

func newCase(c Case, doc *document, strategy int) *caseState {
	if c.Title == "" {
		c.Title = c.Name
	}
	return &caseState{Case: c, doc: doc, strategy: strategy}
}

// fixed are the keys that no what_if may change.
var fixed = []string{"version", "name", "description", "seed", "engine", "what_if", "gates"}

// whatIf is the document as a what_if changes it.
func (l *loader) whatIf(w *whatIf, pristine bool) *document {
	r := reader{context: w.context()}
	tree, doc, errs := l.tree.clone(), l.doc, Errors(nil)
	for _, a := range w.Set {
		first := firstSegment(a.path)
		if slices.Contains(fixed, first) {
			r.fail(a.at, a.path, "a what_if cannot change %s", first)
			continue
		}
		if err := tree.set(a.path, a.value.clone(), a.at); err != nil {
			r.fail(a.at, a.path, "%v", err)
			continue
		}
		before, sound := doc, len(errs) == 0
		doc, errs = l.read(tree, w.context())
		if pristine && sound && len(errs) == 0 && same(&before, &doc) {
			r.fail(a.at, a.path, "changes nothing: this is the value already")
		}
	}
	l.errs = append(l.errs, append(r.errs, errs...)...)
	return &doc
}
