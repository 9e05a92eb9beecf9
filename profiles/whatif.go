package profiles

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tenement/internal/form"
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
	own, said := make([][]string, len(p.given)), make([][]string, len(p.given)) // by --set
	for j := range p.given {
		said[j] = p.given[j].said()
	}
	set := map[string]string{}
	flatten(set, "", "", p.written())
	for i, c := range all[len(all)-len(p.doc.WhatIf):] {
		doc, wrong := c.document()
		if len(wrong) > 0 {
			continue
		}
		written, name := documentForm().Write(*doc, true), strconv.Quote(c.Name)
		if p.written().Same(written) {
			idle = append(idle, name)
			continue
		}
		has := map[string]string{}
		flatten(has, "", "", written)
		differ := differingPaths(set, has)
		for j := range p.given {
			if p.overrides(&p.doc.WhatIf[i], j, said[j], differ) {
				own[j] = append(own[j], name)
			}
		}
	}
	warn("cases that change nothing, because --set has done so already", idle)
	for j, names := range own {
		warn(fmt.Sprintf("cases that set %s themselves, and do not have the value of --set", p.given[j].path), names)
	}
	return warnings
}

// overrides reports whether a what_if sets what the i-th --set has set, to another value.
// said are the paths to which that gives a value, and differ those at which the case differs
// from the profile. A what_if that only adds to the value, below the path of --set and where
// that says nothing, does not override it.
func (p *Profile) overrides(w *whatIf, i int, said, differ []string) bool {
	g := &p.given[i]
	for _, path := range differ {
		later := func(o given) bool { return related(path, o.path) }
		if !related(path, g.path) || slices.ContainsFunc(p.given[i+1:], later) {
			continue
		}
		for _, a := range slices.Backward(w.Set) { // the last one that sets it decides
			if !related(path, a.path) {
				continue
			}
			says := func(s string) bool { return within(s, a.path) && related(s, path) }
			if within(g.path, a.path) || slices.ContainsFunc(said, says) {
				return true
			}
			break
		}
	}
	return false
}

// said are the paths to which a --set gives a value: its own, or those of the keys in it.
func (g *given) said() []string {
	value, errs := form.ParseYAML(g.src, []byte(g.value))
	if len(errs) > 0 || value == nil {
		return []string{g.path}
	}
	key := g.path[strings.LastIndexByte(g.path, '.')+1:]
	if long := whole(key, value); value.Kind == form.Scalar && long != nil {
		value = long
	}
	paths := map[string]string{}
	flatten(paths, g.path, key, value)
	return slices.Collect(maps.Keys(paths))
}

// within reports whether a path is that of a value, or of something in it.
func within(path, of string) bool { return path == of || strings.HasPrefix(path, of+".") }

// related reports whether one of two paths is within the other.
func related(a, b string) bool { return within(a, b) || within(b, a) }
