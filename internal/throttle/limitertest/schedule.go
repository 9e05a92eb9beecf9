package limitertest

import (
	"math/bits"
	"time"

	"tenement/internal/draw"
	"tenement/internal/throttle"
)

// schedule is when requests come, in ascending order, with repeats.
type schedule struct {
	name     string
	requests []request
}

// request comes at an instant and takes busy to answer if it is admitted.
type request struct{ at, busy time.Duration }

// requests is the number of requests in a schedule.
const requests = 1500

// service is the mean time to an answer.
const service = 10 * time.Millisecond

// schedules are random schedules of several kinds, at the scale of the limit.
func schedules(l throttle.Limit) []schedule {
	token := allowance(l, 1)
	kinds := []struct {
		name string
		gap  func(key draw.Key, i int) time.Duration // before request i
	}{
		{"uneven, half of what is allowed", func(key draw.Key, _ int) time.Duration {
			return upTo(key, 4*token)
		}},
		{"uneven, five times what is allowed", func(key draw.Key, _ int) time.Duration {
			return upTo(key, 2*token/5)
		}},
		{"around the refill", func(key draw.Key, _ int) time.Duration {
			return max(token+time.Duration(draw.Below(key.Bits(), 5))-2, 0)
		}},
		{"bunches", func(key draw.Key, i int) time.Duration {
			if i%16 > 0 {
				return 0
			}
			return upTo(key, 32*token)
		}},
		{"bursts and silence", func(key draw.Key, _ int) time.Duration {
			switch draw.Below(key.With(1).Bits(), 200) {
			case 0:
				return upTo(key, 2*allowance(l, l.Burst+l.Count))
			case 1:
				return upTo(key, 30*24*time.Hour)
			}
			return upTo(key, token/8)
		}},
		{"nanoseconds apart", func(key draw.Key, _ int) time.Duration {
			return time.Duration(draw.Below(key.Bits(), 3))
		}},
	}
	out := make([]schedule, len(kinds))
	for k, kind := range kinds {
		stream := draw.Seed(uint64(k)).With(uint64(l.Rate.Tokens)).With(uint64(l.Rate.Seconds))
		s := schedule{name: kind.name, requests: make([]request, requests)}
		now := time.Duration(0)
		for i := range s.requests {
			key := stream.With(uint64(i))
			now += kind.gap(key, i)
			s.requests[i] = request{now, upTo(key.Name("busy"), 2*service)}
		}
		out[k] = s
	}
	return out
}

// upTo is a keyed draw from 0 to most, both included.
func upTo(key draw.Key, most time.Duration) time.Duration {
	return time.Duration(draw.Below(key.Bits(), uint64(most)+1))
}

// allowance is how long a limit takes to allow n requests, rounded down.
func allowance(l throttle.Limit, n int64) time.Duration {
	period, per := l.Rate.Seconds*int64(time.Second), l.Rate.Tokens
	switch l.Kind {
	case throttle.FixedWindow, throttle.SlidingWindow:
		period, per = int64(l.Window), l.Count
	case throttle.Concurrency:
		period, per = int64(service), l.Count
	}
	hi, lo := bits.Mul64(uint64(period), uint64(n*max(l.Cost, 1)))
	q, _ := bits.Div64(hi, lo, uint64(per))
	return time.Duration(q)
}
