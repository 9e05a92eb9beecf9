package live

import (
	"context"
	"runtime"
	"sync"
	"time"
)

// Waiter waits for the instant at which a call is due.
type Waiter interface {
	// Until returns true at the deadline, or false as soon as ctx ends.
	Until(ctx context.Context, deadline time.Time) bool
}

// Timer waits with a plain timer, which is up to about a millisecond late in an
// idle Linux process. In a testing/synctest bubble it is exact, and the only way
// to wait: a yielding loop would never let the bubble's time advance.
type Timer struct{}

// Until implements Waiter.
func (Timer) Until(ctx context.Context, deadline time.Time) bool {
	return sleepUntil(ctx, deadline)
}

func sleepUntil(ctx context.Context, deadline time.Time) bool {
	wait := time.Until(deadline)
	if wait <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// Pacemaker waits with a timer until shortly before the deadline and yields
// the processor in a loop for the rest. Any number of attackers may share one:
// it has a single goroutine, so that cases side by side cost one yielding
// loop, not one each. Close ends it.
//
// The length of the loop, its window, adapts from alarm to alarm. While yields
// return at once a processor is idle, and the full window costs nothing. A yield
// that takes long means that something else needs the processor, and the window
// shrinks: a loop that keeps spinning would only wait longer for its next turn.
type Pacemaker struct {
	mu      sync.Mutex
	waiting []alarm
	changed chan struct{}
	quit    chan struct{}
	done    chan struct{}
}

// alarm is one deadline waited for.
type alarm struct {
	at   time.Time
	ring chan struct{}
}

const (
	maxWindow = 1500 * time.Microsecond // a timer is seldom later than this
	minWindow = 50 * time.Microsecond
	slowYield = 100 * time.Microsecond // a yield of this length let something else run
)

// NewPacemaker starts a Pacemaker.
func NewPacemaker() *Pacemaker {
	p := &Pacemaker{changed: make(chan struct{}, 1), quit: make(chan struct{}), done: make(chan struct{})}
	go p.run()
	return p
}

// Close ends the pacemaker. Until must not be called any more.
func (p *Pacemaker) Close() {
	close(p.quit)
	<-p.done
}

// Until implements Waiter.
func (p *Pacemaker) Until(ctx context.Context, deadline time.Time) bool {
	if time.Until(deadline) <= 0 {
		return ctx.Err() == nil
	}
	a := alarm{at: deadline, ring: make(chan struct{})}
	p.mu.Lock()
	p.waiting = append(p.waiting, a)
	p.mu.Unlock()
	select {
	case p.changed <- struct{}{}:
	default:
	}
	select {
	case <-a.ring:
		return true
	case <-ctx.Done():
		p.forget(a)
		return false
	}
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

// ring rings the alarms that are due and returns the next deadline, if there is
// one.
func (p *Pacemaker) ring(now time.Time) (next time.Time, ok, rang bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	kept := p.waiting[:0]
	for _, a := range p.waiting {
		if !a.at.After(now) {
			close(a.ring)
			rang = true
			continue
		}
		if !ok || a.at.Before(next) {
			next, ok = a.at, true
		}
		kept = append(kept, a)
	}
	p.waiting = kept
	return next, ok, rang
}

func (p *Pacemaker) run() {
	defer close(p.done)
	window, slow := maxWindow, false
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		now := time.Now()
		next, ok, rang := p.ring(now)
		switch {
		case rang && slow:
			window, slow = max(window*3/4, minWindow), false
		case rang:
			window = min(window+window/32, maxWindow)
		}
		wait := time.Hour
		if ok {
			wait = next.Sub(now) - window
		}
		if wait > 0 {
			timer.Reset(wait)
			select {
			case <-timer.C:
			case <-p.changed:
			case <-p.quit:
				return
			}
			continue
		}
		runtime.Gosched()
		slow = slow || time.Since(now) > slowYield
	}
}
