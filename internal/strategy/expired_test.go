package strategy_test

import (
	"testing"
	"time"

	"tenement/internal/strategy"
	"tenement/internal/strategy/strategytest"
)

// A call is judged at the instant it ends by the Expiration of what it gets,
// whatever its client believes, and wherever the document comes from.
func TestExpiryIsTheVerdict(t *testing.T) {
	const left = 10 * minute
	for _, r := range []struct {
		past, grace time.Duration
		want        strategy.Result
	}{
		{-1, 0, strategy.OK}, {0, 0, strategy.Expired}, {hour, 0, strategy.Expired},
		{-1, minute, strategy.OK}, {0, minute, strategy.Stale}, {minute, minute, strategy.Stale}, {minute + 1, minute, strategy.Expired},
	} {
		forHours := strategy.TTL{For: 6 * hour}
		behind := &strategy.Refresh{Window: minute, Behind: true, Extend: strategy.Extension{Least: 9 * hour, Most: 9 * hour}}
		for name, s := range map[string]strategy.Strategy{
			"ttl":      {Cache: forHours},
			"stale":    {Cache: &strategy.Refresh{StaleOnError: 6 * hour}},
			"extended": {Cache: behind, Flight: strategy.Flight{Kind: strategy.Join}},
		} {
			c := strategytest.Client(strategy.Clients{Strategy: &s, Grace: r.grace})
			strategytest.Resolve(t, c, 0, strategytest.Good(left))
			if k, _ := strategytest.Resolve(t, c, left+r.past, strategytest.Plain429); k.Result != r.want {
				t.Errorf("%s, %v past, grace %v: got %v, want %v", name, r.past, r.grace, k.Result, r.want)
			}
		}
		for name, perCall := range map[string]bool{"fetched": false, "fetched by a client of its own": true} {
			c := strategytest.Client(strategy.Clients{Strategy: &strategy.Strategy{}, PerCall: perCall, Grace: r.grace})
			if k, _ := strategytest.Resolve(t, c, left, strategytest.Good(left-r.past)); k.Result != r.want {
				t.Errorf("%s, %v past, grace %v: got %v, want %v", name, r.past, r.grace, k.Result, r.want)
			}
		}
	}
}

// What is an error stays one within the grace.
func TestRejectExpired(t *testing.T) {
	for _, s := range []strategy.Strategy{
		{RejectExpired: true},
		{RejectExpired: true, Cache: strategy.TTL{For: minute}},
		{RejectExpired: true, Cache: &strategy.Refresh{}, FirstUse: 2},
	} {
		for _, perCall := range []bool{false, true} {
			c := strategytest.Client(strategy.Clients{Strategy: &s, PerCall: perCall, Grace: hour})
			if k, _ := strategytest.Resolve(t, c, 3*minute, strategytest.Good(2*minute)); k.Result != strategy.Expired {
				t.Errorf("%+v: got %v, want an error", s, k.Result)
			}
		}
	}
	// A client that believes in a longer life hands out what has expired.
	s := strategy.Strategy{RejectExpired: true, Cache: &strategy.Refresh{ExtendOld: strategy.OldExtension{Least: minute, Most: minute}}}
	c := strategytest.Client(strategy.Clients{Strategy: &s, Grace: hour})
	if k, _ := strategytest.Resolve(t, c, 3*minute, strategytest.Good(2*minute)); k.Result != strategy.Stale {
		t.Errorf("put off: got %v, want stale", k.Result)
	}
}
