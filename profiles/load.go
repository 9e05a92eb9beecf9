package profiles

import (
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
	l.doc, l.errs = l.shared.read(tree, "")
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
		tree: l.tree, doc: l.doc, pristine: l.pristine, shared: l.shared,
	}
	p.cases = sync.OnceValue(p.newCases)
	p.digest = sync.OnceValue(p.newDigest)
	return p
}
