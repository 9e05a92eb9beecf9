package live

import (
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync/atomic"
	"testing"

	"tenement/internal/strategy"
)

// Over HTTP: a copy of a request goes out on a connection of its own, its answer ends the
// call, and the connection of the request that has lost is closed. In the bubble, no
// goroutine is left.
func TestHedgeOverHTTP(t *testing.T) {
	for client, made := range map[string]int64{"per-process": 4, "per-call": 6} {
		t.Run(client, func(t *testing.T) {
			inMemory(t, func(t *testing.T, p *ports, e Engine) {
				l, err := p.listen()
				if err != nil {
					t.Fatal(err)
				}
				if got := hedgeOverHTTP(t, e, l, client, 3); got != made {
					t.Errorf("got %d connections for three calls, want %d", got, made)
				}
			})
		})
	}
}

// The same over real sockets, in real time.
func TestHedgeOverSockets(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if got := hedgeOverHTTP(t, Engine{}, l, "per-process", 1); got != 2 {
		t.Errorf("got %d connections for a call, want 2", got)
	}
}

// hedgeOverHTTP plays calls one after another, of each of which the first request is never
// answered, and returns how many connections they made.
func hedgeOverHTTP(t *testing.T, e Engine, l net.Listener, client string, calls int) (made int64) {
	plan := open(t, `
version: 1
name: hedged
description: every other request is never answered
duration: `+strconv.Itoa(100*calls)+`ms
endpoint: {service: ecs}
fleet: [{group: a, client: `+client+`, arrivals: {timer: {every: 100ms, phase: aligned}}, under_test: true}]
strategies: {s: {hedge: 30ms, timeouts: {attempt: 10s}}}
`)
	var requests, cut, conns atomic.Int64
	server := &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if requests.Add(1)%2 == 1 {
				<-r.Context().Done()
				cut.Add(1)
				return
			}
			_, _ = w.Write([]byte(`{"AccessKeyId":"a","SecretAccessKey":"b","Token":"c","Expiration":"2100-01-01T00:00:00Z"}`))
		}),
		ConnState: func(_ net.Conn, s http.ConnState) {
			if s == http.StateNew {
				conns.Add(1)
			}
		},
	}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(l)
	}()
	e.Target = &url.URL{Scheme: "http", Host: l.Addr().String()}
	got, _, err := play(t, e, plan)
	if err != nil {
		t.Fatal(err)
	}
	// It waits for the handlers of open connections: those of requests that have lost
	// end because their connections do.
	if err := server.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	<-served
	if n := got.tally(); n[strategy.OK] != calls || len(got.calls) != calls {
		t.Errorf("got %v, want %d ok", n, calls)
	}
	if n := int64(2 * calls); requests.Load() != n || int64(got.attempts) != n || cut.Load() != n/2 {
		t.Errorf("the server saw %d requests, and %d of them cut off; the clients made %d: want %d, %d and %d",
			requests.Load(), cut.Load(), got.attempts, n, n/2, n)
	}
	for _, c := range got.calls {
		if c.Attempts != 2 {
			t.Errorf("got %d attempts of call %d, want 2", c.Attempts, c.N)
		}
	}
	return conns.Load()
}
