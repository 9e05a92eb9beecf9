// Package limitertest is the test suite that every throttle.Limiter passes. It
// states what each kind of limit promises, and nothing about how a limiter
// keeps the promise:
//
//   - never more than it may: a token bucket admits at most burst + rate·window
//     in any window, a window at most its count, a concurrency limit has at
//     most its count in service; a leaky bucket starts requests no closer
//     together than its rate, and lets no more of them wait than it may;
//   - never less than it must: it refuses nothing that this would allow, and
//     nothing waits longer than it has to, so that a saturating client gets
//     ⌊burst + rate·t⌋ and the like (as far as it can ask: a bucket of one may
//     be full between two nanoseconds, when no client can ask);
//   - a refusal by this limiter costs its refusal cost, a refusal by another
//     limiter nothing;
//   - RetryAfter is exact to the nanosecond;
//   - the same requests get the same decisions; time may stand still.
//
// The schedules are random, from keyed draws, so a failure repeats.
package limitertest

import (
	"fmt"
	"testing"
	"time"

	"tenement/internal/draw"
	"tenement/internal/throttle"
)

// Make returns a new limiter at time 0. The limit's scope does not matter: the
// limiter sees one stream of requests.
type Make func(throttle.Limit) throttle.Limiter

// promise is one part of the suite. The error of check says how a limiter broke
// it.
type promise struct {
	name  string
	check func(throttle.Limit, Make) error
}

var promises = []promise{
	{"windows", windows},
	{"saturating", saturating},
	{"refusals cost nothing", refusals},
	{"standing still", standingStill},
	{"deterministic", deterministic},
}

var delayPromises = []promise{
	{"windows", windows},
	{"refusals cost nothing", refusals},
	{"deterministic", deterministic},
}

// Run runs the suite on limiters of every kind that refuse requests beyond the
// limit.
func Run(t *testing.T, create Make) {
	t.Helper()
	for _, l := range limits() {
		run(t, promises, l, create)
	}
}

// RunDelay runs the part of the suite for limiters that delay requests beyond
// the limit: requests start in order of arrival, no window starts more than it
// may, and nothing waits longer than it has to.
func RunDelay(t *testing.T, create Make) {
	t.Helper()
	for _, l := range limits() {
		if l.Kind == throttle.LeakyBucket || l.RefusalCost > 0 {
			continue // a leaky bucket delays anyway, and a refusal cost needs refusals
		}
		l.OnExceed = &throttle.OnExceed{Action: throttle.Delay}
		run(t, delayPromises, l, create)
	}
}

func run(t *testing.T, promises []promise, l throttle.Limit, create Make) {
	t.Helper()
	for _, p := range promises {
		t.Run(p.name+"/"+describe(l), func(t *testing.T) {
			if err := p.check(l, create); err != nil {
				t.Error(err)
			}
		})
	}
}

// windows asks at random instants and checks every decision both ways: an
// admitted request must start within what the limit allows, and a refused or
// delayed one must not have been allowed any earlier.
func windows(l throttle.Limit, create Make) error {
	delays := l.OnExceed != nil
	slack := time.Duration(0)
	if delays || l.Kind == throttle.LeakyBucket {
		slack = 1 // starts are rounded up, so a window between two of them may be 1 ns too short
	}
	for _, s := range schedules(l) {
		limiter, oracle := create(l), newOracle(l)
		last, admitted := time.Duration(0), 0
		for i, r := range s.requests {
			now, d := r.at, limiter.Ask(r.at)
			fail := func(format string, args ...any) error {
				return fmt.Errorf("%s: request %d at %d ns, %d admitted before it: got %+v: %s",
					s.name, i, now, admitted, d, fmt.Sprintf(format, args...))
			}
			if want := delays || oracle.enters(now); d.OK != want {
				return fail("want admitted %v", want)
			}
			limiter.Commit(now, d.Wait+r.busy, d.OK)
			if !d.OK {
				oracle.refuse(now)
				back := now + d.RetryAfter
				if d.Wait != 0 || d.RetryAfter <= 0 || !oracle.enters(back) || oracle.enters(back-1) {
					return fail("want the least retry after that helps")
				}
				continue
			}
			start := now + d.Wait
			switch {
			case d.RetryAfter != 0:
				return fail("want no retry after")
			case d.Wait < 0 || start < last:
				return fail("want it to start in its turn, after %d ns", last)
			case !oracle.fits(start, slack):
				return fail("starts too early")
			case d.Wait > 0 && oracle.fits(start-1, 0):
				return fail("starts too late")
			}
			oracle.admit(start, start+r.busy)
			last = start
			admitted++
		}
	}
	return nil
}

// saturating is a client that always asks. Only two instants matter: a
// nanosecond before there is room again, and when there is. Every request takes
// the same time.
func saturating(l throttle.Limit, create Make) error {
	if l.RefusalCost > 0 {
		return nil // refusals keep the bucket of such a client empty: see windows
	}
	limiter, grant := create(l), newGrant(l)
	var admitted int64
	for k := range int64(1000) {
		instant := grant.earned(k)
		for _, now := range []time.Duration{max(instant-1, 0), instant} {
			want := grant.most(now)
			for ok := true; ok && admitted <= want; {
				ok = limiter.Ask(now).OK
				limiter.Commit(now, grant.busy, ok)
				if ok {
					admitted++
				}
			}
			if admitted != want {
				return fmt.Errorf("admitted by %d ns: got %d, want %d", now, admitted, want)
			}
		}
	}
	return nil
}

// refusals compares two limiters. One of them is also asked about requests that
// are then refused, by itself or by another limiter. If a refusal by itself
// costs something, only others refuse.
func refusals(l throttle.Limit, create Make) error {
	for _, s := range schedules(l) {
		alone, refusing := create(l), create(l)
		for i, r := range s.requests {
			for range draw.Below(draw.Seed(uint64(i)).Bits(), 3) {
				if d := refusing.Ask(r.at); l.RefusalCost == 0 || d.OK {
					refusing.Commit(r.at, r.busy, false)
				}
			}
			want := alone.Ask(r.at)
			got := refusing.Ask(r.at)
			if got != want {
				return fmt.Errorf("%s: request %d at %d ns: got %+v, want %+v as without refused requests before it", s.name, i, r.at, got, want)
			}
			alone.Commit(r.at, want.Wait+r.busy, want.OK)
			refusing.Commit(r.at, want.Wait+r.busy, want.OK)
		}
	}
	return nil
}

// standingStill asks many times at one instant: at 0, after half a year and
// after a year, each time when the limiter is idle.
func standingStill(l throttle.Limit, create Make) error {
	limiter, grant := create(l), newGrant(l)
	const year = 365 * 24 * time.Hour
	for _, now := range []time.Duration{0, year / 2, year} {
		var admitted int64
		for range grant.burst + 10 {
			d := limiter.Ask(now)
			limiter.Commit(now, grant.busy, d.OK)
			if d.OK {
				admitted++
			}
		}
		if admitted != grant.burst {
			return fmt.Errorf("admitted at once at %v: got %d, want %d", now, admitted, grant.burst)
		}
	}
	return nil
}

// deterministic runs every schedule twice.
func deterministic(l throttle.Limit, create Make) error {
	for _, s := range schedules(l) {
		one, two := create(l), create(l)
		for i, r := range s.requests {
			a, again := one.Ask(r.at), one.Ask(r.at)
			if a != again {
				return fmt.Errorf("%s: request %d at %d ns: asked twice, got %+v, then %+v", s.name, i, r.at, a, again)
			}
			if b := two.Ask(r.at); a != b {
				return fmt.Errorf("%s: request %d at %d ns: got %+v, then %+v in a second run", s.name, i, r.at, a, b)
			}
			one.Commit(r.at, a.Wait+r.busy, a.OK)
			two.Commit(r.at, a.Wait+r.busy, a.OK)
		}
	}
	return nil
}
