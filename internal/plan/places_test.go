package plan_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tenement/internal/plan"
	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
)

const second = time.Second

// oneGroup is a plan of a single group on some hosts.
func oneGroup(hosts int, g plan.Group) *plan.Plan {
	p := &plan.Plan{Seed: 1, Duration: 100 * second, Hosts: hosts, Endpoint: plan.Endpoint{Service: service.ECS}}
	resource := p.AddFlow([]service.Leg{{Method: "GET", Path: "/"}})
	g.Name, g.Processes, g.Strategy = "g", max(g.Processes, 1), &strategy.Strategy{}
	for i := range g.Activities {
		g.Activities[i].Resource = resource
	}
	g.Resource = resource
	p.AddGroup(g)
	return p
}

// history is what happens on a host, in words: +0.1 is the start of life 1 in place 0,
// -0.1 its end, and name0.1 a call of an activity of it. Results tells how the watched
// calls end, one after another, each a second after it is due; beyond them, all succeed.
func history(p *plan.Plan, host int, results ...strategy.Result) string {
	var out []string
	type ending struct {
		call  *strategy.Call
		watch plan.Watch
	}
	var open []ending
	a := p.Arrivals(host)
	for {
		at, _ := a.Happens()
		if len(open) > 0 && open[0].call.Ended < at {
			a.Ended(open[0].call.Ended, open[0].call, open[0].watch)
			open = open[1:]
			continue
		}
		var o plan.Occurrence
		if !a.Occur(&o) {
			return strings.Join(out, " ")
		}
		what := "+"
		switch o.Kind {
		case plan.TaskStops:
			what = "-"
		case plan.CallDue:
			what = p.Groups[o.Group].Activities[o.Activity].Name
			if o.Watch != 0 {
				k := &strategy.Call{Group: o.Group, Task: o.Task, Process: o.Process, Life: o.Life, Activity: o.Activity, Ended: o.At + second}
				if len(results) > 0 {
					k.Result, results = results[0], results[1:]
				}
				open = append(open, ending{k, o.Watch})
			}
		}
		out = append(out, fmt.Sprintf("%v:%s%d.%d", o.At.Round(time.Millisecond), what, o.Task, o.Life))
	}
}

func TestHistories(t *testing.T) {
	const failed, ok = strategy.Throttled, strategy.OK
	once := plan.Once{}
	every := func(d time.Duration) plan.Pattern { return plan.Timer{Every: d} }
	for _, row := range []struct {
		name    string
		group   plan.Group
		results []strategy.Result
		want    string
	}{
		{
			"a lifetime", plan.Group{Tasks: 1, Lives: plan.Lives{Lifetime: 40 * second}, Activities: []plan.Activity{{Name: "a", Pattern: once}}}, nil,
			"0s:+0.0 0s:a0.0 40s:-0.0 40s:+0.1 40s:a0.1 1m20s:-0.1 1m20s:+0.2 1m20s:a0.2",
		},
		{
			"a lifetime from a late start to an early stop",
			plan.Group{Tasks: 1, Start: 10 * second, Stop: 50 * second, Lives: plan.Lives{Lifetime: 20 * second}, Activities: []plan.Activity{{Name: "a", Pattern: every(15 * second)}}},
			nil,
			"10s:+0.0 10s:a0.0 25s:a0.0 30s:-0.0 30s:+0.1 30s:a0.1 45s:a0.1",
		},
		{
			"a delayed call, in each life", plan.Group{Tasks: 1, Lives: plan.Lives{Lifetime: 40 * second}, Activities: []plan.Activity{{Name: "a", Pattern: plan.Burst{Calls: 1, Delay: 15 * second}}}}, nil,
			"0s:+0.0 15s:a0.0 40s:-0.0 40s:+0.1 55s:a0.1 1m20s:-0.1 1m20s:+0.2 1m35s:a0.2",
		},
		{
			"a deployment", plan.Group{Tasks: 2, Lives: plan.Lives{Deploy: plan.Deploy{At: []time.Duration{30 * second}}}, Activities: []plan.Activity{{Name: "a", Pattern: every(20 * second)}}}, nil,
			"0s:+0.0 0s:+1.0 0s:a1.0 0s:a0.0 20s:a1.0 20s:a0.0 30s:+0.1 30s:-0.0 30s:+1.1 30s:-1.0 30s:a0.1 30s:a1.1 50s:a0.1 50s:a1.1 1m10s:a0.1 1m10s:a1.1 1m30s:a0.1 1m30s:a1.1",
		},
		{
			"a rolling deployment", plan.Group{Tasks: 3, Lives: plan.Lives{Deploy: plan.Deploy{At: []time.Duration{30 * second}, Batch: 2, Every: 5 * second}}, Activities: []plan.Activity{{Name: "a", Pattern: once}}}, nil,
			"0s:+0.0 0s:+1.0 0s:+2.0 0s:a2.0 0s:a1.0 0s:a0.0 30s:+0.1 30s:-0.0 30s:+1.1 30s:-1.0 30s:a0.1 30s:a1.1 35s:+2.1 35s:-2.0 35s:a2.1",
		},
		{
			"the old task lives until the new one has started",
			plan.Group{Tasks: 1, Lives: plan.Lives{Deploy: plan.Deploy{At: []time.Duration{30 * second}}}, Activities: []plan.Activity{{Name: "a", Pattern: every(10*second + 1), Required: true}}},
			[]strategy.Result{ok, failed, failed, ok},
			"0s:+0.0 0s:a0.0 10s:a0.0 20s:a0.0 30s:+0.1 30s:a0.1 30s:a0.0 31s:-0.1 32s:+0.2 32s:a0.2 33s:-0.2 35s:+0.3 35s:a0.3 36s:-0.0 45s:a0.3 55s:a0.3 1m5s:a0.3 1m15s:a0.3 1m25s:a0.3 1m35s:a0.3",
		},
		{
			"failed starts are further and further apart",
			plan.Group{Tasks: 1, Lives: plan.Lives{Relaunch: plan.Backoff{Base: 2 * second, Cap: 5 * second}}, Activities: []plan.Activity{{Name: "a", Pattern: once, Required: true}}},
			[]strategy.Result{failed, failed, failed, failed, ok},
			"0s:+0.0 0s:a0.0 1s:-0.0 3s:+0.1 3s:a0.1 4s:-0.1 8s:+0.2 8s:a0.2 9s:-0.2 14s:+0.3 14s:a0.3 15s:-0.3 20s:+0.4 20s:a0.4",
		},
		{
			"a success resets the backoff, and a lifetime goes on",
			plan.Group{Tasks: 1, Lives: plan.Lives{Lifetime: 50 * second}, Activities: []plan.Activity{{Name: "a", Pattern: once, Required: true}}},
			[]strategy.Result{failed, failed, ok, failed},
			"0s:+0.0 0s:a0.0 1s:-0.0 2s:+0.1 2s:a0.1 3s:-0.1 5s:+0.2 5s:a0.2 55s:-0.2 55s:+0.3 55s:a0.3 56s:-0.3 57s:+0.4 57s:a0.4",
		},
		{
			"one after another",
			plan.Group{Tasks: 1, Activities: []plan.Activity{{Name: "a", Pattern: every(10 * second)}, {Name: "b", Pattern: every(50 * second), After: 1}, {Name: "c", Pattern: once, After: 2}}},
			[]strategy.Result{failed, ok},
			"0s:+0.0 0s:a0.0 10s:a0.0 11s:b0.0 12s:c0.0 20s:a0.0 30s:a0.0 40s:a0.0 50s:a0.0 1m0s:a0.0 1m1s:b0.0 1m10s:a0.0 1m20s:a0.0 1m30s:a0.0",
		},
		{
			"a deployment replaces a successor that has not started",
			plan.Group{Tasks: 1, Lives: plan.Lives{Relaunch: plan.Backoff{Base: 30 * second}, Deploy: plan.Deploy{At: []time.Duration{30 * second, 40 * second}}}, Activities: []plan.Activity{{Name: "a", Pattern: once, Required: true}}},
			[]strategy.Result{ok, failed, ok},
			"0s:+0.0 0s:a0.0 30s:+0.1 30s:a0.1 31s:-0.1 40s:+0.2 40s:a0.2 41s:-0.0",
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := history(oneGroup(1, row.group), 0, row.results...); got != row.want {
				t.Errorf("got  %s\nwant %s", got, row.want)
			}
		})
	}
}

// Instants in which several places have events are in one order on every run, and
// calls are a nanosecond apart even if their streams begin at one instant.
func TestOccurrencesDoNotShareNanoseconds(t *testing.T) {
	p := oneGroup(2, plan.Group{Tasks: 50, Processes: 3, Lives: plan.Lives{Lifetime: 7 * second}, Activities: []plan.Activity{
		{Name: "a", Pattern: plan.Burst{Calls: 2}}, {Name: "b", Pattern: plan.Timer{Every: second, Spread: true}, After: 1},
	}})
	for host := range p.Hosts {
		a, last, lastCall, calls := p.Arrivals(host), time.Duration(0), time.Duration(-1), 0
		for {
			var o plan.Occurrence
			if !a.Occur(&o) {
				break
			}
			if o.At < last {
				t.Fatalf("host %d: %+v after %v", host, o, last)
			}
			last = o.At
			if o.Kind != plan.CallDue {
				continue
			}
			calls++
			if o.At <= lastCall {
				t.Fatalf("host %d: a call at %v after one at %v", host, o.At, lastCall)
			}
			lastCall = o.At
			if o.Watch != 0 {
				a.Ended(o.At, &strategy.Call{Group: o.Group, Task: o.Task, Process: o.Process, Life: o.Life, Activity: o.Activity}, o.Watch)
			}
		}
		if want := p.Expected() / float64(p.Hosts); float64(calls) != want {
			t.Errorf("host %d: got %d calls, want %v", host, calls, want)
		}
	}
}

// A deployment is spread over its time by a draw for each place, and a rolling one
// counts the places of all hosts.
func TestDeployments(t *testing.T) {
	instants := func(d plan.Deploy, placed ...plan.Run) (all []time.Duration) {
		p := oneGroup(10, plan.Group{Tasks: 4, Placed: placed, Lives: plan.Lives{Deploy: d}, Activities: []plan.Activity{{Pattern: plan.Once{}}}})
		for host := range p.Hosts {
			for a := p.Arrivals(host); ; {
				var o plan.Occurrence
				if !a.Occur(&o) {
					break
				}
				if o.Kind == plan.TaskStarts && o.Life == 1 {
					all = append(all, o.At)
				}
			}
		}
		slices.Sort(all)
		return all
	}
	at := []time.Duration{20 * second}
	spread := instants(plan.Deploy{At: at, Within: 40 * second})
	if len(spread) != 40 || spread[0] < 20*second || spread[39] >= 60*second || spread[10] < 24*second || spread[30] > 56*second {
		t.Errorf("spread: got %v", spread)
	}
	rolling := instants(plan.Deploy{At: at, Batch: 6, Every: 2 * second}, plan.Run{Hosts: 9, Tasks: 4}, plan.Run{Hosts: 1, Tasks: 2})
	if len(rolling) != 38 {
		t.Fatalf("rolling: got %d tasks, want 38", len(rolling))
	}
	for i, got := range rolling {
		if want := 20*second + time.Duration(i/6)*2*second; got != want {
			t.Errorf("rolling, task %d: got %v, want %v", i, got, want)
		}
	}
	centuries := plan.Deploy{At: at, Batch: 1, Every: 1 << 60} // 16 of them would wrap around to none
	if got := instants(centuries); !slices.Equal(got, at) {
		t.Errorf("batches after centuries: got %v, want the first one alone, at %v", got, at)
	}
	// A batch every ten seconds comes to 8 of 40 places before the end of the run.
	slow := plan.Deploy{At: at, Batch: 1, Every: 10 * second}
	p := oneGroup(10, plan.Group{Tasks: 4, Lives: plan.Lives{Deploy: slow}, Activities: []plan.Activity{{Pattern: plan.Once{}}}})
	if got, want := p.Expected(), 40+float64(len(instants(slow))); got < 0.8*want || got > 1.2*want {
		t.Errorf("a slow deployment: %v calls are expected, want about %v", got, want)
	}
}

// Hosts start at instants of their own, and the tasks on them: with keys that do not
// depend on how many hosts there are.
func TestHostStarts(t *testing.T) {
	p := oneGroup(1000, plan.Group{Tasks: 1, Start: 10 * second, Pattern: plan.Once{}})
	p.StartWithin = 40 * second
	p.Differ = []plan.Differ{{Share: 0.1}, {Share: 0.2, Limits: []throttle.Limit{}}}
	late, kinds := 0, [3]int{}
	for host := range p.Hosts {
		start := p.HostStart(host)
		first, ok := p.Arrivals(host).Next()
		if want := max(start, 10*second); !ok || first.At != want || p.Started(host, 0) != want {
			t.Fatalf("host %d, started at %v: got %v, %v", host, start, first, ok)
		}
		if start > 30*second {
			late++
		}
		kinds[p.Kind(host)]++
	}
	if late < 200 || late > 300 {
		t.Errorf("%d of 1000 hosts start in the last quarter", late)
	}
	if kinds[1] < 70 || kinds[1] > 130 || kinds[2] < 160 || kinds[2] > 240 {
		t.Errorf("of 1000 hosts, %v are of each kind, want shares of 70 %%, 10 %% and 20 %%", kinds)
	}
}

// The keys of a first life are those of a task without lives, and every life has others.
func TestKeysOfLives(t *testing.T) {
	plain := oneGroup(1, plan.Group{Tasks: 2, Pattern: plan.Once{}})
	living := oneGroup(1, plan.Group{Tasks: 2, Lives: plan.Lives{Deploy: plan.Deploy{At: []time.Duration{second}}}, Activities: []plan.Activity{
		{Name: "x", Pattern: plan.Once{}}, {Name: "y", Pattern: plan.Once{}},
	}})
	if plain.Request(0, 1) != living.Request(0, 1) || plain.Clients(0)[0].Key(1) != living.Clients(0)[0].Key(1) {
		t.Error("a first life has other keys than a task without lives")
	}
	seen := map[uint64]bool{}
	for place := range 2 {
		for life := range uint32(1000) {
			var key throttle.Request
			living.FillRequest(&key, 0, living.TaskKey(0, place, life), int32(living.Slot(0, place, int(life%2))))
			for activity := range 2 {
				seen[uint64(living.ClientKey(0, living.TaskKey(0, place, life), activity))] = true
			}
			if key.Slot != int32(place)+2*int32(life%2) || key.Key != living.ClientKey(0, living.TaskKey(0, place, life), 0) {
				t.Fatalf("place %d, life %d: got %+v", place, life, key)
			}
		}
	}
	if len(seen) != 4000 {
		t.Errorf("got %d keys of 4000 clients", len(seen))
	}
}

// Tasks whose starts fail together are followed each at its own instant of the time that is
// given, after the wait, and in a later failure at another one.
func TestRelaunchWithin(t *testing.T) {
	const tasks = 50
	g := plan.Group{
		Tasks: tasks, Lives: plan.Lives{Relaunch: plan.Backoff{Base: 2 * second, Within: 10 * second}},
		Activities: []plan.Activity{{Name: "a", Pattern: plan.Once{}, Required: true}},
	}
	starts := func(failing int) map[string]time.Duration {
		all := make(map[string]time.Duration)
		for event := range strings.FieldsSeq(history(oneGroup(1, g), 0, slices.Repeat([]strategy.Result{strategy.Throttled}, failing)...)) {
			if at, task, started := strings.Cut(event, ":+"); started {
				all[task], _ = time.ParseDuration(at)
			}
		}
		return all
	}
	once, again := starts(tasks), starts(100*tasks)
	distinct := make(map[time.Duration]bool)
	for task := range tasks {
		first, second, third := fmt.Sprint(task, ".0"), fmt.Sprint(task, ".1"), fmt.Sprint(task, ".2")
		// The call of a start ends a second after it.
		if wait := once[second] - once[first] - 3*time.Second; wait < 0 || wait >= 10*time.Second || again[second] != once[second] {
			t.Errorf("task %d: %v after its wait, then %v", task, wait, again[second])
		}
		if wait := again[third] - again[second] - 5*time.Second; wait < 0 || wait >= 10*time.Second {
			t.Errorf("task %d: %v after its second wait", task, wait)
		}
		distinct[once[second]] = true
		distinct[again[third]-again[second]-2*time.Second] = true
	}
	if len(distinct) < 2*tasks-5 {
		t.Errorf("%d instants of %d launches", len(distinct), 2*tasks)
	}
}
