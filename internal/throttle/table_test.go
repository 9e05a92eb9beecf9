package throttle_test

import (
	"testing"
	"time"

	"tenement/internal/draw"
	"tenement/internal/throttle"
)

var drawLatency = draw.LogNormal(2*ms, 15*ms)

// A million keys, one after another: a bucket that is full again is forgotten,
// so the table stays as small as the few still in debt.
func TestMemoryFollowsTheLiveKeys(t *testing.T) {
	e := throttle.New(throttle.Config{Limits: []throttle.Limit{{Rate: rate(t, "40/s"), Burst: 60, Scope: throttle.IPPathScope}}})
	most := 0
	for i := range uint64(1_000_000) {
		// 25 buckets are in debt at any time, for 25 ms each.
		if v := decide(e, time.Duration(i)*ms, new(one(i, 1))); v.Kind != throttle.Admitted {
			t.Fatalf("key %d: got %v", i, v.Kind)
		}
		_, slots := e.Buckets(0)
		most = max(most, slots)
	}
	if most > 128 {
		t.Errorf("got up to %d slots, want no more than 128 for 25 live keys", most)
	}
}

// Keys in debt are all kept, and forgotten once they are not in debt.
func TestTableGrowsAndShrinks(t *testing.T) {
	const keys = 100_000
	e := throttle.New(throttle.Config{Limits: []throttle.Limit{{Rate: rate(t, "1/h"), Burst: 1, Scope: throttle.IPPathScope}}})
	for i := range uint64(keys) {
		decide(e, 0, new(one(i, i)))
	}
	for i := range uint64(keys) {
		if v := decide(e, time.Second, new(one(i, i))); v.Kind != throttle.Rejected {
			t.Fatalf("key %d: got %v, want it remembered", i, v.Kind)
		}
	}
	used, slots := e.Buckets(0)
	if used != keys || slots > 4*keys {
		t.Errorf("got %d buckets in %d slots, want %d in at most %d", used, slots, keys, 4*keys)
	}
	for i := range uint64(2 * keys) {
		decide(e, time.Hour+time.Duration(i)*time.Minute, new(one(i, i+1)))
	}
	if used, slots = e.Buckets(0); used > 256 || slots > 1024 {
		t.Errorf("an hour later: got %d buckets in %d slots, want about 60", used, slots)
	}
}

// Keys that are in debt for hours do not take all memory: beyond a maximum,
// half of them are forgotten, and admitted again.
func TestTooManyKeysAreForgotten(t *testing.T) {
	const keys, most = 1_600_000, 1 << 21 // slots, three quarters of which are fewer than the keys
	for _, limit := range []throttle.Limit{
		{Rate: rate(t, "1/h"), Burst: 1},
		{Kind: throttle.SlidingWindow, Count: 1, Window: 24 * time.Hour},
	} {
		t.Run(limit.Kind.String(), func(t *testing.T) {
			limit.Scope = throttle.IPPathScope
			e := throttle.New(throttle.Config{Limits: []throttle.Limit{limit}})
			for i := range uint64(keys) {
				if v := decide(e, 0, new(one(i, 1))); v.Kind != throttle.Admitted {
					t.Fatalf("key %d: got %v", i, v.Kind)
				}
			}
			used, slots := e.Buckets(0)
			if slots > most || used > most/4*3 || used < most/8*3 {
				t.Errorf("got %d states in %d slots, want three quarters of at most %d in use, and half as many kept", used, slots, most)
			}
			if limit.Kind == throttle.SlidingWindow && e.Lines(0) > most/4*3+1 {
				t.Errorf("got %d lines, want those of the forgotten used again", e.Lines(0))
			}
			known := 0
			for i := range uint64(10_000) {
				// These came before the table was full, so that it has forgotten
				// about half of them.
				if decide(e, time.Second, new(one(i, 1))).Kind == throttle.Rejected {
					known++
				}
			}
			if known < 4500 || known > 5500 {
				t.Errorf("got %d of 10,000 keys remembered, want about half", known)
			}
		})
	}
}

// A refused request leaves no bucket behind.
func TestRefusalsTakeNoMemory(t *testing.T) {
	e := throttle.New(throttle.Config{Limits: []throttle.Limit{
		{Rate: rate(t, "1/s"), Burst: 1, Scope: throttle.HostScope},
		{Rate: rate(t, "1/s"), Burst: 1, Scope: throttle.TaskScope},
	}})
	for i := range uint64(10_000) {
		decide(e, 0, new(one(i, 1)))
	}
	if used, _ := e.Buckets(1); used != 1 {
		t.Errorf("got %d buckets, want one for the one request admitted", used)
	}
}

// A million keys of a limit that remembers every request: the memory of those
// that are over is used again.
func TestRememberedRequestsAreForgotten(t *testing.T) {
	for _, limit := range []throttle.Limit{
		{Kind: throttle.SlidingWindow, Count: 3, Window: 25 * ms, Scope: throttle.IPPathScope},
		{Kind: throttle.Concurrency, Count: 3, Scope: throttle.IPPathScope},
	} {
		e := throttle.New(throttle.Config{Limits: []throttle.Limit{limit}, Latency: constant(25 * ms)})
		for i := range uint64(1_000_000) {
			r := throttle.Request{Source: i / 2, Slot: -1, Group: -1}
			if v := decide(e, time.Duration(i)*ms, &r); v.Kind != throttle.Admitted {
				t.Fatalf("%v: key %d: got %v", limit.Kind, i, v.Kind)
			}
		}
		if used, slots := e.Buckets(0); used > 96 || slots > 128 || e.Lines(0) > 128 {
			t.Errorf("%v: got %d states in %d slots and %d lines, want no more than 128 for 13 live keys", limit.Kind, used, slots, e.Lines(0))
		}
		// The line of a single key does not grow.
		for i := range time.Duration(100_000) {
			decide(e, 1000*time.Second+i*13*ms, new(one(1, 1)))
		}
		if got := e.LineSize(0); got > 64 {
			t.Errorf("%v: got a line of %d, want no more than a few", limit.Kind, got)
		}
	}
}

// Tasks without a slot are numbered up to a maximum.
func TestStrangersAreForgotten(t *testing.T) {
	e := throttle.New(throttle.Config{Seed: 1, Latency: drawLatency})
	first := decide(e, 0, new(one(0, 1))).After
	second := decide(e, 0, new(one(0, 1))).After
	for i := range uint64(1_000_000) {
		decide(e, 0, new(one(i, 1)))
		if n := e.Strangers(); n > 1<<16 {
			t.Fatalf("got %d strangers remembered", n)
		}
	}
	if got := decide(e, 0, new(one(0, 1))).After; first == second || got != first {
		t.Errorf("got a service time of %v, then %v, then %v of one that was forgotten, want the first again", first, second, got)
	}
}

// Decide does not allocate, whatever the endpoint has to do.
func TestDecideDoesNotAllocate(t *testing.T) {
	config := seriesConfig(t, throttle.HostScope)
	config.Limits = append(config.Limits,
		throttle.Limit{Rate: rate(t, "5/s"), Burst: 2, Scope: throttle.TaskScope, RefusalCost: 1},
		throttle.Limit{Kind: throttle.FixedWindow, Count: 5, Window: time.Second},
		throttle.Limit{Kind: throttle.SlidingWindow, Count: 5, Window: time.Second},
		throttle.Limit{Kind: throttle.Concurrency, Count: 2})
	config.Slots, config.Latency = 1, drawLatency
	config.Faults = []throttle.Fault{
		{Kind: throttle.SlowFault, Latency: drawLatency, Share: 0.5}, {Kind: throttle.StatusFault, Status: 500, Share: 0.5},
	}
	for _, limits := range [][]throttle.Limit{config.Limits[:1], config.Limits[:2], config.Limits} {
		config.Limits = limits
		for _, action := range []throttle.Action{throttle.Reject, throttle.Drop} {
			config.OnExceed.Action = action
			e := throttle.New(config)
			r := throttle.Request{Slot: 0, Group: 1}
			now := time.Duration(0)
			decide := func() { now += 3 * ms; decide(e, now, &r) }
			for range 1000 {
				decide() // lines grow to their size
			}
			if got := testing.AllocsPerRun(1000, decide); got != 0 {
				t.Errorf("%d limits, %v: got %v allocations a decision, want none", len(limits), action, got)
			}
		}
	}
	config.Limits, config.OnExceed.Action = config.Limits[:2], throttle.Delay
	e := throttle.New(config)
	r := throttle.Request{Slot: 0, Group: 1}
	now := time.Duration(0)
	if got := testing.AllocsPerRun(1000, func() { now += 3 * ms; decide(e, now, &r) }); got != 0 {
		t.Errorf("delay: got %v allocations a decision, want none", got)
	}
}
