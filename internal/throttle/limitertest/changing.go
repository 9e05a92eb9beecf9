package limitertest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"tenement/internal/draw"
	"tenement/internal/throttle"
)

// MakeChanging returns a new limiter at time 0, of a limit that changes at the
// given instants, in order of time. A change comes before a request of the same
// instant.
type MakeChanging func(l throttle.Limit, changes []throttle.Change) throttle.Limiter

// RunChanging runs the part of the suite for limits that change: a change gives
// nothing away and takes nothing. What is left carries over, up to the new
// burst; a window counts the requests that it already has; who is in service
// stays in service. Every window is within what the limits in force during it
// allow together, and no request that they allow is refused. A change of a rate
// may cost what the new rate earns in a nanosecond.
func RunChanging(t *testing.T, create MakeChanging) {
	t.Helper()
	for _, limits := range alternatives() {
		name := describe(limits[0])
		for _, l := range limits[1:] {
			name += ", " + describe(l)
		}
		t.Run(name, func(t *testing.T) {
			if err := changing(limits, create); err != nil {
				t.Error(err)
			}
		})
		if limits[0].Kind == throttle.LeakyBucket || limits[0].RefusalCost > 0 {
			continue
		}
		t.Run("delay/"+name, func(t *testing.T) {
			delayed := slices.Clone(limits)
			for i := range delayed {
				delayed[i].OnExceed = &throttle.OnExceed{Action: throttle.Delay}
			}
			if err := changing(delayed, create); err != nil {
				t.Error(err)
			}
		})
	}
}

// alternatives are limits that a changing limit alternates between.
func alternatives() [][]throttle.Limit {
	bucket := func(text string, burst, cost, refusal int64) throttle.Limit {
		rate, err := throttle.ParseRate(text)
		if err != nil {
			panic(err)
		}
		return throttle.Limit{Rate: rate, Burst: burst, Cost: cost, RefusalCost: refusal}
	}
	leaky := func(text string, queue int64) throttle.Limit {
		l := bucket(text, queue, 0, 0)
		l.Kind = throttle.LeakyBucket
		return l
	}
	count := func(kind throttle.LimitKind, n int64, window time.Duration) throttle.Limit {
		return throttle.Limit{Kind: kind, Count: n, Window: window}
	}
	all := [][]throttle.Limit{
		{bucket("40/s", 60, 0, 0), bucket("39/s", 59, 0, 0)},
		{bucket("1/s", 10, 0, 0), bucket("1/s", 20, 0, 0)},
		{bucket("7/s", 3, 0, 0), bucket("39.999/s", 5, 0, 0), bucket("20/m", 1, 0, 0)},
		{bucket("1024/s", 1024, 10, 0), bucket("1024/s", 512, 10, 0), bucket("100/s", 100, 3, 0)}, // packets
		{bucket("7/s", 10, 2, 1), bucket("7/s", 5, 1, 4), bucket("40/s", 20, 0, 1)},
		{bucket("40/s", 1, 0, 0), bucket("40/s", 40, 20, 10)},
		{leaky("40/s", 60), leaky("39/s", 59)},
		{leaky("7/s", 0), leaky("40/s", 5), leaky("39.999/s", 2)},
		{count(throttle.Concurrency, 2, 0), count(throttle.Concurrency, 5, 0), count(throttle.Concurrency, 1, 0)},
	}
	for _, kind := range []throttle.LimitKind{throttle.FixedWindow, throttle.SlidingWindow} {
		all = append(all,
			[]throttle.Limit{count(kind, 60, time.Second), count(kind, 59, time.Second)},
			[]throttle.Limit{count(kind, 3, time.Second), count(kind, 5, 700*time.Millisecond), count(kind, 4, 3*time.Second)})
	}
	return all
}

// changing is the promise of a limit that changes: every decision is checked
// both ways, as in windows.
func changing(limits []throttle.Limit, create MakeChanging) error {
	delays := limits[0].OnExceed != nil
	var admitted, refused, made int
	for _, s := range schedules(limits[0]) {
		for _, pace := range []int64{2, 40} {
			requests := s.requests[:250]
			changes := alternate(limits, pace, requests[len(requests)-1].at)
			limiter, oracle := create(limits[0], changes), newChanging(limits[0])
			for i, r := range requests {
				for ; len(changes) > 0 && changes[0].At <= r.at; made++ {
					oracle.change(changes[0].At, changes[0].To)
					changes = changes[1:]
				}
				now, d := r.at, limiter.Ask(r.at)
				limiter.Commit(now, d.Wait+r.busy, d.OK)
				if err := judge(oracle, now, r.busy, d, delays); err != nil {
					return fmt.Errorf("%s: request %d at %d ns, %d changes yet to come: got %+v: %w",
						s.name, i, now, len(changes), d, err)
				}
				if d.OK && d.Wait == 0 {
					admitted++
				} else {
					refused++
				}
			}
		}
	}
	if min(admitted, refused, made) < 10 {
		return fmt.Errorf("%d admitted at once, %d not, %d changes: the schedules test too little", admitted, refused, made)
	}
	return nil
}

// alternate is changes from limit to limit until an instant, each after at most
// the time in which pace requests are allowed, some two at a time.
func alternate(limits []throttle.Limit, pace int64, until time.Duration) (changes []throttle.Change) {
	stream := draw.Seed(uint64(pace))
	now := time.Duration(0)
	for i := range uint64(2000) {
		key := stream.With(i)
		if draw.Below(key.With(1).Bits(), 4) > 0 {
			now += upTo(key, min(allowance(limits[0], pace), until/3))
		}
		if now > until {
			break
		}
		changes = append(changes, throttle.Change{At: now, To: limits[(i+1)%uint64(len(limits))]})
	}
	return changes
}
