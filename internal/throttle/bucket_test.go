package throttle_test

import (
	"math/big"
	"testing"
	"time"

	"tenement/internal/throttle"
)

const ms = time.Millisecond

// A 40/60 bucket gives 60 at once, then one every 25 ms, and is full again
// 1.5 s after it was emptied.
func TestBucketOfTheAgent(t *testing.T) {
	b := throttle.NewLimiter(throttle.Limit{Rate: rate(t, "40/s"), Burst: 60})
	ask := func(now time.Duration, want throttle.Decision) {
		t.Helper()
		got := b.Ask(now)
		if got != want {
			t.Fatalf("at %v: got %+v, want %+v", now, got, want)
		}
		b.Commit(now, 0, got.OK)
	}
	yes := throttle.Decision{OK: true}
	no := func(after time.Duration) throttle.Decision { return throttle.Decision{RetryAfter: after} }

	for range 60 {
		ask(0, yes)
	}
	ask(0, no(25*ms))
	for k := range 100 {
		refill := time.Duration(k+1) * 25 * ms
		ask(refill-1, no(1))
		ask(refill, yes)
		ask(refill, no(25*ms))
	}
	full := 2500*ms + 1500*ms
	for range 60 {
		ask(full, yes)
	}
	ask(full, no(25*ms))
	// A longer pause earns nothing more.
	for range 60 {
		ask(time.Hour, yes)
	}
	ask(time.Hour, no(25*ms))
}

// One nanosecond short of full, one token short of the burst.
func TestBucketAlmostFull(t *testing.T) {
	b := throttle.NewLimiter(throttle.Limit{Rate: rate(t, "40/s"), Burst: 60})
	drain := func(now time.Duration) (n int) {
		for b.Ask(now).OK {
			b.Commit(now, 0, true)
			n++
		}
		return n
	}
	drain(0)
	if got := drain(1500*ms - 1); got != 59 {
		t.Errorf("after 1.5 s less 1 ns: got %d, want 59", got)
	}
	if got := drain(1500 * ms); got != 1 {
		t.Errorf("1 ns later: got %d, want 1", got)
	}
}

// Over a virtual year, the k-th token after the burst comes at ⌈k/rate⌉ to the
// nanosecond, for a client that waits for RetryAfter: nothing drifts.
func TestBucketDoesNotDrift(t *testing.T) {
	const year = 365 * 24 * time.Hour
	for _, text := range []string{"20/m", "7/m", "100/h", "11/h", "1.1/m"} {
		t.Run(text, func(t *testing.T) {
			limit := throttle.Limit{Rate: rate(t, text), Burst: 3}
			b := throttle.NewLimiter(limit)
			now, admitted := time.Duration(0), int64(0)
			for now < year {
				d := b.Ask(now)
				b.Commit(now, 0, d.OK)
				if d.OK {
					admitted++
				} else if now += d.RetryAfter; d.RetryAfter <= 0 {
					t.Fatalf("at %d ns: refused, with no wait", now)
				}
			}
			// Now is the instant at which the next token comes.
			k := admitted - limit.Burst + 1
			want := new(big.Int).Mul(big.NewInt(k), big.NewInt(limit.Rate.Seconds*int64(time.Second)))
			want.Add(want, big.NewInt(limit.Rate.Tokens-1)).Div(want, big.NewInt(limit.Rate.Tokens))
			if int64(now) != want.Int64() {
				t.Errorf("token %d: got it at %d ns, want %d", k, now, want)
			}
		})
	}
}

// A bucket that delays lends: each request starts when its token comes.
func TestBucketDelays(t *testing.T) {
	b := throttle.NewLimiter(throttle.Limit{Rate: rate(t, "40/s"), Burst: 2, OnExceed: &throttle.OnExceed{Action: throttle.Delay}})
	for i, want := range []time.Duration{0, 0, 25 * ms, 50 * ms, 75 * ms} {
		if got := b.Ask(0); got != (throttle.Decision{OK: true, Wait: want}) {
			t.Errorf("request %d at 0: got %+v, want a wait of %v", i, got, want)
		}
		b.Commit(0, 0, true)
	}
	if got := b.Ask(60 * ms); got != (throttle.Decision{OK: true, Wait: 40 * ms}) {
		t.Errorf("at 60ms: got %+v, want a wait of 40ms", got)
	}
}

// A bucket that delays cannot lend more than it can count. Beyond that it
// refuses, with a RetryAfter.
func TestBucketLendsWithinItsRange(t *testing.T) {
	b := throttle.NewLimiter(throttle.Limit{Rate: rate(t, "39.999999/s"), Burst: 1, OnExceed: &throttle.OnExceed{Action: throttle.Delay}})
	lent := 0
	for b.Ask(0).OK {
		b.Commit(0, 0, true)
		if lent++; lent > 10_000 {
			t.Fatal("still lending after 10,000 requests")
		}
	}
	d := b.Ask(0)
	if lent < 4000 || d.Wait != 0 || d.RetryAfter < time.Duration(lent-2)*25*ms {
		t.Errorf("got %+v after %d loans, want a refusal that names the wait", d, lent)
	}
	if got := b.Ask(d.RetryAfter / 2); !got.OK || (got.Wait-d.RetryAfter/2).Abs() > 50*ms {
		t.Errorf("half way: got %+v, want to wait for the other half of %v", got, d.RetryAfter)
	}
	if got := b.Ask(365 * 24 * time.Hour); got != (throttle.Decision{OK: true}) {
		t.Errorf("a year later: got %+v, want a start at once", got)
	}
}

// Time must not run backwards. If it does, a bucket's clock stands still, so
// that no token is earned twice.
func TestBucketWhereTimeRunsBackwards(t *testing.T) {
	limit := throttle.Limit{Rate: rate(t, "40/s"), Burst: 2}
	b := throttle.NewLimiter(limit)
	e := throttle.New(throttle.Config{Limits: []throttle.Limit{limit}})
	for i, step := range []struct {
		now   time.Duration
		ok    bool
		after time.Duration
	}{
		{time.Second, true, 0},
		{500 * ms, true, 0},
		{500 * ms, false, 25 * ms},
		{time.Second + 25*ms - 1, false, 1},
		{time.Second + 25*ms, true, 0},
		{time.Second + 25*ms, false, 25 * ms},
	} {
		got := b.Ask(step.now)
		b.Commit(step.now, 0, got.OK)
		if got.OK != step.ok || got.RetryAfter != step.after {
			t.Errorf("step %d at %v: a bucket says %+v, want %v, %v", i, step.now, got, step.ok, step.after)
		}
		if v := decide(e, step.now, new(one(1, 1))); v.Kind.Served() != step.ok || v.RetryAfter != step.after {
			t.Errorf("step %d at %v: an endpoint says %+v, want %v, %v", i, step.now, v, step.ok, step.after)
		}
	}
}
