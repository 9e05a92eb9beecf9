package throttle_test

import (
	"testing"
	"time"

	"tenement/internal/draw"
	"tenement/internal/throttle"
)

var drawLatency = draw.LogNormal(2*ms, 15*ms)

// A million keys, one after another: a bucket that is full again leaves no
// trace, so the table stays as small as the handful still in debt.
func TestMemoryFollowsTheLiveKeys(t *testing.T) {
	e := throttle.New(throttle.Config{Limits: []throttle.Limit{{Rate: rate(t, "40/s"), Burst: 60, Scope: throttle.IPPathScope}}})
	most := 0
	for i := range uint64(1_000_000) {
		// 25 buckets are in debt at any time, for 25 ms each.
		if v := e.Decide(time.Duration(i)*ms, new(one(i, 1))); v.Kind != throttle.Admitted {
			t.Fatalf("key %d: got %v", i, v.Kind)
		}
		_, slots := e.Buckets(0)
		most = max(most, slots)
	}
	if most > 128 {
		t.Errorf("got up to %d slots, want no more than 128 for 25 live keys", most)
	}
}

// Many keys that are all in debt are all kept, and let go once they are not.
func TestTableGrowsAndShrinks(t *testing.T) {
	const keys = 100_000
	e := throttle.New(throttle.Config{Limits: []throttle.Limit{{Rate: rate(t, "1/h"), Burst: 1, Scope: throttle.IPPathScope}}})
	for i := range uint64(keys) {
		e.Decide(0, new(one(i, i)))
	}
	for i := range uint64(keys) {
		if v := e.Decide(time.Second, new(one(i, i))); v.Kind != throttle.Rejected {
			t.Fatalf("key %d: got %v, want it remembered", i, v.Kind)
		}
	}
	used, slots := e.Buckets(0)
	if used != keys || slots > 4*keys {
		t.Errorf("got %d buckets in %d slots, want %d in at most %d", used, slots, keys, 4*keys)
	}
	for i := range uint64(2 * keys) {
		e.Decide(time.Hour+time.Duration(i)*time.Minute, new(one(i, i+1)))
	}
	if used, slots = e.Buckets(0); used > 256 || slots > 1024 {
		t.Errorf("an hour later: got %d buckets in %d slots, want about 60", used, slots)
	}
}

// A refused request leaves no bucket behind.
func TestRefusalsTakeNoMemory(t *testing.T) {
	e := throttle.New(throttle.Config{Limits: []throttle.Limit{
		{Rate: rate(t, "1/s"), Burst: 1, Scope: throttle.HostScope},
		{Rate: rate(t, "1/s"), Burst: 1, Scope: throttle.TaskScope},
	}})
	for i := range uint64(10_000) {
		e.Decide(0, new(one(i, 1)))
	}
	if used, _ := e.Buckets(1); used != 1 {
		t.Errorf("got %d buckets, want one for the one request admitted", used)
	}
}

// Decide allocates nothing, whatever the endpoint has to do.
func TestDecideDoesNotAllocate(t *testing.T) {
	config := seriesConfig(t, throttle.HostScope)
	config.Limits = append(config.Limits, throttle.Limit{Rate: rate(t, "5/s"), Burst: 2, Scope: throttle.TaskScope})
	config.Slots, config.Latency = 1, drawLatency
	for _, action := range []throttle.Action{throttle.Reject, throttle.Drop, throttle.Delay} {
		config.OnExceed.Action = action
		e := throttle.New(config)
		r := throttle.Request{Slot: 0, Group: 1}
		now := time.Duration(0)
		if got := testing.AllocsPerRun(1000, func() { now += 3 * ms; e.Decide(now, &r) }); got != 0 {
			t.Errorf("%v: got %v allocations a decision, want none", action, got)
		}
	}
}
