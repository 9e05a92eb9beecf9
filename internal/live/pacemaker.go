package live

import (
	"context"
	"sync"
	"time"
)

// Pacemaker waits with the finest sleep that the system has. It sleeps until
// shortly before the deadline, by as much as the system usually wakes it late,
// and yields the processor in a loop for the rest. Any number of attackers may
// share one: it has a single goroutine, so that cases side by side cost one loop,
// not one each. Close ends it.
//
// Deadlines are absolute: a call that begins late does not delay the next one.
type Pacemaker struct {
	clock clock
	done  chan struct{}

	mu      sync.Mutex // guards what follows
	waiting []alarm
	until   time.Time // the end of the sleep, in which a new alarm may be due
	asleep  bool
	closed  bool

	// Of the goroutine alone.
	early  time.Duration // how much before a deadline the sleep ends
	budget time.Duration // how long yielding may still take
	last   time.Time     // when the budget was last added to
}

// alarm is one deadline waited for.
type alarm struct {
	at   time.Time
	ring chan struct{}
}

const (
	firstEarly = 100 * time.Microsecond // a sleep is often this late in a virtual machine
	minEarly   = 10 * time.Microsecond
	maxEarly   = 1500 * time.Microsecond // a timer is seldom later than this
	learn      = 4 * time.Microsecond    // how fast early adapts
	onTime     = 16                      // all but one in so many sleeps should end before the deadline

	// maxBudget bounds what a Pacemaker saves up for yields while it sleeps.
	maxBudget = 5 * time.Millisecond
)

// NewPacemaker starts a Pacemaker.
func NewPacemaker() *Pacemaker {
	p := newPacemaker(newClock())
	go p.run()
	return p
}

func newPacemaker(c clock) *Pacemaker {
	return &Pacemaker{clock: c, done: make(chan struct{}), early: firstEarly, budget: maxBudget, last: c.now()}
}

// Close ends the pacemaker. Until must not be called any more.
func (p *Pacemaker) Close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.clock.wake()
	<-p.done
}

// Until implements Waiter.
func (p *Pacemaker) Until(ctx context.Context, deadline time.Time) bool {
	if !deadline.After(p.clock.now()) {
		return ctx.Err() == nil
	}
	a := p.set(deadline)
	select {
	case <-a.ring:
		return true
	case <-ctx.Done():
		p.forget(a)
		return false
	}
}

// set adds an alarm, and ends a sleep that would last too long for it.
func (p *Pacemaker) set(deadline time.Time) alarm {
	a := alarm{at: deadline, ring: make(chan struct{})}
	p.mu.Lock()
	p.waiting = append(p.waiting, a)
	oversleeps := p.asleep && (p.until.IsZero() || deadline.Before(p.until))
	p.mu.Unlock()
	if oversleeps {
		p.clock.wake()
	}
	return a
}

// forget drops an alarm that nobody waits for.
func (p *Pacemaker) forget(a alarm) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range p.waiting {
		if p.waiting[i].ring == a.ring {
			p.waiting = append(p.waiting[:i], p.waiting[i+1:]...)
			return
		}
	}
}

func (p *Pacemaker) run() {
	defer close(p.done)
	for p.step() {
	}
}

// step rings the alarms that are due. If there are none, it sleeps until shortly
// before the next one, or yields if that is now. It returns false when the
// pacemaker is closed.
func (p *Pacemaker) step() bool {
	now := p.clock.now()
	p.budget = min(p.budget+now.Sub(p.last)/p.clock.share(), maxBudget)
	p.last = now

	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return false
	}
	next, rang := p.ring(now)
	switch {
	case rang:
		p.mu.Unlock()
		// Those that wait run in this thread next, before it sleeps: another thread
		// would have to be woken for them.
		p.clock.yield()
		return true
	case !next.IsZero():
		next = next.Add(-max(min(p.early, p.budget), 0))
		if !next.After(now) {
			p.mu.Unlock()
			p.clock.yield()
			p.budget -= p.clock.now().Sub(now)
			return true
		}
	}
	p.until, p.asleep = next, true
	p.mu.Unlock()
	p.clock.sleep(next)
	woken := p.clock.now()
	p.mu.Lock()
	p.asleep = false
	p.mu.Unlock()
	if late := woken.Sub(next); !next.IsZero() && late >= 0 {
		p.learn(late)
	}
	return true
}

// learn moves early towards the lateness that only one sleep in onTime exceeds. A
// sleep that is much later moves it no further than one that is a little later.
func (p *Pacemaker) learn(late time.Duration) {
	if late > p.early {
		p.early = min(p.early+learn, maxEarly)
	} else {
		p.early = max(p.early-learn/onTime, minEarly)
	}
}

// ring rings the alarms that are due, and returns the next deadline: zero if there
// is none.
func (p *Pacemaker) ring(now time.Time) (next time.Time, rang bool) {
	kept := p.waiting[:0]
	for _, a := range p.waiting {
		if !a.at.After(now) {
			close(a.ring)
			rang = true
			continue
		}
		if next.IsZero() || a.at.Before(next) {
			next = a.at
		}
		kept = append(kept, a)
	}
	p.waiting = kept
	return next, rang
}
