package live

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"tenement/internal/sim"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
	"tenement/profiles"
)

// ledger keeps every call that ended, as values.
type ledger struct {
	calls    []line
	attempts int
}

// line is what the engines must agree on, call by call.
type line struct {
	Host, Group, Task, Process, N, Resource uint32
	Scheduled, Begun, Ended                 time.Duration
	Attempts                                uint16
	Result                                  strategy.Result
	Served                                  strategy.Served
}

func (l *ledger) Attempted(*strategy.Call, time.Duration, time.Duration, *strategy.Outcome) {
	l.attempts++
}

func (l *ledger) Finished(k *strategy.Call) {
	l.calls = append(l.calls, line{
		k.Host, k.Group, k.Task, k.Process, k.N, k.Resource,
		k.Scheduled, k.Begun, k.Ended, k.Attempts, k.Result, k.Served,
	})
}

func (l *ledger) sort() {
	slices.SortFunc(l.calls, func(a, b line) int {
		return cmp.Or(cmp.Compare(a.Host, b.Host), cmp.Compare(a.N, b.N))
	})
}

// virtual runs a plan in the simulation.
func virtual(t *testing.T, plan *profiles.Plan) (*ledger, throttle.Counts) {
	t.Helper()
	var ledgers []*ledger
	counts, err := sim.Run(context.Background(), plan, func() strategy.Observer {
		ledgers = append(ledgers, new(ledger))
		return ledgers[len(ledgers)-1]
	})
	if err != nil {
		t.Fatal(err)
	}
	all := new(ledger)
	for _, l := range ledgers {
		all.calls = append(all.calls, l.calls...)
		all.attempts += l.attempts
	}
	all.sort()
	return all, counts
}

// bubble runs a plan on the live engine, vegeta and the mock's handlers in it,
// in the fake time of a synctest bubble.
func bubble(t *testing.T, plan *profiles.Plan) (*ledger, Ran) {
	t.Helper()
	l := new(ledger)
	var ran Ran
	synctest.Test(t, func(t *testing.T) {
		e := Engine{Wait: Timer{}, world: newMemory}
		var err error
		ran, err = e.Run(context.Background(), plan, func() strategy.Observer { return l })
		if err != nil {
			t.Fatal(err)
		}
	})
	l.sort()
	return l, ran
}

// agree compares the two engines on one plan.
func agree(t *testing.T, plan *profiles.Plan) {
	t.Helper()
	want, counts := virtual(t, plan)
	got, ran := bubble(t, plan)
	if len(got.calls) != len(want.calls) || got.attempts != want.attempts {
		t.Errorf("live ended %d calls with %d attempts, sim %d with %d",
			len(got.calls), got.attempts, len(want.calls), want.attempts)
	}
	differ := 0
	for i := range min(len(got.calls), len(want.calls)) {
		if got.calls[i] != want.calls[i] {
			if differ++; differ <= 3 {
				t.Errorf("call %d\nlive %+v\nsim  %+v", i, got.calls[i], want.calls[i])
			}
		}
	}
	if differ > 0 {
		t.Errorf("%d of %d calls differ", differ, len(want.calls))
	}
	if !reflect.DeepEqual(ran.Counts, counts) {
		t.Errorf("endpoint counts differ:\nlive %+v\nsim  %+v", ran.Counts.Tally, counts.Tally)
	}
	t.Logf("%d calls, %d attempts, %v", len(want.calls), want.attempts, counts.Tally)
	if ran.Results != len(want.calls) {
		t.Errorf("vegeta made %d results of %d calls", ran.Results, len(want.calls))
	}
}

// Every built-in profile, scaled down, every case: the simulation and the live
// engine agree call by call, to the nanosecond. The test lists the profiles
// itself, so none is exempt.
func TestAgreementOnEveryBuiltin(t *testing.T) {
	for _, b := range profiles.Builtins() {
		t.Run(b.Name, func(t *testing.T) {
			profile := scaledDown(t, b.Name)
			for _, c := range profile.Cases() {
				t.Run(c.Name, func(t *testing.T) {
					t.Parallel()
					plan := profile.Plan(c, profile.Seed)
					cutShort(plan)
					agree(t, plan)
				})
			}
		})
	}
}

// most calls that one agreement run plays.
const most = 2500

// scaledDown opens a built-in profile. One that lives through the expiry of
// credentials is too long to be cut short: it gets fewer tasks, and a limit
// that is smaller by as much.
func scaledDown(t *testing.T, name string) *profiles.Profile {
	t.Helper()
	var o profiles.Options
	profile, err := profiles.Open(name, o)
	if err != nil {
		t.Fatal(err)
	}
	plan := profile.Plan(profile.Cases()[0], profile.Seed)
	share := most / plan.Expected()
	if share >= 1 || plan.Duration < plan.Credentials.Lifetime {
		return profile
	}
	for _, g := range plan.Groups {
		o.Sets = append(o.Sets, fmt.Sprintf("fleet.%s.tasks=%d", g.Name, max(1, int(float64(g.Tasks)*share))))
	}
	limit := plan.Limits[0]
	o.Sets = append(o.Sets,
		fmt.Sprintf("endpoint.limit.rate=%.2f/s", limit.Rate.PerSecond()*share),
		fmt.Sprintf("endpoint.limit.burst=%d", max(1, int(float64(limit.Burst)*share))))
	if profile, err = profiles.Open(name, o); err != nil {
		t.Fatal(err)
	}
	return profile
}

// cutShort shortens a plan until it makes few enough calls.
func cutShort(plan *profiles.Plan) {
	plan.Hosts = min(plan.Hosts, 2)
	for n := plan.Expected(); n > most; n = float64(len(arrivals(plan))) {
		plan.Duration = time.Duration(float64(plan.Duration) * most / (1.05 * n))
	}
}

// Profiles that no built-in covers: caches, flights, budgets, drops, delays.
func TestAgreementOnPolicies(t *testing.T) {
	const base = `
version: 1
name: policies
description: a shared bucket and clients with state
duration: 20s
drain: 10s
endpoint:
  service: ecs
  limit: {rate: 10/s, burst: 5, scope: host}
  latency: {p50: 20ms, p99: 400ms}
  credentials: {lifetime: 12s, renew_before: 4s}
  %s
fleet:
  - {group: others, tasks: 3, arrivals: {poisson: 2/s}, strategy: {preset: aws-sdk-js-v3}}
  - {group: tested, tasks: 5, processes: 3, arrivals: {poisson: 1.5/s}, under_test: true}
strategies:
  ttl-join: {cache: {ttl: 2s}, flight: join, retry: {fixed: {wait: 300ms, attempts: 3}}}
  task-serial: {cache: {refresh: {window: 3s, jitter: 0.5}, scope: task}, flight: serial, retry: {exponential: {base: 100ms, cap: 1s, jitter: full, attempts: 4}}}
  behind: {cache: {refresh: {window: 5s, mode: behind}, stale_on_error: 2s}, flight: {join: {max_wait: 250ms}}, retry: {exponential: {base: 50ms, cap: 1s, jitter: decorrelated, attempts: 3}}}
  budget: {cache: {ttl: 1s, stale_on_error: 1s}, flight: join, retry: {exponential: {base: 200ms, cap: 2s, jitter: equal, attempts: 6}}, timeouts: {attempt: 60ms, call: 900ms}}
  hasty: {retry: {fixed: {wait: 10ms, attempts: 3}}, timeouts: {attempt: 50us}}
  hurried: {retry: {fixed: {wait: 70ms, attempts: 9}}, timeouts: {call: 280ms}}
  quota: {retry: {fixed: {wait: 100ms, attempts: 5}}, quota: {tokens: 20, cost: 5, timeout_cost: 10}}
  botocore: {preset: botocore}
  ruby: {preset: aws-sdk-ruby}
  php: {preset: aws-sdk-php}
  go: {preset: aws-sdk-go-v2}
`
	for _, exceed := range []string{"on_exceed: {status: 429}", "on_exceed: {status: 503}", "on_exceed: drop", "on_exceed: delay"} {
		profile, err := profiles.Load("policies.yaml", fmt.Appendf(nil, base, exceed))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range profile.Cases() {
			t.Run(exceed+"/"+c.Name, func(t *testing.T) {
				t.Parallel()
				plan := profile.Plan(c, 7)
				agree(t, plan)
			})
		}
	}
}

// Instances: session tokens that expire, are lost or refused, fallbacks, and
// every provider that asks an instance.
func TestAgreementOnInstances(t *testing.T) {
	const base = `
version: 1
name: instances
description: an instance, and clients of its metadata
duration: 20s
drain: 10s
endpoint:
  service: imds
  latency: {p50: 20ms, p99: 400ms}
  credentials: {lifetime: 12s, renew_before: 4s}
  %s
fleet:
  - {group: others, tasks: 3, arrivals: {poisson: 2/s}, flow: metadata, strategy: {preset: aws-sdk-go-v2@imds}}
  - {group: documents, tasks: 2, arrivals: {poisson: 1/s}, flow: document, strategy: {preset: botocore@imds}}
  - {group: tokens, tasks: 1, arrivals: {poisson: 1/s}, flow: token, strategy: {timeouts: {attempt: 1s}}}
  - {group: far, tasks: 2, hops: 3, arrivals: {poisson: 1/s}, strategy: {preset: aws-sdk-go-v2@imds}}
  - {group: tested, tasks: 5, processes: 3, arrivals: {poisson: 1.5/s}, under_test: true}
strategies:
  plain: {timeouts: {attempt: 3s}}
  short: {session: {ttl: 2s, keep: true, renew: true}, flight: join, retry: {fixed: {wait: 200ms, attempts: 3}, retry_on: [401, 429, 5xx, timeout]}, timeouts: {attempt: 1s}}
  every: {cache: {ttl: 500ms}, session: {ttl: 1s, keep: true, every: true, early: 300ms, fall_back: [429, 5xx, timeout], retry: none}, flight: serial, timeouts: {attempt: 1s, leg: 3s}}
  sticky: {session: {fall_back: [4xx, timeout], sticky: [429], renew: true}, retry: {fixed: {wait: 100ms, attempts: 3}, retry_on: [401, 5xx]}, timeouts: {attempt: 500ms, call: 4s}}
  go: {preset: aws-sdk-go-v2@imds}
  botocore: {preset: botocore@imds}
  js: {preset: aws-sdk-js-v3@imds}
  php: {preset: aws-sdk-php@imds}
  ruby: {preset: aws-sdk-ruby@imds}
`
	for name, endpoint := range map[string]string{
		"v1 and v2":   "imds: {role: app}",
		"v2 only":     "imds: {tokens: required, role: app, hop_limit: 2}",
		"no role":     "imds: {role: none}",
		"throttled":   "limit: {rate: 20/s, burst: 5, scope: host}",
		"busy":        "limit: {rate: 20/s, burst: 5, scope: host}\n  on_exceed: {status: 503}",
		"packets":     "limit: {kind: packet-rate, rate: 300/s, burst: 60, packets: 10, scope: host}",
		"tokens only": "faults: [{fault: a, kind: status, status: 503, share: 40%, routes: [token]}, {fault: b, kind: malformed, share: 20%, routes: [token]}]\n  imds: {tokens: required}",
		"documents":   "faults: [{fault: a, kind: malformed, share: 10%}, {fault: b, kind: empty, share: 10%}, {fault: c, kind: missing-field, field: Token, share: 10%}, {fault: d, kind: expiry, shift: -20s, share: 20%}, {fault: e, kind: truncate, share: 10%}]",
		"connections": "faults: [{fault: a, kind: reset, share: 20%}, {fault: b, kind: hang, share: 10%, routes: [token, role]}]",
	} {
		profile, err := profiles.Load("instances.yaml", fmt.Appendf(nil, base, endpoint))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, c := range profile.Cases() {
			t.Run(name+"/"+c.Name, func(t *testing.T) {
				t.Parallel()
				agree(t, profile.Plan(c, 7))
			})
		}
	}
}

// Pods: tokens that are renewed during the run, and an agent that has to ask
// for the credentials of each.
func TestAgreementOnPods(t *testing.T) {
	const base = `
version: 1
name: pods
description: pods, the agent of their node, and EKS Auth
duration: 40s
drain: 10s
endpoint:
  service: eks-pod-identity
  latency: {p50: 20ms, p99: 400ms}
  credentials: {lifetime: 12s, renew_before: 4s}
  pod_identity: {token_lifetime: 10m, %s, upstream: {limit: {rate: 2/s, burst: 2}, latency: {p50: 300ms, p99: 2s}}}
  %s
fleet:
  - {group: others, tasks: 3, arrivals: {poisson: 1/s}, strategy: {preset: botocore}}
  - {group: tested, tasks: 5, processes: 3, arrivals: {poisson: 1/s}, under_test: true}
strategies:
  plain: {timeouts: {attempt: 3s}}
  go: {preset: aws-sdk-go-v2}
  js: {preset: aws-sdk-js-v3@eks}
`
	for name, endpoint := range map[string][2]string{
		"aligned": {"token_renewal: aligned, token_age: 7m55s", ""},
		"spread":  {"token_renewal: spread", "limit: {rate: 20/s, burst: 10, scope: path}"},
		"faults":  {"token_renewal: spread, cache: {keep: 2s, size: 4}", "faults: [{fault: a, kind: status, status: 500, share: 20%}, {fault: b, kind: restart, from: 8s, for: 2s}, {fault: c, kind: malformed, share: 10%}]"},
	} {
		profile, err := profiles.Load("pods.yaml", fmt.Appendf(nil, base, endpoint[0], endpoint[1]))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, c := range profile.Cases() {
			t.Run(name+"/"+c.Name, func(t *testing.T) {
				t.Parallel()
				agree(t, profile.Plan(c, 7))
			})
		}
	}
}

// Faults and limits that no built-in covers, one endpoint each.
func TestAgreementOnEndpoints(t *testing.T) {
	const base = `
version: 1
name: endpoints
description: an endpoint in trouble
duration: 20s
drain: 10s
endpoint:
  service: ecs
  latency: {p50: 20ms, p99: 400ms}
  credentials: {lifetime: 12s, renew_before: 4s}
  %s
fleet:
  - {group: others, tasks: 3, arrivals: {poisson: 2/s}, flow: tags, strategy: {retry: {fixed: {wait: 200ms, attempts: 2}}}}
  - {group: tested, tasks: 5, processes: 3, arrivals: {poisson: 1.5/s}, under_test: true}
strategies:
  none: {timeouts: {attempt: 3s}}
  join: {cache: {refresh: {window: 3s, mode: behind}}, flight: join, retry: {exponential: {base: 100ms, cap: 1s, jitter: full, attempts: 4}, retry_after: honour}, timeouts: {attempt: 2s}}
  serial: {cache: {ttl: 500ms}, flight: serial, retry: {fixed: {wait: 150ms, attempts: 3}}}
  botocore: {preset: botocore}
  ruby: {preset: aws-sdk-ruby}
`
	for name, endpoint := range map[string]string{
		"fixed window":   "limit: {kind: fixed-window, count: 9, window: 1s, scope: host}",
		"sliding window": "limit: {kind: sliding-window, count: 3, window: 500ms, scope: task}",
		"leaky bucket":   "limit: {kind: leaky-bucket, rate: 12/s, queue: 6, scope: host}",
		"concurrency":    "limit: {kind: concurrency, count: 2, scope: host, on_exceed: {status: 503, body: '{\"code\":\"SlowDown\"}', retry_after: 2s}}",
		"packets":        "limit: {kind: packet-rate, rate: 60/s, burst: 60, packets: 10, scope: host}",
		"refusals cost":  "limit: {rate: 5/s, burst: 5, refusal_cost: 1, scope: ip}",
		"together":       "limit: {rate: 15/s, burst: 5, scope: host}\n  limits: [{limit: task, rate: 2/s, burst: 2, scope: task+path, on_exceed: {status: 503, retry_after: exact}}, {limit: at-once, kind: concurrency, count: 3, scope: tenant}]",
		"a schedule":     "limit: {rate: 15/s, burst: 5, scope: host, schedule: [{at: 5s, rate: 2/s}, {at: 12s, rate: 30/s, burst: 1}]}",
		"slow":           "faults: [{fault: a, kind: slow, latency: {p50: 1s, p99: 4s}, from: 3s, for: 5s, share: 50%}]\n  write_timeout: 2s",
		"status":         "faults: [{fault: a, kind: status, status: 500, share: 30%}, {fault: b, kind: status, status: 503, body: busy, from: 8s, for: 4s, routes: [credentials]}]",
		"hang":           "faults: [{fault: a, kind: hang, from: 3s, for: 2s, share: 40%}]",
		"connections":    "faults: [{fault: a, kind: reset, share: 20%}, {fault: b, kind: cut, after: 1s, share: 10%}, {fault: c, kind: truncate, share: 10%}]",
		"documents":      "faults: [{fault: a, kind: malformed, share: 10%}, {fault: b, kind: empty, share: 10%}, {fault: c, kind: missing-field, field: Token, share: 10%}, {fault: d, kind: expiry, shift: -20s, share: 20%}]",
		"tags":           "faults: [{fault: a, kind: tags, latency: {p50: 1s, p99: 9s}}]\n  write_timeout: 5s",
		"restart":        "limit: {rate: 8/s, burst: 3, scope: host}\n  faults: [{fault: a, kind: restart, from: 5s, for: 3s, pending: 4s}, {fault: b, kind: restart, from: 15s, for: 1s}]",
	} {
		profile, err := profiles.Load("endpoints.yaml", fmt.Appendf(nil, base, endpoint))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, c := range profile.Cases() {
			t.Run(name+"/"+c.Name, func(t *testing.T) {
				t.Parallel()
				agree(t, profile.Plan(c, 7))
			})
		}
	}
}
