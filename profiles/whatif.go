package profiles

import "fmt"

// whatIf is an item of `what_if`: a case that changes something else than the
// strategy.
type whatIf struct {
	Name, Title string
	Set         []assignment
}

// assignment is one line of a what_if's `set`: a path and its new value.
type assignment struct {
	path  string
	at    *node // where it is written
	value *node
}

func whatIfForm() form[whatIf] {
	return object(whatIf{}, []key[whatIf]{
		must(field("name", "Of the case.",
			lineForm(longestName), func(v *whatIf) *string { return &v.Name })),
		field("title", "What reports call it, in at most 26 characters; its name if left out.",
			lineForm(longestTitle), func(v *whatIf) *string { return &v.Title }),
		must(field("set", "Paths such as fleet.NAME.client or endpoint.limit.rate, and their values in this case.",
			setForm(), func(v *whatIf) *[]assignment { return &v.Set })),
	}, nil)
}

// setForm is a mapping from paths to values of any kind, which are read where
// they are put.
func setForm() form[[]assignment] {
	return form[[]assignment]{
		read: func(r *reader, n *node, path string) []assignment {
			if n.kind != mapping {
				r.fail(n, path, "want a mapping from paths to values, got %s", n.what())
				return nil
			}
			if len(n.pairs) == 0 {
				r.fail(n, path, "is empty: want at least one path and its value")
			}
			if len(n.pairs) > maxSets {
				r.fail(n, path, "more than %d paths", maxSets)
				return nil
			}
			var set []assignment
			for _, p := range n.pairs {
				set = append(set, assignment{p.key.text, p.key, p.value})
			}
			return set
		},
		write: func(set []assignment, _ bool) *node {
			n := &node{kind: mapping}
			for _, a := range set {
				n.pairs = append(n.pairs, pair{plain(a.path), a.value})
			}
			return n
		},
		schema: func() *schema { return &schema{Type: "object", MinProperties: 1} },
	}
}

// context names the case in errors about what it changes.
func (w *whatIf) context() string { return fmt.Sprintf("what_if %q", w.Name) }
