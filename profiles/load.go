package profiles

import (
	"fmt"
	"path/filepath"
	"strings"

	"tenement/internal/form"
)

// loader reads the document of a profile as often as it is changed.
type loader struct {
	tree   *form.Node
	doc    document
	errs   form.Errors // of doc
	flags  form.Errors // of flags that were left out of account
	shared *shared
	// unnamed is a profile that takes its name from the trace.
	unnamed bool
}

// load makes a profile of its text and the options. open opens the traces that
// the text names.
func load(src *form.Source, open opener, text []byte, o Options) (*Profile, error) {
	tree, duplicates := form.ParseYAML(src, text)
	if tree == nil {
		return nil, duplicates
	}
	l := loader{tree: tree, unnamed: src.IsFlag(), shared: newShared(src, open)}
	l.doc, l.errs = l.read(tree, "")
	l.options(o)
	pristine := o.Trace == "" && len(o.Sets) == 0
	cases := l.cases(pristine)
	if errs := append(append(duplicates, l.errs...).Sorted(), l.flags...); len(errs) > 0 {
		return nil, errs
	}
	d := l.doc
	return &Profile{
		Name: d.Name, Description: strings.TrimSpace(d.Description),
		Seed: d.Seed, Engine: d.Engine, Gates: d.Gates,
		doc: d, cases: cases, shared: l.shared,
	}, nil
}

// read reads a tree, and the traces that it names.
func (l *loader) read(tree *form.Node, context string) (document, form.Errors) {
	r := form.Reader{Context: context}
	d := documentForm().Read(&r, tree, "")
	if tree.Kind == form.Mapping {
		for i := range d.Fleet {
			l.shared.read(&r, &d.Fleet[i])
		}
		checkDocument(&r, tree, &d)
	}
	return d, r.Errs
}

// options applies the command line's changes, in the order trace, sets, seed,
// engine.
func (l *loader) options(o Options) {
	if o.Trace != "" {
		l.change("--trace", o.Trace, func(tree *form.Node, src *form.Source) error { return l.replay(tree, src, o.Trace) })
	}
	for _, s := range o.Sets {
		l.set(s)
	}
	if o.Seed != nil {
		value := fmt.Sprint(*o.Seed)
		l.change("--seed", value, func(tree *form.Node, src *form.Source) error {
			return documentPaths.Set(tree, "seed", src.Plain(value), src.Place())
		})
	}
	if o.Engine != "" {
		l.change("--engine", o.Engine, func(tree *form.Node, src *form.Source) error {
			return documentPaths.Set(tree, "engine", src.Plain(o.Engine), src.Place())
		})
	}
}

// change changes the tree for a flag. If that makes a sound profile unsound,
// the flag is to blame for it, and is left out of account so that the errors
// of the other flags are found too. It reports whether the change stands.
func (l *loader) change(flag, value string, f func(tree *form.Node, src *form.Source) error) bool {
	src := form.FlagSource(flag, value)
	next := l.tree.Clone()
	if err := f(next, src); err != nil {
		l.flags = append(l.flags, &form.Error{File: src.Name, Message: err.Error()})
		return false
	}
	doc, errs := l.read(next, "")
	if len(l.errs) == 0 && len(errs) > 0 {
		for _, e := range errs {
			switch {
			case e.File != src.Name:
				e.Flag = src.Name
			case flag == "--trace":
				e.Path = "" // which the user has not written
			}
		}
		l.flags = append(l.flags, errs...)
		return false
	}
	l.tree, l.doc, l.errs = next, doc, errs
	return true
}

// set applies one --set.
func (l *loader) set(text string) {
	path, value, ok := strings.Cut(text, "=")
	path = strings.TrimSpace(path)
	before, sound := l.doc, len(l.errs) == 0
	changed := l.change("--set", text, func(tree *form.Node, src *form.Source) error {
		if !ok {
			return fmt.Errorf("want path=value, such as endpoint.limit.rate=80/s")
		}
		v := src.Place()
		if strings.TrimSpace(value) != "" {
			parsed, errs := form.ParseYAML(src, []byte(value))
			if len(errs) > 0 {
				return fmt.Errorf("%s", errs[0].Message)
			}
			v = parsed
		}
		return documentPaths.Set(tree, path, v, src.Place())
	})
	if changed && sound && len(l.errs) == 0 && same(&before, &l.doc) {
		l.flags = append(l.flags, &form.Error{
			File: form.FlagSource("--set", text).Name, Path: path,
			Message: "changes nothing: this is the value already",
		})
	}
}

// same reports whether two documents are the same profile.
func same(a, b *document) bool {
	f := documentForm()
	return f.Write(*a, true).Same(f.Write(*b, true))
}

// replay replaces the arrivals of the one group under test by a trace, and the
// duration by the trace's.
func (l *loader) replay(tree *form.Node, src *form.Source, file string) error {
	var tested []string
	for _, g := range l.doc.Fleet {
		if g.UnderTest {
			tested = append(tested, g.Name)
		}
	}
	if len(tested) != 1 {
		if len(l.errs) > 0 {
			return fmt.Errorf("the profile has to be sound first")
		}
		return fmt.Errorf("want one group with under_test: true to replay it, the profile has %d", len(tested))
	}
	at := src.Place()
	arrivals := src.Place()
	arrivals.Kind = form.Mapping
	arrivals.Put("trace", src.Quote(file), at)
	if err := documentPaths.Set(tree, "fleet."+tested[0]+".arrivals", arrivals, at); err != nil {
		return err
	}
	for _, item := range tree.Get("fleet").Items {
		if item.Get("group").Text == tested[0] {
			item.Remove(traceNames...)
		}
	}
	if l.unnamed {
		tree.Remove("duration")
		tree.Put("name", src.Quote(traceName(file)), at)
	}
	return nil
}

// traceName names the profile of a trace: its file without endings.
func traceName(file string) string {
	name := filepath.Base(file)
	if stem, _, ok := strings.Cut(name, "."); ok && stem != "" {
		name = stem
	}
	runes := []rune(name)
	return string(runes[:min(len(runes), form.LongestName)])
}

// traceProfile replays a trace as it was recorded; the trace and the name are
// put in.
const traceProfile = `version: 1
name: recorded
description: |
  A recording, sent as it was recorded

  Every recorded request is one call of the task that made it, sent once,
  against the default limit of the ECS agent: 40 requests a second, burst 60,
  for each source address and path.
duration: 1s
endpoint: {service: ecs, limit: {rate: 40/s, burst: 60, scope: ip+path}}
fleet:
  - {group: recorded, arrivals: {once: {within: 0s}}, under_test: true}
`
