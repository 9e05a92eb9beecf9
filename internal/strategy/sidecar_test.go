package strategy_test

import (
	"testing"
	"time"

	"tenement/internal/strategy"
	"tenement/internal/strategy/strategytest"
)

// A sidecar loads at the start and refreshes ahead, whether or not anybody calls; only
// calls before the first load wait, and a failed refresh is made again after a while.
func TestSidecar(t *testing.T) {
	s := strategy.Strategy{
		Cache: &strategy.Refresh{Window: 10 * minute}, Scope: strategy.PerTask, Flight: strategy.Flight{Kind: strategy.Join},
		Sidecar: strategy.Sidecar{On: true, Ahead: minute, Again: 7 * time.Second},
	}
	c := strategytest.Fresh(&s)
	if !c.WantsSidecar() || c.Solo() {
		t.Error("the client wants no sidecar")
	}
	side := &strategy.Call{}
	step := c.StartSidecar(0, side)
	if step.Do != strategy.Sleep || step.For > time.Millisecond || c.WantsSidecar() {
		t.Errorf("got %+v, want it to begin at once", step)
	}
	resume := func(at time.Duration, e *strategy.Event, want string) {
		t.Helper()
		step = c.Resume(at, side, *e)
		shown := step
		shown.For = shown.For.Truncate(time.Millisecond) // it adds up to 100 µs, to be alone
		if got := describe(side, shown); got != want {
			t.Errorf("at %v: got %s, want %s", at, got, want)
		}
	}
	resume(1, due, "send")
	waits := &strategy.Call{}
	if first := c.Begin(2, waits); first.Do != strategy.Await {
		t.Errorf("a call before the first load: got %+v", first)
	}
	resume(3, success, "sleep 49m0s")
	if step.Wake != waits {
		t.Error("the call is not woken")
	}
	resume(49*minute, due, "send")
	k := &strategy.Call{}
	if served := c.Begin(55*minute, k); served.Do != strategy.Finish || k.Served != strategy.Cached {
		t.Errorf("a call in the window: got %+v, %v", served, k.Served)
	}
	resume(55*minute, failure, "sleep 7s")
	resume(55*minute+7*time.Second, due, "send")
}
