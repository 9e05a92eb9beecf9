package strategy_test

import (
	"math"
	"testing"
	"time"

	"tenement/internal/strategy"
	"tenement/internal/strategy/strategytest"
)

// A call at t before the refresh refreshes early with probability exp(−t/(delta·beta)),
// which is XFetch's rule: now − delta·beta·ln(U) ≥ expiry.
func TestEarlyFollowsItsFormula(t *testing.T) {
	const calls = 20_000
	for _, test := range []struct {
		name  string
		early strategy.Early
		took  time.Duration
		cache strategy.Cache
		ahead time.Duration
		want  float64
	}{
		{"the paper's beta", strategy.Early{Beta: 1}, 2 * time.Second, &strategy.Refresh{Window: 5 * minute}, 2 * time.Second, math.Exp(-1)},
		{"a beta of 3", strategy.Early{Beta: 3}, 2 * time.Second, &strategy.Refresh{Window: 5 * minute}, 2 * time.Second, math.Exp(-1. / 3)},
		{"a slower fetch", strategy.Early{Beta: 1}, 8 * time.Second, &strategy.Refresh{Window: 5 * minute}, 2 * time.Second, math.Exp(-1. / 4)},
		{"the least delta", strategy.Early{Beta: 1, Least: 4 * time.Second}, time.Second, &strategy.Refresh{Window: 5 * minute}, 2 * time.Second, math.Exp(-1. / 2)},
		{"far ahead", strategy.Early{Beta: 1}, time.Second, &strategy.Refresh{Window: 5 * minute}, 40 * time.Second, 0},
		{"a ttl", strategy.Early{Beta: 1}, 2 * time.Second, strategy.TTL{For: 55 * minute}, 2 * time.Second, math.Exp(-1)},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := strategytest.Fresh(&strategy.Strategy{Cache: test.cache, Early: test.early})
			first := &strategy.Call{}
			c.Begin(0, first)
			good := strategytest.Good(hour)
			if _, ttl := test.cache.(strategy.TTL); ttl {
				good = strategytest.Good(0)
			}
			c.Resume(test.took, first, strategy.Event{Kind: strategy.Replied, Outcome: &good})
			at := 55*minute - test.ahead
			if _, ttl := test.cache.(strategy.TTL); ttl {
				at += test.took
			}
			refreshed := 0
			for n := range uint32(calls) {
				k := &strategy.Call{N: n + 1}
				if c.Begin(at, k).Do != strategy.Send {
					continue
				}
				refreshed++
				// A refresh that fails leaves the document, and the call is served from it.
				bad := strategytest.Plain429
				if step := c.Resume(at, k, strategy.Event{Kind: strategy.Replied, Outcome: &bad}); step.Do != strategy.Finish || k.Result != strategy.OK {
					t.Fatalf("after a failure: got %v, %v", step, k.Result)
				}
			}
			got := float64(refreshed) / calls
			if limit := 4 * math.Sqrt(test.want*(1-test.want)/calls); math.Abs(got-test.want) > limit {
				t.Errorf("got a share of %.4f, want %.4f ± %.4f", got, test.want, limit)
			}
		})
	}
}

// While one call refreshes early the others are served; in the background, all are.
func TestEarlyKeepsNobodyWaiting(t *testing.T) {
	run(t, strategy.Strategy{Cache: strategy.TTL{For: minute}, Early: strategy.Early{Beta: 1000}, Flight: strategy.Flight{Kind: strategy.Join}}, []row{
		{0, "a", nil, "send"},
		{time.Second, "a", success, "ok fetched"},
		{2 * time.Second, "b", nil, "send"},
		{3 * time.Second, "c", nil, "ok cached"},
		{4 * time.Second, "b", success, "ok fetched"},
	})
	run(t, strategy.Strategy{Cache: &strategy.Refresh{Behind: true}, Early: strategy.Early{Beta: 1e6}}, []row{
		{0, "a", nil, "send"},
		{time.Second, "a", success, "ok fetched"},
		{2 * time.Second, "b", nil, "ok cached; behind send"},
		{3 * time.Second, "c", nil, "ok cached"},
		{4 * time.Second, "behind", success, "ok fetched"},
	})
}

// The jitter of a TTL shortens it.
func TestTTLJitter(t *testing.T) {
	c := strategy.TTL{For: 10 * minute, Jitter: 0.5}
	for _, row := range []struct {
		u    uint64
		want time.Duration
	}{{0, 10 * minute}, {1 << 63, 7*minute + 30*time.Second}} {
		if got := c.Store(0, strategy.Entry{}, strategytest.Good(hour), row.u).Must; got != row.want {
			t.Errorf("draw %x: it ends at %v, want %v", row.u, got, row.want)
		}
	}
}
