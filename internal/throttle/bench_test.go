package throttle_test

import (
	"fmt"
	"testing"
	"time"

	"tenement/internal/draw"
	"tenement/internal/throttle"
)

// BenchmarkDecide is the cost of one decision at a limit of 40/s with a burst
// of 60, when all keys together ask at twice the rate they may.
func BenchmarkDecide(b *testing.B) {
	limit := throttle.Limit{Rate: throttle.Rate{Tokens: 40, Seconds: 1}, Burst: 60, Scope: throttle.IPPathScope}
	for _, keys := range []int{1, 1000, 1_000_000} {
		b.Run(fmt.Sprintf("keys=%d", keys), func(b *testing.B) {
			benchmarkDecide(b, keys, throttle.Config{Limits: []throttle.Limit{limit}})
		})
	}
	b.Run("host", func(b *testing.B) {
		l := limit
		l.Scope = throttle.HostScope
		benchmarkDecide(b, 1, throttle.Config{Limits: []throttle.Limit{l}})
	})
	b.Run("host+task", func(b *testing.B) {
		host, task := limit, limit
		host.Scope, task.Scope = throttle.HostScope, throttle.TaskScope
		benchmarkDecide(b, 1000, throttle.Config{Limits: []throttle.Limit{host, task}})
	})
	for _, l := range []throttle.Limit{
		{Kind: throttle.FixedWindow, Count: 40, Window: time.Second},
		{Kind: throttle.SlidingWindow, Count: 40, Window: time.Second},
		{Kind: throttle.LeakyBucket, Rate: limit.Rate, Burst: 60},
		{Kind: throttle.Concurrency, Count: 60},
	} {
		b.Run(l.Kind.String(), func(b *testing.B) {
			benchmarkDecide(b, 1, throttle.Config{Limits: []throttle.Limit{l}, Latency: draw.LogNormal(time.Second, 5*time.Second)})
		})
	}
	b.Run("faults", func(b *testing.B) {
		slow := draw.LogNormal(2*time.Millisecond, 15*time.Millisecond)
		benchmarkDecide(b, 1, throttle.Config{Limits: []throttle.Limit{limit}, Faults: []throttle.Fault{
			{Kind: throttle.SlowFault, Latency: slow, Share: 0.5}, {Kind: throttle.ResetFault, Share: 0.1},
		}})
	})
	b.Run("latency+series", func(b *testing.B) {
		benchmarkDecide(b, 1, throttle.Config{
			Limits:  []throttle.Limit{limit},
			Latency: draw.LogNormal(2*time.Millisecond, 15*time.Millisecond),
			Bucket:  time.Second, Horizon: time.Hour,
		})
	})
}

func benchmarkDecide(b *testing.B, keys int, c throttle.Config) {
	c.Slots = keys
	e := throttle.New(c)
	request := func(i int) throttle.Request {
		return throttle.Request{Source: uint64(i), Path: 7, Task: uint64(i), Slot: int32(i), Group: -1}
	}
	gap := time.Second / 80 / time.Duration(keys)
	now := time.Duration(0)
	for i := range keys {
		decide(e, now, new(request(i)))
	}
	b.ReportAllocs()
	stream := draw.Seed(1)
	i := uint64(0)
	for b.Loop() {
		now += gap
		i++
		var v throttle.Verdict
		e.Decide(now, new(request(int(draw.Below(stream.With(i).Bits(), uint64(keys))))), &v)
	}
}
