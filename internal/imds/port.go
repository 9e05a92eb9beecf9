package imds

import (
	"context"
	"fmt"
	"log"
	"maps"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"tenement/internal/throttle"
)

// Port serves a Handler on a port. While a RestartFault is on, nothing listens
// there, and connections that were open are reset: to a client the program behind
// the port has died. A connection whose request was dropped stays open, because
// that program never saw the request.
type Port struct {
	handler  *Handler
	server   *http.Server
	address  net.Addr
	patience time.Duration // how long a write waits for a client to read
	failed   chan error
	stop     context.CancelFunc
	stopped  chan struct{} // closed when run has returned

	mu   sync.Mutex // guards open
	open map[*conn]struct{}
}

// Serve serves a handler on a listener, which it owns, until Shutdown or Close.
// Errors of connections go to errorLog.
func Serve(l net.Listener, h *Handler, errorLog *log.Logger) *Port {
	ctx, stop := context.WithCancel(context.Background())
	p := &Port{
		handler: h, server: Server(h), address: l.Addr(), patience: patience[h.service],
		failed: make(chan error, 1), stop: stop, stopped: make(chan struct{}),
		open: make(map[*conn]struct{}),
	}
	p.server.ErrorLog = errorLog
	p.server.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		return context.WithValue(ctx, connKey{}, c)
	}
	go p.run(ctx, l)
	return p
}

// Addr is where it listens.
func (p *Port) Addr() net.Addr { return p.address }

// Handler is what it serves.
func (p *Port) Handler() *Handler { return p.handler }

// Failed gets the error that closed it by itself.
func (p *Port) Failed() <-chan error { return p.failed }

// Shutdown accepts no more connections, closes those without a request, aborts the
// requests that are never answered, and waits for the others until ctx ends.
func (p *Port) Shutdown(ctx context.Context) error {
	p.stop()
	p.handler.gate.abandon()
	p.cut(func(c *conn) bool { return !c.spoken.Load() })
	err := p.server.Shutdown(ctx)
	if ctx.Err() != nil {
		err = p.server.Close()
	}
	select {
	case <-p.stopped:
	case <-ctx.Done(): // errorLog blocks
	}
	return err
}

// Close cuts every connection.
func (p *Port) Close() error {
	p.stop()
	p.handler.gate.abandon()
	err := p.server.Close()
	<-p.stopped
	return err
}

// connKey is where the context of a request has its connection.
type connKey struct{}

// hold takes a connection, or returns nil if the host already holds its most.
func (p *Port) hold(c net.Conn) *conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	if most := p.handler.mostConnections; most > 0 && len(p.open) >= most {
		p.handler.turnedAway.Add(1)
		return nil
	}
	held := &conn{Conn: c, port: p}
	p.open[held] = struct{}{}
	return held
}

// release forgets a connection that is being closed.
func (p *Port) release(c *conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.open, c)
}

// cut resets the connections that are to be cut.
func (p *Port) cut(which func(*conn) bool) {
	p.mu.Lock()
	open := slices.Collect(maps.Keys(p.open))
	p.mu.Unlock()
	for _, c := range open {
		if which(c) {
			reset(c)
		}
	}
}

// run serves between the outages.
func (p *Port) run(ctx context.Context, l net.Listener) {
	defer close(p.stopped)
	for {
		served := make(chan error, 1)
		go func() { served <- p.server.Serve(listener{l, p}) }()
		if !p.untilOutage(ctx, served) {
			return
		}
		_ = l.Close() // it may be closed already
		p.handler.moved(false)
		release := p.reserve(l)
		<-served // now every accepted connection is known
		p.cut(func(c *conn) bool { return !c.lost.Load() })
		over := p.untilOver(ctx)
		var err error
		if over {
			l, err = p.listenAgain(ctx, l)
		}
		release()
		if over && err == nil {
			p.handler.moved(true)
		}
		if err != nil && ctx.Err() == nil {
			p.failed <- fmt.Errorf("listening again on %s: %w", p.address, err)
		}
		if !over || err != nil {
			return
		}
	}
}

// Reopener is a listener that opens its port again by itself, after it was closed:
// one in memory.
type Reopener interface {
	net.Listener
	Reopen(ctx context.Context) (net.Listener, error)
}

// listenAgain opens the port of a closed listener again.
func (p *Port) listenAgain(ctx context.Context, closed net.Listener) (net.Listener, error) {
	if own, ok := closed.(Reopener); ok {
		return own.Reopen(ctx)
	}
	var config net.ListenConfig
	return config.Listen(ctx, p.address.Network(), p.address.String())
}

// reserve keeps the port of a closed listener, if it is the system's.
func (p *Port) reserve(closed net.Listener) (release func()) {
	if _, ok := closed.(Reopener); ok {
		return func() {}
	}
	return Reserve(p.address)
}

// untilOutage waits for the next outage. It returns false when the port is
// closed first.
func (p *Port) untilOutage(ctx context.Context, served <-chan error) bool {
	for {
		from, _ := p.handler.outage()
		due := p.after(from)
		select {
		case err := <-served:
			if ctx.Err() == nil && err != nil {
				p.failed <- err
			}
			due.Stop()
			return false
		case <-p.handler.outages:
			due.Stop()
		case <-due.C:
			return true
		}
	}
}

// untilOver waits for the end of the outages that are on. It returns false
// when the port is closed first.
func (p *Port) untilOver(ctx context.Context) bool {
	for {
		from, to := p.handler.outage()
		if from > p.handler.gate.now() {
			return true
		}
		due := p.after(to)
		select {
		case <-ctx.Done():
			due.Stop()
			return false
		case <-p.handler.outages:
			due.Stop()
		case <-due.C:
		}
	}
}

// after fires at an instant of the run.
func (p *Port) after(at time.Duration) *time.Timer {
	return time.NewTimer(max(at-p.handler.gate.now(), 0))
}

// moved tells that the port is closed, or open again.
func (h *Handler) moved(open bool) {
	if h.port != nil {
		h.port(h.gate.now(), open)
	}
}

// outage is the outage that is on or comes next: from when on, and until when,
// nothing listens. Without any, it is later than any run.
func (h *Handler) outage() (from, to time.Duration) {
	defer h.gate.lock()()
	g := h.gate
	from, to = never, never
	for _, f := range g.endpoint.Faults(g.age()) {
		if f.Kind == throttle.RestartFault && f.From+f.For > g.age() && g.origin+f.From < from {
			from, to = g.origin+f.From, g.origin+f.From+f.For
		}
	}
	return from, to
}

// never is later than any instant of a run, and early enough to wait for.
const never = time.Duration(1) << 61
