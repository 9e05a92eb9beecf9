package strategy_test

import (
	"testing"
	"time"

	"tenement/internal/strategy"
	"tenement/internal/strategy/strategytest"
)

// hosted is an agent on a host with two tasks.
func hosted(s strategy.Strategy) (h *strategy.Host, c *strategy.Client) {
	s.Scope = strategy.PerHost
	h = strategy.NewHost(1, 0, []strategy.Clients{{Strategy: &s, Tasks: 2, Processes: 3, PerCall: true, Key: strategytest.TaskKey("g")}})
	return h, h.Client(0, 1, 2)
}

// All tasks of a host have one client, whatever their processes and calls are.
func TestOneClientOfAHost(t *testing.T) {
	h, c := hosted(strategy.Strategy{})
	if h.Len() != 1 || h.Client(0, 0, 0) != c || !c.Hosted() || c.Solo() {
		t.Errorf("got %d clients, want one for all", h.Len())
	}
}

// The agent fetches by itself, as the first task; calls wait for it, and one whose task
// stops ends no fetch.
func TestAgentOfAHost(t *testing.T) {
	join := strategy.Flight{Kind: strategy.Join}
	t.Run("one fetch for all", func(t *testing.T) {
		_, c := hosted(strategy.Strategy{Cache: strategy.TTL{For: minute}, Flight: join, Timeouts: strategy.Timeouts{Call: 10 * time.Second}})
		runOn(t, c, []row{
			{0, "a", nil, "await 10s; behind send"},
			{1, "b", nil, "await 10s"},
			{2, "behind", success, "ok fetched; a ok joined; b ok joined"},
			{3, "c", nil, "ok cached"},
			{minute + 3, "d", nil, "await 10s; behind send"},
			{minute + 4, "behind", failure, "throttled fetched; d throttled joined"},
		})
	})
	t.Run("a refresh that fails leaves what is held", func(t *testing.T) {
		_, c := hosted(strategy.Strategy{Cache: &strategy.Refresh{Window: 5 * minute, Mandatory: minute}, Flight: join})
		runOn(t, c, []row{
			{0, "a", nil, "await; behind send"},
			{1, "behind", success, "ok fetched; a ok joined"},
			{57 * minute, "b", nil, "await; behind send"},
			{57*minute + 1, "c", nil, "ok cached"},
			{57*minute + 2, "behind", failure, "ok cached; b ok joined"},
		})
	})
	t.Run("another flight is a joint one", func(t *testing.T) {
		for kind := strategy.Each; kind <= strategy.Serial; kind++ {
			_, c := hosted(strategy.Strategy{Flight: strategy.Flight{Kind: kind, MaxWait: time.Second, FirstEach: true}})
			runOn(t, c, []row{
				{0, "a", nil, "await; behind send"},
				{1, "b", nil, "await"},
				{2, "behind", success, "ok fetched; a ok joined; b ok joined"},
			})
		}
	})
	t.Run("a caller that goes away", func(t *testing.T) {
		_, c := hosted(strategy.Strategy{Cache: strategy.TTL{For: minute}, Flight: join})
		gone, stays := &strategy.Call{Task: 1, Life: 4}, &strategy.Call{Task: 1, Life: 5}
		step := c.Begin(0, gone)
		b := step.Wake
		c.Resume(0, b, strategy.Event{Kind: strategy.Woken})
		if b.Task != 0 || b.Life != 0 || !b.Background {
			t.Errorf("the fetch is that of %+v, want the first task", b)
		}
		c.Begin(1, stays)
		c.Abandon(2, gone, strategy.Stopped)
		good := strategytest.Good(hour)
		step = c.Resume(3, b, strategy.Event{Kind: strategy.Replied, Outcome: &good})
		if step.Do != strategy.Finish || step.Wake != stays {
			t.Errorf("got %+v, want it to wake the one that is left", step)
		}
	})
}

// Wake lists of calls that are woken come before what is left of the list.
func TestBefore(t *testing.T) {
	calls := make([]strategy.Call, 4)
	rest := calls[2].Before(&calls[3])
	all := calls[0].Before(calls[1].Before(rest))
	for i := range calls {
		if all != &calls[i] {
			t.Fatalf("place %d is another call's", i)
		}
		all = all.Unlink()
	}
}
