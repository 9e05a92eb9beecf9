package live

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"testing/synctest"
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

// play runs a plan from now on.
func play(t *testing.T, e Engine, plan *plan.Plan) (*ledger, Ran, error) {
	t.Helper()
	l := new(ledger)
	e.Began = time.Now()
	ran, err := e.Run(t.Context(), plan, l)
	l.sort()
	return l, ran, err
}

// inMemory runs a test over HTTP without sockets: on some ports, and in time that
// passes when everybody waits.
func inMemory(t *testing.T, test func(t *testing.T, p *ports, e Engine)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		p := newPorts()
		test(t, p, Engine{Wait: Timer{}, network: p.network()})
	})
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
	inMemory(t, func(t *testing.T, _ *ports, e Engine) { overHTTP(t, e) })
}

// The same over real sockets, in real time.
func TestOverSockets(t *testing.T) { overHTTP(t, Engine{}) }

func overHTTP(t *testing.T, e Engine) {
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
	l, ran, err := play(t, e, plan)
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
			inMemory(t, func(t *testing.T, _ *ports, e Engine) {
				plan := open(t, `
version: 1
name: http
description: sessions over real sockets
duration: 1s
endpoint: {`+r.service+`}
fleet: [{group: a, tasks: 4, arrivals: {constant: 10/s}, under_test: true}]
strategies: {s: {`+r.strategy+`}}
`)
				l, ran, err := play(t, e, plan)
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
		})
	}
}

// The built-in ecs-agent-scope, live: the agent's bucket is per source address
// and path, so the task that asks too often is throttled, and no other.
func TestAgentScopeThrottlesPerAddress(t *testing.T) {
	inMemory(t, func(t *testing.T, _ *ports, e Engine) {
		profile, err := profiles.Open("ecs-agent-scope", profiles.Options{Sets: []string{"duration=3s"}})
		if err != nil {
			t.Fatal(err)
		}
		plan := profile.Plan(profile.Cases()[0], 1)
		l, ran, err := play(t, e, plan)
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
	})
}

// An attempt is one request, even when a reused connection breaks without an
// answer.
func TestNothingIsSentTwice(t *testing.T) {
	for _, fault := range []string{"{fault: a, kind: reset, share: 30%}", "{fault: a, kind: cut, after: 1ms, share: 30%}"} {
		inMemory(t, func(t *testing.T, _ *ports, e Engine) {
			plan := open(t, `
version: 1
name: breaks
description: connections that break
duration: 1s
endpoint: {service: ecs, faults: [`+fault+`]}
fleet: [{group: a, tasks: 5, arrivals: {constant: 20/s}, under_test: true}]
`)
			l, ran, err := play(t, e, plan)
			if err != nil {
				t.Fatal(err)
			}
			n := l.tally()
			if ran.Counts.Requests != 100 || l.attempts != 100 || int(ran.Counts.Failed) != n[strategy.Reset] || n[strategy.Reset] < 10 {
				t.Errorf("%s: the endpoint counted %+v, the clients %d attempts and %v", fault, ran.Counts.Tally, l.attempts, n)
			}
		})
	}
}

// A request has no body, and no header of one.
func TestPlainRequests(t *testing.T) {
	inMemory(t, func(t *testing.T, p *ports, e Engine) {
		var mu sync.Mutex
		var odd []string
		address := serveOn(t, p, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			if r.ContentLength != 0 || len(r.TransferEncoding) > 0 || r.Header.Get("Content-Length") != "" {
				odd = append(odd, fmt.Sprint(r.Method, r.ContentLength, r.TransferEncoding, r.Header))
			}
		}))
		plan := open(t, `
version: 1
name: plain
description: a few requests
duration: 1s
endpoint: {service: ecs}
fleet: [{group: a, arrivals: {constant: 10/s}, under_test: true}]
`)
		e.Target = &url.URL{Scheme: "http", Host: address}
		if _, _, err := play(t, e, plan); err != nil {
			t.Fatal(err)
		}
		if len(odd) > 0 {
			t.Errorf("got %d requests such as %s", len(odd), odd[0])
		}
	})
}

// Stopping stops: no request after the context has ended, calls still open
// are unfinished.
func TestStopping(t *testing.T) {
	inMemory(t, func(t *testing.T, _ *ports, e Engine) {
		plan := open(t, `
version: 1
name: stop
description: a call that never ends, and one that never comes
duration: 1h
endpoint: {service: ecs, limit: {rate: 1/s, burst: 1, scope: host}, on_exceed: drop}
fleet: [{group: a, arrivals: {constant: 20/s}, under_test: true}]
`)
		ctx, cancel := context.WithTimeout(t.Context(), 301*time.Millisecond)
		defer cancel()
		l := new(ledger)
		e.Began = time.Now()
		ran, err := e.Run(ctx, plan, l)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got error %v, want the context's", err)
		}
		want := 0
		for a := plan.Arrivals(0); ; want++ {
			if next, more := a.Next(); !more || next.At > 301*time.Millisecond {
				break
			}
		}
		if n := len(l.calls); n != want || n != ran.Results || int(ran.Counts.Requests) != n {
			t.Errorf("%d calls, %d results and %d requests, want %d", n, ran.Results, ran.Counts.Requests, want)
		}
		if n := l.tally(); n[strategy.OK] != 1 || n[strategy.Unfinished] != want-1 {
			t.Errorf("got %v, want one that is fine, and the dropped calls unfinished", n)
		}
		if took := time.Since(e.Began); took != 301*time.Millisecond {
			t.Errorf("got the end after %v, want the context's", took)
		}
	})
}

// A run ends at the request limit, and says why.
func TestMaxRequests(t *testing.T) {
	inMemory(t, func(t *testing.T, _ *ports, e Engine) {
		e.MaxRequests = 7
		plan := open(t, `
version: 1
name: limit
description: more calls than may be made
duration: 10s
endpoint: {service: ecs}
fleet: [{group: a, arrivals: {constant: 100/s}, under_test: true}]
`)
		l, ran, err := play(t, e, plan)
		if !errors.Is(err, ErrMaxRequests) {
			t.Errorf("got error %v, want %v", err, ErrMaxRequests)
		}
		if ran.Counts.Requests != 7 || l.attempts > 7 {
			t.Errorf("the endpoint saw %d requests, want 7", ran.Counts.Requests)
		}
	})
}

// Whoever watches a run sees what the limit has left.
func TestWatchSeesTheLevel(t *testing.T) {
	inMemory(t, func(t *testing.T, _ *ports, e Engine) {
		plan := open(t, `
version: 1
name: level
description: a bucket that is not refilled within the run
duration: 1s
drain: 1s
endpoint: {service: ecs, limit: {rate: 1/h, burst: 10, scope: host}}
fleet:
  - {group: batch, tasks: 4, arrivals: {once: {within: 1s}}, strategy: {retry: none}}
`)
		var level func() (left, holds float64, ok bool)
		e.Watch = func(l func() (left, holds float64, ok bool)) { level = l }
		if _, _, err := play(t, e, plan); err != nil {
			t.Fatal(err)
		}
		if left, holds, ok := level(); !ok || holds != 10 || left < 6 || left > 6.01 {
			t.Errorf("got %g of %g, %t, want 6 of 10", left, holds, ok)
		}
	})
}

// The open files of a run are those of the tasks that there are: a placement leaves hosts
// without some of them. A place that deployments fill anew can have two tasks at a time.
func TestFiles(t *testing.T) {
	for _, row := range []struct {
		groups       string
		here, target int
	}{
		{"{group: a, tasks: 2, arrivals: {constant: 1/s}, under_test: true}", 2*8 + 4, 8},
		{"{group: a, placement: {own_host: {total: 2}}, arrivals: {constant: 1/s}, under_test: true}, {group: b, placement: {own_host: {total: 1}}, arrivals: {constant: 1/s}}", 2*3 + 4, 3},
		{"{group: a, placement: {spread: {total: 5}}, deploy: {at: [10s]}, arrivals: {constant: 1/s}, under_test: true}", 2*10 + 4, 10},
	} {
		p := open(t, "version: 1\nname: files\nduration: 1m\nendpoint: {hosts: 4}\nfleet: ["+row.groups+"]\nstrategies: {once: {}}\n")
		if here, target := new(Engine).Files(p), (&Engine{Target: new(url.URL)}).Files(p); here != row.here || target != row.target {
			t.Errorf("%s: got %d, and %d with a target, want %d and %d", row.groups, here, target, row.here, row.target)
		}
	}
}
