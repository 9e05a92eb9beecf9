package live

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"tenement/internal/plan"
	"tenement/internal/strategy"
	"tenement/profiles"
)

// open makes the plan of a profile's first case.
func open(t *testing.T, text string) *plan.Plan {
	t.Helper()
	profile, err := profiles.Load("test.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return profile.Plan(profile.Cases()[0], 1)
}

// play runs a plan over real sockets, from now on.
func play(t *testing.T, e Engine, plan *plan.Plan) (*ledger, Ran, error) {
	t.Helper()
	l := new(ledger)
	e.Began = time.Now()
	ran, err := e.Run(t.Context(), plan, l)
	l.sort()
	return l, ran, err
}

// tally counts results.
func (l *ledger) tally() map[strategy.Result]int {
	n := map[strategy.Result]int{}
	for _, c := range l.calls {
		n[c.Result]++
	}
	return n
}

// Over HTTP: one vegeta Result per call, one source address per task, and
// what the endpoint counted is what the clients saw.
func TestOverHTTP(t *testing.T) {
	plan := open(t, `
version: 1
name: http
description: tasks over real sockets
duration: 1s
endpoint: {service: ecs, limit: {rate: 40/s, burst: 10, scope: host}}
fleet:
  - {group: a, tasks: 20, arrivals: {poisson: 5/s}, under_test: true}
  - {group: b, tasks: 5, flow: task, arrivals: {constant: 4/s}}
strategies: {retry: {retry: {fixed: {wait: 50ms, attempts: 3}}}}
`)
	l, ran, err := play(t, Engine{}, plan)
	if err != nil {
		t.Fatal(err)
	}
	want := 0
	for a := plan.Arrivals(0); ; want++ {
		if _, more := a.Next(); !more {
			break
		}
	}
	if ran.Results != want || len(l.calls) != want {
		t.Errorf("%d vegeta results and %d calls ended, want %d of each", ran.Results, len(l.calls), want)
	}
	tasks := map[[2]uint32]bool{}
	for _, c := range l.calls {
		tasks[[2]uint32{c.Group, c.Task}] = true
	}
	if !ran.SharedAddresses && ran.Sources != len(tasks) {
		t.Errorf("the mock saw %d source addresses of %d tasks that asked", ran.Sources, len(tasks))
	}
	if int(ran.Counts.Requests) != l.attempts {
		t.Errorf("the endpoint counted %d requests, the clients %d attempts", ran.Counts.Requests, l.attempts)
	}
	n := l.tally()
	if n[strategy.OK] == 0 || n[strategy.Throttled] == 0 || n[strategy.OK]+n[strategy.Throttled] != len(l.calls) {
		t.Errorf("got %v, want some ok, some throttled and nothing else", n)
	}
}

// Over HTTP, instances and pods: a session token is asked for once and sent with
// the later requests, each pod sends its own token, and nothing goes wrong.
func TestSessionsOverHTTP(t *testing.T) {
	for _, r := range []struct {
		service  string
		strategy string
		attempts int // of a call
	}{
		{"service: imds, imds: {tokens: required}", "session: {keep: false}", 3},
		{"service: imds, imds: {tokens: required}", "session: {name_once: true}, cache: {ttl: 1ns}", 2},
		{"service: eks-pod-identity", "retry: none", 1},
	} {
		t.Run(r.service+"/"+r.strategy, func(t *testing.T) {
			plan := open(t, `
version: 1
name: http
description: sessions over real sockets
duration: 1s
endpoint: {`+r.service+`}
fleet: [{group: a, tasks: 4, arrivals: {constant: 10/s}, under_test: true}]
strategies: {s: {`+r.strategy+`}}
`)
			l, ran, err := play(t, Engine{}, plan)
			if err != nil {
				t.Fatal(err)
			}
			if n := l.tally(); n[strategy.OK] != len(l.calls) || len(l.calls) == 0 {
				t.Errorf("got %v of %d calls, want all ok", n, len(l.calls))
			}
			if first := l.calls[0].Attempts; int(first) < r.attempts || int(l.calls[len(l.calls)-1].Attempts) != r.attempts {
				t.Errorf("the last call took %d attempts, want %d", l.calls[len(l.calls)-1].Attempts, r.attempts)
			}
			if int(ran.Counts.Requests) != l.attempts || ran.Counts.Throttled != 0 {
				t.Errorf("the endpoint counted %+v, the clients %d attempts", ran.Counts.Tally, l.attempts)
			}
		})
	}
}

// The built-in ecs-agent-scope, live: the agent's bucket is per source address
// and path, so the task that asks too often is throttled, and no other.
func TestAgentScopeThrottlesPerAddress(t *testing.T) {
	t.Parallel()
	profile, err := profiles.Open("ecs-agent-scope", profiles.Options{Sets: []string{"duration=3s"}})
	if err != nil {
		t.Fatal(err)
	}
	plan := profile.Plan(profile.Cases()[0], 1)
	l, ran, err := play(t, Engine{}, plan)
	if err != nil {
		t.Fatal(err)
	}
	if ran.SharedAddresses {
		t.Log("this system has one loopback address: tasks share it")
		return
	}
	throttled := 0
	for _, c := range l.calls {
		switch {
		case c.Result == strategy.Throttled && plan.Groups[c.Group].Name == "hungry":
			throttled++
		case c.Result != strategy.OK:
			t.Errorf("task %d of %s at %v: %v, want ok", c.Task, plan.Groups[c.Group].Name, c.Scheduled, c.Result)
		}
	}
	if throttled < 10 {
		t.Errorf("the hungry task was throttled %d times, want at least 10", throttled)
	}
}

// What a client sees of each failure of a connection.
func TestFailuresOnTheWire(t *testing.T) {
	closed, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := closed.Addr().String()
	closed.Close()
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
		{"nothing", strategy.Malformed}, {"cut short", strategy.Reset},
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
			address := nobody
			if h := handlers[row.name]; h != nil {
				l, err := net.Listen("tcp4", "127.0.0.1:0")
				if err != nil {
					t.Fatal(err)
				}
				server := &http.Server{Handler: h}
				go func() { _ = server.Serve(l) }()
				t.Cleanup(func() { server.Close() })
				address = l.Addr().String()
			}
			l, _, err := play(t, Engine{Target: &url.URL{Scheme: "http", Host: address}}, plan)
			if err != nil && (address != nobody || !errors.Is(err, ErrNoConnection)) {
				t.Fatal(err)
			}
			if n := l.tally(); n[row.want] != 1 {
				t.Errorf("got %v, want one %v", n, row.want)
			}
		})
	}
}

// An attempt is one request, even when a reused connection breaks without an
// answer.
func TestNothingIsSentTwice(t *testing.T) {
	for _, fault := range []string{"{fault: a, kind: reset, share: 30%}", "{fault: a, kind: cut, after: 1ms, share: 30%}"} {
		plan := open(t, `
version: 1
name: breaks
description: connections that break
duration: 1s
endpoint: {service: ecs, faults: [`+fault+`]}
fleet: [{group: a, tasks: 5, arrivals: {constant: 20/s}, under_test: true}]
`)
		l, ran, err := play(t, Engine{}, plan)
		if err != nil {
			t.Fatal(err)
		}
		n := l.tally()
		if ran.Counts.Requests != 100 || l.attempts != 100 || int(ran.Counts.Failed) != n[strategy.Reset] || n[strategy.Reset] < 10 {
			t.Errorf("%s: the endpoint counted %+v, the clients %d attempts and %v", fault, ran.Counts.Tally, l.attempts, n)
		}
	}
}

// A request has no body, and no header of one.
func TestPlainRequests(t *testing.T) {
	var mu sync.Mutex
	var odd []string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if r.ContentLength != 0 || len(r.TransferEncoding) > 0 || r.Header.Get("Content-Length") != "" {
			odd = append(odd, fmt.Sprint(r.Method, r.ContentLength, r.TransferEncoding, r.Header))
		}
	}))
	defer server.Close()
	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	plan := open(t, `
version: 1
name: plain
description: a few requests
duration: 1s
endpoint: {service: ecs}
fleet: [{group: a, arrivals: {constant: 10/s}, under_test: true}]
`)
	if _, _, err := play(t, Engine{Target: address}, plan); err != nil {
		t.Fatal(err)
	}
	if len(odd) > 0 {
		t.Errorf("got %d requests such as %s", len(odd), odd[0])
	}
}

// Stopping stops: no request after the context has ended, calls still open
// are unfinished.
func TestStopping(t *testing.T) {
	plan := open(t, `
version: 1
name: stop
description: a call that never ends, and one that never comes
duration: 1h
endpoint: {service: ecs, limit: {rate: 1/s, burst: 1, scope: host}, on_exceed: drop}
fleet: [{group: a, arrivals: {constant: 20/s}, under_test: true}]
`)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	l := new(ledger)
	ran, err := (&Engine{Began: time.Now()}).Run(ctx, plan, l)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got error %v, want the context's", err)
	}
	if n := len(l.calls); n == 0 || n > 10 || n != ran.Results {
		t.Errorf("%d calls and %d results within 0.3 s of 20/s", n, ran.Results)
	}
	if n := l.tally(); n[strategy.Unfinished] == 0 {
		t.Errorf("got %v, want the dropped calls unfinished", n)
	}
}

// A run ends at the request limit, and says why.
func TestMaxRequests(t *testing.T) {
	plan := open(t, `
version: 1
name: limit
description: more calls than may be made
duration: 10s
endpoint: {service: ecs}
fleet: [{group: a, arrivals: {constant: 100/s}, under_test: true}]
`)
	l, ran, err := play(t, Engine{MaxRequests: 7}, plan)
	if !errors.Is(err, ErrMaxRequests) {
		t.Errorf("got error %v, want %v", err, ErrMaxRequests)
	}
	if ran.Counts.Requests != 7 || l.attempts > 7 {
		t.Errorf("the endpoint saw %d requests, want 7", ran.Counts.Requests)
	}
}
