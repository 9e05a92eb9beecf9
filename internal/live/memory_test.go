package live

import (
	"cmp"
	"context"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"sync"
	"testing/synctest"
	"time"

	"tenement/internal/hosting"
	"tenement/internal/imds"
	"tenement/internal/strategy"
	"tenement/profiles"
)

// memory is a world without sockets for a testing/synctest bubble: attempts
// travel for their keyed delay, queue before the sequencer, and are served by
// the very handlers that a mock serves over HTTP.
type memory struct {
	plan      *profiles.Plan
	began     time.Time
	handlers  []*imds.Handler
	seats     []*seat
	sources   []netip.Addr
	documents []document
	sequencer *sequencer
}

func newMemory(_ *Engine, plan *profiles.Plan, began time.Time, _ func(error)) (world, error) {
	m := &memory{plan: plan, began: began, sequencer: newSequencer()}
	m.documents = documentsOf(plan)
	s := &sockets{plan: plan, began: began, named: map[string]*seat{}}
	for host := range plan.Hosts {
		tasks := hosting.Tasks(plan, host, true)
		m.handlers = append(m.handlers, imds.New(hosting.Config(plan, host, tasks, began)))
		for i := range tasks {
			if err := s.sit(&Engine{}, &tasks[i], host); err != nil {
				return nil, err
			}
			m.sources = append(m.sources, tasks[i].Source)
		}
	}
	m.seats = s.seats
	return m, nil
}

func (m *memory) attempt(ctx context.Context, k *strategy.Call, r strategy.Request) (strategy.Outcome, fate) {
	number := int(k.Host)*m.plan.Tasks() + m.plan.Groups[k.Group].First + int(k.Task)
	seat := m.seats[number]
	sent := time.Since(m.began)
	run := ctx
	if r.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, r.Timeout)
		defer cancel()
	}
	if !sleepUntil(ctx, time.Now().Add(r.Delay())) {
		return strategy.Outcome{Err: strategy.ResponseTimeout}, cutIf(run)
	}
	m.sequencer.turn(r.Order())
	handler := m.handlers[k.Host]
	if !handler.Listening() {
		return strategy.Outcome{Err: strategy.ConnRefused}, ended
	}
	wants := k.Wants()
	resource := wants.Resource
	u := *seat.urls[resource]
	u.Host = ""
	req := (&http.Request{
		Method: m.plan.Resources[resource].Method, URL: &u, Host: seat.host, Header: seat.header(&wants, sent).Clone(),
		Body: http.NoBody, RemoteAddr: netip.AddrPortFrom(m.sources[number], 4000).String(),
	}).WithContext(ctx)
	w := httptest.NewRecorder()
	broken := exchange(handler, w, req)
	if ctx.Err() != nil {
		return strategy.Outcome{Err: strategy.ResponseTimeout}, cutIf(run)
	}
	if broken {
		return strategy.Outcome{Err: strategy.ConnReset}, ended
	}
	return seat.read(w.Result(), w.Body.Bytes(), resource, m.documents[resource], m.began), ended
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

func (m *memory) counts(r *Ran) {
	r.Counted = true
	for _, h := range m.handlers {
		r.Counts.Merge(h.Counts())
		r.Sources += h.Sources()
	}
}

func (*memory) err() error { return nil }

func (m *memory) close() {
	for _, h := range m.handlers {
		h.Close()
	}
	m.sequencer.close()
}

// sequencer lets attempts that arrive in one instant through one by one, in
// their keyed order. A bubble fires timers of one instant in random order.
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
			synctest.Wait() // now everybody of this instant is in the queue
			s.mu.Lock()
			queue := s.queue
			s.queue = nil
			s.mu.Unlock()
			slices.SortFunc(queue, func(a, b place) int { return cmp.Compare(a.order, b.order) })
			for _, p := range queue {
				close(p.let)
				synctest.Wait() // the handler has decided
			}
		}
	}()
	return s
}

// turn returns when it is the attempt's turn.
func (s *sequencer) turn(order uint64) {
	p := place{order, make(chan struct{})}
	s.mu.Lock()
	s.queue = append(s.queue, p)
	s.mu.Unlock()
	select {
	case s.come <- struct{}{}:
	default:
	}
	<-p.let
}

func (s *sequencer) close() { close(s.closed) }
