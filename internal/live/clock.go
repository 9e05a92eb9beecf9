package live

import (
	"runtime"
	"time"
)

// clock is the system's time as a Pacemaker needs it; tests replace it.
type clock interface {
	now() time.Time
	// sleep returns at until or a little later, or before, which need not have a
	// reason. A zero time is never.
	sleep(until time.Time)
	// wake ends a sleep, or the next one if there is none now.
	wake()
	// yield lets other goroutines run.
	yield()
	// share is the part of a processor that yields may take, as one in so many:
	// client and server need the rest. When it is used up, sleeps end nearer to
	// their deadlines.
	share() time.Duration
}

// timers is the clock that every system has. A sleep on Linux ends about a
// millisecond late, because the runtime waits for timers and the network at once,
// with a call that counts in milliseconds.
type timers struct{ woken chan struct{} }

func newTimers() *timers { return &timers{make(chan struct{}, 1)} }

func (*timers) now() time.Time { return time.Now() }

func (*timers) yield() { runtime.Gosched() }

// share is large, because a timer may be so late.
func (*timers) share() time.Duration { return 2 }

func (t *timers) sleep(until time.Time) {
	var due <-chan time.Time
	if !until.IsZero() {
		timer := time.NewTimer(time.Until(until))
		defer timer.Stop()
		due = timer.C
	}
	select {
	case <-due:
	case <-t.woken:
	}
}

func (t *timers) wake() {
	select {
	case t.woken <- struct{}{}:
	default:
	}
}
