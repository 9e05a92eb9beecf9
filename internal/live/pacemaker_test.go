package live

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// fakeClock is a clock whose time passes only in sleeps and yields.
type fakeClock struct {
	at      time.Time
	late    func() time.Duration // how late a sleep ends
	yields  time.Duration        // how long all yields took
	woken   int
	sleeper func() // called within a sleep
}

const oneYield = time.Microsecond

func (c *fakeClock) now() time.Time { return c.at }

func (c *fakeClock) sleep(until time.Time) {
	before := c.woken
	if c.sleeper != nil {
		c.sleeper()
	}
	if c.woken == before && !until.IsZero() {
		c.at = until.Add(c.late())
	}
}

func (c *fakeClock) share() time.Duration { return 25 }

func (c *fakeClock) wake() { c.woken++ }

func (c *fakeClock) yield() {
	c.at = c.at.Add(oneYield)
	c.yields += oneYield
}

func newFake(late time.Duration) *fakeClock {
	return &fakeClock{at: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), late: func() time.Duration { return late }}
}

func (a alarm) rung() bool {
	select {
	case <-a.ring:
		return true
	default:
		return false
	}
}

func TestPacemakerIsOnTime(t *testing.T) {
	steady := func(late time.Duration) func(*rand.Rand) time.Duration {
		return func(*rand.Rand) time.Duration { return late }
	}
	for _, c := range []struct {
		name    string
		gap     time.Duration
		late    func(*rand.Rand) time.Duration
		p50     time.Duration
		yielded float64 // at most, of all time
	}{
		{"a virtual machine, seldom", 20 * time.Millisecond, steady(130 * time.Microsecond), 2 * oneYield, .005},
		{"a virtual machine, often", 2 * time.Millisecond, steady(60 * time.Microsecond), 2 * oneYield, .005},
		{"sleeps that differ", 2 * time.Millisecond, func(r *rand.Rand) time.Duration {
			return 40*time.Microsecond + time.Duration(r.IntN(60_000))
		}, 2 * oneYield, .03},
		{"one sleep in a hundred is very late", 2 * time.Millisecond, func(r *rand.Rand) time.Duration {
			if r.IntN(100) == 0 {
				return 20 * time.Millisecond
			}
			return 60 * time.Microsecond
		}, 2 * oneYield, .01},
		{"timers", 20 * time.Millisecond, steady(time.Millisecond), 2 * oneYield, .03},
		{"no time for yields", 200 * time.Microsecond, func(r *rand.Rand) time.Duration {
			return time.Duration(r.IntN(100_000))
		}, 60 * time.Microsecond, .055},
	} {
		t.Run(c.name, func(t *testing.T) {
			draws := rand.New(rand.NewPCG(1, 2))
			clock := newFake(0)
			clock.late = func() time.Duration { return c.late(draws) }
			p := newPacemaker(clock)
			began := clock.at
			var errors []time.Duration
			const calls = 4000
			for i := range calls {
				deadline := began.Add(time.Duration(i+1) * c.gap)
				if !deadline.After(clock.at) {
					continue // Until does not wait
				}
				for a := p.set(deadline); !a.rung(); {
					if now := clock.at; !p.step() || clock.at.Before(now) {
						t.Fatal("a step leads nowhere")
					}
				}
				errors = append(errors, clock.at.Sub(deadline))
			}
			slices.Sort(errors)
			if errors[0] < 0 {
				t.Errorf("a call is %v early", -errors[0])
			}
			if got := errors[len(errors)/2]; got > c.p50 {
				t.Errorf("got p50 %v late, want at most %v", got, c.p50)
			}
			if got := float64(clock.yields) / float64(clock.at.Sub(began)); got > c.yielded {
				t.Errorf("got %.3f of the time yielded, want at most %.3f", got, c.yielded)
			}
		})
	}
}

func TestPacemakerSeesAnEarlierDeadline(t *testing.T) {
	for _, c := range []struct {
		name  string
		first time.Duration // 0: none
		added time.Duration
		wakes int
	}{
		{"earlier", time.Second, time.Millisecond, 1},
		{"later", time.Millisecond, time.Second, 0},
		{"the only one", 0, time.Millisecond, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			clock := newFake(firstEarly)
			p := newPacemaker(clock)
			began := clock.at
			if c.first > 0 {
				p.set(began.Add(c.first))
			}
			var added alarm
			clock.sleeper = func() {
				clock.sleeper = nil
				added = p.set(began.Add(c.added))
			}
			p.step()
			if clock.woken != c.wakes {
				t.Errorf("got %d wakes, want %d", clock.woken, c.wakes)
			}
			for !added.rung() {
				p.step()
			}
			if late := clock.at.Sub(added.at); late < 0 || late > 2*oneYield {
				t.Errorf("got %v late", late)
			}
		})
	}
}

func TestPacemakerRingsAllOfOneInstant(t *testing.T) {
	clock := newFake(firstEarly)
	p := newPacemaker(clock)
	var all []alarm
	for range 1000 {
		all = append(all, p.set(clock.at.Add(time.Millisecond)))
	}
	later := p.set(clock.at.Add(2 * time.Millisecond))
	steps := 0
	for ; !all[0].rung(); steps++ {
		p.step()
	}
	for i, a := range all {
		if !a.rung() {
			t.Fatalf("alarm %d has not rung with the first", i)
		}
	}
	if later.rung() || steps > 10 {
		t.Errorf("got later rung %v, after %d steps", later.rung(), steps)
	}
}

func TestPacemakerForgets(t *testing.T) {
	p := NewPacemaker()
	defer p.Close()
	ctx, cancel := context.WithCancel(t.Context())
	waits := make(chan bool)
	const many = 10
	for range many {
		go func() { waits <- p.Until(ctx, time.Now().Add(time.Hour)) }()
	}
	if !p.Until(t.Context(), time.Now().Add(time.Millisecond)) {
		t.Error("got false at the deadline")
	}
	cancel()
	for range many {
		if <-waits {
			t.Error("got true without a deadline")
		}
	}
	if p.Until(ctx, time.Now().Add(-time.Hour)) {
		t.Error("got true for a deadline in the past though the context has ended")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.waiting) > 0 {
		t.Errorf("got %d alarms that nobody waits for", len(p.waiting))
	}
}

// Close returns only when the goroutine has ended, in whatever sleep it is.
func TestPacemakerCloses(t *testing.T) {
	for _, deadline := range []time.Duration{0, time.Millisecond, 4 * time.Millisecond, time.Hour} {
		p := NewPacemaker()
		if deadline > 0 {
			p.set(time.Now().Add(deadline))
		}
		p.Close()
		if p.step() {
			t.Errorf("deadline in %v: a closed pacemaker goes on", deadline)
		}
	}
}

func TestTimersClock(t *testing.T) {
	c := newTimers()
	testClock(t, c, c.sleep)
}

// testClock tests a clock's way to sleep.
func testClock(t *testing.T, c clock, sleep func(until time.Time)) {
	t.Helper()
	c.wake() // before the sleep
	sleep(time.Now().Add(time.Hour))
	until := time.Now().Add(time.Millisecond)
	if sleep(until); time.Now().Before(until) {
		t.Errorf("the sleep ended %v early", time.Until(until))
	}
	ended := make(chan struct{})
	go func() {
		sleep(time.Now().Add(time.Hour))
		close(ended)
	}()
	c.wake() // before or in the sleep
	<-ended
}
