package profiles

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tenement/internal/form"
	"tenement/internal/plan"
	"tenement/internal/words"
)

// whatIf is an item of `what_if`: a case that changes something else than the
// strategy.
type whatIf struct {
	Name, Title string
	Set         []assignment
}

// assignment is one line of a what_if's `set`: a path and its new value.
type assignment struct {
	path  string
	at    *form.Node // where it is written
	value *form.Node
}

func whatIfForm() form.Form[whatIf] {
	return form.Object(whatIf{}, []form.Key[whatIf]{
		form.Required(form.Field("name", "The name of the case.",
			form.Line(form.LongestName), func(v *whatIf) *string { return &v.Name })),
		form.Field("title", "What reports call it, in at most 26 characters; its name if left out.",
			form.Line(longestTitle), func(v *whatIf) *string { return &v.Title }),
		form.Required(form.Field("set", "Paths such as fleet.NAME.client or endpoint.limit.rate, and their values in this case.",
			setForm(), func(v *whatIf) *[]assignment { return &v.Set })),
	}, nil)
}

// setForm is a mapping from paths to values of any kind, which are read where
// they are put.
func setForm() form.Form[[]assignment] {
	return form.Form[[]assignment]{
		Read: func(r *form.Reader, n *form.Node, path string) []assignment {
			if n.Kind != form.Mapping {
				r.Fail(n, path, "want a mapping from paths to values, got %s", n.What())
				return nil
			}
			if len(n.Pairs) == 0 {
				r.Fail(n, path, "is empty: want at least one path and its value")
			}
			if len(n.Pairs) > maxSets {
				r.Fail(n, path, "more than %d paths", maxSets)
				return nil
			}
			var set []assignment
			for _, p := range n.Pairs {
				set = append(set, assignment{p.Key.Text, p.Key, p.Value})
			}
			return set
		},
		Write: func(set []assignment, _ bool) *form.Node {
			n := &form.Node{Kind: form.Mapping}
			for _, a := range set {
				n.Pairs = append(n.Pairs, form.Pair{Key: form.Plain(a.path), Value: a.value})
			}
			return n
		},
		Schema: func() *form.Schema { return &form.Schema{Type: "object", MinProperties: 1} },
	}
}

// context names the case in errors about what it changes.
func (w *whatIf) context() string { return fmt.Sprintf("what_if %q", w.Name) }

// fixed are the keys that no what_if may change.
var fixed = []string{"version", "name", "description", "seed", "engine", "what_if", "gates"}

// whatIf is the document as a what_if changes it. A what_if that changes
// nothing is an error only in the profile as it is written: a --set may well
// have done already what it would do.
func (p *Profile) whatIf(w *whatIf) (*document, form.Errors) {
	r := form.Reader{Context: w.context()}
	tree, doc, errs := p.tree.Clone(), p.doc, form.Errors(nil)
	var before *form.Node // nil unless it is sound
	if p.pristine {
		before = p.written()
	}
	for _, a := range w.Set {
		first := firstSegment(a.path)
		if slices.Contains(fixed, first) {
			r.Fail(a.at, a.path, "a what_if cannot change %s", first)
			continue
		}
		if err := setAt(tree, a.path, a.value.Clone(), a.at); err != nil {
			r.Fail(a.at, a.path, "%v", err)
			continue
		}
		if !p.pristine {
			continue
		}
		doc, errs = p.shared.read(tree, w.context())
		var after *form.Node
		if len(errs) == 0 {
			after = documentForm().Write(doc, true)
		}
		if before != nil && after != nil && before.Same(after) {
			r.Fail(a.at, a.path, "changes nothing: this is the value already")
		}
		before = after
	}
	if !p.pristine {
		doc, errs = p.shared.read(tree, w.context())
	}
	return &doc, append(r.Errs, errs...)
}

// overtaken warns of what_ifs whose names do not say what they do, because of a --set:
// those that change nothing any more, and those that set its path themselves, so that they
// do not have its value.
func (p *Profile) overtaken(all []*caseState) (warnings []string) {
	warn := func(what string, names []string) {
		if len(names) > 0 {
			warnings = append(warnings, what+": "+words.List(words.Some(names), "and"))
		}
	}
	var idle []string
	for _, c := range all {
		if doc, wrong := c.document(); c.Kind == plan.WhatIfCase && len(wrong) == 0 && p.written().Same(documentForm().Write(*doc, true)) {
			idle = append(idle, strconv.Quote(c.Name))
		}
	}
	warn("cases that change nothing, because --set has done so already", idle)
	for i, g := range p.given {
		if slices.ContainsFunc(p.given[i+1:], func(o given) bool { return o.path == g.path }) {
			continue // a later one takes its place
		}
		var own []string
		for j := range p.doc.WhatIf {
			w := &p.doc.WhatIf[j]
			if name := strconv.Quote(w.Name); !slices.Contains(idle, name) && p.overrides(w, g) {
				own = append(own, name)
			}
		}
		warn(fmt.Sprintf("cases that set %s themselves, and do not have the value of --set", g.path), own)
	}
	return warnings
}

// overrides reports whether a what_if sets the path of a --set, to another value.
func (p *Profile) overrides(w *whatIf, g given) bool {
	if !slices.ContainsFunc(w.Set, func(a assignment) bool { return a.path == g.path || strings.HasPrefix(g.path, a.path+".") }) {
		return false
	}
	tree := p.tree.Clone()
	for _, a := range w.Set {
		if err := setAt(tree, a.path, a.value.Clone(), a.at); err != nil {
			return true
		}
	}
	l := loader{shared: p.shared}
	again, wrong, err := l.put(tree, g)
	if err != nil || len(wrong) > 0 {
		return true
	}
	has, wrong := p.shared.read(tree, "")
	would, more := p.shared.read(again, "")
	return len(wrong)+len(more) > 0 || !same(&has, &would)
}

// same reports whether two documents are the same profile.
func same(a, b *document) bool {
	f := documentForm()
	return f.Write(*a, true).Same(f.Write(*b, true))
}
