package throttle_test

import (
	"testing"
	"time"

	"tenement/internal/draw"
	"tenement/internal/throttle"
)

// A table that is swept between requests decides as one limiter per key, for
// every kind of limit.
func TestKeysDoNotTouch(t *testing.T) {
	for _, limit := range []throttle.Limit{
		{Rate: rate(t, "7/s"), Burst: 3, RefusalCost: 1},
		{Kind: throttle.LeakyBucket, Rate: rate(t, "7/s"), Burst: 2},
		{Kind: throttle.FixedWindow, Count: 3, Window: 500 * ms},
		{Kind: throttle.SlidingWindow, Count: 3, Window: 500 * ms},
		{Kind: throttle.Concurrency, Count: 3},
	} {
		t.Run(limit.Kind.String(), func(t *testing.T) {
			limit.Scope = throttle.IPPathScope
			latency := draw.LogNormal(100*ms, time.Second)
			e := throttle.New(throttle.Config{Limits: []throttle.Limit{limit}, Latency: latency})
			var single []throttle.Limiter
			stream := draw.Seed(8)
			now := time.Duration(0)
			refused := 0
			for i := range uint64(100_000) {
				u := stream.With(i)
				now += time.Duration(draw.Below(u.With(1).Bits(), uint64(3*ms)))
				// Ten keys at a time, which do not come back.
				k := i/1000 + draw.Below(u.With(2).Bits(), 10)
				for uint64(len(single)) <= k {
					single = append(single, throttle.NewLimiter(limit))
				}
				want := single[k].Ask(now)
				got := decide(e, now, new(one(k, 1)))
				if want.OK != got.Kind.Served() || want.RetryAfter != got.RetryAfter {
					t.Fatalf("request %d at %v of key %d: got %+v, want %+v", i, now, k, got, want)
				}
				single[k].Commit(now, got.After, want.OK)
				if !want.OK {
					refused++
				}
			}
			if refused < 1000 {
				t.Errorf("only %d refused: the test says little", refused)
			}
			if used, _ := e.Buckets(0); used > 64 {
				t.Errorf("got %d states kept, want those of the last keys", used)
			}
		})
	}
}

// Neither a host that has ended nor a reset leaves anything behind.
func TestResetFreesMemory(t *testing.T) {
	e := throttle.New(throttle.Config{
		Limits:  []throttle.Limit{{Kind: throttle.Concurrency, Count: 1, Scope: throttle.IPPathScope}},
		Latency: constant(time.Hour),
	})
	for host := range uint32(200) {
		for i := range uint64(5) {
			if v := decide(e, 0, new(one(i, 1))); !v.Kind.Served() {
				t.Fatalf("host %d: got %+v", host, v)
			}
		}
		if host%2 == 0 {
			e.NextHost(host + 1)
		} else {
			e.Reset(false)
		}
	}
	if got := e.Lines(0); got != 0 {
		t.Errorf("got %d lines, want none after a reset", got)
	}
}

// A reset clears the limit of an upstream. A restart of the endpoint does not,
// because the limit belongs to another server.
func TestResetOfAnUpstream(t *testing.T) {
	e := throttle.New(throttle.Config{
		Upstream: &throttle.Upstream{Limit: &throttle.Limit{Rate: rate(t, "1/h"), Burst: 1}},
		Faults:   []throttle.Fault{{Kind: throttle.RestartFault, From: time.Second, For: time.Second}},
	})
	ask := func(now time.Duration, want throttle.Kind) {
		t.Helper()
		if got := decide(e, now, of(1)).Kind; got != want {
			t.Errorf("at %v: got %v, want %v", now, got, want)
		}
	}
	ask(0, throttle.Admitted)
	ask(2*time.Second, throttle.Failed)
	e.Reset(false)
	ask(0, throttle.Admitted)
}

func TestReset(t *testing.T) {
	limits := []throttle.Limit{
		{Rate: rate(t, "1/h"), Burst: 1},
		{Kind: throttle.FixedWindow, Count: 1, Window: time.Hour},
		{Kind: throttle.SlidingWindow, Count: 1, Window: time.Hour, Scope: throttle.TaskScope},
		{Kind: throttle.LeakyBucket, Rate: rate(t, "1/h")},
		{Kind: throttle.Concurrency, Count: 1},
	}
	e := throttle.New(throttle.Config{Limits: limits, Latency: constant(time.Hour)})
	for i, want := range []throttle.Kind{throttle.Admitted, throttle.Rejected} {
		if got := decide(e, 0, asking(0)).Kind; got != want {
			t.Errorf("request %d: got %v, want %v", i, got, want)
		}
	}
	e.Reset(false)
	if got := decide(e, 0, asking(0)).Kind; got != throttle.Admitted {
		t.Errorf("after a reset: got %v", got)
	}
	if got, want := e.Counts().Tally, (throttle.Tally{Requests: 1, Admitted: 1}); got != want {
		t.Errorf("got %+v, want %+v: counts begin anew", got, want)
	}
}
