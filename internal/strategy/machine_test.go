package strategy_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tenement/internal/strategy"
	"tenement/internal/strategy/strategytest"
)

// A row is something that happens at an instant, and what the machine answers:
// the step of the call named, and those of the calls it wakes.
type row struct {
	at   time.Duration
	call string
	e    *strategy.Event // nil begins the call
	want string
}

func reply(o strategy.Outcome) *strategy.Event {
	return &strategy.Event{Kind: strategy.Replied, Outcome: &o}
}

var (
	due     = &strategy.Event{Kind: strategy.Due}
	success = reply(strategytest.Good(hour))
	failure = reply(strategytest.Plain429)
)

// describe is a step in a few words.
func describe(k *strategy.Call, s strategy.Step) string {
	switch s.Do {
	case strategy.Finish:
		return fmt.Sprintf("%v %v", k.Result, k.Served)
	case strategy.Send:
		if s.For > 0 {
			return fmt.Sprintf("send in %v", s.For)
		}
		return "send"
	case strategy.Sleep:
		return fmt.Sprintf("sleep %v", s.For)
	}
	if s.For > 0 {
		return fmt.Sprintf("await %v", s.For)
	}
	return "await"
}

// run plays rows against one client of a process and compares.
func run(t *testing.T, s strategy.Strategy, rows []row) {
	t.Helper()
	runOn(t, strategytest.Fresh(&s), rows)
}

// runOn is run on a client of its own kind.
func runOn(t *testing.T, c *strategy.Client, rows []row) {
	t.Helper()
	calls := map[string]*strategy.Call{}
	names := map[*strategy.Call]string{}
	for i, r := range rows {
		k := calls[r.call]
		var step strategy.Step
		if r.e == nil {
			k = &strategy.Call{Scheduled: r.at}
			calls[r.call], names[k] = k, r.call
			step = c.Begin(r.at, k)
		} else {
			step = c.Resume(r.at, k, *r.e)
		}
		got := []string{describe(k, step)}
		for w := step.Wake; w != nil; {
			next := w.Unlink()
			woken := c.Resume(r.at, w, strategy.Event{Kind: strategy.Woken})
			if names[w] == "" {
				calls["behind"], names[w] = w, "behind"
			}
			got = append(got, names[w]+" "+describe(w, woken))
			if woken.Wake != nil {
				next = woken.Wake.Before(next)
			}
			w = next
		}
		if g := strings.Join(got, "; "); g != r.want {
			t.Errorf("row %d, %v %s: got %q, want %q", i, r.at, r.call, g, r.want)
		}
	}
}

func TestFlights(t *testing.T) {
	refresh := &strategy.Refresh{Window: 5 * minute}
	t.Run("each: everyone fetches", func(t *testing.T) {
		run(t, strategy.Strategy{Cache: refresh}, []row{
			{0, "a", nil, "send"},
			{1, "b", nil, "send"},
			{2, "a", success, "ok fetched"},
			{3, "c", nil, "ok cached"},
			{4, "b", success, "ok fetched"},
		})
	})
	t.Run("join: one fetches, all take the result", func(t *testing.T) {
		run(t, strategy.Strategy{Cache: refresh, Flight: strategy.Flight{Kind: strategy.Join}}, []row{
			{0, "a", nil, "send"},
			{1, "b", nil, "await"},
			{2, "c", nil, "await"},
			{3, "a", success, "ok fetched; b ok joined; c ok joined"},
			{4, "d", nil, "ok cached"},
		})
	})
	t.Run("join: the failure too", func(t *testing.T) {
		run(t, strategy.Strategy{Cache: refresh, Flight: strategy.Flight{Kind: strategy.Join}}, []row{
			{0, "a", nil, "send"},
			{1, "b", nil, "await"},
			{2, "a", failure, "throttled fetched; b throttled joined"},
			{3, "c", nil, "send"},
		})
	})
	t.Run("join: patience ends, and it goes itself", func(t *testing.T) {
		run(t, strategy.Strategy{Cache: refresh, Flight: strategy.Flight{Kind: strategy.Join, MaxWait: 5}}, []row{
			{0, "a", nil, "send"},
			{1, "b", nil, "await 5ns"},
			{2, "c", nil, "await 5ns"},
			{6, "b", due, "send"},
			{6, "a", success, "ok fetched; c ok joined"},
			{7, "b", success, "ok fetched"},
		})
	})
	t.Run("join: whoever goes itself leaves the queue, wherever it stands", func(t *testing.T) {
		run(t, strategy.Strategy{Cache: refresh, Flight: strategy.Flight{Kind: strategy.Join, MaxWait: 5}}, []row{
			{0, "a", nil, "send"},
			{1, "b", nil, "await 5ns"},
			{1, "c", nil, "await 5ns"},
			{1, "d", nil, "await 5ns"},
			{6, "c", due, "send"}, // from the middle
			{6, "d", due, "send"}, // from the end
			{6, "e", nil, "await 5ns"},
			{7, "a", success, "ok fetched; b ok joined; e ok joined"},
		})
	})
	t.Run("join: a wait ends with the call's time", func(t *testing.T) {
		run(t, strategy.Strategy{Cache: refresh, Flight: strategy.Flight{Kind: strategy.Join}, Timeouts: strategy.Timeouts{Call: 5}}, []row{
			{0, "a", nil, "send"},
			{1, "b", nil, "await 5ns"},
			{6, "b", due, "timeout joined"},
		})
	})
	t.Run("join: a wait ends before the call's time", func(t *testing.T) {
		run(t, strategy.Strategy{Cache: refresh, Flight: strategy.Flight{Kind: strategy.Join, MaxWait: 3}, Timeouts: strategy.Timeouts{Call: 5}}, []row{
			{0, "a", nil, "send"},
			{1, "b", nil, "await 3ns"},
			{4, "b", due, "send"},
		})
	})
	t.Run("serial: a hit wakes nobody while another fetches", func(t *testing.T) {
		run(t, strategy.Strategy{Cache: &strategy.Refresh{Window: 5 * minute, Behind: true}, Flight: strategy.Flight{Kind: strategy.Serial}}, []row{
			{0, "a", nil, "send"},
			{1, "a", success, "ok fetched"},
			{56 * minute, "b", nil, "ok cached; behind send"},
			{60 * minute, "c", nil, "send"},
			{60*minute + 1, "d", nil, "await"},
			{60*minute + 2, "behind", reply(strategytest.Good(2 * hour)), "ok fetched"},
			{60*minute + 3, "e", nil, "ok cached"},
			{60*minute + 4, "c", failure, "throttled fetched; d ok joined"},
		})
	})
	t.Run("serial: the next looks into the cache first", func(t *testing.T) {
		run(t, strategy.Strategy{Cache: refresh, Flight: strategy.Flight{Kind: strategy.Serial}}, []row{
			{0, "a", nil, "send"},
			{1, "b", nil, "await"},
			{2, "c", nil, "await"},
			{3, "a", success, "ok fetched; b ok joined; c ok joined"},
		})
	})
	t.Run("serial: after a failure the next one tries", func(t *testing.T) {
		run(t, strategy.Strategy{Cache: refresh, Flight: strategy.Flight{Kind: strategy.Serial}}, []row{
			{0, "a", nil, "send"},
			{1, "b", nil, "await"},
			{2, "c", nil, "await"},
			{3, "a", failure, "throttled fetched; b send"},
			{4, "b", failure, "throttled fetched; c send"},
			{5, "c", success, "ok fetched"},
		})
	})
	t.Run("serial, first each: no lock on the very first load", func(t *testing.T) {
		run(t, strategy.Strategy{Cache: refresh, Flight: strategy.Flight{Kind: strategy.Serial, FirstEach: true}}, []row{
			{0, "a", nil, "send"},
			{1, "b", nil, "send"},
			{2, "a", success, "ok fetched"},
			{3, "b", success, "ok fetched"},
			{57 * minute, "c", nil, "send"},
			{57*minute + 1, "d", nil, "await"},
		})
	})
}

func TestRefreshes(t *testing.T) {
	t.Run("behind: nobody waits, one at a time, failures swallowed", func(t *testing.T) {
		run(t, strategy.Strategy{Cache: &strategy.Refresh{Window: 5 * minute, Behind: true}, Flight: strategy.Flight{Kind: strategy.Join}}, []row{
			{0, "a", nil, "send"},
			{1, "a", success, "ok fetched"},
			{56 * minute, "b", nil, "ok cached; behind send"},
			{56*minute + 1, "c", nil, "ok cached"},
			{56*minute + 2, "behind", failure, "throttled fetched"},
			{56*minute + 3, "d", nil, "ok cached; behind send"},
			{60 * minute, "e", nil, "send"}, // expired: the active fetch is another
			{60*minute + 1, "f", nil, "await"},
			{60*minute + 2, "behind", reply(strategytest.Good(2 * hour)), "ok fetched"},
			{60*minute + 3, "g", nil, "ok cached"},
			{60*minute + 4, "e", failure, "throttled fetched; f throttled joined"},
		})
	})
	t.Run("advisory: one refreshes first, the others use what is held", func(t *testing.T) {
		s := strategy.Strategy{Cache: &strategy.Refresh{Window: 15 * minute, Mandatory: 10 * minute}, Flight: strategy.Flight{Kind: strategy.Serial}}
		run(t, s, []row{
			{0, "a", nil, "send"},
			{1, "a", success, "ok fetched"},
			{46 * minute, "b", nil, "send"},
			{46*minute + 1, "c", nil, "ok cached"},
			{46*minute + 2, "b", failure, "ok cached"}, // a warning, and what is held
			{46*minute + 3, "d", nil, "send"},          // every later caller tries again
			{50*minute + 1, "e", nil, "await"},
			{50*minute + 2, "d", failure, "ok cached; e send"},
			{50*minute + 3, "e", failure, "throttled fetched"},
		})
		run(t, s, []row{
			{0, "a", nil, "send"},
			{1, "a", success, "ok fetched"},
			{46 * minute, "b", nil, "send"},
			{60 * minute, "b", failure, "throttled fetched"}, // what is held has just expired
		})
	})
}

// The first use of a client fetches again when its failure is swallowed; a
// later one does not.
func TestFirstUse(t *testing.T) {
	swallow := &strategy.Refresh{EmptyOnError: true}
	t.Run("a success was a use too", func(t *testing.T) {
		run(t, strategy.Strategy{Cache: swallow, FirstUse: 2}, []row{
			{0, "a", nil, "send"},
			{1, "a", success, "ok fetched"},
			{60 * minute, "b", nil, "send"},
			{60*minute + 1, "b", failure, "empty fetched"},
		})
	})
	t.Run("or it fails for good", func(t *testing.T) {
		s := strategy.Strategy{Cache: swallow, FirstUse: 2, FailForGood: true, Flight: strategy.Flight{Kind: strategy.Serial}}
		run(t, s, []row{
			{0, "a", nil, "send"},
			{1, "b", nil, "await"},
			{2, "a", failure, "empty fetched; b empty cached"},
			{60 * minute, "c", nil, "empty cached"},
		})
		// A later failure is not a first use's, and a document is looked at again.
		run(t, s, []row{
			{0, "a", nil, "send"},
			{1, "a", success, "ok fetched"},
			{60 * minute, "b", nil, "send"},
			{60*minute + 1, "b", failure, "empty fetched"},
			{60*minute + 2, "c", nil, "send"},
		})
	})
	t.Run("each fetch has a shared budget of its own", func(t *testing.T) {
		run(t, strategy.Strategy{Cache: swallow, FirstUse: 2, Retry: &strategy.Backoff{Attempts: 2, On: strategy.On429, Shared: true, Wait: strategy.Wait{Base: 10}}}, []row{
			{0, "a", nil, "send"},
			{1, "a", failure, "send in 10ns"},
			{12, "a", failure, "send"},
			{13, "a", failure, "send in 10ns"},
			{24, "a", failure, "empty fetched"},
		})
	})
	t.Run("no second fetch after the call's time", func(t *testing.T) {
		run(t, strategy.Strategy{Cache: swallow, FirstUse: 2, Timeouts: strategy.Timeouts{Call: 10}}, []row{
			{0, "a", nil, "send"},
			{9, "a", failure, "send"},
			{10, "a", failure, "empty fetched"},
			{20, "b", nil, "send"},
		})
		run(t, strategy.Strategy{Cache: swallow, FirstUse: 2, Timeouts: strategy.Timeouts{Call: 10}}, []row{
			{0, "a", nil, "send"},
			{10, "a", failure, "empty fetched"},
		})
	})
	t.Run("the second asks the chain from its first provider on", func(t *testing.T) {
		run(t, strategy.Strategy{Cache: swallow, FirstUse: 2, Retry: &strategy.Backoff{Attempts: 1, OtherLinkOn: strategy.On429}}, []row{
			{0, "a", nil, "send"},
			{1, "a", failure, "send"}, // the next provider
			{2, "a", failure, "send"}, // the second fetch
			{3, "a", failure, "send"}, // the next provider
			{4, "a", failure, "empty fetched"},
		})
	})
	t.Run("the second is no retry that pays back", func(t *testing.T) {
		retry := &strategy.Backoff{Attempts: 2, On: strategy.On429, Wait: strategy.Wait{Base: 10, Factor: 1}}
		run(t, strategy.Strategy{Cache: swallow, FirstUse: 2, Retry: retry, Quota: strategy.Quota{Tokens: 10, Cost: 5}}, []row{
			{0, "a", nil, "send"},
			{1, "a", failure, "send in 10ns"}, // 5 tokens left
			{12, "a", failure, "send"},
			{13, "a", success, "ok fetched"}, // 6
			{60 * minute, "b", nil, "send"},
			{60*minute + 1, "b", failure, "send in 10ns"}, // 1
			{60*minute + 12, "b", failure, "empty fetched"},
			{60*minute + 13, "c", nil, "send"},
			{60*minute + 14, "c", failure, "empty fetched"},
		})
	})
}

func TestBudgetsAndQuotas(t *testing.T) {
	backoff := &strategy.Backoff{Attempts: 5, On: strategy.OnDefault, Wait: strategy.Wait{Base: 10, Factor: 1}}
	t.Run("a wait beyond the budget ends at the budget", func(t *testing.T) {
		run(t, strategy.Strategy{Retry: backoff, Timeouts: strategy.Timeouts{Call: 25}}, []row{
			{0, "a", nil, "send"},
			{1, "a", failure, "send in 10ns"},
			{12, "a", failure, "send in 10ns"},
			{23, "a", failure, "sleep 2ns"},
			{25, "a", due, "timeout fetched"},
		})
	})
	t.Run("the quota pays for retries, success pays back", func(t *testing.T) {
		s := strategy.Strategy{Retry: backoff, Quota: strategy.Quota{Tokens: 10, Cost: 5, TimeoutCost: 10}}
		run(t, s, []row{
			{0, "a", nil, "send"},
			{1, "a", failure, "send in 10ns"},
			{12, "a", failure, "send in 10ns"},
			{23, "a", failure, "throttled fetched"}, // empty
			{30, "b", nil, "send"},
			{31, "b", failure, "throttled fetched"},
			{40, "c", nil, "send"},
			{41, "c", success, "ok fetched"}, // 1 token
			{50, "d", nil, "send"},
			{51, "d", failure, "throttled fetched"},
		})
		run(t, s, []row{
			{0, "a", nil, "send"},
			{1, "a", reply(strategytest.ReadTimeout), "send in 10ns"}, // a timeout costs 10
			{12, "a", success, "ok fetched"},                          // and gives 10 back
			{20, "b", nil, "send"},
			{21, "b", failure, "send in 10ns"},
			{32, "b", failure, "send in 10ns"},
		})
	})
	t.Run("a timeout has a price of its own, or that of the others", func(t *testing.T) {
		run(t, strategy.Strategy{Retry: backoff, Quota: strategy.Quota{Tokens: 10, Cost: 5, TimeoutCost: 10}}, []row{
			{0, "a", nil, "send"},
			{1, "a", reply(strategytest.ReadTimeout), "send in 10ns"},
			{12, "a", reply(strategytest.ReadTimeout), "timeout fetched"},
		})
		run(t, strategy.Strategy{Retry: backoff, Quota: strategy.Quota{Tokens: 5, Cost: 5}}, []row{
			{0, "a", nil, "send"},
			{1, "a", reply(strategytest.ReadTimeout), "send in 10ns"},
			{12, "a", reply(strategytest.ReadTimeout), "timeout fetched"},
		})
	})
	t.Run("a client built for a call has a quota of its own", func(t *testing.T) {
		s := strategy.Strategy{Retry: backoff, Quota: strategy.Quota{Tokens: 5, Cost: 5}}
		runOn(t, strategytest.Client(strategy.Clients{Strategy: &s, PerCall: true}), []row{
			{0, "a", nil, "send"},
			{1, "a", failure, "send in 10ns"},
			{12, "a", failure, "throttled fetched"},
			{20, "b", nil, "send"},
			{21, "b", failure, "send in 10ns"},
			{32, "b", success, "ok fetched"},
		})
	})
	t.Run("an answer that comes with the end comes too late", func(t *testing.T) {
		run(t, strategy.Strategy{Retry: backoff, Resend: strategy.ResendIdempotent, Timeouts: strategy.Timeouts{Call: 25}}, []row{
			{0, "a", nil, "send"},
			{25, "a", failure, "timeout fetched"},
			{30, "b", nil, "send"},
			{55, "b", reply(strategytest.ReadTimeout), "timeout fetched"},
		})
	})
	t.Run("static keys ask nobody", func(t *testing.T) {
		run(t, strategy.Strategy{Cache: strategy.Static{}}, []row{{0, "a", nil, "ok cached"}})
	})
}

// The bound on an attempt is the tightest of those that apply.
func TestAttemptTimeouts(t *testing.T) {
	rows := []struct {
		name string
		t    strategy.Timeouts
		want time.Duration
	}{
		{"none", strategy.Timeouts{}, 0},
		{"response", strategy.Timeouts{Response: 5}, 5},
		{"attempt below response", strategy.Timeouts{Response: 5, Attempt: 3}, 3},
		{"what is left of the call", strategy.Timeouts{Response: 5, Call: 2}, 2},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			k := new(strategy.Call)
			strategytest.Fresh(&strategy.Strategy{Timeouts: r.t}).Begin(7, k)
			if got := k.Request().Timeout; got != r.want {
				t.Errorf("got %v, want %v", got, r.want)
			}
		})
	}
	next := strategy.Strategy{Retry: &strategy.Backoff{Attempts: 1, OtherLinkOn: strategy.On429}, Timeouts: strategy.Timeouts{Response: 5}}
	if k, _ := secondStep(&next); k.Request().Timeout != 5 {
		t.Errorf("the next provider without a bound of its own: timeout %v, want that of responses", k.Request().Timeout)
	}
}

// secondStep is what a call does after a 429.
func secondStep(s *strategy.Strategy) (*strategy.Call, strategy.Step) {
	c, k := strategytest.Fresh(s), new(strategy.Call)
	c.Begin(0, k)
	return k, c.Resume(0, k, *failure)
}

// A call says when it began and ended, and every fetch has draws of its own.
func TestCallsAreTold(t *testing.T) {
	c, k := strategytest.Fresh(new(strategy.Strategy)), &strategy.Call{Scheduled: 3}
	c.Begin(7, k)
	first := k.Request().Draw
	c.Resume(9, k, *success)
	if k.Scheduled != 3 || k.Begun != 7 || k.Ended != 9 {
		t.Errorf("scheduled for %v, begun at %v, ended at %v; want 3, 7 and 9 ns", k.Scheduled, k.Begun, k.Ended)
	}
	second := new(strategy.Call)
	if c.Begin(10, second); second.Request().Draw == first {
		t.Error("two fetches have one draw")
	}
	defer func() {
		if recover() == nil {
			t.Error("a call that has ended was resumed")
		}
	}()
	c.Resume(11, k, *success)
}

// What is left open at the end of a run is unfinished, and waits no longer.
func TestAbandon(t *testing.T) {
	c := strategytest.Fresh(&strategy.Strategy{Cache: strategy.TTL{For: hour}, Flight: strategy.Flight{Kind: strategy.Join}})
	leader, first, second := new(strategy.Call), new(strategy.Call), new(strategy.Call)
	for _, k := range []*strategy.Call{leader, first, second} {
		c.Begin(0, k)
	}
	c.Abandon(5, first, strategy.Unfinished)
	if first.Result != strategy.Unfinished || first.Ended != 5 {
		t.Errorf("got %v at %v, want unfinished at 5ns", first.Result, first.Ended)
	}
	step := c.Resume(6, leader, *success)
	if step.Wake != second || second.Unlink() != nil {
		t.Error("the call that was abandoned is woken, or the other is not")
	}
}

// A client keeps each document apart, however many there are.
func TestManyDocuments(t *testing.T) {
	c := strategytest.Fresh(&strategy.Strategy{Cache: strategy.TTL{For: hour}})
	for round, want := range []string{"ok fetched", "ok cached"} {
		for resource := range uint32(3 * strategy.FewSlots) {
			k := &strategy.Call{Resource: resource}
			step := c.Begin(0, k)
			if step.Do == strategy.Send {
				step = c.Resume(0, k, *success)
			}
			if got := describe(k, step); got != want {
				t.Errorf("round %d, resource %d: got %q, want %q", round, resource, got, want)
			}
		}
	}
}

// Backoff formulas: n counts retries from 0.
func TestBackoffFormulas(t *testing.T) {
	const half = 1 << 63
	rows := []struct {
		name string
		w    strategy.Wait
		n    int
		prev time.Duration
		want time.Duration
	}{
		{"fixed", strategy.Wait{Base: 100, Factor: 1}, 4, 100, 100},
		{"none", strategy.Wait{Base: 100}, 3, 0, 800},
		{"none, capped", strategy.Wait{Base: 100, Cap: 500}, 3, 0, 500},
		{"full", strategy.Wait{Base: 100, Jitter: strategy.FullJitter}, 3, 0, 400},
		{"equal", strategy.Wait{Base: 100, Jitter: strategy.EqualJitter}, 3, 0, 600},
		{"decorrelated, first", strategy.Wait{Base: 100, Jitter: strategy.Decorrelated}, 0, 0, 200},
		{"decorrelated, first after another wait", strategy.Wait{Base: 100, Jitter: strategy.Decorrelated}, 0, 500, 200},
		{"decorrelated, later", strategy.Wait{Base: 100, Jitter: strategy.Decorrelated}, 2, 500, 800},
		{"decorrelated, capped", strategy.Wait{Base: 100, Cap: 600, Jitter: strategy.Decorrelated}, 2, 500, 600},
		{"uncapped does not overflow", strategy.Wait{Base: time.Hour}, 200, 0, strategy.MaxWait},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			b := strategy.Backoff{Attempts: 1000, On: strategy.OnDefault, Wait: r.w}
			got, move := b.Next(strategy.Try{N: r.n + 1, Prev: r.prev, Outcome: &strategytest.Plain429, U: half})
			if got != r.want || move != strategy.Again {
				t.Errorf("got %v, %v; want %v", got, move, r.want)
			}
		})
	}
}

// Clients of one task with a task-scoped cache are one; a client per operation
// keeps nothing of scope process.
func TestSharing(t *testing.T) {
	ttl := strategy.TTL{For: hour}
	for _, r := range []struct {
		name    string
		scope   strategy.Scope
		perCall bool
		want    string // the second process's call, after the first's success
	}{
		{"per process", strategy.PerProcess, false, "send"},
		{"per task", strategy.PerTask, false, "ok cached"},
		{"per call, process", strategy.PerProcess, true, "send"},
		{"per call, task", strategy.PerTask, true, "ok cached"},
	} {
		t.Run(r.name, func(t *testing.T) {
			s := &strategy.Strategy{Cache: ttl, Scope: r.scope}
			h := strategy.NewHost(1, 0, []strategy.Clients{{Strategy: s, Tasks: 2, Processes: 2, PerCall: r.perCall, Key: strategytest.TaskKey("g")}})
			first := new(strategy.Call)
			c := h.Client(0, 1, 0)
			c.Begin(0, first)
			c.Resume(1, first, *success)
			if c != h.At(h.Index(0, 1, 0)) || h.Index(0, 1, 1) >= h.Len() {
				t.Errorf("the clients' numbers do not fit: %d of %d", h.Index(0, 1, 1), h.Len())
			}
			second := new(strategy.Call)
			step := h.Client(0, 1, 1).Begin(2, second)
			if got := describe(second, step); got != r.want {
				t.Errorf("got %q, want %q", got, r.want)
			}
		})
	}
}

// A failure that a client never notices holds its call and all that join it, until
// its time is over.
func TestHangOn(t *testing.T) {
	cut := reply(strategytest.Truncated)
	s := strategy.Strategy{HangOn: strategy.OnTruncated, Flight: strategy.Flight{Kind: strategy.Join}}
	t.Run("for ever", func(t *testing.T) {
		run(t, s, []row{
			{0, "a", nil, "send"},
			{1, "b", nil, "await"},
			{2, "a", cut, "await"},
			{3, "c", nil, "await"},
		})
	})
	t.Run("for the call's time", func(t *testing.T) {
		s.Timeouts.Call = 10
		run(t, s, []row{
			{0, "a", nil, "send"},
			{1, "b", nil, "await 10ns"},
			{2, "a", cut, "sleep 8ns"},
			{10, "a", due, "timeout fetched; b timeout joined"},
		})
	})
}
