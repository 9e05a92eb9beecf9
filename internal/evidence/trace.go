package evidence

import (
	"fmt"
	"net/http"
	"time"

	"tenement/internal/recording"
	"tenement/internal/service"
	"tenement/internal/throttle"
	"tenement/internal/trace"
	"tenement/internal/words"
)

// Trace passes the recording on as events of a trace, in order of time, and returns
// the header that says what was concluded. The event is valid during the call only. Of
// the header's Counts, those of lines are 0. An error of emit ends it.
func Trace(src Source, o Options, emit func(*trace.Event) error) (trace.Header, error) {
	s, err := look(src, o.By)
	if err != nil {
		return trace.Header{}, err
	}
	if s.entries == 0 {
		return trace.Header{}, errEmpty
	}
	limit, fitted := o.Limit, false
	if limit == nil && s.needsLimit(o) {
		f, err := s.fit(src)
		if err != nil {
			return trace.Header{}, err
		}
		if f.Told {
			limit, fitted = &f.Limit, true
		}
	}
	w := s.writer(o, limit, emit)
	if err := src(w.add); err != nil {
		return trace.Header{}, err
	}
	if err := w.end(); err != nil {
		return trace.Header{}, err
	}
	return w.header(fitted), nil
}

// needsLimit reports whether a conclusion rests on a limit that is not given.
func (s *survey) needsLimit(o Options) bool {
	return s.step > 0 && !o.SpreadEvenly || s.silent && !o.NoInferred
}

// writer turns entries into events.
type writer struct {
	*survey
	options Options
	limit   *throttle.Limit
	emit    func(*trace.Event) error
	err     error

	who     *attributor
	buckets map[subject]*held
	agents  map[string]map[string]string

	block, before *block // being read; being placed
	waiting       []*pending
	last          time.Duration // of the event emitted last

	inference inference
	counts    trace.Counts
	ended     int64 // times that are of the answer
	misfits   int64
}

func (s *survey) writer(o Options, limit *throttle.Limit, emit func(*trace.Event) error) *writer {
	w := &writer{
		survey: s, options: o, limit: limit, emit: emit, who: s.attributor(limit),
		buckets: make(map[subject]*held), agents: make(map[string]map[string]string), block: &block{},
	}
	w.inference.key = s.key.Name("inferred")
	return w
}

// add adds an entry, and reports whether more are wanted.
func (w *writer) add(e *recording.Entry) bool {
	at := e.At.Sub(w.start)
	if w.block.full(at) {
		w.next()
	}
	a, key := w.who.attribute(e, at)
	p := &pending{Event: w.event(e, &a, at), width: e.Step, admitted: !refused(e), leftOut: w.leavesOut(e)}
	if w.limit != nil && e.Status != 0 {
		p.bucket = w.bucket(key)
		p.bucket.disordered = p.bucket.disordered || w.disordered(e)
	}
	w.block.add(p)
	return w.err == nil
}

// event is an entry as an event, its time not settled.
func (w *writer) event(e *recording.Entry, a *asked, at time.Duration) trace.Event {
	v := trace.Event{
		T: at, Task: w.survey.who.tasks.text[a.task], Method: e.Method, Path: e.Path, Status: e.Status, Lat: e.Lat,
		Cut: isCut(e), Execution: a.execution, Headers: w.headers(e),
	}
	if a.addr != v.Task {
		v.Addr = a.addr
	}
	if v.Method == "" {
		v.Method = http.MethodGet
	}
	if v.Cut {
		w.counts.Cut++
	}
	if a.guessed {
		w.counts.Attributed++
	}
	if e.Ended {
		w.ended++
	}
	return v
}

// headers are an entry's headers with its user agent.
func (w *writer) headers(e *recording.Entry) map[string]string {
	if e.Agent == "" || e.Headers != nil {
		return e.Headers
	}
	h, ok := w.agents[e.Agent]
	if !ok {
		h = map[string]string{"User-Agent": e.Agent}
		w.agents[e.Agent] = h
	}
	return h
}

// bucket is the bucket of a subject, full at first.
func (w *writer) bucket(of subject) *held {
	of = of.under(w.limit.Scope)
	h := w.buckets[of]
	if h == nil {
		burst := float64(w.limit.Burst)
		h = &held{number: uint64(len(w.buckets)), bucket: bucket{rate: w.limit.Rate.PerSecond(), burst: burst, level: burst}}
		w.buckets[of] = h
	}
	return h
}

// next begins a block, and settles the one before the last.
func (w *writer) next() {
	if w.before != nil {
		w.settle(w.before, w.block)
	}
	w.before, w.block = w.block, &block{}
}

// end settles what is left.
func (w *writer) end() error {
	w.next()
	if w.err == nil && w.before != nil {
		w.settle(w.before, nil)
	}
	w.flush(1<<63 - 1)
	return w.err
}

// settle places a block's requests, infers those that are missing, and emits what no
// later request can come before.
func (w *writer) settle(b, after *block) {
	key := w.key.Name("placed")
	if w.options.SpreadEvenly {
		b.spread(key, func(*pending) bool { return true })
	} else {
		w.misfits += b.place(after, key)
	}
	byTime(b.all)
	behind := time.Duration(0)
	if w.silent && w.limit != nil && !w.options.NoInferred {
		for _, p := range b.all {
			if p.leftOut && p.bucket != nil {
				behind = p.bucket.gap()
				w.inference.between(p, func(one *pending) { w.waiting = append(w.waiting, one) })
			}
		}
		behind = max(behind, w.gap())
	}
	w.waiting = append(w.waiting, b.all...)
	byTime(w.waiting)
	w.flush(b.ends - behind)
}

// gap is how far before a refusal inferred requests may come.
func (w *writer) gap() time.Duration {
	b := bucket{rate: w.limit.Rate.PerSecond(), burst: float64(w.limit.Burst)}
	return b.gap()
}

// flush emits the waiting events before an instant.
func (w *writer) flush(until time.Duration) {
	n := 0
	for ; n < len(w.waiting) && w.waiting[n].T < until && w.err == nil; n++ {
		e := &w.waiting[n].Event
		e.T = max(e.T, w.last)
		w.last = e.T
		w.err = w.emit(e)
	}
	w.waiting = append(w.waiting[:0:0], w.waiting[n:]...)
}

// header says what was concluded.
func (w *writer) header(fitted bool) trace.Header {
	w.counts.Inferred = w.inference.found
	h := trace.Header{Start: w.start, ResolutionS: w.step.Seconds(), Service: w.service.String(), Counts: &w.counts}
	switch {
	case w.step == 0:
	case w.limit == nil || w.options.SpreadEvenly:
		h.Placed = &trace.Placed{Rule: "even"}
	default:
		h.Placed = &trace.Placed{Rule: "limit", Limit: w.limit.Line(), Fitted: fitted, Misfits: w.misfits}
	}
	note := func(n int64, format string) {
		if n > 0 {
			h.Redactions = append(h.Redactions, fmt.Sprintf(format, words.Plural(uint64(n), "request", "requests")))
		}
	}
	note(w.ended, "time: of %s it is when the answer was written")
	note(w.counts.Attributed, "task: of %s concluded from address, user agent and answer")
	if w.silent && w.service == service.ECS {
		h.Redactions = append(h.Redactions, w.inference.sentence())
	}
	return h
}
