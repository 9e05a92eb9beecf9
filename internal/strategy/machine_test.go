package strategy

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// A row is something that happens at an instant, and what the machine answers:
// the step of the call named, and those of the calls it wakes.
type row struct {
	at   time.Duration
	call string
	e    *Event // nil begins the call
	want string
}

func reply(o Outcome) *Event { return &Event{Kind: Replied, Outcome: &o} }

var (
	due     = &Event{Kind: Due}
	success = reply(good(hour))
	failure = reply(plain429)
)

// describe is a step in a few words.
func describe(k *Call, s Step) string {
	switch s.Do {
	case Finish:
		return fmt.Sprintf("%v %v", k.Result, k.Served)
	case Send:
		if s.For > 0 {
			return fmt.Sprintf("send in %v", s.For)
		}
		return "send"
	case Sleep:
		return fmt.Sprintf("sleep %v", s.For)
	}
	if s.For > 0 {
		return fmt.Sprintf("await %v", s.For)
	}
	return "await"
}

// run plays rows against one client and compares.
func run(t *testing.T, s Strategy, rows []row) {
	t.Helper()
	c := fresh(&s)
	calls := map[string]*Call{}
	names := map[*Call]string{}
	for i, r := range rows {
		k := calls[r.call]
		var step Step
		if r.e == nil {
			k = &Call{Scheduled: r.at}
			calls[r.call], names[k] = k, r.call
			step = c.Begin(r.at, k)
		} else {
			step = c.Resume(r.at, k, *r.e)
		}
		got := []string{describe(k, step)}
		for w := step.Wake; w != nil; {
			next := w.Unlink()
			woken := c.Resume(r.at, w, Event{Kind: Woken})
			if names[w] == "" {
				calls["behind"], names[w] = w, "behind"
			}
			got = append(got, names[w]+" "+describe(w, woken))
			if woken.Wake != nil {
				next = woken.Wake
			}
			w = next
		}
		if g := strings.Join(got, "; "); g != r.want {
			t.Errorf("row %d, %v %s: got %q, want %q", i, r.at, r.call, g, r.want)
		}
	}
}

func TestFlights(t *testing.T) {
	refresh := &Refresh{Window: 5 * minute}
	t.Run("each: everyone fetches", func(t *testing.T) {
		run(t, Strategy{Cache: refresh}, []row{
			{0, "a", nil, "send"},
			{1, "b", nil, "send"},
			{2, "a", success, "ok fetched"},
			{3, "c", nil, "ok cached"},
			{4, "b", success, "ok fetched"},
		})
	})
	t.Run("join: one fetches, all take the result", func(t *testing.T) {
		run(t, Strategy{Cache: refresh, Flight: Flight{Kind: Join}}, []row{
			{0, "a", nil, "send"},
			{1, "b", nil, "await"},
			{2, "c", nil, "await"},
			{3, "a", success, "ok fetched; b ok joined; c ok joined"},
			{4, "d", nil, "ok cached"},
		})
	})
	t.Run("join: the failure too", func(t *testing.T) {
		run(t, Strategy{Cache: refresh, Flight: Flight{Kind: Join}}, []row{
			{0, "a", nil, "send"},
			{1, "b", nil, "await"},
			{2, "a", failure, "throttled fetched; b throttled joined"},
			{3, "c", nil, "send"},
		})
	})
	t.Run("join: patience ends, and it goes itself", func(t *testing.T) {
		run(t, Strategy{Cache: refresh, Flight: Flight{Kind: Join, MaxWait: 5}}, []row{
			{0, "a", nil, "send"},
			{1, "b", nil, "await 5ns"},
			{2, "c", nil, "await 5ns"},
			{6, "b", due, "send"},
			{6, "a", success, "ok fetched; c ok joined"},
			{7, "b", success, "ok fetched"},
		})
	})
	t.Run("serial: the next looks into the cache first", func(t *testing.T) {
		run(t, Strategy{Cache: refresh, Flight: Flight{Kind: Serial}}, []row{
			{0, "a", nil, "send"},
			{1, "b", nil, "await"},
			{2, "c", nil, "await"},
			{3, "a", success, "ok fetched; b ok joined; c ok joined"},
		})
	})
	t.Run("serial: after a failure the next one tries", func(t *testing.T) {
		run(t, Strategy{Cache: refresh, Flight: Flight{Kind: Serial}}, []row{
			{0, "a", nil, "send"},
			{1, "b", nil, "await"},
			{2, "c", nil, "await"},
			{3, "a", failure, "throttled fetched; b send"},
			{4, "b", failure, "throttled fetched; c send"},
			{5, "c", success, "ok fetched"},
		})
	})
	t.Run("serial, first each: no lock on the very first load", func(t *testing.T) {
		run(t, Strategy{Cache: refresh, Flight: Flight{Kind: Serial, FirstEach: true}}, []row{
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
		run(t, Strategy{Cache: &Refresh{Window: 5 * minute, Behind: true}, Flight: Flight{Kind: Join}}, []row{
			{0, "a", nil, "send"},
			{1, "a", success, "ok fetched"},
			{56 * minute, "b", nil, "ok cached; behind send"},
			{56*minute + 1, "c", nil, "ok cached"},
			{56*minute + 2, "behind", failure, "throttled fetched"},
			{56*minute + 3, "d", nil, "ok cached; behind send"},
			{60 * minute, "e", nil, "send"}, // expired: the active fetch is another
			{60*minute + 1, "f", nil, "await"},
			{60*minute + 2, "behind", reply(good(2 * hour)), "ok fetched"},
			{60*minute + 3, "g", nil, "ok cached"},
			{60*minute + 4, "e", failure, "throttled fetched; f throttled joined"},
		})
	})
	t.Run("advisory: one refreshes first, the others use what is held", func(t *testing.T) {
		s := Strategy{Cache: &Refresh{Window: 15 * minute, Mandatory: 10 * minute}, Flight: Flight{Kind: Serial}}
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
	})
}

func TestBudgetsAndQuotas(t *testing.T) {
	backoff := &Backoff{Attempts: 5, On: OnDefault, Base: 10, Factor: 1}
	t.Run("a wait beyond the budget ends at the budget", func(t *testing.T) {
		run(t, Strategy{Retry: backoff, Timeouts: Timeouts{Call: 25}}, []row{
			{0, "a", nil, "send"},
			{1, "a", failure, "send in 10ns"},
			{12, "a", failure, "send in 10ns"},
			{23, "a", failure, "sleep 2ns"},
			{25, "a", due, "timeout fetched"},
		})
	})
	t.Run("the quota pays for retries, success pays back", func(t *testing.T) {
		s := Strategy{Retry: backoff, Quota: Quota{Tokens: 10, Cost: 5, TimeoutCost: 10}}
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
			{1, "a", reply(readTimeout), "send in 10ns"}, // a timeout costs 10
			{12, "a", success, "ok fetched"},             // and gives 10 back
			{20, "b", nil, "send"},
			{21, "b", failure, "send in 10ns"},
			{32, "b", failure, "send in 10ns"},
		})
	})
	t.Run("static keys ask nobody", func(t *testing.T) {
		run(t, Strategy{Cache: Static{}}, []row{{0, "a", nil, "ok cached"}})
	})
}

// The bound on an attempt is the tightest of those that apply.
func TestAttemptTimeouts(t *testing.T) {
	rows := []struct {
		name string
		t    Timeouts
		want time.Duration
	}{
		{"none", Timeouts{}, 0},
		{"response", Timeouts{Response: 5}, 5},
		{"attempt below response", Timeouts{Response: 5, Attempt: 3}, 3},
		{"what is left of the call", Timeouts{Response: 5, Call: 2}, 2},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			step := fresh(&Strategy{Timeouts: r.t}).Begin(7, new(Call))
			if step.What.Timeout != r.want {
				t.Errorf("got %v, want %v", step.What.Timeout, r.want)
			}
		})
	}
	js, _ := PresetNamed("aws-sdk-js-v3")
	c, k := fresh(&js.Strategy), new(Call)
	step := c.Begin(0, k)
	for i := range 5 {
		want := time.Duration(0)
		if i == 4 {
			want = time.Second // the chain's next provider has a real timeout
		}
		if step.What.Timeout != want {
			t.Errorf("request %d of js v3: timeout %v, want %v", i, step.What.Timeout, want)
		}
		step = c.Resume(0, k, *failure)
	}
}

// Backoff formulas: n counts retries from 0.
func TestBackoffFormulas(t *testing.T) {
	const half = 1 << 63
	rows := []struct {
		name string
		b    Backoff
		n    int
		prev time.Duration
		want time.Duration
	}{
		{"fixed", Backoff{Base: 100, Factor: 1}, 4, 100, 100},
		{"none", Backoff{Base: 100}, 3, 0, 800},
		{"none, capped", Backoff{Base: 100, Cap: 500}, 3, 0, 500},
		{"full", Backoff{Base: 100, Jitter: FullJitter}, 3, 0, 400},
		{"equal", Backoff{Base: 100, Jitter: EqualJitter}, 3, 0, 600},
		{"decorrelated, first", Backoff{Base: 100, Jitter: Decorrelated}, 0, 0, 200},
		{"decorrelated, later", Backoff{Base: 100, Jitter: Decorrelated}, 2, 500, 800},
		{"decorrelated, capped", Backoff{Base: 100, Cap: 600, Jitter: Decorrelated}, 2, 500, 600},
		{"uncapped does not overflow", Backoff{Base: time.Hour}, 200, 0, maxWait},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			r.b.Attempts, r.b.On = 1000, OnDefault
			got, move := r.b.Next(Try{N: r.n + 1, Prev: r.prev, Outcome: &plain429, U: half})
			if got != r.want || move != Again {
				t.Errorf("got %v, %v; want %v", got, move, r.want)
			}
		})
	}
	honour := Backoff{Attempts: 2, On: OnDefault, Base: 100, Factor: 1, HonourRetryAfter: true}
	asked := Outcome{Status: 429, RetryAfter: 7 * time.Second}
	if got, _ := honour.Next(Try{N: 1, Outcome: &asked}); got != 7*time.Second {
		t.Errorf("Retry-After honoured: waits %v, want 7s", got)
	}
}

// Clients of one task with a task-scoped cache are one; a client per operation
// keeps nothing of scope process.
func TestSharing(t *testing.T) {
	ttl := TTL{For: hour}
	for _, r := range []struct {
		name    string
		scope   Scope
		perCall bool
		want    string // the second process's call, after the first's success
	}{
		{"per process", PerProcess, false, "send"},
		{"per task", PerTask, false, "ok cached"},
		{"per call, process", PerProcess, true, "send"},
		{"per call, task", PerTask, true, "ok cached"},
	} {
		t.Run(r.name, func(t *testing.T) {
			s := &Strategy{Cache: ttl, Scope: r.scope}
			h := NewHost(1, 0, []Clients{{Strategy: s, Tasks: 2, Processes: 2, PerCall: r.perCall, Key: taskKey("g")}})
			first := new(Call)
			c := h.Client(0, 1, 0)
			c.Begin(0, first)
			c.Resume(1, first, *success)
			second := new(Call)
			step := h.Client(0, 1, 1).Begin(2, second)
			if got := describe(second, step); got != r.want {
				t.Errorf("got %q, want %q", got, r.want)
			}
		})
	}
}
