package profiles

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"tenement/internal/form"
)

// loader reads the document of a profile as often as it is changed.
type loader struct {
	tree   *form.Node
	doc    document
	errs   form.Errors // of doc
	flags  form.Errors // of changes that were left out
	shared *shared
	// pristine is a profile as it is written, without a change.
	pristine bool
	given    []given // after --set
	// unnamed is a profile that takes its name from the trace.
	unnamed bool
}

// load makes a profile of its text and the options, and reports everything
// wrong with it, what_ifs included. open opens the traces that the text names.
func load(src *form.Source, open opener, text []byte, o Options) (*Profile, error) {
	tree, errs := form.ParseYAML(src, text)
	if tree == nil {
		return nil, errs
	}
	l := loader{
		tree: tree, shared: newShared(src, open),
		pristine: o.Trace == "" && len(o.Sets) == 0, unnamed: src.IsFlag(),
	}
	if o.Tape != nil {
		l.shared.recordings[traceKey{text: o.Trace}] = newRecording(o.Tape, o.Trace, o.Trace)
	}
	if o.Strategies != nil {
		l.shared.named = &o.Strategies.all
	}
	named := l.names()
	l.doc, l.errs = l.shared.read(tree, "")
	l.errs = append(named, l.errs...)
	l.try(o)
	l.options(o)
	errs = append(errs, l.errs...)
	p := l.profile()
	if len(l.errs) == 0 {
		for _, c := range p.cases() {
			_, wrong := c.document()
			errs = append(errs, wrong...)
		}
	}
	if errs = append(errs.Sorted(), l.flags...); len(errs) > 0 {
		return nil, errs
	}
	return p, nil
}

// profile is the profile of a sound document.
func (l *loader) profile() *Profile {
	p := &Profile{
		Name: l.doc.Name, Description: strings.TrimSpace(l.doc.Description),
		Seed: l.doc.Seed, Engine: l.doc.Engine, Gates: l.doc.Gates,
		tree: l.tree, doc: l.doc, pristine: l.pristine, given: l.given, shared: l.shared,
	}
	p.cases = sync.OnceValue(p.newCases)
	p.digest = sync.OnceValue(p.newDigest)
	p.written = sync.OnceValue(func() *form.Node { return documentForm().Write(p.doc, true) })
	return p
}

// options applies the command line's changes, in the order trace, sets, seed,
// engine. A trace may need what is set, such as its length as the duration: then it
// comes after the sets.
func (l *loader) options(o Options) {
	deferred := false
	if o.Trace != "" {
		if before := len(l.flags); !l.replayFlag(o) && len(o.Sets) > 0 {
			deferred, l.flags = true, l.flags[:before]
		}
	} else if len(o.Replay) > 0 {
		l.flags = append(l.flags, &form.Error{File: o.Replay[0].flag(), Message: "says how a --trace is replayed, and there is none; " +
			"for the trace of a profile, set fleet.GROUP.arrivals.trace." + o.Replay[0].Key})
	}
	l.sets(o.Sets)
	if deferred {
		l.replayFlag(o)
	}
	if o.Seed != nil {
		l.set(form.FlagSource("--seed", fmt.Sprint(*o.Seed)), "seed", fmt.Sprint(*o.Seed))
	}
	if o.Engine != "" {
		src := form.FlagSource("--engine", o.Engine)
		l.change(src, func(tree *form.Node) error {
			return documentPaths.Set(tree, "engine", src.Plain(o.Engine), src.Place())
		})
	}
}

// change changes the tree for a flag, or for what else src names. If that makes
// a sound profile unsound, the flag is to blame for it, and is left out so that
// the errors of the other flags are found too.
func (l *loader) change(src *form.Source, f func(tree *form.Node) error) {
	next := l.tree.Clone()
	if err := f(next); err != nil {
		l.flags = append(l.flags, &form.Error{File: src.Name, Message: err.Error()})
		return
	}
	names := newResolver(next, l.shared.named)
	names.document(next)
	doc, errs := l.shared.read(next, "")
	errs = append(names.Errs, errs...)
	if len(l.errs) == 0 && len(errs) > 0 {
		l.flags = append(l.flags, blamed(errs, src)...)
		return
	}
	l.tree, l.doc, l.errs = next, doc, errs
}

// set puts a value, which is YAML, at a path.
func (l *loader) set(src *form.Source, path, value string) {
	l.change(src, func(tree *form.Node) error { return setText(tree, src, path, value) })
}

// setText puts a value, which is YAML of a source, at a path of a document.
func setText(tree *form.Node, src *form.Source, path, value string) error {
	v := src.Place()
	if strings.TrimSpace(value) != "" {
		parsed, errs := form.ParseYAML(src, []byte(value))
		if len(errs) > 0 {
			return errors.New(errs[0].Message)
		}
		v = parsed
	}
	return setAt(tree, path, v, src.Place())
}
