package profiles

import (
	"fmt"

	"tenement/internal/form"
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
		form.Required(form.Field("name", "Of the case.",
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
