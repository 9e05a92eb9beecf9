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

	"tenement/internal/plan"
	"tenement/internal/sim"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
	"tenement/profiles"
)

// ledger keeps every call that ended, as values.
type ledger struct {
	calls    []line
	attempts int
	resent   int // attempts that an HTTP library has sent again
}

// line is what the engines must agree on, call by call.
type line struct {
	Host, Group, Task, Process, N, Resource uint32
	Life                                    uint32
	Activity                                uint8
	Scheduled, Begun, Ended                 time.Duration
	Attempts                                uint32
	Result                                  strategy.Result
	Served                                  strategy.Served
}

func (l *ledger) Attempted(k *strategy.Call, _, _ time.Duration, _ *strategy.Outcome) {
	l.attempts++
	if k.Resent() {
		l.resent++
	}
}

func (l *ledger) Finished(k *strategy.Call) {
	l.calls = append(l.calls, line{
		k.Host, k.Group, k.Task, k.Process, k.N, k.Resource, k.Life, k.Activity,
		k.Scheduled, k.Begun, k.Ended, k.Attempts, k.Result, k.Served,
	})
}

func (l *ledger) sort() {
	slices.SortFunc(l.calls, func(a, b line) int {
		return cmp.Or(cmp.Compare(a.Host, b.Host), cmp.Compare(a.N, b.N))
	})
}

// virtual runs a plan in the simulation.
func virtual(t *testing.T, plan *plan.Plan) (*ledger, throttle.Counts) {
	t.Helper()
	all := new(ledger)
	counts, err := sim.Run(context.Background(), plan, sim.AllHosts(plan), all)
	if err != nil {
		t.Fatal(err)
	}
	all.sort()
	return all, counts
}

// bubble runs a plan on the live engine, vegeta and the mock's handlers in it,
// in the fake time of a synctest bubble.
func bubble(t *testing.T, plan *plan.Plan) (*ledger, Ran) {
	t.Helper()
	l := new(ledger)
	var ran Ran
	synctest.Test(t, func(t *testing.T) {
		e := Engine{Wait: Timer{}, world: newMemory}
		var err error
		ran, err = e.Run(context.Background(), plan, l)
		if err != nil {
			t.Fatal(err)
		}
	})
	l.sort()
	return l, ran
}

// agree compares the two engines on one plan, and returns what both did.
func agree(t *testing.T, plan *plan.Plan) *ledger {
	t.Helper()
	want, counts := virtual(t, plan)
	got, ran := bubble(t, plan)
	if len(got.calls) != len(want.calls) || got.attempts != want.attempts || got.resent != want.resent {
		t.Errorf("live ended %d calls with %d attempts, %d of them resent, sim %d with %d, %d",
			len(got.calls), got.attempts, got.resent, len(want.calls), want.attempts, want.resent)
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
	for i := range min(len(ran.Counts.Further), len(counts.Further)) {
		if live, sim := ran.Counts.Further[i], counts.Further[i]; !reflect.DeepEqual(live, sim) {
			t.Errorf("counts of the endpoint %s differ:\nlive %+v\nsim  %+v", plan.Endpoints[i].Name, live, sim)
		}
	}
	t.Logf("%d calls, %d attempts, %d resent, %v", len(want.calls), want.attempts, want.resent, counts.Tally)
	if ran.Results != len(want.calls) {
		t.Errorf("vegeta made %d results of %d calls", ran.Results, len(want.calls))
	}
	return want
}

// Every built-in profile, scaled down, every case: the simulation and the live
// engine agree call by call, to the nanosecond. The test lists the profiles
// itself, so none with a fleet is exempt.
func TestAgreementOnEveryBuiltin(t *testing.T) {
	for _, b := range profiles.Builtins() {
		if p, err := profiles.Open(b.Name, profiles.Options{}); err == nil && p.ControlPlane() {
			continue // which only sim has
		}
		t.Run(b.Name, func(t *testing.T) {
			profile := scaledDown(t, b.Name)
			calls := mostOf(len(profile.Cases()))
			for _, c := range profile.Cases() {
				t.Run(c.Name, func(t *testing.T) {
					t.Parallel()
					plan := profile.Plan(c, profile.Seed)
					cutShort(plan, calls)
					agree(t, plan)
				})
			}
		})
	}
}

// scaledDown opens a built-in profile. A profile in which credentials expire
// cannot be cut short: it gets fewer tasks, and a limit reduced in proportion.
func scaledDown(t *testing.T, name string) *profiles.Profile {
	t.Helper()
	var o profiles.Options
	profile, err := profiles.Open(name, o)
	if err != nil {
		t.Fatal(err)
	}
	plan := profile.Plan(profile.Cases()[0], profile.Seed)
	played := plan.Expected() * float64(min(plan.Hosts, mostHosts)) / float64(plan.Hosts) // see cutShort
	share := float64(mostOf(len(profile.Cases()))) / played
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

// mostOf is the most calls of each of so many cases: those of a profile with many,
// such as a showdown between all SDKs, share what five play.
func mostOf(cases int) int {
	return *most * min(5, cases) / cases
}

// mostHosts is how many hosts of a built-in profile are played.
const mostHosts = 2

// cutShort shortens a plan until it makes few enough calls.
func cutShort(plan *plan.Plan, calls int) {
	plan.Hosts = min(plan.Hosts, mostHosts)
	n := plan.Expected()
	if plan.Dynamic() && n <= float64(calls) {
		n = countCalls(plan) // tasks that come and go may make more
	}
	for ; n > float64(calls); n = countCalls(plan) {
		plan.Duration = time.Duration(float64(plan.Duration) * float64(calls) / (1.05 * n))
		for i := range plan.Groups {
			plan.Groups[i].Stop = min(plan.Groups[i].Stop, plan.Duration)
		}
	}
}

// apart launches tasks whose starts fail together some microseconds apart. Their waits double,
// so that sums of them and of timeouts are equal: a task could begin its first call in the very
// nanosecond in which a fetch gives up that it would join (see grammar).
func apart(p *plan.Plan) {
	for i := range p.Groups {
		within := &p.Groups[i].Lives.Relaunch.Within
		*within = max(*within, 10*time.Microsecond)
	}
}

// countCalls is how many calls a plan makes.
func countCalls(plan *plan.Plan) (n float64) {
	if plan.Dynamic() {
		all := new(ledger)
		if _, err := sim.Run(context.Background(), plan, sim.AllHosts(plan), all); err != nil {
			panic(err)
		}
		return float64(len(all.calls))
	}
	for range newSchedule(plan).rest {
		n++
	}
	return n
}

// agreeOn compares the engines on a profile at each of these endpoints, in each
// of its cases.
func agreeOn(t *testing.T, profile string, endpoints map[string]string) {
	for name, endpoint := range endpoints {
		p, err := profiles.Load(t.Name()+".yaml", fmt.Appendf(nil, profile, endpoint))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, c := range p.Cases() {
			t.Run(name+"/"+c.Name, func(t *testing.T) {
				t.Parallel()
				agree(t, p.Plan(c, 7))
			})
		}
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
	agreeOn(t, base, map[string]string{
		"429": "on_exceed: {status: 429}", "503": "on_exceed: {status: 503}",
		"drop": "on_exceed: drop", "delay": "on_exceed: delay",
	})
}

// Calls that wait for another's fetch, in clients with different longest waits: a
// timer outlives the wait that it bounds, and must not end a later one.
func TestAgreementOnPatience(t *testing.T) {
	agreeOn(t, `
version: 1
name: patience
description: impatient clients beside patient ones
duration: 30s
endpoint:
  service: ecs
  %s
fleet:
  - {group: others, tasks: 5, arrivals: {poisson: 4/s}, strategy: {flight: {join: {max_wait: 100ms}}}}
  - {group: tested, tasks: 5, arrivals: {poisson: 4/s}, under_test: true}
strategies:
  join: {flight: {join: {max_wait: 2s}}}
  serial: {flight: {serial: {max_wait: 3s}}}
`, map[string]string{"steady": "latency: {p50: 200ms}", "varied": "latency: {p50: 100ms, p99: 1s}"})
}

// Events of the same instant: a restart breaks all hung connections at once;
// calls that began together time out together, at the end of the run, or just as
// they are answered. Clients of one quota see them in keyed order.
func TestAgreementOnTies(t *testing.T) {
	const base = `
version: 1
name: ties
description: requests that hang until all of them end in one instant
duration: 10s
drain: 2s
endpoint:
  service: ecs
  %s
fleet:
  - {group: others, tasks: 20, arrivals: {poisson: 2/s}, strategy: {retry: {exponential: {base: 2s, cap: 4s, jitter: full, attempts: 2}}, quota: {tokens: 20, cost: 5, timeout_cost: 5}}}
  - {group: tested, tasks: 10, processes: 2, arrivals: {timer: {every: 1s, phase: aligned}}, under_test: true}
strategies:
  seconds: {timeouts: {attempt: 1s}}
  more: {timeouts: {attempt: 3s}}
  again: {timeouts: {attempt: 1s}, retry: {fixed: {wait: 1s, attempts: 3}}, quota: {tokens: 10, cost: 5, timeout_cost: 5}}
`
	agreeOn(t, base, map[string]string{
		"reset":    "faults: [{fault: a, kind: hang, from: 1s, for: 6s}, {fault: b, kind: restart, from: 7s, for: 1s}]",
		"horizon":  "faults: [{fault: a, kind: hang, from: 5s}, {fault: b, kind: restart, from: 12s, for: 1s}]",
		"together": "faults: [{fault: a, kind: hang, share: 50%}]",
	})
}
