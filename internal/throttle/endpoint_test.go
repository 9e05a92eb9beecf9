package throttle_test

import (
	"slices"
	"testing"
	"time"

	"tenement/internal/draw"
	"tenement/internal/throttle"
)

// decide is Decide as a value.
func decide(e *throttle.Endpoint, now time.Duration, r *throttle.Request) (v throttle.Verdict) {
	e.Decide(now, r, &v)
	return v
}

// one is a request of task i, with an address of its own and tenant 7, for
// path p.
func one(i, p uint64) throttle.Request {
	return throttle.Request{Source: i, Task: i, Path: p, Tenant: 7, Slot: -1, Group: -1}
}

func TestNoLimitAdmitsEverything(t *testing.T) {
	e := throttle.New(throttle.Config{})
	for range 1000 {
		if got := decide(e, 0, new(one(1, 1))); got != (throttle.Verdict{Limit: -1}) {
			t.Fatalf("got %+v, want it admitted at once", got)
		}
	}
	if got := e.Counts().Tally; got != (throttle.Tally{Requests: 1000, Admitted: 1000}) {
		t.Errorf("got %+v", got)
	}
}

// Each row is a second request, after one that took the only token of its
// bucket. Same says whether it shares that bucket.
func TestScopes(t *testing.T) {
	first := throttle.Request{Source: 1, Path: 2, Task: 3, Tenant: 4, Slot: -1, Group: -1}
	tests := []struct {
		name   string
		change func(r *throttle.Request)
		same   map[throttle.Scope]bool
	}{
		{"the same again", func(*throttle.Request) {},
			map[throttle.Scope]bool{throttle.HostScope: true, throttle.TenantScope: true, throttle.TaskScope: true, throttle.IPPathScope: true}},
		{"another path", func(r *throttle.Request) { r.Path = 9 },
			map[throttle.Scope]bool{throttle.HostScope: true, throttle.TenantScope: true, throttle.TaskScope: true}},
		{"another address", func(r *throttle.Request) { r.Source = 9 },
			map[throttle.Scope]bool{throttle.HostScope: true, throttle.TenantScope: true, throttle.TaskScope: true}},
		{"address and path exchanged", func(r *throttle.Request) { r.Source, r.Path = r.Path, r.Source },
			map[throttle.Scope]bool{throttle.HostScope: true, throttle.TenantScope: true, throttle.TaskScope: true}},
		{"another task", func(r *throttle.Request) { r.Task = 9 },
			map[throttle.Scope]bool{throttle.HostScope: true, throttle.TenantScope: true, throttle.IPPathScope: true}},
		{"another tenant", func(r *throttle.Request) { r.Tenant = 9 },
			map[throttle.Scope]bool{throttle.HostScope: true, throttle.TaskScope: true, throttle.IPPathScope: true}},
		{"all zero", func(r *throttle.Request) { *r = throttle.Request{Slot: -1, Group: -1} },
			map[throttle.Scope]bool{throttle.HostScope: true}},
	}
	for _, tt := range tests {
		for _, scope := range []throttle.Scope{throttle.HostScope, throttle.TenantScope, throttle.TaskScope, throttle.IPPathScope} {
			t.Run(tt.name+", "+scope.String(), func(t *testing.T) {
				e := throttle.New(throttle.Config{Limits: []throttle.Limit{{Rate: rate(t, "1/s"), Burst: 1, Scope: scope}}})
				second := first
				tt.change(&second)
				if got := decide(e, 0, &first).Kind; got != throttle.Admitted {
					t.Fatalf("first: got %v", got)
				}
				want := throttle.Admitted
				if tt.same[scope] {
					want = throttle.Rejected
				}
				if got := decide(e, 0, &second).Kind; got != want {
					t.Errorf("second: got %v, want %v", got, want)
				}
			})
		}
	}
}

// A host and a task limit decide together. A refusal by one takes no token from
// the other, whichever comes first.
func TestLimitsDecideTogether(t *testing.T) {
	host := throttle.Limit{Rate: rate(t, "1/s"), Burst: 3, Scope: throttle.HostScope}
	task := throttle.Limit{Rate: rate(t, "1/m"), Burst: 2, Scope: throttle.TaskScope}
	type want struct {
		kind  throttle.Kind
		limit throttle.Scope
		after time.Duration
	}
	steps := []struct {
		name string
		now  time.Duration
		task uint64
		want want
	}{
		{"task 1, first token", 0, 1, want{kind: throttle.Admitted}},
		{"task 1, second token", 0, 1, want{kind: throttle.Admitted}},
		{"task 1 has none left", 0, 1, want{throttle.Rejected, throttle.TaskScope, time.Minute}},
		{"task 1 again, nor again", 0, 1, want{throttle.Rejected, throttle.TaskScope, time.Minute}},
		{"the host still has its third", 0, 2, want{kind: throttle.Admitted}},
		{"now the host has none", 0, 2, want{throttle.Rejected, throttle.HostScope, time.Second}},
		{"neither limit lets it in: the longer wait counts", 0, 1, want{throttle.Rejected, throttle.TaskScope, time.Minute}},
		{"task 2 has kept its second token", time.Second, 2, want{kind: throttle.Admitted}},
		{"task 2 has none left", 3 * time.Second, 2, want{throttle.Rejected, throttle.TaskScope, 57 * time.Second}},
		{"the host has kept two: one", 3 * time.Second, 3, want{kind: throttle.Admitted}},
		{"two", 3 * time.Second, 3, want{kind: throttle.Admitted}},
		{"and no more", 3 * time.Second, 4, want{throttle.Rejected, throttle.HostScope, time.Second}},
	}
	for _, order := range []struct {
		name   string
		limits []throttle.Limit
	}{{"host, task", []throttle.Limit{host, task}}, {"task, host", []throttle.Limit{task, host}}} {
		t.Run(order.name, func(t *testing.T) {
			e := throttle.New(throttle.Config{Limits: order.limits})
			by := make([]uint64, len(order.limits))
			for _, s := range steps {
				got := decide(e, s.now, new(one(s.task, 1)))
				want := throttle.Verdict{Kind: s.want.kind, RetryAfter: s.want.after, Limit: -1}
				if s.want.kind == throttle.Rejected {
					want.Status = 429
					for i, l := range order.limits {
						if l.Scope == s.want.limit {
							want.Limit = i
							by[i]++
						}
					}
				}
				if got != want {
					t.Fatalf("%s: got %+v, want %+v", s.name, got, want)
				}
			}
			if got := e.Counts().ByLimit; !slices.Equal(got, by) {
				t.Errorf("by limit: got %v, want %v", got, by)
			}
		})
	}
}

// The same limit twice is the same as once.
func TestLimitTwiceIsLimitOnce(t *testing.T) {
	limit := throttle.Limit{Rate: rate(t, "7/s"), Burst: 3, Scope: throttle.IPPathScope}
	for _, action := range []throttle.Action{throttle.Reject, throttle.Drop, throttle.Delay} {
		t.Run(action.String(), func(t *testing.T) {
			config := throttle.Config{OnExceed: throttle.OnExceed{Action: action}, Limits: []throttle.Limit{limit}}
			once := throttle.New(config)
			config.Limits = []throttle.Limit{limit, limit}
			twice := throttle.New(config)
			stream := draw.Seed(4)
			now := time.Duration(0)
			for i := range uint64(20_000) {
				u := stream.With(i)
				now += time.Duration(draw.Below(u.With(1).Bits(), uint64(10*ms)))
				r := one(draw.Below(u.With(2).Bits(), 20), 1)
				if a, b := decide(once, now, &r), decide(twice, now, &r); a != b {
					t.Fatalf("request %d: got %+v with one, %+v with two", i, a, b)
				}
			}
		})
	}
}

func TestOnExceed(t *testing.T) {
	limit := throttle.Limit{Rate: rate(t, "40/s"), Burst: 1}
	fixed := draw.LogNormal(3*ms, 3*ms) // a constant
	tests := []struct {
		name   string
		exceed throttle.OnExceed
		want   throttle.Verdict
		tally  throttle.Tally
	}{
		{"nothing said", throttle.OnExceed{},
			throttle.Verdict{Kind: throttle.Rejected, Status: 429, After: 3 * ms, RetryAfter: 25 * ms},
			throttle.Tally{Requests: 2, Admitted: 1, Throttled: 1}},
		{"a status", throttle.OnExceed{Status: 503},
			throttle.Verdict{Kind: throttle.Rejected, Status: 503, After: 3 * ms, RetryAfter: 25 * ms},
			throttle.Tally{Requests: 2, Admitted: 1, Throttled: 1}},
		{"drop", throttle.OnExceed{Action: throttle.Drop, Status: 503},
			throttle.Verdict{Kind: throttle.Dropped, RetryAfter: 25 * ms},
			throttle.Tally{Requests: 2, Admitted: 1, Dropped: 1}},
		{"delay", throttle.OnExceed{Action: throttle.Delay, Status: 503},
			throttle.Verdict{Kind: throttle.Delayed, After: 28 * ms},
			throttle.Tally{Requests: 2, Admitted: 2}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := throttle.New(throttle.Config{Limits: []throttle.Limit{limit}, OnExceed: tt.exceed, Latency: fixed})
			if got, want := decide(e, 0, new(one(1, 1))), (throttle.Verdict{After: 3 * ms, Limit: -1}); got != want {
				t.Errorf("first: got %+v, want %+v", got, want)
			}
			if got := decide(e, 0, new(one(1, 1))); got != tt.want {
				t.Errorf("second: got %+v, want %+v", got, tt.want)
			}
			if got := e.Counts().Tally; got != tt.tally {
				t.Errorf("got %+v, want %+v", got, tt.tally)
			}
		})
	}
}

// With two limits that delay, a request waits for the later token and takes
// one of each.
func TestDelayByTwoLimits(t *testing.T) {
	e := throttle.New(throttle.Config{
		OnExceed: throttle.OnExceed{Action: throttle.Delay},
		Limits: []throttle.Limit{
			{Rate: rate(t, "10/s"), Burst: 1, Scope: throttle.HostScope},
			{Rate: rate(t, "5/s"), Burst: 1, Scope: throttle.TaskScope},
		},
	})
	steps := []struct {
		task  uint64
		after time.Duration
		limit int
	}{{1, 0, -1}, {1, 200 * ms, 1}, {2, 200 * ms, 0}, {2, 300 * ms, 0}, {1, 400 * ms, 0}, {1, 600 * ms, 1}}
	for i, s := range steps {
		want := throttle.Verdict{After: s.after, Limit: s.limit}
		if s.after > 0 {
			want.Kind = throttle.Delayed
		}
		if got := decide(e, 0, new(one(s.task, 1))); got != want {
			t.Errorf("request %d: got %+v, want %+v", i, got, want)
		}
	}
}

// If two limits delay, each counts a request from its own start, not from the
// common one, which is later: the host's window below counts the second request
// from 1 s on, although its task's limit delays it until 5 s.
func TestDelayCountsTheOwnStart(t *testing.T) {
	for _, host := range []throttle.Limit{
		{Rate: rate(t, "1/s"), Burst: 1},
		{Kind: throttle.LeakyBucket, Rate: rate(t, "1/s"), Burst: 9},
		{Kind: throttle.FixedWindow, Count: 1, Window: time.Second},
		{Kind: throttle.SlidingWindow, Count: 1, Window: time.Second},
	} {
		t.Run(host.Kind.String(), func(t *testing.T) {
			e := throttle.New(throttle.Config{
				OnExceed: throttle.OnExceed{Action: throttle.Delay},
				Limits:   []throttle.Limit{host, {Rate: rate(t, "12/m"), Burst: 1, Scope: throttle.TaskScope}},
			})
			for _, s := range []struct {
				now   time.Duration
				task  uint64
				after time.Duration
				limit int
			}{
				{0, 1, 0, -1},
				{0, 1, 5 * time.Second, 1},           // for the host it starts at 1 s
				{0, 2, 2 * time.Second, 0},           // and so the next one at 2 s
				{5 * time.Second, 3, 0, -1},          // two start in one second
				{5 * time.Second, 4, time.Second, 0}, // the host counts one of them
			} {
				want := throttle.Verdict{After: s.after, Limit: s.limit}
				if s.after > 0 {
					want.Kind = throttle.Delayed
				}
				if got := decide(e, s.now, new(one(s.task, 1))); got != want {
					t.Errorf("task %d at %v: got %+v, want %+v", s.task, s.now, got, want)
				}
			}
		})
	}
}

// A bucket that can lend no more refuses, even if the endpoint delays, and takes
// nothing from the other limit.
func TestDelayEndsWhereCountingEnds(t *testing.T) {
	e := throttle.New(throttle.Config{
		OnExceed: throttle.OnExceed{Action: throttle.Delay},
		Limits: []throttle.Limit{
			{Rate: rate(t, "1/s"), Burst: 1, Scope: throttle.HostScope},
			{Rate: rate(t, "39.999999/s"), Burst: 1, Scope: throttle.TaskScope},
		},
	})
	waited := time.Duration(0)
	for {
		v := decide(e, 0, new(one(1, 1)))
		if v.Kind == throttle.Rejected {
			if v.Status != 429 || v.Limit != 1 || v.After != 0 || v.RetryAfter < 25*ms {
				t.Errorf("got %+v, want a rejection by the second limit", v)
			}
			break
		}
		if waited = v.After; waited > 10_000*time.Second {
			t.Fatal("still lending")
		}
	}
	if got, want := decide(e, 0, new(one(2, 1))).After, waited+time.Second; got != want {
		t.Errorf("next of another task: got a wait of %v, want %v", got, want)
	}
}

// A service time is keyed by the task and the number of its request: it does
// not depend on what other tasks do, nor on whether a slot is known.
func TestServiceTimeIsKeyed(t *testing.T) {
	config := throttle.Config{
		Seed: draw.Seed(9), Host: 3, Slots: 2,
		Latency: draw.LogNormal(2*ms, 15*ms),
		Limits:  []throttle.Limit{{Rate: rate(t, "1/s"), Burst: 2, Scope: throttle.TaskScope}},
	}
	task := func(i int32, slot bool) throttle.Request {
		r := throttle.Request{Task: uint64(i), Slot: -1, Group: -1, Key: draw.Key(0).Name("web").With(uint64(i))}
		if slot {
			r.Slot = i
		}
		return r
	}
	run := func(c throttle.Config, order []int32, slots bool) [2][]time.Duration {
		var got [2][]time.Duration
		e := throttle.New(c)
		for _, i := range order {
			got[i] = append(got[i], decide(e, 0, new(task(i, slots))).After)
		}
		return got
	}
	want := run(config, []int32{0, 0, 0, 0, 1, 1, 1, 1}, true)
	for name, got := range map[string][2][]time.Duration{
		"other order": run(config, []int32{1, 0, 1, 1, 0, 0, 1, 0}, true),
		"strangers":   run(config, []int32{0, 1, 0, 1, 0, 1, 0, 1}, false),
	} {
		for i := range got {
			for n := range got[i] {
				if got[i][n] != want[i][n] {
					t.Errorf("%s: task %d request %d: got %v, want %v", name, i, n, got[i][n], want[i][n])
				}
			}
		}
	}
	seen := map[time.Duration]bool{}
	for i := range want {
		for n, d := range want[i] { // the last two are refusals, which have a service time too
			if d <= 0 || seen[d] {
				t.Errorf("task %d request %d: got %v, want a draw of its own", i, n, d)
			}
			seen[d] = true
		}
	}
	for name, change := range map[string]func(c *throttle.Config){
		"another host": func(c *throttle.Config) { c.Host = 4 },
		"another seed": func(c *throttle.Config) { c.Seed = draw.Seed(10) },
	} {
		c := config
		change(&c)
		if got := run(c, []int32{0}, true)[0][0]; got == want[0][0] {
			t.Errorf("%s: got the same draw, %v", name, got)
		}
	}
}

// The stream of service times is part of a report's model: a change here must
// be on purpose, and raise the model's version.
func TestServiceTimesArePinned(t *testing.T) {
	e := throttle.New(throttle.Config{Seed: draw.Seed(1), Host: 2, Slots: 1, Latency: draw.LogNormal(2*ms, 15*ms)})
	r := throttle.Request{Group: -1, Key: draw.Key(0).Name("batch").With(3)}
	var got [4]time.Duration
	for i := range got {
		got[i] = decide(e, 0, &r).After
	}
	if want := [4]time.Duration{3323065, 1632558, 842114, 1977465}; got != want {
		t.Errorf("got %d, want %d", got, want)
	}
}

func TestCountsByGroup(t *testing.T) {
	e := throttle.New(throttle.Config{Groups: 2, Limits: []throttle.Limit{{Rate: rate(t, "1/s"), Burst: 1, Scope: throttle.TaskScope}}})
	for group, requests := range map[int32]int{-1: 4, 0: 1, 1: 3} {
		r := one(uint64(group+5), 1)
		r.Group = group
		for range requests {
			decide(e, 0, &r)
		}
	}
	got := e.Counts()
	if want := (throttle.Tally{Requests: 8, Admitted: 3, Throttled: 5}); got.Tally != want {
		t.Errorf("all: got %+v, want %+v", got.Tally, want)
	}
	for g, want := range []throttle.Tally{{Requests: 1, Admitted: 1}, {Requests: 3, Admitted: 1, Throttled: 2}} {
		if got.ByGroup[g] != want {
			t.Errorf("group %d: got %+v, want %+v", g, got.ByGroup[g], want)
		}
	}
	if got.Series.Bucket != 0 || got.Series.Admitted != nil {
		t.Errorf("got %+v, want no series: none was asked for", got.Series)
	}
}
