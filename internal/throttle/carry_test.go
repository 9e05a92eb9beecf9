package throttle_test

import (
	"testing"
	"time"

	"tenement/internal/throttle"
)

// Alternating between two limits admits no more than one of them: what is left
// carries over, whether a schedule changes the limit or somebody at run time.
func TestAlternatingLimits(t *testing.T) {
	bucket := func(r string, burst int64) throttle.Limit { return throttle.Limit{Rate: rate(t, r), Burst: burst} }
	count := func(kind throttle.LimitKind, n int64) throttle.Limit {
		return throttle.Limit{Kind: kind, Count: n, Window: 10 * time.Second}
	}
	leaky := func(r string, queue int64) throttle.Limit {
		return throttle.Limit{Kind: throttle.LeakyBucket, Rate: rate(t, r), Burst: queue}
	}
	packets := func(r string, burst int64) throttle.Limit {
		return throttle.Limit{Rate: rate(t, r), Burst: burst, Cost: 10}
	}
	const step, steps = 10 * ms, 400 // 4 s, in one window, and less than a request takes
	for _, tt := range []struct {
		name      string
		one, two  throttle.Limit
		want      int // at most, in 4 s
		wantLeast int
	}{
		{"bucket", bucket("40/s", 60), bucket("39/s", 59), 60 + 4*40, 60 + 4*39 - 2},
		{"bucket, the other way round", bucket("39/s", 59), bucket("40/s", 60), 60 + 4*40, 59 + 4*39 - 2},
		{"leaky bucket", leaky("40/s", 60), leaky("39/s", 59), 1 + 60 + 4*40, 60 + 4*39 - 2},
		{"packets", packets("400/s", 600), packets("390/s", 590), 60 + 4*40, 59 + 4*39 - 2},
		{"fixed window", count(throttle.FixedWindow, 60), count(throttle.FixedWindow, 59), 60, 60},
		{"sliding window", count(throttle.SlidingWindow, 60), count(throttle.SlidingWindow, 59), 60, 60},
		{"concurrency", throttle.Limit{Kind: throttle.Concurrency, Count: 60}, throttle.Limit{Kind: throttle.Concurrency, Count: 59}, 60, 60},
	} {
		t.Run(tt.name, func(t *testing.T) {
			config := throttle.Config{Limits: []throttle.Limit{tt.one}, Latency: constant(time.Minute)}
			atRunTime := throttle.New(config)
			for i := 1; i <= steps; i++ {
				to := tt.one
				if i%2 == 1 {
					to = tt.two
				}
				config.Changes = append(config.Changes, throttle.Change{At: time.Duration(i) * step, To: to})
			}
			scheduled := throttle.New(config)
			for name, e := range map[string]*throttle.Endpoint{"at run time": atRunTime, "on schedule": scheduled} {
				got := 0
				for i := range steps + 1 {
					now := time.Duration(i) * step
					if e == atRunTime && i > 0 {
						if err := e.SetLimit(now, 0, config.Changes[i-1].To); err != nil {
							t.Fatal(err)
						}
					}
					for decide(e, now, asking(0)).Kind.Served() {
						got++
					}
				}
				if got < tt.wantLeast || got > tt.want {
					t.Errorf("%s: got %d admitted, want %d to %d", name, got, tt.wantLeast, tt.want)
				}
			}
		})
	}
}

// A key that is not used before a change is like one that is: it has what it had
// left before, which is the smaller burst. A key that was full and forgotten is
// the same as one that never came.
func TestChangeOfUnusedKeys(t *testing.T) {
	limit := func(burst int64) throttle.Limit {
		return throttle.Limit{Rate: rate(t, "1/s"), Burst: burst, Cost: 1, RefusalCost: 1, Scope: throttle.TaskScope}
	}
	e := throttle.New(throttle.Config{Limits: []throttle.Limit{limit(5)}, Changes: []throttle.Change{{At: time.Minute, To: limit(100)}}})
	drain := func(now time.Duration, key uint64) (n int) {
		for decide(e, now, new(one(key, 1))).Kind.Served() {
			n++
		}
		return n
	}
	for key := range uint64(120) {
		if got := drain(0, key); got != 5 {
			t.Fatalf("key %d at 0: got %d, want 5", key, got)
		}
	}
	for _, step := range []struct {
		now  time.Duration
		want int
	}{{time.Minute, 5}, {70 * time.Second, 15}, {time.Hour, 100}} {
		for i := range uint64(30) {
			// One that was full again, and a new one.
			for _, key := range []uint64{uint64(step.want)%100/5*30 + i, 1000*uint64(step.want) + i} {
				if got := drain(step.now, key); got != step.want {
					t.Fatalf("key %d at %v: got %d, want %d", key, step.now, got, step.want)
				}
			}
		}
	}
	if used, _ := e.Buckets(0); used > 300 {
		t.Errorf("got %d buckets kept", used)
	}
	e.NextHost(1)
	if got := drain(0, 1); got != 5 {
		t.Errorf("another host: got %d, want 5", got)
	}
	if err := e.SetLimit(time.Second, 0, limit(100)); err != nil {
		t.Fatal(err)
	}
	e.Reset(false)
	if got := drain(0, 1); got != 100 {
		t.Errorf("after a reset: got %d, want 100: it begins unused", got)
	}
	e.Reset(true)
	if got := drain(0, 1); got != 5 {
		t.Errorf("after a reset to the limits of the start: got %d, want 5", got)
	}
}

// A refusal costs an unused key, too, if that is not full because its burst has
// been raised.
func TestRefusalOfAnUnusedKey(t *testing.T) {
	small := throttle.Limit{Rate: rate(t, "1/s"), Burst: 1, Scope: throttle.TaskScope}
	large := small
	large.Burst, large.Cost, large.RefusalCost = 10, 5, 3
	for _, more := range [][]throttle.Limit{nil, {{Rate: rate(t, "1000/s"), Burst: 1000}}} { // alone, and beside another
		e := throttle.New(throttle.Config{Limits: append([]throttle.Limit{small}, more...)})
		if err := e.SetLimit(0, 0, large); err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			now   time.Duration
			key   uint64
			after time.Duration
		}{{0, 1, 5 * time.Second}, {3 * time.Second, 1, 5 * time.Second}, {3 * time.Second, 2, 4 * time.Second}} {
			if got := decide(e, step.now, new(one(step.key, 1))); got.RetryAfter != step.after {
				t.Errorf("key %d at %v: got %+v, want a wait of %v", step.key, step.now, got, step.after)
			}
		}
	}
}
