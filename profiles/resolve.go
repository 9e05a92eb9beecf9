package profiles

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"tenement/internal/form"
	"tenement/internal/sdk"
	"tenement/internal/words"
)

// resolver puts strategies in the place of their names, in the tree of a document. What
// comes out has neither names nor extends, and so is whole without the files that the
// names came from.
type resolver struct {
	form.Reader
	own   definitions  // of the document
	outer *definitions // resolved ones, of files and of `named_strategies`
	size  int          // of all that names stand for
	path  []string     // the names that are being resolved, each of which extends the next
}

// maxStoodFor bounds the values that names stand for, all together: a short text may name
// a long strategy many times.
const maxStoodFor = 100_000

// newResolver is a resolver for a document.
func newResolver(tree *form.Node, outer *definitions) *resolver {
	s := &resolver{outer: outer}
	s.own.add(tree.Get("strategies"), "strategies")
	return s
}

// document resolves all names in the tree of a document, which is changed.
func (s *resolver) document(tree *form.Node) {
	if tree.Kind != form.Mapping {
		return
	}
	for _, key := range []string{"strategies", "fleet", controlKey} {
		s.value(key, tree.Get(key), key)
	}
	whatIfs := tree.Get("what_if")
	if whatIfs == nil {
		return
	}
	for _, item := range whatIfs.Items {
		set := item.Get("set")
		if set == nil || set.Kind != form.Mapping {
			continue
		}
		if name := item.Get("name"); name != nil {
			s.Context = (&whatIf{Name: name.Text}).context()
		}
		for i, p := range set.Pairs {
			set.Pairs[i].Value = s.value(placeOf(p.Key.Text), p.Value, p.Key.Text)
		}
		s.Context = ""
	}
}

// The places of a document where strategies are, as placeOf names them. An item of a
// list has the name of the list's item's kind.
const (
	strategyPlace   = "strategy"
	groupPlace      = "group"
	activitiesPlace = "activities"
	activityPlace   = "activity"
	callersPlace    = "callers"
	callerPlace     = "caller"
)

// placeOf is what stands at a path: "strategies", "fleet" or one of the places above,
// or "" where no strategy can be.
func placeOf(path string) string {
	segments := strings.Split(path, ".")
	place := segments[0]
	for _, next := range segments[1:] {
		switch place {
		case "strategies":
			place = strategyPlace
		case "fleet":
			place = groupPlace
		case activitiesPlace:
			place = activityPlace
		case callersPlace:
			place = callerPlace
		case controlKey, callerPlace:
			if next != map[string]string{controlKey: callersPlace, callerPlace: strategyPlace}[place] {
				return ""
			}
			place = next
		case groupPlace, activityPlace:
			if next != strategyPlace && (place == activityPlace || next != activitiesPlace) {
				return ""
			}
			place = next
		default:
			return ""
		}
	}
	return place
}

// value resolves the names in a value at a place, and returns what is to stand there:
// mappings and lists are changed.
func (s *resolver) value(place string, n *form.Node, path string) *form.Node {
	if n == nil {
		return nil
	}
	switch place {
	case strategyPlace:
		whole, _ := s.strategy(n, path, nil)
		return whole
	case "strategies":
		for i, p := range n.Pairs {
			if d := s.own.of[p.Key.Text]; d != nil && d.value == p.Value {
				s.resolve(d)
				n.Pairs[i].Value = d.whole
			} else {
				n.Pairs[i].Value = s.value(strategyPlace, p.Value, form.Join(path, p.Key.Text))
			}
		}
	case controlKey:
		s.value(callersPlace, n.Get(callersPlace), form.Join(path, callersPlace))
	case "fleet", activitiesPlace, callersPlace:
		item, name := groupPlace, groupPlace
		switch place {
		case activitiesPlace:
			item, name = activityPlace, activityPlace
		case callersPlace:
			item, name = callerPlace, callerPlace
		}
		for i := range n.Items {
			at := fmt.Sprintf("%s[%d]", path, i)
			if named := n.Items[i].Get(name); named != nil {
				at = form.Join(path, named.Text)
			}
			s.value(item, n.Items[i], at)
		}
	case groupPlace, activityPlace, callerPlace:
		for i, p := range n.Pairs {
			if key := p.Key.Text; key == strategyPlace || key == activitiesPlace && place == groupPlace {
				n.Pairs[i].Value = s.value(key, p.Value, form.Join(path, key))
			}
		}
	}
	return n
}

// resolve resolves a definition.
func (s *resolver) resolve(d *definition) {
	if d.state == settled {
		return
	}
	d.state = underway
	s.path = append(s.path, d.name)
	d.whole, d.sound = s.strategy(d.value, d.path, d)
	s.path = s.path[:len(s.path)-1]
	d.state = settled
}

// usable reports whether a definition, which is resolved, describes a strategy. What is
// wrong with one that does not is left to who reads it.
func (d *definition) usable() bool {
	if d.sound && !d.read {
		var r form.Reader
		strategyForm().Read(&r, d.whole, d.path)
		d.sound, d.read = len(r.Errs) == 0, true
	}
	return d.sound
}

// strategy is a strategy without names: what a name stands for, or a mapping with what it
// extends. It is of the definition d, if that is not nil. An error makes it {}.
func (s *resolver) strategy(n *form.Node, path string, d *definition) (whole *form.Node, ok bool) {
	ref, at := n, path
	switch {
	case n.Kind == form.Mapping:
		if ref, at = n.Get(extendsKey), form.Join(path, extendsKey); ref == nil {
			return n, true
		}
	case n.Kind != form.Scalar || n.Null():
		return n, true // which its form refuses
	}
	nothing := emptyMapping(n)
	if given := n.Get("preset"); given != nil {
		s.Fail(given, form.Join(path, "preset"), "want one of preset and extends")
		return nothing, false
	}
	if s.size > maxStoodFor {
		return nothing, false // to put more together would take time, and changes nothing
	}
	base := s.find(ref, at, d)
	if base == nil || n.Kind == form.Mapping && !form.FewKeys(&s.Reader, n, path) {
		return nothing, false
	}
	if n.Kind == form.Mapping {
		base = base.Clone()
		base.Remove(itself...)
		whole = extended(base, n, ref)
	} else {
		whole = base.Clone()
	}
	if s.size += whole.Size(); s.size > maxStoodFor {
		s.Fail(ref, at, "names of strategies stand for more than %d values in all", maxStoodFor)
		return nothing, false
	}
	return whole, true
}

// emptyMapping is {} at the place of a node.
func emptyMapping(at *form.Node) *form.Node { return (&form.Node{Kind: form.Mapping}).Placed(at) }

// find is the strategy that a name stands for, nil if there is none or it is broken,
// which is an error. Within a definition, its own name is one of outside.
func (s *resolver) find(ref *form.Node, path string, within *definition) *form.Node {
	name, ok := s.Scalar(ref, path, "the name of a strategy or a preset")
	if !ok {
		return nil
	}
	d := s.own.of[name]
	if d == within {
		d = nil
	}
	preset, _, isPreset := sdk.Named(name)
	switch {
	case isPreset && d != nil && !d.is(preset.Name):
		s.Fail(ref, path, "%q is a preset, and here also a strategy that differs from it, %s: give that another name", name, d.key.Where())
		return nil
	case isPreset:
		n := emptyMapping(ref)
		n.Put("preset", form.Plain(preset.Name).Placed(ref), ref)
		return n
	case d == nil:
		d = s.outer.of[name]
	}
	if d == nil {
		if within != nil && name == within.name && ref != within.value {
			s.Fail(ref, path, "%q extends itself", name)
		} else {
			s.Fail(ref, path, "there is no strategy or preset %s%s", ref.What(), s.hint(name, within))
		}
		return nil
	}
	if d.state == underway {
		by := s.path[slices.Index(s.path, name)+1:]
		s.Fail(ref, path, "%q extends itself, by way of %s", name, words.List(words.Some(by), "and"))
		return nil
	}
	s.resolve(d)
	if !d.usable() {
		return nil
	}
	if other, ok := s.ambiguous(d); ok {
		s.Fail(ref, path, twoOfAName, name, d.key.Where(), other.key.Where())
		return nil
	}
	return d.whole
}

// hint is what helps against a name that nothing has. It is looked for among all names, so
// the first errors alone have it.
func (s *resolver) hint(name string, within *definition) string {
	const most = 50
	if len(s.Errs) >= most {
		return ""
	}
	return form.Hint(name, s.names(within))
}

// twoOfAName is what is wrong with a name of two strategies.
const twoOfAName = "there are two strategies %q, %s and %s: give one of them another name"

// is reports whether a definition is a preset and no more, however its row is called.
func (d *definition) is(preset string) bool {
	name := d.value
	if d.value.Kind == form.Mapping {
		left := d.value.Clone()
		left.Remove(itself...)
		if len(left.Pairs) != 1 || left.Pairs[0].Key.Text != "preset" && left.Pairs[0].Key.Text != extendsKey {
			return false
		}
		name = left.Pairs[0].Value
	}
	p, _, ok := sdk.Named(name.Text)
	return ok && p.Name == preset
}

// ambiguous reports whether a definition of the document, which is resolved, and another
// one outside have one name, and differ. One that begins with the other is meant to hide
// it.
func (s *resolver) ambiguous(d *definition) (other *definition, ok bool) {
	if s.own.of[d.name] != d || d.refersTo(d.name) {
		return nil, false
	}
	other = s.outer.of[d.name]
	if other == nil || !d.usable() || !other.usable() {
		return nil, false
	}
	return other, !reflect.DeepEqual(strategyOf(d.whole), strategyOf(other.whole))
}

// refersTo reports whether a definition begins with a name.
func (d *definition) refersTo(name string) bool {
	ref := d.value
	if ref.Kind == form.Mapping {
		ref = ref.Get(extendsKey)
	}
	return ref != nil && ref.Kind == form.Scalar && ref.Text == name
}
