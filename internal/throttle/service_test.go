package throttle_test

import (
	"testing"
	"time"

	"tenement/internal/draw"
	"tenement/internal/throttle"
)

// A request is in service until its answer is due, including its wait and slow
// faults. One that is rejected, dropped, reset or hangs is not in service.
func TestConcurrencyKnowsWhenServiceEnds(t *testing.T) {
	slow := throttle.Fault{Kind: throttle.SlowFault, Latency: constant(40 * ms)}
	tests := []struct {
		name   string
		config throttle.Config
		want   []time.Duration // the wait of requests at 0, 0, 5 ms, 0 if admitted
	}{
		{"service time", throttle.Config{}, []time.Duration{0, 10 * ms, 5 * ms}},
		{"slow", throttle.Config{Faults: []throttle.Fault{slow}}, []time.Duration{0, 50 * ms, 45 * ms}},
		{"hung", throttle.Config{Faults: []throttle.Fault{{Kind: throttle.HangFault}}}, []time.Duration{0, 0, 0}},
		{"reset", throttle.Config{Faults: []throttle.Fault{{Kind: throttle.ResetFault}}}, []time.Duration{0, 0, 0}},
		{"cut", throttle.Config{Faults: []throttle.Fault{{Kind: throttle.CutFault, After: 30 * ms}}}, []time.Duration{0, 30 * ms, 25 * ms}},
		{"late", throttle.Config{Faults: []throttle.Fault{slow}, WriteTimeout: 20 * ms}, []time.Duration{0, 20 * ms, 15 * ms}},
		{"a restart", throttle.Config{Faults: []throttle.Fault{slow, {Kind: throttle.RestartFault, From: 4 * ms, For: ms}}}, []time.Duration{0, 4 * ms, 0}},
		{"an upstream", throttle.Config{Upstream: &throttle.Upstream{Latency: constant(40 * ms)}}, []time.Duration{0, 50 * ms, 45 * ms}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.config.Limits = []throttle.Limit{{Kind: throttle.Concurrency, Count: 1}}
			tt.config.Latency = constant(10 * ms)
			e := throttle.New(tt.config)
			for i, now := range []time.Duration{0, 0, 5 * ms} {
				v := decide(e, now, of(1))
				if refused := v.RetryAfter > 0; refused != (tt.want[i] > 0) || v.RetryAfter != tt.want[i] {
					// A rejection that would come after a restart is a reset, without a wait.
					if v.Effect.Kind != throttle.ResetFault {
						t.Errorf("request %d: got %+v, want a wait of %v", i, v, tt.want[i])
					}
				}
			}
		})
	}
}

// A queue before three places: a request that waits starts as soon as an
// earlier one ends, and holds its place from then on.
func TestConcurrencyQueue(t *testing.T) {
	latency := draw.LogNormal(20*ms, 300*ms)
	e := throttle.New(throttle.Config{
		Seed: 3, Slots: 1, Latency: latency,
		Limits: []throttle.Limit{{Kind: throttle.Concurrency, Count: 3, OnExceed: &throttle.OnExceed{Action: throttle.Delay}}},
	})
	bare := throttle.New(throttle.Config{Seed: 3, Slots: 1, Latency: latency})
	var free [3]time.Duration // when each place is free
	stream := draw.Seed(7)
	now, waited := time.Duration(0), 0
	for i := range uint64(20_000) {
		now += time.Duration(draw.Below(stream.With(i).Bits(), uint64(32*ms)))
		r := throttle.Request{Group: -1}
		service := decide(bare, now, &r).After
		first := 0
		for p := range free {
			if free[p] < free[first] {
				first = p
			}
		}
		start := max(now, free[first])
		free[first] = start + service
		got := decide(e, now, &r)
		if got.After != start-now+service {
			t.Fatalf("request %d: got answered after %v, want %v", i, got.After, start-now+service)
		}
		if start > now {
			waited++
		}
	}
	if waited < 5000 || waited > 19_000 {
		t.Errorf("%d waited: the test says little", waited)
	}
}

// Limits that decide together admit no more than each alone has room for: a
// limiter of each, fed with what all admit, admits that too.
func TestTogetherNeverMoreThanEach(t *testing.T) {
	limits := []throttle.Limit{
		{Rate: rate(t, "25/s"), Burst: 20},
		{Rate: rate(t, "4/s"), Burst: 6, Scope: throttle.TaskScope, RefusalCost: 1},
		{Rate: rate(t, "200/s"), Burst: 100, Cost: 4, OnExceed: &throttle.OnExceed{Action: throttle.Drop}},
		{Kind: throttle.FixedWindow, Count: 28, Window: time.Second},
		{Kind: throttle.SlidingWindow, Count: 12, Window: 2 * time.Second, Scope: throttle.IPPathScope},
		{Kind: throttle.Concurrency, Count: 6},
	}
	e := throttle.New(throttle.Config{Limits: limits, Seed: 1, Latency: draw.LogNormal(30*ms, 400*ms)})
	type key struct {
		limit int
		of    uint64
	}
	single := map[key]throttle.Limiter{}
	of := func(limit int, task uint64) throttle.Limiter {
		k := key{limit, task}
		if limits[limit].Scope == throttle.HostScope {
			k.of = 0
		}
		if single[k] == nil {
			single[k] = throttle.NewLimiter(limits[limit])
		}
		return single[k]
	}
	stream := draw.Seed(9)
	now := time.Duration(0)
	admitted := 0
	by := make([]int, len(limits))
	for i := range uint64(100_000) {
		u := stream.With(i)
		now += time.Duration(draw.Below(u.With(1).Bits(), uint64(24*ms)))
		task := draw.Below(u.With(2).Bits(), 8)
		got := decide(e, now, new(one(task, 1)))
		ok, longest := true, time.Duration(0)
		for l := range limits {
			d := of(l, task).Ask(now)
			ok = ok && d.OK
			longest = max(longest, d.RetryAfter)
		}
		if got.Kind.Served() != ok || got.RetryAfter != longest {
			t.Fatalf("request %d at %v: got %+v, want admitted %v, the longest wait %v", i, now, got, ok, longest)
		}
		for l := range limits {
			of(l, task).Commit(now, got.After, ok)
		}
		if ok {
			admitted++
		} else {
			by[got.Limit]++
		}
	}
	t.Logf("%d admitted, refused by each: %v", admitted, by)
	for l, n := range by {
		if n == 0 && l != 2 {
			t.Errorf("limit %d stood in nobody's way: the test says little of it", l)
		}
	}
}
