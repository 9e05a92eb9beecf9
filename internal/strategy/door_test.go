package strategy_test

import (
	"cmp"
	"container/heap"
	"math/rand/v2"
	"testing"
	"time"

	"tenement/internal/strategy"
	"tenement/internal/strategy/strategytest"
)

const second = time.Second

// noAnswer is when an answer comes that never does.
const noAnswer = time.Duration(1<<63 - 1)

// doors are policies that a test puts together at random.
var doors = struct {
	breakers    []strategy.Breaker
	throttlings []strategy.Throttling
	budgets     []strategy.Budget
	buckets     []strategy.Bucket
	quotas      []strategy.Quota
}{
	[]strategy.Breaker{{}, strategy.FailsafeGoBreaker, strategy.PollyBreaker, {Failures: 3, Open: 700 * time.Millisecond, Trials: 2}, {Rate: 0.5, Calls: 6, Least: 3, Open: second, Trials: 3}, {Rate: 0.5, Window: 3 * second, Least: 2, Open: second, Slow: 200 * time.Millisecond, SlowRate: 0.5}},
	[]strategy.Throttling{{}, {}, strategy.SREThrottling, {K: 1.1, Window: 5 * second}},
	[]strategy.Budget{{}, strategy.FinagleBudget, {Ratio: 0.1}, {Ratio: 0.2, Floor: 2}, {PerSecond: 0.5}},
	[]strategy.Bucket{{}, {Tokens: 3, Per: second, Burst: 4}, {Tokens: 5, Per: second, Refuse: true}, {Tokens: 1, Per: second, Burst: 2, MaxWait: 3 * second}},
	[]strategy.Quota{{}, {Tokens: 30, Cost: 5}},
}

// pick is one of some values.
func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// randomGuarded is a strategy with some policies. Every attempt has a timeout, so that
// one that is not answered ends.
func randomGuarded(r *rand.Rand) strategy.Strategy {
	s := strategy.Strategy{
		Quota: pick(r, doors.quotas),
		Door: strategy.Door{
			Breaker: pick(r, doors.breakers), Throttling: pick(r, doors.throttlings), Budget: pick(r, doors.budgets),
			Adaptive: strategy.Adaptive(r.IntN(3)), Bucket: pick(r, doors.buckets),
		},
		Retry:    &strategy.Backoff{Attempts: 1 + r.IntN(5), On: strategy.OnDefault, AfterLast: r.IntN(4) == 0, Wait: strategy.Wait{Base: time.Duration(r.IntN(800)) * time.Millisecond, Jitter: strategy.FullJitter}},
		Flight:   strategy.Flight{Kind: strategy.FlightKind(r.IntN(3))},
		Timeouts: strategy.Timeouts{Attempt: second, Call: pick(r, []time.Duration{0, 2*second + 17, 300*time.Millisecond + 1})},
	}
	if r.IntN(3) == 0 {
		s.Hedge = strategy.Hedge{After: time.Duration(1+r.IntN(900)) * time.Millisecond, Copies: r.IntN(4)}
		s.Hedge.Copies *= min(s.Hedge.Copies, 2) / 2 // 0, 2 or 3
	}
	switch r.IntN(3) {
	case 0:
		s.Cache = strategy.TTL{For: 700 * time.Millisecond, StaleOnError: 2 * second}
	case 1:
		s.Cache = &strategy.Refresh{Window: 2 * second, Behind: r.IntN(2) == 0, StaleOnError: second}
	}
	return s
}

// happening is what an engine does at an instant: it begins a call, or resumes it.
type happening struct {
	at      time.Duration
	order   int
	call    *strategy.Call
	turn    int // with Due after an Await: which one
	begins  bool
	event   strategy.Event
	outcome strategy.Outcome
}

type happenings []*happening

func (h happenings) Len() int { return len(h) }
func (h happenings) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(h[i].at, h[j].at), h[i].order-h[j].order) < 0
}
func (h happenings) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *happenings) Push(x any)   { *h = append(*h, x.(*happening)) }
func (h *happenings) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

// fleet is one client with many calls, as an engine would play them.
type fleet struct {
	t        *testing.T
	client   *strategy.Client
	strategy *strategy.Strategy
	random   *rand.Rand
	good     float64 // share of the attempts that succeed
	now      time.Duration
	queue    happenings
	order    int
	turns    map[*strategy.Call]int
	done     map[*strategy.Call]bool
	awaits   map[*strategy.Call]bool
	opened   []*strategy.Call
	sends    []time.Duration
	// answer is how the next request of a call ends and after what time; nil is random.
	answer   func(k *strategy.Call) (strategy.Outcome, time.Duration)
	firsts   int
	retries  int
	withheld int
}

func (f *fleet) at(h happening) {
	f.order++
	h.order = f.order
	heap.Push(&f.queue, &h)
}

// carry carries out a step of a call, and of those that it wakes.
func (f *fleet) carry(k *strategy.Call, step strategy.Step) {
	if f.done[k] {
		f.t.Fatalf("%v: a call that has finished goes on with %v", f.now, step.Do)
	}
	deadline := time.Duration(1<<63 - 1)
	if limit := f.strategy.Timeouts.Call; limit > 0 && !k.Background {
		deadline = k.Begun + limit
	}
	f.awaits[k] = step.Do == strategy.Await
	switch step.Do {
	case strategy.Finish:
		f.done[k] = true
		if f.now > deadline {
			f.t.Errorf("a call of %v ended after %v", f.strategy.Timeouts.Call, f.now-k.Begun)
		}
		if k.Result == strategy.Withheld {
			f.withheld++
		}
	case strategy.Send:
		if f.now+step.For >= deadline {
			f.t.Errorf("a call of %v sends after %v", f.strategy.Timeouts.Call, f.now+step.For-k.Begun)
		}
		if k.Attempts == 0 {
			f.firsts++
		} else {
			f.retries++
		}
		f.sends = append(f.sends, f.now+step.For)
		h := happening{at: f.now + step.For + 1 + time.Duration(f.random.IntN(400))*time.Millisecond, call: k, event: strategy.Event{Kind: strategy.Replied}}
		switch u := f.random.Float64(); {
		case f.answer != nil:
			var took time.Duration
			h.outcome, took = f.answer(k)
			h.at = f.now + step.For + took
		case u < f.good:
			h.outcome = strategy.Outcome{Status: 200, Expires: h.at + 3*second}
		case u < f.good+(1-f.good)*0.7:
			h.outcome = strategytest.Plain429
		case u < f.good+(1-f.good)*0.8:
			h.outcome = strategytest.Bad404
		default:
			h.outcome = strategytest.ReadTimeout
			h.at = noAnswer
		}
		if until := f.now + step.For + h.call.Request().Timeout; h.at > until {
			h.at, h.outcome = until, strategytest.ReadTimeout
		}
		f.at(h)
	case strategy.Sleep:
		if step.For < 0 || f.now+step.For > deadline {
			f.t.Errorf("a call of %v sleeps %v after %v", f.strategy.Timeouts.Call, step.For, f.now-k.Begun)
		}
		f.at(happening{at: f.now + step.For, call: k, event: strategy.Event{Kind: strategy.Due}})
	case strategy.Await:
		f.turns[k]++
		if step.For > 0 {
			f.at(happening{at: f.now + step.For, call: k, turn: f.turns[k], event: strategy.Event{Kind: strategy.Due}})
		}
	}
	for w := step.Wake; w != nil; {
		next := w.Unlink()
		if awaits, known := f.awaits[w]; w.Background && known && !awaits { // a copy that has lost
			f.done[w], f.turns[w] = true, -1
			w = next
			continue
		}
		f.turns[w]++
		if w.Background {
			f.opened = append(f.opened, w)
		}
		woken := f.client.Resume(f.now, w, strategy.Event{Kind: strategy.Woken})
		wake := woken.Wake
		woken.Wake = nil
		f.carry(w, woken)
		if wake != nil {
			next = wake.Before(next)
		}
		w = next
	}
}

// play plays calls, one after the other begins, until all have ended.
func (f *fleet) play(calls int, apart time.Duration) {
	for n := range calls {
		k := &strategy.Call{N: uint32(n)}
		f.opened = append(f.opened, k)
		f.at(happening{at: time.Duration(n)*apart + time.Duration(f.random.IntN(int(apart))), call: k, begins: true})
	}
	for events := 0; len(f.queue) > 0; events++ {
		if events > calls*1000 {
			f.t.Fatalf("%d calls go on after %d events", calls, events)
		}
		h := heap.Pop(&f.queue).(*happening)
		f.now = h.at
		switch {
		case h.begins:
			f.carry(h.call, f.client.Begin(f.now, h.call))
		case h.turn > 0 && h.turn != f.turns[h.call], f.turns[h.call] < 0:
		default:
			h.event.Outcome = &h.outcome
			f.carry(h.call, f.client.Resume(f.now, h.call, h.event))
		}
	}
	for _, k := range f.opened {
		if !f.done[k] {
			f.t.Fatalf("call %d, which began at %v, waits for ever", k.N, k.Begun)
		}
	}
}

func newFleet(t *testing.T, s *strategy.Strategy, perCall bool, r *rand.Rand) *fleet {
	return &fleet{
		t: t, client: strategytest.Client(strategy.Clients{Strategy: s, PerCall: perCall}), strategy: s, random: r, good: r.Float64(),
		turns: map[*strategy.Call]int{}, done: map[*strategy.Call]bool{}, awaits: map[*strategy.Call]bool{},
	}
}

// Whatever policies stand together, every call ends, none sends after its end or its
// time, none waits past that, and retries and sends stay within budget and bucket.
func TestDoorsAtRandom(t *testing.T) {
	withheld := 0
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 13))
		s := randomGuarded(r)
		perCall := r.IntN(4) == 0
		f := newFleet(t, &s, perCall, r)
		f.play(100, time.Duration(10+r.IntN(400))*time.Millisecond)
		withheld += f.withheld
		if t.Failed() {
			t.Fatalf("seed %d: %+v", seed, s)
		}
		if perCall {
			continue
		}
		if b := s.Door.Budget; b != (strategy.Budget{}) && b.Window == 0 {
			if most := float64(b.Floor) + b.Ratio*float64(f.firsts) + b.PerSecond*f.now.Seconds(); float64(f.retries) > most+1e-6 {
				t.Fatalf("seed %d: %d retries of %d first tries in %v, with a budget of %+v", seed, f.retries, f.firsts, f.now, b)
			}
		}
		if b := s.Door.Bucket; b.Tokens > 0 {
			if most := float64(max(b.Burst, 1)) + float64(b.Tokens)*f.now.Seconds()/b.Per.Seconds(); float64(f.firsts+f.retries) > most+1 {
				t.Fatalf("seed %d: %d sends in %v, with a bucket of %+v", seed, f.firsts+f.retries, f.now, b)
			}
		}
	}
	if withheld < 1000 {
		t.Errorf("%d calls were withheld: too few to have tested anything", withheld)
	}
}

// A budget of a tenth amplifies by at most 1.1 in the long run, where the retries alone
// would triple the load.
func TestBudgetAmplifiesAtMost(t *testing.T) {
	s := strategy.Strategy{Retry: &strategy.Backoff{Attempts: 3, On: strategy.OnDefault, Wait: strategy.Wait{Base: 100 * time.Millisecond}}}
	amplification := func() float64 {
		f := newFleet(t, &s, false, rand.New(rand.NewPCG(1, 1)))
		f.good = 0
		f.play(3000, 50*time.Millisecond)
		return float64(f.firsts+f.retries) / float64(f.firsts)
	}
	if got := amplification(); got < 2.5 {
		t.Errorf("without a budget: got %v, want almost 3", got)
	}
	s.Door.Budget = strategy.Budget{Ratio: 0.1}
	if got := amplification(); got > 1.1 || got < 1.09 {
		t.Errorf("with one: got %v, want 1.1 at most", got)
	}
}

// A refusal is a failed fetch: what is held serves, if the cache says so; else the call
// is withheld, and has made no request.
func TestWithheld(t *testing.T) {
	s := strategy.Strategy{Door: strategy.Door{Breaker: strategy.FailsafeGoBreaker}, Cache: strategy.TTL{For: second, StaleOnError: 20 * second}}
	c := strategytest.Client(strategy.Clients{Strategy: &s, Grace: hour})
	for _, r := range []struct {
		at       time.Duration
		answer   strategy.Outcome
		result   strategy.Result
		attempts uint32
	}{
		{0, strategytest.Good(0), strategy.OK, 1},
		{2 * second, strategytest.Plain429, strategy.Stale, 1},
		{3 * second, strategytest.Good(0), strategy.Stale, 0},
		{30 * second, strategytest.Good(0), strategy.Withheld, 0},
		{63 * second, strategytest.Good(0), strategy.OK, 1},
	} {
		k, _ := strategytest.Resolve(t, c, r.at, r.answer)
		if k.Result != r.result || k.Attempts != r.attempts {
			t.Errorf("at %v: got %v after %d attempts, want %v after %d", r.at, k.Result, k.Attempts, r.result, r.attempts)
		}
		if refused := (strategy.Hold{By: strategy.BreakerPolicy}); r.attempts == 0 && k.Hold() != refused {
			t.Errorf("at %v: got %+v, want %+v", r.at, k.Hold(), refused)
		}
	}
	if !strategy.Withheld.Failed() {
		t.Error("a withheld call is a success")
	}
}

// A client that is built for each call knows nothing of the calls before.
func TestDoorPerCall(t *testing.T) {
	s := strategy.Strategy{
		Door:  strategy.Door{Breaker: strategy.Breaker{Failures: 2, Open: hour}},
		Retry: &strategy.Backoff{Attempts: 3, On: strategy.OnDefault},
	}
	c := strategytest.Client(strategy.Clients{Strategy: &s, PerCall: true})
	for range 3 {
		if k, _ := strategytest.Resolve(t, c, 0, strategytest.Plain429); k.Attempts != 2 || k.Result != strategy.Withheld {
			t.Errorf("got %v after %d attempts, want withheld after 2", k.Result, k.Attempts)
		}
	}
}

// A trial that is lost with its call, because the run or the task ends, does not keep a
// breaker half open.
func TestAbandonedTrial(t *testing.T) {
	s := strategy.Strategy{Door: strategy.Door{Breaker: strategy.FailsafeGoBreaker}}
	c := strategytest.Fresh(&s)
	strategytest.Resolve(t, c, 0, strategytest.Plain429)
	var lost strategy.Call
	if step := c.Begin(minute, &lost); step.Do != strategy.Send {
		t.Fatalf("got step %v, want a trial", step.Do)
	}
	c.Abandon(minute+1, &lost, strategy.Stopped)
	if k, _ := strategytest.Resolve(t, c, minute+2, strategytest.Good(0)); k.Result != strategy.OK {
		t.Errorf("got %v, want another trial", k.Result)
	}
}

// Policies allocate nothing for an attempt, nor for a call.
func TestDoorAllocatesNothing(t *testing.T) {
	for _, perCall := range []bool{false, true} {
		s := strategy.Strategy{
			Retry: &strategy.Backoff{Attempts: 5, On: strategy.OnDefault},
			Door: strategy.Door{
				Breaker: strategy.Resilience4jBreaker, Throttling: strategy.Throttling{K: 1000, Window: second}, Budget: strategy.Budget{Floor: 1e9},
				Adaptive: strategy.AdaptiveWait, Bucket: strategy.Bucket{Tokens: 1000, Per: second, Burst: 10},
			},
		}
		c := strategytest.Client(strategy.Clients{Strategy: &s, PerCall: perCall})
		now := time.Duration(0)
		var k strategy.Call
		busy, good := strategytest.Plain429, strategytest.Good(0)
		call := func() {
			k = strategy.Call{}
			for step := c.Begin(now, &k); step.Do != strategy.Finish; {
				e := strategy.Event{Kind: strategy.Due}
				if step.Do == strategy.Send {
					e = strategy.Event{Kind: strategy.Replied, Outcome: &busy}
					if k.Attempts == 3 {
						e.Outcome = &good
					}
				}
				now += step.For + time.Millisecond
				step = c.Resume(now, &k, e)
			}
		}
		call()
		if n := testing.AllocsPerRun(100, call); n != 0 {
			t.Errorf("per call %v: %v allocations", perCall, n)
		}
	}
}
