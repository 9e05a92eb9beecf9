// Package limitertest is the test suite that every throttle.Limiter passes. It
// states what a rate and a burst promise, without a word about how a limiter
// keeps the promise:
//
//   - no window of any length admits more than burst + rate·window;
//   - nothing is refused that this would allow, so that a saturating client
//     gets ⌊burst + rate·t⌋;
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

// Run runs the suite on limiters that refuse what is beyond the limit.
func Run(t *testing.T, make Make) {
	each(t, func(t *testing.T, l throttle.Limit) {
		t.Run("windows", func(t *testing.T) { windows(t, l, make) })
		t.Run("saturating", func(t *testing.T) { saturating(t, l, make(l)) })
		t.Run("refusals cost nothing", func(t *testing.T) { refusals(t, l, make) })
		t.Run("standing still", func(t *testing.T) { standingStill(t, l, make) })
		t.Run("deterministic", func(t *testing.T) { deterministic(t, l, make) })
	})
}

// RunDelay runs the part of the suite that applies to limiters which admit
// everything, some of it late: requests start in order of arrival, no window
// starts more than it may, and nothing waits longer than it has to.
func RunDelay(t *testing.T, make Make) {
	each(t, func(t *testing.T, l throttle.Limit) {
		t.Run("windows", func(t *testing.T) { delayWindows(t, l, make) })
		t.Run("refusals cost nothing", func(t *testing.T) { refusals(t, l, make) })
		t.Run("deterministic", func(t *testing.T) { deterministic(t, l, make) })
	})
}

func each(t *testing.T, run func(*testing.T, throttle.Limit)) {
	for _, c := range limits {
		t.Run(fmt.Sprintf("%s burst %d", c.rate, c.burst), func(t *testing.T) {
			rate, err := throttle.ParseRate(c.rate)
			if err != nil {
				t.Fatal(err)
			}
			run(t, throttle.Limit{Rate: rate, Burst: c.burst})
		})
	}
}

// windows asks at random instants and checks every decision both ways: an
// admission must fit into every window that ends with it, a refusal must not.
func windows(t *testing.T, l throttle.Limit, make Make) {
	for _, s := range schedules(l) {
		limiter, seen := make(l), newWindow(l)
		for i, now := range s.at {
			d := limiter.Ask(now)
			if fits := seen.fits(now, 0); d.OK != fits {
				t.Fatalf("%s: request %d at %d ns: admitted %v, want %v: %s", s.name, i, now, d.OK, fits, seen)
			}
			if d.OK && (d.Wait != 0 || d.RetryAfter != 0) {
				t.Fatalf("%s: request %d at %d ns: got %+v, want no wait", s.name, i, now, d)
			}
			if !d.OK && (d.RetryAfter <= 0 || !seen.fits(now+d.RetryAfter, 0) || seen.fits(now+d.RetryAfter-1, 0)) {
				t.Fatalf("%s: request %d at %d ns: retry after %d ns is not the least that helps", s.name, i, now, d.RetryAfter)
			}
			limiter.Commit(now, d.OK)
			if d.OK {
				seen.add(now)
			}
		}
	}
}

// saturating is a client that comes back the moment it is let in again.
func saturating(t *testing.T, l throttle.Limit, limiter throttle.Limiter) {
	var admitted int64
	now := time.Duration(0)
	for range 3*l.Burst + 2000 {
		d := limiter.Ask(now)
		limiter.Commit(now, d.OK)
		if d.OK {
			admitted++
			continue
		}
		if want := most(l, now); admitted != want {
			t.Fatalf("admitted by %d ns: got %d, want ⌊burst + rate·t⌋ = %d", now, admitted, want)
		}
		now += d.RetryAfter
	}
}

// refusals compares two limiters of which one is also asked by requests that
// then turn out to be refused, by itself or by another limiter.
func refusals(t *testing.T, l throttle.Limit, make Make) {
	for _, s := range schedules(l) {
		alone, pestered := make(l), make(l)
		for i, now := range s.at {
			for range draw.Below(draw.Seed(uint64(i)).Bits(), 3) {
				pestered.Ask(now)
				pestered.Commit(now, false)
			}
			want := alone.Ask(now)
			got := pestered.Ask(now)
			if got != want {
				t.Fatalf("%s: request %d at %d ns: got %+v, want %+v as without refused requests before it", s.name, i, now, got, want)
			}
			alone.Commit(now, want.OK)
			pestered.Commit(now, want.OK)
		}
	}
}

// standingStill asks many times at one instant: at 0, half a year on and
// a year on, each time with a full bucket.
func standingStill(t *testing.T, l throttle.Limit, make Make) {
	limiter := make(l)
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
			t.Errorf("admitted at once at %v: got %d, want the burst, %d", now, admitted, l.Burst)
		}
	}
}

// deterministic runs every schedule twice.
func deterministic(t *testing.T, l throttle.Limit, make Make) {
	for _, s := range schedules(l) {
		one, two := make(l), make(l)
		for i, now := range s.at {
			a, again := one.Ask(now), one.Ask(now)
			if a != again {
				t.Fatalf("%s: request %d at %d ns: asked twice, got %+v, then %+v", s.name, i, now, a, again)
			}
			if b := two.Ask(now); a != b {
				t.Fatalf("%s: request %d at %d ns: got %+v, then %+v in a second run", s.name, i, now, a, b)
			}
			one.Commit(now, a.OK)
			two.Commit(now, a.OK)
		}
	}
}

// delayWindows is windows for limiters that delay. Starts are rounded up to
// the nanosecond, so a window between two of them may be one too short.
func delayWindows(t *testing.T, l throttle.Limit, make Make) {
	for _, s := range schedules(l) {
		limiter, seen := make(l), newWindow(l)
		last := time.Duration(0)
		for i, now := range s.at {
			d := limiter.Ask(now)
			if !d.OK || d.RetryAfter != 0 {
				t.Fatalf("%s: request %d at %d ns: got %+v, want a start, however late", s.name, i, now, d)
			}
			start := now + d.Wait
			if start < last {
				t.Fatalf("%s: request %d at %d ns starts at %d ns, before an earlier one", s.name, i, now, start)
			}
			if !seen.fits(start, 1) {
				t.Fatalf("%s: request %d at %d ns starts too early, at %d ns: %s", s.name, i, now, start, seen)
			}
			if d.Wait > 0 && seen.fits(start-1, 0) {
				t.Fatalf("%s: request %d at %d ns starts too late, at %d ns: %s", s.name, i, now, start, seen)
			}
			limiter.Commit(now, true)
			seen.add(start)
			last = start
		}
	}
}
