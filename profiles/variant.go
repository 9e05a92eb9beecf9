package profiles

import "slices"

// variant is one kind of a value that comes in several kinds.
type variant[T any] struct {
	kind string
	zero T        // one without any key
	must []string // the keys that it may not lack
	may  []string // the keys that it may have besides
}

// kindKey is the key that says which kind a mapping is of.
const kindKey = "kind"

// variants is a mapping whose key `kind` says which of the other keys it has.
// With implied, one without it is of the first kind, and is written without it.
type variants[T any] struct {
	kinds   []variant[T]
	implied bool
	kind    func(*T) *string // where a value keeps its kind
	doc     string           // of the key
	before  []key[T]         // the keys before it, which every kind has
	keys    []key[T]         // those behind it, of all kinds
	check   func(r *reader, n *node, path string, v *T)
}

// form is the form of such a mapping.
func (a variants[T]) form() form[T] {
	var kinds []word[string]
	for _, v := range a.kinds {
		kinds = append(kinds, word[string]{v.kind, v.kind})
	}
	a.keys = slices.Concat(a.before, []key[T]{field(kindKey, a.doc, words(kinds...), a.kind)}, a.keys)
	for i := range a.before {
		a.keys[i] = must(a.keys[i])
	}
	forms := make([]form[T], len(a.kinds))
	for i := range a.kinds {
		forms[i] = a.one(i)
	}
	number := func(kind string) int {
		return slices.IndexFunc(a.kinds, func(v variant[T]) bool { return v.kind == kind })
	}
	every := a.every()
	read := func(r *reader, n *node, path string) T {
		i := -1
		if given := n.get(kindKey); given != nil {
			i = number(given.text)
		} else if a.implied {
			i = 0
		}
		if i < 0 {
			return every.read(r, n, path) // which says what is wrong with the kind
		}
		return forms[i].read(r, a.own(r, n, path, &a.kinds[i]), path)
	}
	write := func(v T, full bool) *node {
		i := number(*a.kind(&v))
		if i < 0 {
			return nil
		}
		return forms[i].write(v, full)
	}
	return form[T]{read, write, a.schema}
}

// one is the form of one kind.
func (a *variants[T]) one(i int) form[T] {
	v := &a.kinds[i]
	var keys []key[T]
	for _, k := range a.keys {
		switch {
		case k.required:
			keys = append(keys, k)
		case k.name == kindKey && a.implied && i == 0:
			keys = append(keys, omitZero(k))
		case k.name == kindKey, slices.Contains(v.must, k.name):
			keys = append(keys, must(k))
		case slices.Contains(v.may, k.name):
			keys = append(keys, k)
		}
	}
	return object(v.zero, keys, a.check)
}

// names are the keys of a kind, in their order.
func (a *variants[T]) names(v *variant[T]) []string {
	var names []string
	for _, k := range a.keys {
		if k.required || k.name == kindKey || slices.Contains(v.must, k.name) || slices.Contains(v.may, k.name) {
			names = append(names, k.name)
		}
	}
	return names
}

// every is the form of a mapping whose kind is missing or unknown: it has the
// keys of all kinds.
func (a *variants[T]) every() form[T] {
	keys := slices.Clone(a.keys)
	for i := range keys {
		if keys[i].name == kindKey && !a.implied {
			keys[i] = must(keys[i])
		}
	}
	return object(a.kinds[0].zero, keys, nil)
}

// own is a mapping without the keys that its kind does not have, each of which
// is an error.
func (a *variants[T]) own(r *reader, n *node, path string, v *variant[T]) *node {
	own := *n
	own.pairs = nil
	for _, p := range n.pairs {
		known := slices.ContainsFunc(a.keys, func(k key[T]) bool { return k.name == p.key.text })
		if known && !slices.Contains(a.names(v), p.key.text) {
			r.fail(p.key, path, "%s %s has no %q; there is %s", kindKey, v.kind, p.key.text, list(a.names(v), "and"))
			continue
		}
		own.pairs = append(own.pairs, p)
	}
	return &own
}

// schema is every key once, with the kinds that have it, and what each kind
// needs and may have.
func (a *variants[T]) schema() *schema {
	s := a.every().schema()
	s.Required = nil
	for name, k := range s.Properties {
		var have, lack []string
		for i := range a.kinds {
			if slices.Contains(a.names(&a.kinds[i]), name) {
				have = append(have, a.kinds[i].kind)
			} else {
				lack = append(lack, a.kinds[i].kind)
			}
		}
		switch {
		case len(lack) > 0 && len(lack) < len(have):
			k.Description += " Not for kind " + list(lack, "or") + "."
		case len(lack) > 0:
			k.Description += " For kind " + list(have, "or") + "."
		}
	}
	for i := range a.kinds {
		v := &a.kinds[i]
		one := &schema{
			Properties: map[string]*schema{kindKey: {Const: v.kind}},
			Names:      &schema{},
			Required:   slices.Clone(v.must),
		}
		for _, k := range a.before {
			one.Required = append(one.Required, k.name)
		}
		if i > 0 || !a.implied {
			one.Required = append(one.Required, kindKey)
		}
		for _, name := range a.names(v) {
			one.Names.Enum = append(one.Names.Enum, name)
		}
		s.OneOf = append(s.OneOf, one)
	}
	return s
}
