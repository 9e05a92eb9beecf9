package live

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"testing"

	"tenement/internal/strategy"
)

// What a client sees of each failure of a connection.
func TestFailuresOnTheWire(t *testing.T) {
	const nobody = "127.0.0.1:1"
	handlers := map[string]http.HandlerFunc{
		"never answers": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"closes":        func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"not JSON":      func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"AccessKeyId":`)) },
		"no fields":     func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"AccessKeyId":"x"}`)) },
		"empty object":  func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{}`)) },
		"nothing":       func(http.ResponseWriter, *http.Request) {},
		"cut short": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write([]byte(`{"Acc`))
		},
		"503":  func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) },
		"403":  func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) },
		"code": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, `{"code":"ThrottlingException"}`, 400) },
	}
	rows := []struct {
		name string
		want strategy.Result
	}{
		{"refused", strategy.Refused}, {"never answers", strategy.Timeout}, {"closes", strategy.Reset},
		{"not JSON", strategy.Malformed}, {"no fields", strategy.Malformed}, {"empty object", strategy.Malformed},
		{"nothing", strategy.Malformed}, {"cut short", strategy.Truncated},
		{"503", strategy.Error}, {"403", strategy.Rejected}, {"code", strategy.Throttled},
	}
	plan := open(t, `
version: 1
name: wire
description: one call
duration: 1s
drain: 1s
endpoint: {service: ecs}
fleet: [{group: a, arrivals: {burst: {calls: 1, every: 1s}}, under_test: true}]
strategies: {s: {timeouts: {response: 100ms}}}
`)
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			inMemory(t, func(t *testing.T, p *ports, e Engine) {
				address := nobody
				if h := handlers[row.name]; h != nil {
					address = serveOn(t, p, h)
				}
				e.Target = &url.URL{Scheme: "http", Host: address}
				l, _, err := play(t, e, plan)
				if err != nil && (address != nobody || !errors.Is(err, ErrNoConnection)) {
					t.Fatal(err)
				}
				if n := l.tally(); n[row.want] != 1 {
					t.Errorf("got %v, want one %v", n, row.want)
				}
			})
		})
	}
}

// serveOn serves a handler on the next port until the test's end.
func serveOn(t *testing.T, p *ports, h http.Handler) (address string) {
	t.Helper()
	l, err := p.listen()
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: h}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { server.Close() })
	return l.Addr().String()
}

// The system's way to refuse a connection is understood.
func TestRefusedBySystem(t *testing.T) {
	closed, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	plan := open(t, `
version: 1
name: refused
description: one call
duration: 100ms
endpoint: {service: ecs}
fleet: [{group: a, arrivals: {burst: {calls: 1, every: 1s}}, under_test: true}]
`)
	l, _, err := play(t, Engine{Target: &url.URL{Scheme: "http", Host: closed.Addr().String()}}, plan)
	if n := l.tally(); !errors.Is(err, ErrNoConnection) || n[strategy.Refused] != 1 {
		t.Errorf("got %v, %v, want one that was refused", err, n)
	}
}
