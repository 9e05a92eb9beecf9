package limitertest

import (
	"errors"
	"math/big"
	"slices"
	"time"

	"tenement/internal/throttle"
)

// changingOracle is an oracle of a limit that changes. A request that waits
// counts from when it asked.
type changingOracle interface {
	// fits reports whether one more request may start at an instant; with must,
	// whether it may even after what the changes may have cost.
	fits(at time.Duration, must bool) bool
	// enters is likewise for a request that comes in at an instant, to start
	// at once or to wait.
	enters(at time.Duration, must bool) bool
	// admit records a request that asks, starts and ends.
	admit(now, start, end time.Duration)
	// refuse records that a request was turned away.
	refuse(now time.Duration)
	// change replaces the limit.
	change(at time.Duration, to throttle.Limit)
}

func newChanging(l throttle.Limit) changingOracle {
	switch l.Kind {
	case throttle.FixedWindow:
		return &calendarPage{limit: l, delays: l.OnExceed != nil}
	case throttle.SlidingWindow, throttle.Concurrency:
		return &changingLedger{ledger{limit: l}}
	default:
		return newPiecewise(l)
	}
}

// judge records a decision on a request that takes busy, and says what is wrong
// with it.
func judge(o changingOracle, now, busy time.Duration, d throttle.Decision, delays bool) error {
	if !d.OK {
		if delays || o.enters(now, true) {
			return errors.New("want it admitted")
		}
		o.refuse(now)
		back := now + d.RetryAfter
		if d.Wait != 0 || d.RetryAfter <= 0 || !o.enters(back, false) || o.enters(back-1, true) {
			return errors.New("want the least retry after that helps")
		}
		return nil
	}
	start := now + d.Wait
	switch {
	case d.RetryAfter != 0:
		return errors.New("want no retry after")
	case d.Wait < 0 || !delays && !o.enters(now, false):
		return errors.New("want it refused")
	case !o.fits(start, false):
		return errors.New("starts too early")
	case d.Wait > 0 && o.fits(start-1, true):
		return errors.New("starts too late")
	}
	o.admit(now, start, start+busy)
	return nil
}

// piecewise says of a bucket whether one more admission keeps every window
// within burst + ∫rate, with the burst of the instant at which the window
// begins and the rates in force during it. Windows begin at admissions, and
// just before and just after changes. All of it is in exact fractions.
type piecewise struct {
	limit   throttle.Limit
	since   time.Duration // of the last change
	earned  *big.Rat      // by then
	taken   *big.Rat
	least   *big.Rat // of burst + taken before − earned before, at the beginnings of windows
	rounded *big.Rat // what the changes may have cost
}

func newPiecewise(l throttle.Limit) *piecewise {
	b := &piecewise{limit: l, earned: new(big.Rat), taken: new(big.Rat), rounded: new(big.Rat)}
	b.least = b.begin(0)
	return b
}

// perNano is what a rate earns in a nanosecond.
func perNano(r throttle.Rate) *big.Rat { return big.NewRat(r.Tokens, r.Seconds*int64(time.Second)) }

func (b *piecewise) cost() *big.Rat { return new(big.Rat).SetInt64(max(b.limit.Cost, 1)) }

// by is what has been earned by an instant if the limit does not change again.
func (b *piecewise) by(at time.Duration) *big.Rat {
	n := new(big.Rat).SetInt64(int64(at - b.since))
	return n.Add(b.earned, n.Mul(n, perNano(b.limit.Rate)))
}

// begin is the bound of a window that begins at an instant.
func (b *piecewise) begin(at time.Duration) *big.Rat {
	burst := b.limit.Burst
	if b.limit.Kind == throttle.LeakyBucket {
		burst = 1
	}
	n := new(big.Rat).SetInt64(burst)
	return n.Sub(n.Add(n, b.taken), b.by(at))
}

// level is what is left at an instant; below 0 it is owed.
func (b *piecewise) level(at time.Duration) *big.Rat {
	n := b.begin(at)
	if n.Cmp(b.least) > 0 {
		n.Set(b.least)
	}
	return n.Sub(n.Add(n, b.by(at)), b.taken)
}

func (b *piecewise) open(at time.Duration) {
	if n := b.begin(at); n.Cmp(b.least) < 0 {
		b.least = n
	}
}

// has reports whether so much is left at an instant.
func (b *piecewise) has(what *big.Rat, at time.Duration, must bool) bool {
	left := b.level(at)
	if must {
		left.Sub(left, b.rounded)
	}
	return left.Cmp(what) >= 0
}

func (b *piecewise) fits(at time.Duration, must bool) bool { return b.has(b.cost(), at, must) }

// enters allows for a leaky bucket's queue: what is owed is at most what may
// wait.
func (b *piecewise) enters(at time.Duration, must bool) bool {
	if b.limit.Kind == throttle.LeakyBucket && b.limit.Burst > 0 {
		return b.has(big.NewRat(1-b.limit.Burst, 1), at, must)
	}
	return b.fits(at, must)
}

func (b *piecewise) admit(now, _, _ time.Duration) {
	b.open(now)
	b.taken.Add(b.taken, b.cost())
}

// refuse takes the cost of a refusal, or what is left.
func (b *piecewise) refuse(at time.Duration) {
	fine, left := new(big.Rat).SetInt64(b.limit.RefusalCost), b.level(at)
	if left.Cmp(fine) < 0 {
		fine = left
	}
	if fine.Sign() > 0 {
		b.open(at)
		b.taken.Add(b.taken, fine)
	}
}

func (b *piecewise) change(at time.Duration, to throttle.Limit) {
	b.open(at)
	b.earned, b.since, b.limit = b.by(at), at, to
	b.open(at)
	b.rounded.Add(b.rounded, perNano(to.Rate))
}

// calendarPage is a fixed window that changes: it ends where a window of the
// limit in force ends. Requests that wait take the next windows one after
// another.
type calendarPage struct {
	limit  throttle.Limit
	delays bool
	end    time.Duration
	n      int64 // requests in this window and those that wait for later ones
}

// ahead is the n of the window of an instant.
func (c *calendarPage) ahead(at time.Duration) int64 {
	switch over := at - c.end; {
	case over < 0:
		return c.n
	case !c.delays:
		return 0
	default:
		return max(c.n-c.limit.Count*(int64(over/c.limit.Window)+1), 0)
	}
}

// turn goes on to the window of an instant.
func (c *calendarPage) turn(at time.Duration) {
	if at >= c.end {
		c.n, c.end = c.ahead(at), at-at%c.limit.Window+c.limit.Window
	}
}

func (c *calendarPage) fits(at time.Duration, _ bool) bool   { return c.ahead(at) < c.limit.Count }
func (c *calendarPage) enters(at time.Duration, _ bool) bool { return c.fits(at, false) }
func (c *calendarPage) refuse(time.Duration)                 {}

func (c *calendarPage) admit(now, _, _ time.Duration) {
	c.turn(now)
	c.n++
}

func (c *calendarPage) change(at time.Duration, to throttle.Limit) {
	c.turn(at)
	c.limit = to
	c.end = at - at%to.Window + to.Window
}

// changingLedger is a ledger of a limit that changes. It never forgets.
type changingLedger struct{ ledger }

func (l *changingLedger) fits(at time.Duration, _ bool) bool   { return l.ledger.fits(at, 0) }
func (l *changingLedger) enters(at time.Duration, _ bool) bool { return l.fits(at, false) }

func (l *changingLedger) change(_ time.Duration, to throttle.Limit) { l.limit = to }

// admit keeps the starts in order: after a change, a request may start before
// one that waits.
func (l *changingLedger) admit(_, start, end time.Duration) {
	i, _ := slices.BinarySearch(l.start, start)
	l.start = slices.Insert(l.start, i, start)
	l.ends = append(l.ends, end)
}
