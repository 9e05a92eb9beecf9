package profiles

import (
	"slices"

	"tenement/internal/form"
)

// definition is a strategy with a name: an entry of `strategies` or of
// `named_strategies`, or one of a file of strategies.
type definition struct {
	name       string
	key, value *form.Node
	path       string

	state definitionState
	whole *form.Node // without names; {} after an error
	sound bool       // no error is known
	read  bool       // it was read by its form
}

// definitionState is how far a definition is resolved.
type definitionState uint8

const (
	unseen   definitionState = iota
	underway                 // what it extends is looked for
	settled
)

// definitions are strategies by their names.
type definitions struct {
	of    map[string]*definition
	order []string
}

// maxNamed bounds the strategies of a file, and those under a key of a profile.
const maxNamed = 1000

// add adds the entries of a mapping. What is wrong with the mapping as such is left to
// its form.
func (d *definitions) add(n *form.Node, path string) {
	if n == nil || n.Kind != form.Mapping || len(n.Pairs) > maxNamed {
		return
	}
	for _, p := range n.Pairs {
		d.put(&definition{name: p.Key.Text, key: p.Key, value: p.Value, path: form.Join(path, p.Key.Text)})
	}
}

// put adds a definition, unless there is one of that name.
func (d *definitions) put(one *definition) {
	if d.of == nil {
		d.of = make(map[string]*definition)
	}
	if d.of[one.name] == nil {
		d.of[one.name], d.order = one, append(d.order, one.name)
	}
}

// with is these definitions and further ones, of which those here come first.
func (d *definitions) with(more *definitions) *definitions {
	var out definitions
	for _, all := range []*definitions{d, more} {
		for _, name := range all.order {
			out.put(all.of[name])
		}
	}
	return &out
}

// names are the names of all strategies that a definition may extend, for hints.
func (s *resolver) names(within *definition) []string {
	all := slices.Concat(s.own.order, s.outer.order, presetNames())
	return slices.DeleteFunc(all, func(name string) bool { return within != nil && name == within.name })
}
