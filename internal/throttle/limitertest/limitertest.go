// Package limitertest is the test suite that every throttle.Limiter passes. It
// states what a rate and a burst promise, without a word about how a limiter
// keeps the promise:
//
//   - no window of any length admits more than burst + rate·window;
//   - nothing is refused that this would allow, so that a saturating client
//     gets ⌊burst + rate·t⌋ (as far as it can ask: between two nanoseconds a
//     bucket of one may be full without a chance to spend);
//   - a refusal, by this limiter or by another one, costs nothing;
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

// Make returns a new limiter at time 0. The scope of the limit is of no
// account: the limiter sees one stream of requests.
type Make func(throttle.Limit) throttle.Limiter

// limits are rates of every kind: whole and not, far apart, with a token that
// is no whole number of nanoseconds.
var limits = []struct {
	rate  string
	burst int64
}{
	{"40/s", 60}, // the ECS agent's default
	{"5/s", 10},
	{"1/s", 1},
	{"2.5/s", 7},
	{"7/s", 3}, // 142857142.857… ns a token
	{"20/m", 2},
	{"7/m", 1},
	{"100/h", 4},
	{"39.999/s", 5},
	{"123456.789/s", 100},
	{"999999999/s", 2},
	{"1/h", 1000},
}

// promise is one part of the suite: an error says how a limiter broke it.
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
	{"windows", delayWindows},
	{"refusals cost nothing", refusals},
	{"deterministic", deterministic},
}

// Run runs the suite on limiters that refuse what is beyond the limit.
func Run(t *testing.T, create Make) {
	t.Helper()
	run(t, promises, create)
}

// RunDelay runs the part of the suite that applies to limiters which admit
// everything, some of it late: requests start in order of arrival, no window
// starts more than it may, and nothing waits longer than it has to.
func RunDelay(t *testing.T, create Make) {
	t.Helper()
	run(t, delayPromises, create)
}

func run(t *testing.T, promises []promise, create Make) {
	t.Helper()
	for _, c := range limits {
		rate, err := throttle.ParseRate(c.rate)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range promises {
			t.Run(fmt.Sprintf("%s/%s burst %d", p.name, c.rate, c.burst), func(t *testing.T) {
				if err := p.check(throttle.Limit{Rate: rate, Burst: c.burst}, create); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// windows asks at random instants and checks every decision both ways: an
// admission must fit into every window that ends with it, a refusal must not.
func windows(l throttle.Limit, create Make) error {
	for _, s := range schedules(l) {
		limiter, seen := create(l), newWindow(l)
		for i, now := range s.at {
			d := limiter.Ask(now)
			if fits := seen.fits(now, 0); d.OK != fits {
				return fmt.Errorf("%s: request %d at %d ns: admitted %v, want %v: %s", s.name, i, now, d.OK, fits, seen)
			}
			if d.OK && (d.Wait != 0 || d.RetryAfter != 0) {
				return fmt.Errorf("%s: request %d at %d ns: got %+v, want no wait", s.name, i, now, d)
			}
			if !d.OK && (d.RetryAfter <= 0 || !seen.fits(now+d.RetryAfter, 0) || seen.fits(now+d.RetryAfter-1, 0)) {
				return fmt.Errorf("%s: request %d at %d ns: retry after %d ns is not the least that helps", s.name, i, now, d.RetryAfter)
			}
			limiter.Commit(now, d.OK)
			if d.OK {
				seen.add(now)
			}
		}
	}
	return nil
}

// saturating is a client that always asks: what matters of that is asking a
// nanosecond before each token comes, and when it has come.
//
// A bucket of one is full the moment its token has come. Where that is between
// two nanoseconds, nobody can ask until the next, and the rest is lost: the
// windows from one admission to the next demand it.
func saturating(l throttle.Limit, create Make) error {
	limiter := create(l)
	if l.Burst == 1 {
		l.Rate = throttle.Rate{Tokens: int64(time.Second), Seconds: int64(earned(l, 1))}
	}
	var admitted int64
	for k := range int64(2000) {
		now := earned(l, k)
		for _, now := range []time.Duration{max(now-1, 0), now} {
			for ok := true; ok; {
				ok = limiter.Ask(now).OK
				limiter.Commit(now, ok)
				if ok {
					admitted++
				}
				if admitted > l.Burst+k+1 {
					break
				}
			}
			if want := most(l, now); admitted != want {
				return fmt.Errorf("admitted by %d ns: got %d, want ⌊burst + rate·t⌋ = %d", now, admitted, want)
			}
		}
	}
	return nil
}

// refusals compares two limiters of which one is also asked by requests that
// then turn out to be refused, by itself or by another limiter.
func refusals(l throttle.Limit, create Make) error {
	for _, s := range schedules(l) {
		alone, pestered := create(l), create(l)
		for i, now := range s.at {
			for range draw.Below(draw.Seed(uint64(i)).Bits(), 3) {
				pestered.Ask(now)
				pestered.Commit(now, false)
			}
			want := alone.Ask(now)
			got := pestered.Ask(now)
			if got != want {
				return fmt.Errorf("%s: request %d at %d ns: got %+v, want %+v as without refused requests before it", s.name, i, now, got, want)
			}
			alone.Commit(now, want.OK)
			pestered.Commit(now, want.OK)
		}
	}
	return nil
}

// standingStill asks many times at one instant: at 0, half a year on and
// a year on, each time with a full bucket.
func standingStill(l throttle.Limit, create Make) error {
	limiter := create(l)
	const year = 365 * 24 * time.Hour
	for _, now := range []time.Duration{0, year / 2, year} {
		var admitted int64
		for range l.Burst + 10 {
			d := limiter.Ask(now)
			limiter.Commit(now, d.OK)
			if d.OK {
				admitted++
			}
		}
		if admitted != l.Burst {
			return fmt.Errorf("admitted at once at %v: got %d, want the burst, %d", now, admitted, l.Burst)
		}
	}
	return nil
}

// deterministic runs every schedule twice.
func deterministic(l throttle.Limit, create Make) error {
	for _, s := range schedules(l) {
		one, two := create(l), create(l)
		for i, now := range s.at {
			a, again := one.Ask(now), one.Ask(now)
			if a != again {
				return fmt.Errorf("%s: request %d at %d ns: asked twice, got %+v, then %+v", s.name, i, now, a, again)
			}
			if b := two.Ask(now); a != b {
				return fmt.Errorf("%s: request %d at %d ns: got %+v, then %+v in a second run", s.name, i, now, a, b)
			}
			one.Commit(now, a.OK)
			two.Commit(now, a.OK)
		}
	}
	return nil
}

// delayWindows is windows for limiters that delay. Starts are rounded up to
// the nanosecond, so a window between two of them may be one too short.
func delayWindows(l throttle.Limit, create Make) error {
	for _, s := range schedules(l) {
		limiter, seen := create(l), newWindow(l)
		last := time.Duration(0)
		for i, now := range s.at {
			d := limiter.Ask(now)
			if !d.OK || d.RetryAfter != 0 {
				return fmt.Errorf("%s: request %d at %d ns: got %+v, want a start, however late", s.name, i, now, d)
			}
			start := now + d.Wait
			if start < last {
				return fmt.Errorf("%s: request %d at %d ns starts at %d ns, before an earlier one", s.name, i, now, start)
			}
			if !seen.fits(start, 1) {
				return fmt.Errorf("%s: request %d at %d ns starts too early, at %d ns: %s", s.name, i, now, start, seen)
			}
			if d.Wait > 0 && seen.fits(start-1, 0) {
				return fmt.Errorf("%s: request %d at %d ns starts too late, at %d ns: %s", s.name, i, now, start, seen)
			}
			limiter.Commit(now, true)
			seen.add(start)
			last = start
		}
	}
	return nil
}
