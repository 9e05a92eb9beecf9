package profiles

import (
	"sync"

	"tenement/internal/draw"
	"tenement/internal/form"
	"tenement/internal/plan"
	"tenement/internal/trace"
)

// shared is what a profile and those made from it by With have in common: what
// is expensive to read or to compile, and does not change. It may be used from
// several goroutines.
type shared struct {
	src  *form.Source // of the profile's text
	open opener       // of the traces named there

	mu         sync.Mutex // guards what follows
	recordings map[traceKey]*recording
	patterns   map[string]plan.Pattern
	latencies  map[latency]*draw.Table
}

// traceKey is the name of a trace, and whether it stands in the profile's text
// rather than in a flag.
type traceKey struct {
	text   string
	inFile bool
}

func newShared(src *form.Source, open opener) *shared {
	return &shared{
		src: src, open: open,
		recordings: make(map[traceKey]*recording),
		patterns:   make(map[string]plan.Pattern),
		latencies:  make(map[latency]*draw.Table),
	}
}

// read reads the recording that a group names, if it names one: once, whatever
// the number of documents that do.
func (s *shared) read(r *form.Reader, g *group) {
	n := g.traceAt
	if n == nil {
		return
	}
	name, open := traceKey{n.Text, n.Source() == s.src}, s.open
	if !name.inFile {
		open = trace.Open
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if g.recording = s.recordings[name]; g.recording != nil {
		return
	}
	t, err := open(name.text)
	if err != nil {
		r.Fail(n, form.Join("fleet."+g.Name, "arrivals.trace"), "%v", err)
		return
	}
	g.recording = newRecording(t)
	s.recordings[name] = g.recording
}

// latency is the table of a service time, nil for 0.
func (s *shared) latency(l latency) *draw.Table {
	if l == (latency{}) {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.latencies[l]
	if t == nil {
		t = draw.LogNormal(l.P50, l.P99)
		s.latencies[l] = t
	}
	return t
}

// pattern is the compiled form of arrivals.
func (s *shared) pattern(a *arrivals) plan.Pattern {
	key := arrivalsForm().Write(*a, true).OneLine()
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.patterns[key]
	if c == nil {
		c = a.compiled()
		s.patterns[key] = c
	}
	return c
}
