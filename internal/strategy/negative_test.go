package strategy_test

import (
	"testing"
	"time"

	"tenement/internal/strategy"
	"tenement/internal/strategy/strategytest"
)

// A failure that is remembered answers the calls after it, without a request.
func TestNegative(t *testing.T) {
	const s = time.Second
	type step struct {
		at       time.Duration
		outcome  strategy.Outcome // of every request
		result   strategy.Result
		requests uint32
	}
	bad, good := strategytest.Plain429, strategytest.Good(hour)
	long := strategytest.Good(100 * s)
	remember := strategy.Negative{For: 10 * s}
	for _, test := range []struct {
		name     string
		strategy strategy.Strategy
		steps    []step
	}{
		{"nothing is kept but failures", strategy.Strategy{Negative: remember}, []step{
			{0, bad, strategy.Throttled, 1}, {9 * s, good, strategy.Throttled, 0}, {10 * s, good, strategy.OK, 1}, {11 * s, good, strategy.OK, 1},
		}},
		{"a success forgets", strategy.Strategy{Cache: strategy.TTL{For: s}, Negative: remember}, []step{
			{0, bad, strategy.Throttled, 1}, {10 * s, good, strategy.OK, 1}, {12 * s, bad, strategy.Throttled, 1}, {13 * s, good, strategy.Throttled, 0},
		}},
		{"by class", strategy.Strategy{Negative: strategy.Negative{For: 10 * s, Classes: []strategy.NegativeClass{{On: strategy.On404, For: 60 * s}, {On: strategy.OnAny5xx}}}}, []step{
			{0, strategytest.Bad404, strategy.Rejected, 1}, {59 * s, good, strategy.Rejected, 0},
			{60 * s, strategytest.Err500, strategy.Error, 1}, {60 * s, bad, strategy.Throttled, 1}, {69 * s, good, strategy.Throttled, 0},
		}},
		{"a refresh that failed is not repeated while the document is good", strategy.Strategy{Cache: &strategy.Refresh{Window: 50 * s, Mandatory: 10 * s}, Negative: remember}, []step{
			{0, long, strategy.OK, 1}, {60 * s, bad, strategy.OK, 1}, {69 * s, good, strategy.OK, 0}, {70 * s, good, strategy.OK, 1},
		}},
		{"a mandatory refresh that failed is the error of all calls", strategy.Strategy{Cache: &strategy.Refresh{Window: 50 * s, Mandatory: 20 * s}, Negative: remember}, []step{
			{0, long, strategy.OK, 1}, {85 * s, bad, strategy.Throttled, 1}, {86 * s, good, strategy.Throttled, 0}, {95 * s, good, strategy.OK, 1},
		}},
		{"stale documents are served without a request", strategy.Strategy{Cache: strategy.TTL{For: 5 * s, StaleOnError: 8 * s}, Negative: remember}, []step{
			{0, good, strategy.OK, 1}, {6 * s, bad, strategy.OK, 1}, {12 * s, bad, strategy.OK, 0}, {13 * s, bad, strategy.Throttled, 0}, {16 * s, good, strategy.OK, 1},
		}},
		{"the first use may fail twice, and is remembered once", strategy.Strategy{Cache: &strategy.Refresh{EmptyOnError: true}, FirstUse: 2, Negative: remember}, []step{
			{0, bad, strategy.Empty, 2}, {1 * s, good, strategy.Empty, 0}, {10 * s, good, strategy.OK, 1},
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := strategytest.Fresh(&test.strategy)
			for i, step := range test.steps {
				k, _ := strategytest.Resolve(t, c, step.at, step.outcome)
				if k.Result != step.result || k.Attempts != step.requests {
					t.Errorf("step %d: got %v with %d requests, want %v with %d", i, k.Result, k.Attempts, step.result, step.requests)
				}
			}
		})
	}
}

// Calls that wait in a series for their turn share a remembered failure; a client that
// is built for each call remembers nothing.
func TestNegativeIsShared(t *testing.T) {
	s := strategy.Strategy{Flight: strategy.Flight{Kind: strategy.Serial}, Negative: strategy.Negative{For: time.Second}}
	run(t, s, []row{
		{0, "a", nil, "send"},
		{1, "b", nil, "await"},
		{2, "c", nil, "await"},
		{3, "a", failure, "throttled fetched; b throttled joined; c throttled joined"},
	})
	c := strategytest.Client(strategy.Clients{Strategy: &s, PerCall: true})
	for range 2 {
		if k, _ := strategytest.Resolve(t, c, 0, strategytest.Plain429); k.Attempts != 1 {
			t.Errorf("a client for the call alone: got %d requests, want 1", k.Attempts)
		}
	}
}
