package profiles

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tenement/internal/form"
)

// given is a path that --set gives another value, as YAML.
type given struct {
	path, value string
	src         *form.Source
}

// sets applies what was given after --set: all of it, and then the document is read. What
// stands between two of them need not be sound, such as a p50 above the old p99.
func (l *loader) sets(all []string) {
	if most := maxReads / l.tree.Size(); len(all) > most {
		l.flags = append(l.flags, &form.Error{File: "--set", Message: fmt.Sprintf("given %d times: want at most %d for a profile of this size", len(all), most)})
		return
	}
	var (
		trees []*form.Node // after each
		errs  form.Errors
	)
	now := l.tree
	for _, text := range all {
		path, value, ok := strings.Cut(text, "=")
		g := given{strings.TrimSpace(path), value, form.FlagSource("--set", text)}
		if !ok {
			l.flags = append(l.flags, &form.Error{File: g.src.Name, Message: "want path=value, such as endpoint.limit.rate=80/s"})
			continue
		}
		next, wrong, err := l.put(now, g)
		if err != nil {
			l.flags = append(l.flags, &form.Error{File: g.src.Name, Message: err.Error()})
			continue
		}
		now = next
		l.given, trees = append(l.given, g), append(trees, now)
		errs = append(errs, blamed(wrong, g.src)...)
	}
	if len(trees) == 0 {
		return
	}
	doc, wrong := l.shared.read(now, "")
	if sound := len(l.errs) == 0; sound && len(errs)+len(wrong) > 0 {
		l.flags = append(l.flags, append(errs, l.guilty(wrong, trees)...)...)
		return
	}
	l.tree, l.doc, l.errs = now, doc, append(errs, wrong...)
}

// put is a tree with what was given, in which all names of strategies are resolved. The
// error is that of a path or a value that cannot be put there.
func (l *loader) put(tree *form.Node, g given) (*form.Node, form.Errors, error) {
	next := tree.Clone()
	if err := setText(next, g.src, g.path, g.value); err != nil {
		return nil, nil, err
	}
	names := newResolver(next, l.shared.named)
	names.document(next)
	return next, names.Errs, nil
}

// guilty names in errors of a document the --set that is to blame: the one whose value is
// wrong, or the last one without which the error is not there. trees are the document after
// each of them. The errors come in the order of the --sets.
func (l *loader) guilty(errs form.Errors, trees []*form.Node) form.Errors {
	place := map[string]int{} // of each flag
	for i, g := range l.given {
		place[g.src.Name] = i
	}
	var left form.Errors // without a flag yet
	for _, e := range errs {
		if _, own := place[e.File]; !own {
			left = append(left, e)
		}
	}
	for i := len(trees) - 1; len(left) > 0; i-- {
		earlier := map[string]bool{}
		if i > 0 {
			_, all := l.shared.read(trees[i-1], "")
			for _, e := range all {
				earlier[e.Error()] = true
			}
		}
		var still form.Errors
		for _, e := range left {
			if earlier[e.Error()] {
				still = append(still, e)
			} else {
				e.Flag = l.given[i].src.Name
			}
		}
		left = still
	}
	slices.SortStableFunc(errs, func(a, b *form.Error) int {
		return place[cmp.Or(a.Flag, a.File)] - place[cmp.Or(b.Flag, b.File)]
	})
	return errs
}

// blamed are errors that would not be there without a flag.
func blamed(errs form.Errors, src *form.Source) form.Errors {
	for _, e := range errs {
		if e.File != src.Name {
			e.Flag = src.Name
		}
	}
	return errs
}
