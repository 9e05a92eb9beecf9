package form

import (
	"slices"

	"tenement/internal/words"
)

// Variant is one kind of a value that comes in several kinds.
type Variant[T any] struct {
	Kind string
	Zero T        // one without any key
	Must []string // the keys that it may not lack
	May  []string // the further keys that it may have
}

// KindKey is the key that says which kind a mapping is of.
const KindKey = "kind"

// Variants is a mapping whose key `kind` says which of the other keys it has.
type Variants[T any] struct {
	Kinds []Variant[T]
	// Implied says that a mapping without the key is of the first kind, which
	// is written without it.
	Implied bool
	Kind    func(*T) *string // where a value keeps its kind
	Doc     string           // of the key
	Before  []Key[T]         // the keys before it, which every kind has
	Keys    []Key[T]         // those behind it, of all kinds
	// Check is as in Object.
	Check func(r *Reader, n *Node, path string, v *T)
}

// Form is the form of such a mapping.
func (a Variants[T]) Form() Form[T] {
	var kinds []Word[string]
	for _, v := range a.Kinds {
		kinds = append(kinds, Word[string]{v.Kind, v.Kind})
	}
	a.Keys = slices.Concat(a.Before, []Key[T]{Field(KindKey, a.Doc, Words(kinds...), a.Kind)}, a.Keys)
	for i := range a.Before {
		a.Keys[i] = Required(a.Keys[i])
	}
	forms := make([]Form[T], len(a.Kinds))
	for i := range a.Kinds {
		forms[i] = a.one(i)
	}
	number := func(kind string) int {
		return slices.IndexFunc(a.Kinds, func(v Variant[T]) bool { return v.Kind == kind })
	}
	every := a.every()
	read := func(r *Reader, n *Node, path string) T {
		i := -1
		if given := n.Get(KindKey); given != nil {
			i = number(given.Text)
		} else if a.Implied {
			i = 0
		}
		if i < 0 {
			return every.Read(r, n, path) // which says what is wrong with the kind
		}
		return forms[i].Read(r, a.allowed(r, n, path, &a.Kinds[i]), path)
	}
	write := func(v T, full bool) *Node {
		i := number(*a.Kind(&v))
		if i < 0 {
			return nil
		}
		return forms[i].Write(v, full)
	}
	return Form[T]{read, write, a.schema}
}

// one is the form of one kind.
func (a *Variants[T]) one(i int) Form[T] {
	v := &a.Kinds[i]
	var keys []Key[T]
	for _, k := range a.Keys {
		switch {
		case k.Required:
			keys = append(keys, k)
		case k.Name == KindKey && a.Implied && i == 0:
			keys = append(keys, OmitZero(k))
		case k.Name == KindKey, slices.Contains(v.Must, k.Name):
			keys = append(keys, Required(k))
		case slices.Contains(v.May, k.Name):
			keys = append(keys, k)
		}
	}
	return Object(v.Zero, keys, a.Check)
}

// Names are the keys of a kind, in their order.
func (a *Variants[T]) Names(v *Variant[T]) []string {
	var names []string
	for _, k := range a.Keys {
		if k.Required || k.Name == KindKey || slices.Contains(v.Must, k.Name) || slices.Contains(v.May, k.Name) {
			names = append(names, k.Name)
		}
	}
	return names
}

// every is the form of a mapping whose kind is missing or unknown: it has the
// keys of all kinds.
func (a *Variants[T]) every() Form[T] {
	keys := slices.Clone(a.Keys)
	for i := range keys {
		if keys[i].Name == KindKey && !a.Implied {
			keys[i] = Required(keys[i])
		}
	}
	return Object(a.Kinds[0].Zero, keys, nil)
}

// allowed is a mapping without the keys that its kind lacks; each of those is
// an error.
func (a *Variants[T]) allowed(r *Reader, n *Node, path string, v *Variant[T]) *Node {
	allowed := *n
	allowed.Pairs = nil
	for _, p := range n.Pairs {
		known := slices.ContainsFunc(a.Keys, func(k Key[T]) bool { return k.Name == p.Key.Text })
		if known && !slices.Contains(a.Names(v), p.Key.Text) {
			r.Fail(p.Key, path, "%s %s has no %q; there is %s", KindKey, v.Kind, p.Key.Text, words.List(a.Names(v), "and"))
			continue
		}
		allowed.Pairs = append(allowed.Pairs, p)
	}
	return &allowed
}

// schema is every key once, with the kinds that have it, and what each kind
// needs and may have.
func (a *Variants[T]) schema() *Schema {
	s := a.every().Schema()
	s.Required = nil
	for name, k := range s.Properties {
		var have, lack []string
		for i := range a.Kinds {
			if slices.Contains(a.Names(&a.Kinds[i]), name) {
				have = append(have, a.Kinds[i].Kind)
			} else {
				lack = append(lack, a.Kinds[i].Kind)
			}
		}
		switch {
		case len(lack) > 0 && len(lack) < len(have):
			k.Description += " Not for kind " + words.List(lack, "or") + "."
		case len(lack) > 0:
			k.Description += " For kind " + words.List(have, "or") + "."
		}
	}
	for i := range a.Kinds {
		v := &a.Kinds[i]
		one := &Schema{
			Properties: map[string]*Schema{KindKey: {Const: v.Kind}},
			Names:      &Schema{},
			Required:   slices.Clone(v.Must),
		}
		for _, k := range a.Before {
			one.Required = append(one.Required, k.Name)
		}
		if i > 0 || !a.Implied {
			one.Required = append(one.Required, KindKey)
		}
		for _, name := range a.Names(v) {
			one.Names.Enum = append(one.Names.Enum, name)
		}
		s.OneOf = append(s.OneOf, one)
	}
	return s
}
