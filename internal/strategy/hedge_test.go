package strategy_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"tenement/internal/strategy"
	"tenement/internal/strategy/strategytest"
)

// When copies of a slow request are sent, and which answer counts.
func TestHedge(t *testing.T) {
	const ms = time.Millisecond
	type answer struct {
		outcome strategy.Outcome
		took    time.Duration
	}
	good, bad, never := strategytest.Good(hour), strategytest.Plain429, strategytest.ReadTimeout
	twice := &strategy.Backoff{Attempts: 2, On: strategy.OnDefault, Wait: strategy.Wait{Base: 50 * ms, Factor: 1}}
	for _, test := range []struct {
		name     string
		hedge    strategy.Hedge
		retry    strategy.Retry
		quota    strategy.Quota
		answers  []answer // in the order of the requests
		sends    []time.Duration
		ended    time.Duration
		result   strategy.Result
		attempts uint32
	}{
		{"a fast answer has no copy", strategy.Hedge{After: 100 * ms}, nil, strategy.Quota{},
			[]answer{{good, 99 * ms}}, []time.Duration{0}, 99 * ms, strategy.OK, 1},
		{"the copy wins", strategy.Hedge{After: 100 * ms}, nil, strategy.Quota{},
			[]answer{{good, 900 * ms}, {good, 30 * ms}}, []time.Duration{0, 100 * ms}, 130 * ms, strategy.OK, 2},
		{"the first one wins after all", strategy.Hedge{After: 100 * ms}, nil, strategy.Quota{},
			[]answer{{good, 120 * ms}, {good, 30 * ms}}, []time.Duration{0, 100 * ms}, 120 * ms, strategy.OK, 2},
		{"a copy that fails leaves the first its time", strategy.Hedge{After: 100 * ms}, nil, strategy.Quota{},
			[]answer{{good, 300 * ms}, {bad, 10 * ms}}, []time.Duration{0, 100 * ms}, 300 * ms, strategy.OK, 2},
		{"a failure before the copy is due is one try", strategy.Hedge{After: 100 * ms}, twice, strategy.Quota{},
			[]answer{{bad, 20 * ms}, {good, 20 * ms}}, []time.Duration{0, 70 * ms}, 90 * ms, strategy.OK, 2},
		{"three copies, each after the one before", strategy.Hedge{After: 100 * ms, Copies: 3}, nil, strategy.Quota{},
			[]answer{{never, 800 * ms}, {never, 800 * ms}, {good, 50 * ms}}, []time.Duration{0, 100 * ms, 200 * ms}, 250 * ms, strategy.OK, 3},
		{"all copies are one try", strategy.Hedge{After: 100 * ms}, twice, strategy.Quota{},
			[]answer{{bad, 150 * ms}, {bad, 100 * ms}, {good, 10 * ms}}, []time.Duration{0, 100 * ms, 250 * ms}, 260 * ms, strategy.OK, 3},
		{"a copy costs the quota what a retry does", strategy.Hedge{After: 100 * ms, Copies: 3}, nil, strategy.Quota{Tokens: 9, Cost: 5},
			[]answer{{good, 400 * ms}, {never, 800 * ms}}, []time.Duration{0, 100 * ms}, 400 * ms, strategy.OK, 2},
		{"a timeout that ends first leaves no time for a copy", strategy.Hedge{After: second}, nil, strategy.Quota{},
			[]answer{{never, second}}, []time.Duration{0}, second, strategy.Timeout, 1},
	} {
		for _, perCall := range []bool{false, true} {
			s := strategy.Strategy{Hedge: test.hedge, Retry: test.retry, Quota: test.quota, Timeouts: strategy.Timeouts{Attempt: second}}
			f := newFleet(t, &s, perCall, rand.New(rand.NewPCG(1, 1)))
			answers := test.answers
			f.answer = func(*strategy.Call) (strategy.Outcome, time.Duration) {
				a := answers[0]
				answers = answers[1:]
				return a.outcome, a.took
			}
			f.play(1, 1)
			k := f.opened[0]
			if !slices.Equal(f.sends, test.sends) || k.Ended != test.ended || k.Result != test.result || k.Attempts != test.attempts {
				t.Errorf("%s, a client per call %v: got requests at %v, %v at %v after %d attempts; want %v, %v at %v after %d",
					test.name, perCall, f.sends, k.Result, k.Ended, k.Attempts, test.sends, test.result, test.ended, test.attempts)
			}
		}
	}
}

// A hedge that is never due changes no draw: calls end as without it.
func TestHedgeThatIsNotDue(t *testing.T) {
	ended := func(h strategy.Hedge) (all []time.Duration) {
		s := strategy.Strategy{
			Hedge: h, Timeouts: strategy.Timeouts{Attempt: second},
			Retry: &strategy.Backoff{Attempts: 4, On: strategy.OnDefault, Wait: strategy.Wait{Base: 100 * time.Millisecond, Jitter: strategy.FullJitter}},
		}
		f := newFleet(t, &s, false, rand.New(rand.NewPCG(1, 1)))
		requests := map[uint32]int{} // by call
		f.answer = func(k *strategy.Call) (strategy.Outcome, time.Duration) {
			if requests[k.N]++; requests[k.N] < 3 {
				return strategytest.Plain429, 5 * time.Millisecond
			}
			return strategytest.Good(hour), 5 * time.Millisecond
		}
		f.play(50, second)
		for _, k := range f.opened {
			if !k.Background {
				all = append(all, k.Ended)
			}
		}
		return all
	}
	if with, without := ended(strategy.Hedge{After: 500 * time.Millisecond}), ended(strategy.Hedge{}); !slices.Equal(with, without) {
		t.Errorf("got %v, want %v", with, without)
	}
}

// A call that its task's end cuts off counts the copies that were sent, as an engine that
// was told of their end in the same instant would.
func TestAbandonedRace(t *testing.T) {
	const after = 20 * time.Millisecond
	c := strategytest.Fresh(&strategy.Strategy{Hedge: strategy.Hedge{After: after, Copies: 3}})
	k := new(strategy.Call)
	step := c.Begin(0, k)
	var copies []*strategy.Call
	for now := time.Duration(0); now <= after; now += after {
		copied := step.Wake
		copied.Unlink()
		copies = append(copies, copied)
		if sends := c.Resume(now, copied, strategy.Event{Kind: strategy.Woken}); sends.Do != strategy.Send {
			t.Fatalf("at %v the copy does %+v", now, sends)
		}
		step = c.Resume(now+after, k, strategy.Event{Kind: strategy.Due})
	}
	// The other copy fails in the same instant: with the one that is cut off, the race goes on.
	c.Abandon(2*after, copies[1], strategy.Stopped)
	bad := strategytest.Plain429
	if step := c.Resume(2*after, copies[0], strategy.Event{Kind: strategy.Replied, Outcome: &bad}); step.Wake != nil {
		t.Error("the race is over while a copy of it is cut off")
	}
	c.Abandon(2*after, k, strategy.Stopped)
	if k.Attempts != 2 || k.Result != strategy.Stopped {
		t.Errorf("got %v after %d attempts, want stopped after 2", k.Result, k.Attempts)
	}
}
