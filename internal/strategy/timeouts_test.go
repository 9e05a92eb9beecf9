package strategy_test

import (
	"testing"
	"time"

	"tenement/internal/strategy"
	"tenement/internal/strategy/strategytest"
)

// A fetch has a time of its own, as in Rust's identity cache: 3 attempts of 7 s
// fit into its 22 s, and a wait that does not fit is cut.
func TestFetchTime(t *testing.T) {
	s := strategy.Strategy{
		Cache: &strategy.Refresh{}, Flight: strategy.Flight{Kind: strategy.Serial},
		Retry:    &strategy.Backoff{Attempts: 9, On: strategy.OnTimeout, Wait: strategy.Wait{Base: time.Second}},
		Timeouts: strategy.Timeouts{Attempt: 7 * time.Second, Fetch: 22 * time.Second},
	}
	late := reply(strategytest.ReadTimeout)
	const second = time.Second
	c := strategytest.Fresh(&s)
	runOn(t, c, []row{
		{0, "a", nil, "send"},
		{10 * second, "b", nil, "await"},
		{12 * second, "a", late, "send in 1s"},
		{20 * second, "a", late, "sleep 2s"}, // the wait would be 2 s
		{22 * second, "a", due, "timeout fetched; b send"},
		{29 * second, "b", late, "send in 1s"},
		{37 * second, "b", late, "send in 2s"}, // its time began when its fetch did
		{44 * second, "b", failure, "timeout fetched"},
	})
	t.Run("the call's time is shorter", func(t *testing.T) {
		s := s
		s.Timeouts.Call = 5 * second
		run(t, s, []row{
			{0, "a", nil, "send"},
			{second, "a", late, "send in 1s"},
			{3 * second, "a", late, "sleep 2s"},
			{5 * second, "a", due, "timeout fetched"},
		})
	})
	t.Run("a background refresh has it too", func(t *testing.T) {
		s := s
		s.Cache = &strategy.Refresh{Window: 5 * minute, Behind: true}
		run(t, s, []row{
			{0, "a", nil, "send"},
			{1, "a", success, "ok fetched"},
			{56 * minute, "b", nil, "ok cached; behind send"},
			{56*minute + 20*second, "behind", late, "send in 1s"},
			{56*minute + 21500*time.Millisecond, "behind", late, "sleep 500ms"},
		})
	})
}

// Why a fetch failed is known to its call, and to those that joined it.
func TestFailure(t *testing.T) {
	s := strategy.Strategy{Retry: &strategy.Backoff{Attempts: 2, On: strategy.OnTimeout, Wait: strategy.Wait{Base: 10}}, Timeouts: strategy.Timeouts{Fetch: 15}, Flight: strategy.Flight{Kind: strategy.Join}}
	for _, r := range []struct {
		name   string
		second strategy.Outcome // of the second attempt
		at     time.Duration    // when that ends
		want   strategy.Outcome
	}{
		{"the last attempt", strategytest.Plain429, 12, strategytest.Plain429},
		{"an attempt's timeout", strategytest.ReadTimeout, 12, strategytest.ReadTimeout},
		{"the fetch's time", strategytest.Plain429, 15, strategy.Outcome{Err: strategy.OutOfTime}},
	} {
		t.Run(r.name, func(t *testing.T) {
			c := strategytest.Fresh(&s)
			a, b := &strategy.Call{}, &strategy.Call{}
			c.Begin(0, a)
			c.Begin(0, b)
			c.Resume(1, a, *reply(strategytest.ReadTimeout))
			step := c.Resume(r.at, a, *reply(r.second))
			c.Resume(r.at, b, strategy.Event{Kind: strategy.Woken})
			if got := a.Failure(); step.Do != strategy.Finish || got != r.want || b.Failure() != got || b.Result != a.Result {
				t.Errorf("got %+v, joined %+v, want %+v", got, b.Failure(), r.want)
			}
			if f := a.Failure(); strategy.OnOutOfTime.Has(&f) != (r.want.Err == strategy.OutOfTime) {
				t.Errorf("OnOutOfTime has %+v", f)
			}
		})
	}
	if timeUp := (&strategy.Outcome{Err: strategy.OutOfTime}); !strategy.OnTimeout.Has(timeUp) || timeUp.Result() != strategy.Timeout {
		t.Error("a fetch that is out of time is no timeout")
	}
}

// minio-go gives the token request 1 s, and its other requests no limit.
func TestTokenTimeout(t *testing.T) {
	m := strategytest.New(&strategy.Strategy{Session: strategy.Session{Timeout: time.Second, FallBack: strategy.OnTimeout}}, false)
	strategytest.Play(t, m, "begin -> put 6h0m0s")
	if got := m.Call.Request().Timeout; got != time.Second {
		t.Errorf("the token request has %v, want 1s", got)
	}
	strategytest.Play(t, m, "timeout -> role")
	if got := m.Call.Request().Timeout; got != 0 {
		t.Errorf("a GET has %v, want none", got)
	}
	m = strategytest.New(&strategy.Strategy{Timeouts: strategy.Timeouts{Response: 300 * time.Millisecond}, Session: strategy.Session{Timeout: time.Second}}, false)
	strategytest.Play(t, m, "begin -> put 6h0m0s")
	if got := m.Call.Request().Timeout; got != 300*time.Millisecond {
		t.Errorf("the token request has %v, want the tighter 300ms", got)
	}
}
