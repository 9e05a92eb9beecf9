package live

import (
	"cmp"
	"context"
	"math"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"sync"
	"testing/synctest"
	"time"

	"tenement/internal/hosting"
	"tenement/internal/imds"
	"tenement/internal/plan"
	"tenement/internal/strategy"
)

// memory is a world without sockets for a testing/synctest bubble: attempts
// travel for their keyed delay, queue at the sequencer, and are served by the
// same handlers that a mock serves over HTTP.
type memory struct {
	plan      *plan.Plan
	began     time.Time
	handlers  [][]*imds.Handler // by host, then the endpoint's number
	sockets   sockets           // only its senders
	mu        sync.Mutex        // guards sources
	sources   map[*sender]netip.Addr
	next      int // address
	documents []document
	sequencer *sequencer
	asks      chan func() // for goroutines that have served and wait
}

func newMemory(_ *Engine, plan *plan.Plan, began time.Time, _ func(error)) (world, error) {
	m := &memory{plan: plan, began: began, sequencer: newSequencer(), asks: make(chan func())}
	m.documents = documentsOf(plan)
	m.sockets.plan, m.sockets.began, m.sockets.senders = plan, began, newSenders(plan)
	m.sources, m.next = map[*sender]netip.Addr{}, plan.Hosts*plan.Tasks()
	for host := range plan.Hosts {
		tasks := hosting.Tasks(plan, host, true)
		m.handlers = append(m.handlers, nil)
		for number := range len(plan.Endpoints) + 1 {
			m.handlers[host] = append(m.handlers[host], imds.New(hosting.Config(plan, host, number, tasks, began)))
		}
		for i := range tasks {
			m.add(host, &tasks[i])
		}
	}
	return m, nil
}

// add adds the sender of a task.
func (m *memory) add(host int, t *imds.Task) {
	if err := m.sockets.addSender(t, host); err != nil {
		panic(err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sources[m.sockets.senders.bySlot[host*m.plan.Slots()+t.Slot].Load()] = t.Source
}

func (m *memory) start(host uint32, t imds.Task) {
	t.Source = hosting.Source(int(host)*m.plan.Tasks() + t.Slot)
	if t.Life > 0 {
		t.Source = hosting.Source(m.next)
		m.next++
	}
	for _, h := range m.handlers[host] {
		h.Start(t)
	}
	m.add(int(host), &t)
}

// stop lets the endpoints know the task until all that has come at this instant is
// decided: a stop follows what is under way.
func (m *memory) stop(host uint32, t imds.Task) {
	go func() {
		m.sequencer.turn(math.MaxUint64)
		for _, h := range m.handlers[host] {
			h.Stop(t)
		}
	}()
}

func (m *memory) attempt(run context.Context, k *strategy.Call, r strategy.Request) (strategy.Outcome, progress) {
	sent := time.Since(m.began)
	wait, cancel := run, context.CancelFunc(func() {})
	if r.Timeout > 0 {
		wait, cancel = context.WithTimeout(run, r.Timeout)
	}
	defer cancel()
	// The end of the wait does not cut the way to the endpoint and back: an
	// answer that comes at that instant is in time, in both engines.
	way, leave := context.WithCancel(context.Background())
	defer leave()
	answers := make(chan strategy.Outcome, 1)
	if sender := m.sockets.senders.of(k); sender != nil && (r.Timeout == 0 || r.Delay() < r.Timeout) {
		m.serve(func() { m.ask(way, k, r, sender, sent, answers) })
	}
	select {
	case o := <-answers:
		answers <- o
	case <-wait.Done():
	}
	m.sequencer.turn(r.Order()) // from here on, all answers of this instant are there
	select {
	case o := <-answers:
		return o, ended
	default:
	}
	if r.Timeout > 0 && time.Since(m.began) >= sent+r.Timeout {
		return strategy.Outcome{Err: strategy.ResponseTimeout}, ended
	}
	return strategy.Outcome{}, cut
}

// serve calls a function in a goroutine: in one that has served before, if any is free,
// whose stack need not grow again.
func (m *memory) serve(ask func()) {
	select {
	case m.asks <- ask:
		return
	default:
	}
	go func() {
		for ok := true; ok; ask, ok = <-m.asks {
			ask()
		}
	}()
}

func (*memory) finished(*strategy.Call) {}

// ask has the endpoint serve an attempt, sent at that time of the run, and passes
// the outcome on unless the client goes away first.
func (m *memory) ask(ctx context.Context, k *strategy.Call, r strategy.Request, sender *sender, sent time.Duration, answers chan<- strategy.Outcome) {
	if !sleepUntil(ctx, time.Now().Add(r.Delay())) {
		return
	}
	if m.sequencer.turn(r.Order()); ctx.Err() != nil {
		return
	}
	m.mu.Lock()
	source := m.sources[sender]
	m.mu.Unlock()
	wants := k.Wants()
	resource := wants.Resource
	number := m.plan.Resources[resource].Endpoint
	handler, to := m.handlers[k.Host][number], &sender.ways[number]
	if !handler.Listening() {
		answers <- strategy.Outcome{Err: strategy.ConnRefused}
		return
	}
	u := *sender.urls[resource]
	u.Host = ""
	req := (&http.Request{
		Method: m.plan.Resources[resource].Method, URL: &u, Host: to.host, Header: to.header(&wants, sent).Clone(),
		Body: http.NoBody, RemoteAddr: netip.AddrPortFrom(source, 4000).String(),
	}).WithContext(ctx)
	w := httptest.NewRecorder()
	switch broken := exchange(handler, w, req); {
	case ctx.Err() != nil:
	case broken && w.Flushed: // within the body
		answers <- readHalf(w.Result(), w.Body.Bytes(), m.documents[resource], m.began)
	case broken:
		answers <- strategy.Outcome{Err: strategy.ConnReset}
	default:
		answers <- sender.read(w.Result(), w.Body.Bytes(), resource, m.documents[resource], m.began)
	}
}

// exchange serves one request, and reports whether the connection broke.
func exchange(h http.Handler, w http.ResponseWriter, r *http.Request) (broken bool) {
	defer func() {
		switch p := recover(); p {
		case nil:
		case http.ErrAbortHandler:
			broken = true
		default:
			panic(p)
		}
	}()
	h.ServeHTTP(w, r)
	return false
}

func (m *memory) level() (left, holds float64, ok bool) { return 0, 0, false }

func (m *memory) counts(r *Ran) {
	r.Counted = true
	for _, h := range m.handlers {
		r.count(h)
	}
}

func (*memory) err() error { return nil }

func (m *memory) close() {
	for _, h := range slices.Concat(m.handlers...) {
		h.Close()
	}
	m.sequencer.close()
	close(m.asks)
}

// sequencer orders what comes at the same instant: it lets attempts through to
// their endpoint, and answers to their client, one by one in keyed order. A bubble
// fires timers of the same instant in random order.
type sequencer struct {
	mu     sync.Mutex // guards queue
	queue  []place
	come   chan struct{}
	closed chan struct{}
}

type place struct {
	order uint64
	let   chan struct{}
}

func newSequencer() *sequencer {
	s := &sequencer{come: make(chan struct{}, 1), closed: make(chan struct{})}
	go func() {
		for {
			select {
			case <-s.come:
			case <-s.closed:
				return
			}
			for more := true; more; more = s.letOne() {
				synctest.Wait() // all of this instant are in the queue, and the last one let through has done its part
			}
		}
	}()
	return s
}

// letOne lets the first in the queue through, and reports whether there was one.
func (s *sequencer) letOne() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.queue) == 0 {
		return false
	}
	first := slices.MinFunc(s.queue, func(a, b place) int { return cmp.Compare(a.order, b.order) })
	s.queue = slices.DeleteFunc(s.queue, func(p place) bool { return p == first })
	close(first.let)
	return true
}

// turn returns when it is the turn of an attempt or of its answer, or when the
// sequencer is closed.
func (s *sequencer) turn(order uint64) {
	p := place{order, make(chan struct{})}
	s.mu.Lock()
	s.queue = append(s.queue, p)
	s.mu.Unlock()
	select {
	case s.come <- struct{}{}:
	default:
	}
	select {
	case <-p.let:
	case <-s.closed:
	}
}

func (s *sequencer) close() { close(s.closed) }
