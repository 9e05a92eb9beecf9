package profiles

import (
	"sync"

	"tenement/internal/draw"
	"tenement/internal/form"
	"tenement/internal/plan"
)

// shared is what a profile and those made from it by With have in common: what
// is expensive to read or to compile, and does not change. It may be used from
// several goroutines.
type shared struct {
	src  *form.Source // of the profile's text
	open opener       // of the traces named there
	// named are the strategies that a change may name: those of files, and those of the
	// text that are no cases.
	named *definitions

	mu         sync.Mutex // guards the maps, each of at most mostShared entries
	recordings map[traceKey]*recording
	unreadable map[traceKey]error
	patterns   map[string]plan.Pattern
	latencies  map[latency]*draw.Table
}

// traceKey is the name of a trace, and whether it stands in the profile's text
// rather than in a flag.
type traceKey struct {
	text   string
	inFile bool
}

// mostShared bounds what is kept, so that a search over many values of a rate
// does not fill memory with their tables.
const mostShared = 1000

// keep is what a map has for a key, or what is made now and kept there.
func keep[K comparable, V any](m map[K]V, key K, made func() V) V {
	v, known := m[key]
	if !known {
		if len(m) >= mostShared {
			clear(m)
		}
		v = made()
		m[key] = v
	}
	return v
}

func newShared(src *form.Source, open opener) *shared {
	return &shared{
		src: src, open: open, named: new(definitions),
		recordings: make(map[traceKey]*recording),
		unreadable: make(map[traceKey]error),
		patterns:   make(map[string]plan.Pattern),
		latencies:  make(map[latency]*draw.Table),
	}
}

// read reads the tree of a document, and the traces that it names. context
// names the what_if that has changed it, if one has.
func (s *shared) read(tree *form.Node, context string) (document, form.Errors) {
	r := form.Reader{Context: context}
	d := documentForm().Read(&r, tree, "")
	d.derive()
	if tree.Kind == form.Mapping {
		for i := range d.Fleet {
			s.record(&r, &d.Fleet[i])
			d.Fleet[i].replay(&d.Endpoint)
		}
		checkDocument(&r, tree, &d)
	}
	return d, r.Errs
}

// record reads the recording that a group names, if it names one: once, whatever
// the number of documents that do.
func (s *shared) record(r *form.Reader, g *group) {
	n := g.traceAt
	if n == nil {
		return
	}
	if n.Kind == form.Mapping {
		n = n.Get("file")
	}
	var err error
	if g.recording, err = s.recording(traceKey{n.Text, n.Source() == s.src}); err != nil {
		r.Fail(n, form.Join("fleet."+g.Name, "arrivals.trace"), "%v", err)
	}
}

// recording is the recording of a name, opened once.
func (s *shared) recording(name traceKey) (*recording, error) {
	open := s.open
	if !name.inFile {
		open = asNamed
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.recordings[name]; r != nil {
		return r, nil
	}
	err := s.unreadable[name]
	if err == nil {
		t, path, wrong := open(name.text)
		if err = wrong; err == nil {
			r := newRecording(t, name.text, path)
			s.recordings[name] = r
			return r, nil
		}
	}
	s.unreadable[name] = err
	return nil, err
}

// latency is the table of a service time, nil for 0.
func (s *shared) latency(l latency) *draw.Table {
	if l == (latency{}) {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return keep(s.latencies, l, func() *draw.Table { return draw.LogNormal(l.P50, l.P99) })
}

// pattern is the compiled form of arrivals.
func (s *shared) pattern(a *arrivals) plan.Pattern {
	key := string(arrivalsForm().Write(*a, true).JSON())
	s.mu.Lock()
	defer s.mu.Unlock()
	return keep(s.patterns, key, a.compiled)
}
