package limitertest

import (
	"fmt"
	"time"

	"tenement/internal/throttle"
)

// limits are what the suite runs on: many rates (whole or not, slow and fast,
// with a token that takes no whole number of nanoseconds), costs of requests
// and refusals, long and short windows, few and many places.
func limits() []throttle.Limit {
	bucket := func(text string, burst int64) throttle.Limit {
		rate, err := throttle.ParseRate(text)
		if err != nil {
			panic(err)
		}
		return throttle.Limit{Rate: rate, Burst: burst}
	}
	all := []throttle.Limit{
		bucket("40/s", 60), // the ECS agent's default
		bucket("5/s", 10),
		bucket("1/s", 1),
		bucket("2.5/s", 7),
		bucket("7/s", 3), // 142857142.857… ns a token
		bucket("20/m", 2),
		bucket("7/m", 1),
		bucket("100/h", 4),
		bucket("39.999/s", 5),
		bucket("123456.789/s", 100),
		bucket("999999999/s", 2),
		bucket("1/h", 1000),
	}
	for _, c := range []struct{ cost, refusal int64 }{{10, 0}, {3, 0}, {0, 1}, {0, 4}, {10, 10}, {7, 2}} {
		for _, l := range []throttle.Limit{bucket("1024/s", 1024), bucket("7/s", 10), bucket("39.999/s", 25)} {
			l.Cost, l.RefusalCost = c.cost, c.refusal
			all = append(all, l)
		}
	}
	for _, l := range []throttle.Limit{bucket("40/s", 0), bucket("7/s", 0), bucket("40/s", 60), bucket("7/s", 1), bucket("39.999/s", 3), bucket("20/m", 5)} {
		l.Kind = throttle.LeakyBucket
		all = append(all, l)
	}
	for _, w := range []struct {
		count  int64
		window time.Duration
	}{{1, time.Second}, {5, time.Second}, {60, 1500 * time.Millisecond}, {3, 7}, {1000, time.Hour}} {
		for _, kind := range []throttle.LimitKind{throttle.FixedWindow, throttle.SlidingWindow} {
			all = append(all, throttle.Limit{Kind: kind, Count: w.count, Window: w.window})
		}
	}
	for _, count := range []int64{1, 2, 60} {
		all = append(all, throttle.Limit{Kind: throttle.Concurrency, Count: count})
	}
	return all
}

// describe names a limit among the others.
func describe(l throttle.Limit) string {
	switch l.Kind {
	case throttle.TokenBucket:
		return fmt.Sprintf("%v burst %d cost %d refusal %d", l.Rate, l.Burst, l.Cost, l.RefusalCost)
	case throttle.LeakyBucket:
		return fmt.Sprintf("%v %v queue %d", l.Kind, l.Rate, l.Burst)
	default:
		return fmt.Sprintf("%v %d in %v", l.Kind, l.Count, l.Window)
	}
}

// grant is what a limit admits of a client that always asks.
type grant struct {
	busy  time.Duration // how long each of its requests is in service
	burst int64         // admitted at once
	// most is the number admitted by an instant.
	most func(now time.Duration) int64
	// earned is the k-th instant, from 0 on, at which more are admitted.
	earned func(k int64) time.Duration
}

func newGrant(l throttle.Limit) grant {
	if l.Kind == throttle.TokenBucket || l.Kind == throttle.LeakyBucket {
		return bucketGrant(l)
	}
	period := l.Window
	if l.Kind == throttle.Concurrency {
		period = service
	}
	return grant{
		busy:   period,
		burst:  l.Count,
		most:   func(now time.Duration) int64 { return l.Count * (int64(now/period) + 1) },
		earned: func(k int64) time.Duration { return time.Duration(k) * period },
	}
}

// bucketGrant is the grant of a bucket. A leaky bucket starts one request at
// once and lets the others wait, which makes one more than its burst.
//
// A bucket with room for one request is full as soon as its tokens have come.
// If that is between two nanoseconds, no client can ask until the next one, and
// the bucket overflows: the windows between admissions require it.
func bucketGrant(l throttle.Limit) grant {
	cost, burst := max(l.Cost, 1), l.Burst
	if l.Kind == throttle.LeakyBucket {
		burst++
	}
	if burst == cost {
		l.Rate = throttle.Rate{Tokens: cost * int64(time.Second), Seconds: int64(earned(l, cost))}
	}
	return grant{
		burst:  burst / cost,
		most:   func(now time.Duration) int64 { return (burst + earnedBy(l, now)) / cost },
		earned: func(k int64) time.Duration { return earned(l, max((burst/cost+k)*cost-burst, 0)) },
	}
}
