package limitertest

import (
	"math/bits"
	"time"

	"tenement/internal/draw"
	"tenement/internal/throttle"
)

// schedule is when requests come: ascending, with repeats.
type schedule struct {
	name string
	at   []time.Duration
}

// requests is the length of a schedule.
const requests = 1500

// schedules are random ones of several kinds, at the scale of the limit.
func schedules(l throttle.Limit) []schedule {
	token := tokens(l, 1)
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
		{"storms and silence", func(key draw.Key, _ int) time.Duration {
			switch draw.Below(key.With(1).Bits(), 200) {
			case 0:
				return upTo(key, 2*tokens(l, l.Burst))
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
		s := schedule{name: kind.name, at: make([]time.Duration, requests)}
		now := time.Duration(0)
		for i := range s.at {
			now += kind.gap(stream.With(uint64(i)), i)
			s.at[i] = now
		}
		out[k] = s
	}
	return out
}

// upTo is a keyed draw from 0 to the most, both included.
func upTo(key draw.Key, most time.Duration) time.Duration {
	return time.Duration(draw.Below(key.Bits(), uint64(most)+1))
}

// tokens is how long a limit takes to earn n tokens, rounded down.
func tokens(l throttle.Limit, n int64) time.Duration {
	hi, lo := bits.Mul64(uint64(l.Rate.Seconds*int64(time.Second)), uint64(n))
	q, _ := bits.Div64(hi, lo, uint64(l.Rate.Tokens))
	return time.Duration(q)
}
