package live

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
	"testing"

	"tenement/internal/strategy"
)

// Calls of a process share its task's connection. A call whose client was built for
// it alone makes a connection of its own, keeps it from attempt to attempt, and
// closes it when it ends.
func TestConnectionsOfCalls(t *testing.T) {
	for client, want := range map[string]int64{"per-process": 1, "per-call": 5} {
		t.Run(client, func(t *testing.T) {
			plan := open(t, `
version: 1
name: connections
description: five calls, each with three attempts
duration: 5s
endpoint: {service: ecs}
fleet: [{group: a, client: `+client+`, arrivals: {timer: {every: 1s, phase: aligned}}, under_test: true}]
strategies: {s: {retry: {fixed: {wait: 10ms, attempts: 3}}}}
`)
			inMemory(t, func(t *testing.T, p *ports, e Engine) {
				var made, now, most atomic.Int64
				server := &http.Server{
					Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
						w.WriteHeader(http.StatusServiceUnavailable)
					}),
					ConnState: func(_ net.Conn, s http.ConnState) {
						switch s {
						case http.StateNew:
							made.Add(1)
							most.Store(max(most.Load(), now.Add(1)))
						case http.StateClosed:
							now.Add(-1)
						}
					},
				}
				l, err := p.listen()
				if err != nil {
					t.Fatal(err)
				}
				go func() { _ = server.Serve(l) }()
				t.Cleanup(func() { server.Close() })
				e.Target = &url.URL{Scheme: "http", Host: l.Addr().String()}
				calls, _, err := play(t, e, plan)
				if err != nil {
					t.Fatal(err)
				}
				if len(calls.calls) != 5 || calls.attempts != 15 || made.Load() != want || most.Load() != 1 {
					t.Errorf("got %d calls with %d attempts on %d connections, %d at once; want 5 with 15 on %d, one at once",
						len(calls.calls), calls.attempts, made.Load(), most.Load(), want)
				}
			})
		})
	}
}

// answered is where the context of a request has how many its connection has had.
type answered struct{}

// A client makes a connection for each request or keeps those that it has made, as
// its strategy says. What the strategy resends is all that is sent again: Go's own
// transport, which the engine uses, sends nothing by itself.
func TestResendsOfTheMachineAlone(t *testing.T) {
	for _, row := range []struct {
		client             string
		requests, made     int64
		attempts, failures int
	}{
		// Every second request on a connection gets no answer.
		{"resend: kept", 9, 5, 9, 0},
		{"title: plain", 5, 3, 5, 2},
		{"connections: per-request", 5, 5, 5, 0},
	} {
		t.Run(row.client, func(t *testing.T) {
			plan := open(t, fmt.Sprintf(`
version: 1
name: resends
description: five calls, one after the other
duration: 5s
endpoint: {service: ecs}
fleet: [{group: a, arrivals: {timer: {every: 1s, phase: aligned}}, under_test: true}]
strategies: {s: {%s}}
`, row.client))
			inMemory(t, func(t *testing.T, p *ports, e Engine) {
				var made, requests atomic.Int64
				server := &http.Server{
					ConnContext: func(ctx context.Context, _ net.Conn) context.Context {
						made.Add(1)
						return context.WithValue(ctx, answered{}, new(int))
					},
					Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						requests.Add(1)
						n := r.Context().Value(answered{}).(*int)
						if *n++; *n == 2 {
							panic(http.ErrAbortHandler)
						}
						_, _ = w.Write([]byte(`{"AccessKeyId":"a","SecretAccessKey":"b","Token":"c","Expiration":"2100-01-01T00:00:00Z"}`))
					}),
				}
				l, err := p.listen()
				if err != nil {
					t.Fatal(err)
				}
				go func() { _ = server.Serve(l) }()
				t.Cleanup(func() { server.Close() })
				e.Target = &url.URL{Scheme: "http", Host: l.Addr().String()}
				calls, _, err := play(t, e, plan)
				if err != nil {
					t.Fatal(err)
				}
				if n := calls.tally(); requests.Load() != row.requests || made.Load() != row.made || calls.attempts != row.attempts || n[strategy.Reset] != row.failures {
					t.Errorf("got %d requests on %d connections, %d attempts and %v; want %+v", requests.Load(), made.Load(), calls.attempts, n, row)
				}
			})
		})
	}
}
