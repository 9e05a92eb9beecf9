package profiles

import (
	"fmt"
	"slices"
	"strings"

	"tenement/internal/form"
	"tenement/internal/sdk"
)

// names resolves the names of strategies in the tree of the text, and keeps those that are
// no cases for the flags.
func (l *loader) names() form.Errors {
	if l.tree.Kind != form.Mapping {
		return nil
	}
	s := newResolver(l.tree, l.shared.named)
	named := l.tree.Get(namedKey)
	var extra definitions
	if named != nil {
		namesForm().Read(&s.Reader, named, namedKey)
		extra.add(named, namedKey)
		for _, name := range extra.order {
			d := extra.of[name]
			switch other := s.own.of[name]; {
			case other != nil:
				s.Fail(d.key, d.path, "there is a strategy %q already, %s", name, other.key.Where())
			default:
				s.own.put(d)
			}
		}
		l.tree.Remove(namedKey)
	}
	s.settle(&extra)
	s.document(l.tree)
	l.shared.named = extra.with(l.shared.named)
	return s.Errs
}

// try adds the strategies that the options want tried as cases.
func (l *loader) try(o Options) {
	for _, name := range o.Compared {
		if !slices.Contains(l.doc.caseNames(), name) && l.known(name) {
			l.tryOne("--case", name)
		}
	}
	for _, name := range o.Try {
		l.tryOne("--try", name)
	}
}

// known reports whether a name is that of a preset or of a strategy outside the profile.
func (l *loader) known(name string) bool {
	_, _, preset := sdk.Named(name)
	return preset || l.shared.named.of[name] != nil
}

// tryOne adds a case, unless there is one of its name. Of a preset, it is called so as
// paths can name it.
func (l *loader) tryOne(flag, name string) {
	src := form.FlagSource(flag, name)
	title, key := "", name
	if preset, _, ok := sdk.Named(name); ok {
		if key = strings.ReplaceAll(preset.Name, ".", "-"); key != preset.Name {
			title = preset.Name
		}
	}
	if slices.Contains(l.doc.caseNames(), key) && l.tree.Get("strategies") != nil {
		l.isTried(src, name)
		return
	}
	l.change(src, func(tree *form.Node) error {
		at := src.Place()
		all := tree.Get("strategies")
		if all == nil { // the case without any stays
			all = emptyMapping(at)
			all.Put(noStrategy, emptyMapping(at), at)
			tree.Put("strategies", all, at)
		}
		value := src.Quote(name)
		if title != "" {
			value = emptyMapping(at)
			value.Put(extendsKey, src.Quote(name), at)
			value.Put("title", src.Quote(title), at)
		}
		all.Put(key, value, at)
		return nil
	})
}

// isTried reports an error if a case of that name is there, but tries another strategy
// than the one outside.
func (l *loader) isTried(src *form.Source, name string) {
	s := newResolver(l.tree, l.shared.named)
	d := s.own.of[name]
	if d == nil {
		return // a what_if, or a preset
	}
	s.resolve(d)
	if other, ok := s.ambiguous(d); ok {
		l.flags = append(l.flags, &form.Error{File: src.Name, Message: fmt.Sprintf(twoOfAName, name, d.key.Where(), other.key.Where())})
	}
}
