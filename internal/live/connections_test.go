package live

import (
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
	"testing"
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
