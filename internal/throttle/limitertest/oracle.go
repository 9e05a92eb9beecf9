package limitertest

import (
	"time"

	"tenement/internal/throttle"
)

// oracle says what a limit allows, given what it has admitted so far. It
// remembers every request and counts them.
type oracle interface {
	// fits reports whether one more request may start at an instant. Windows
	// are taken to be longer by the second argument.
	fits(at, longer time.Duration) bool
	// enters reports whether one more request may come in at an instant, to
	// start at once or to wait.
	enters(at time.Duration) bool
	// admit records a request that starts at one instant and ends at another.
	admit(start, end time.Duration)
	// refuse records that a request was turned away.
	refuse(at time.Duration)
}

func newOracle(l throttle.Limit) oracle {
	switch l.Kind {
	case throttle.FixedWindow:
		return &calendar{limit: l, in: map[time.Duration]int64{}}
	case throttle.SlidingWindow, throttle.Concurrency:
		return &ledger{limit: l}
	case throttle.LeakyBucket:
		queue := l.Burst
		l.Burst = 1
		return &pipe{window: newWindow(l), queue: queue}
	}
	if l.RefusalCost > 0 {
		return newTub(l)
	}
	return newWindow(l)
}

// calendar counts the requests in each window that begins at a multiple of its
// length.
type calendar struct {
	limit throttle.Limit
	in    map[time.Duration]int64
}

func (c *calendar) fits(at, _ time.Duration) bool { return c.in[at/c.limit.Window] < c.limit.Count }
func (c *calendar) enters(at time.Duration) bool  { return c.fits(at, 0) }
func (c *calendar) admit(start, _ time.Duration)  { c.in[start/c.limit.Window]++ }
func (c *calendar) refuse(time.Duration)          {}

// ledger is the requests that have started and those that have ended.
type ledger struct {
	limit       throttle.Limit
	start, ends []time.Duration
}

// fits counts the requests within the window that ends at an instant, or those
// that have not ended by then.
func (l *ledger) fits(at, _ time.Duration) bool {
	n := int64(0)
	if l.limit.Kind == throttle.Concurrency {
		for _, end := range l.ends {
			if end > at {
				n++
			}
		}
		return n < l.limit.Count
	}
	// Starts ascend, so this counts from the latest until one is too early.
	for i := len(l.start) - 1; i >= 0 && l.start[i] > at-l.limit.Window; i-- {
		n++
	}
	return n < l.limit.Count
}

func (l *ledger) enters(at time.Duration) bool { return l.fits(at, 0) }

func (l *ledger) admit(start, end time.Duration) {
	l.start = append(l.start, start)
	l.ends = append(l.ends, end)
}

func (l *ledger) refuse(time.Duration) {}

// pipe is a window of one token, and the requests that wait for it.
type pipe struct {
	*window
	queue int64
	start []time.Duration
}

func (p *pipe) enters(at time.Duration) bool {
	waiting := int64(0)
	for i := len(p.start) - 1; i >= 0 && p.start[i] > at; i-- {
		waiting++
	}
	return waiting < p.queue || p.fits(at, 0)
}

func (p *pipe) admit(start, end time.Duration) {
	p.window.admit(start, end)
	p.start = append(p.start, start)
}
