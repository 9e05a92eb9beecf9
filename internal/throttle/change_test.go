package throttle_test

import (
	"math/big"
	"reflect"
	"testing"
	"time"

	"tenement/internal/draw"
	"tenement/internal/throttle"
)

// Each row is a limit that is used and changed at 1 s. Want is how many requests
// it then admits at 1 s, and then is when it admits the next.
func TestChangeKeepsWhatWasTaken(t *testing.T) {
	bucket := func(r string, burst int64) throttle.Limit { return throttle.Limit{Rate: rate(t, r), Burst: burst} }
	leaky := func(r string, queue int64) throttle.Limit {
		return throttle.Limit{Kind: throttle.LeakyBucket, Rate: rate(t, r), Burst: queue}
	}
	count := func(kind throttle.LimitKind, count int64, window time.Duration) throttle.Limit {
		return throttle.Limit{Kind: kind, Count: count, Window: window}
	}
	const now = time.Second
	at := func(n int, d time.Duration) []time.Duration {
		all := make([]time.Duration, n)
		for i := range all {
			all[i] = d
		}
		return all
	}
	tests := []struct {
		name     string
		from, to throttle.Limit
		taken    []time.Duration
		want     int
		then     time.Duration
	}{
		{"nothing taken", bucket("40/s", 60), bucket("5/s", 10), nil, 10, 200 * ms},
		{"nothing taken of a smaller one", bucket("1/s", 10), bucket("1/s", 60), nil, 10, time.Second},
		{"a larger bucket has what was left", bucket("1/s", 10), bucket("1/s", 20), at(8, 0), 3, time.Second},
		{"a smaller one at most empty", bucket("1/s", 60), bucket("1/s", 10), at(60, now), 0, time.Second},
		{"a smaller one is full", bucket("1/s", 60), bucket("1/s", 10), at(7, now), 10, time.Second},
		{"a smaller one that had less", bucket("1/s", 60), bucket("1/s", 10), at(57, now), 3, time.Second},
		{"another rate, part of a token", bucket("1/s", 2), bucket("5/s", 2), at(2, 500*ms), 0, 100 * ms},
		{"a rate with other fractions", bucket("7/s", 3), bucket("39.999/s", 3), at(3, now), 0, 25000626},
		{"a dearer request", bucket("1/s", 10), throttle.Limit{Rate: rate(t, "1/s"), Burst: 10, Cost: 4}, at(3, now), 1, time.Second},
		{"a longer queue", leaky("10/s", 1), leaky("10/s", 3), at(2, now), 2, 100 * ms},
		{"a shorter queue", leaky("10/s", 5), leaky("10/s", 1), at(6, now), 0, 500 * ms},
		{"more in a window", count(throttle.FixedWindow, 3, 800*ms), count(throttle.FixedWindow, 5, 800*ms), at(3, 900*ms), 2, 600 * ms},
		{"fewer in a window", count(throttle.FixedWindow, 3, 800*ms), count(throttle.FixedWindow, 2, 800*ms), at(3, 900*ms), 0, 600 * ms},
		{"another window", count(throttle.FixedWindow, 3, 800*ms), count(throttle.FixedWindow, 3, 300*ms), at(2, 850*ms), 1, 200 * ms},
		{"a window that was over", count(throttle.FixedWindow, 3, 400*ms), count(throttle.FixedWindow, 3, time.Hour), at(3, 700*ms), 3, time.Hour - time.Second},
		{"more in any window", count(throttle.SlidingWindow, 3, 800*ms), count(throttle.SlidingWindow, 5, 800*ms), []time.Duration{100 * ms, 300 * ms, 400 * ms}, 3, 100 * ms},
		{"fewer in any window", count(throttle.SlidingWindow, 3, 800*ms), count(throttle.SlidingWindow, 1, 800*ms), []time.Duration{300 * ms, 400 * ms, 500 * ms}, 0, 300 * ms},
		{"any longer window", count(throttle.SlidingWindow, 3, 800*ms), count(throttle.SlidingWindow, 3, 2*time.Second), []time.Duration{100 * ms, 300 * ms, 400 * ms}, 0, 1100 * ms},
		{"any shorter window", count(throttle.SlidingWindow, 3, 800*ms), count(throttle.SlidingWindow, 3, 650*ms), []time.Duration{250 * ms, 300 * ms, 400 * ms}, 2, 50 * ms},
		{"any window so short that it is over", count(throttle.SlidingWindow, 3, 800*ms), count(throttle.SlidingWindow, 3, 50*ms), at(3, 900*ms), 3, 50 * ms},
		// A request is in service for 600 ms.
		{"more at a time", count(throttle.Concurrency, 2, 0), count(throttle.Concurrency, 3, 0), []time.Duration{500 * ms, 900 * ms}, 1, 100 * ms},
		{"fewer at a time", count(throttle.Concurrency, 3, 0), count(throttle.Concurrency, 1, 0), []time.Duration{500 * ms, 800 * ms, 900 * ms}, 0, 500 * ms},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			latency := constant(600 * ms)
			check := func(name string, e *throttle.Endpoint) {
				got := 0
				v := decide(e, now, new(one(1, 1)))
				for ; v.Kind == throttle.Admitted || v.Kind == throttle.Delayed; got++ {
					v = decide(e, now, new(one(1, 1)))
				}
				if got != tt.want || v.RetryAfter != tt.then {
					t.Errorf("%s: got %d let in, the next after %v; want %d, %v", name, got, v.RetryAfter, tt.want, tt.then)
				}
				if got := e.Limits(now); !reflect.DeepEqual(got, []throttle.Limit{tt.to}) {
					t.Errorf("%s: got limits %+v, want %+v", name, got, tt.to)
				}
			}
			for _, scope := range []throttle.Scope{throttle.HostScope, throttle.IPPathScope} {
				tt.from.Scope, tt.to.Scope = scope, scope
				config := throttle.Config{Limits: []throttle.Limit{tt.from}, Latency: latency}
				run := func(e *throttle.Endpoint) {
					for i, at := range tt.taken {
						if v := decide(e, at, new(one(1, 1))); !v.Kind.Served() {
							t.Fatalf("request %d: got %+v", i, v)
						}
					}
				}
				atRunTime := throttle.New(config)
				run(atRunTime)
				if err := atRunTime.SetLimit(now, 0, tt.to); err != nil {
					t.Fatal(err)
				}
				check("at run time", atRunTime)
				if len(tt.taken) > 0 && tt.taken[len(tt.taken)-1] == now {
					continue // a scheduled change would come before them
				}
				config.Changes = []throttle.Change{{At: now, To: tt.to}}
				scheduled := throttle.New(config)
				run(scheduled)
				check("on schedule", scheduled)
			}
		})
	}
}

// A change comes at its instant, whenever requests come.
func TestChangesComeInTime(t *testing.T) {
	limit := func(r string, burst int64) throttle.Limit { return throttle.Limit{Rate: rate(t, r), Burst: burst} }
	e := throttle.New(throttle.Config{
		Limits: []throttle.Limit{limit("1/s", 100)},
		Changes: []throttle.Change{
			{At: 10 * time.Second, To: limit("2/s", 100)},
			{At: 20 * time.Second, To: limit("1/m", 100)},
			{At: 20 * time.Second, To: limit("3/s", 100)},
		},
		Bucket: 5 * time.Second, Horizon: 30 * time.Second,
	})
	for range 100 {
		decide(e, 0, asking(0))
	}
	got := 0
	for decide(e, 25*time.Second, asking(0)).Kind == throttle.Admitted {
		got++
	}
	if want := 10 + 2*10 + 3*5; got != want {
		t.Errorf("got %d tokens by 25 s, want %d", got, want)
	}
	if got, want := e.Counts().Series.Level, []int64{5_000, 10_000, 20_000, 30_000, 45_000, 15_000}; !reflect.DeepEqual(got, want) {
		t.Errorf("got levels %v, want %v", got, want)
	}
}

// The debt in tokens is the same before and after a change, to the nanosecond
// at which the next request is admitted, whatever fractions of a token the two
// rates are counted in.
func TestChangeOfRateIsExact(t *testing.T) {
	rates := []string{"40/s", "7/s", "39.999/s", "20/m", "7/m", "100/h", "123456.789/s"}
	stream := draw.Seed(12)
	checked := 0
	for i := range uint64(2000) {
		u := stream.With(i)
		pick := func(n uint64) throttle.Rate {
			return rate(t, rates[draw.Below(u.With(n).Bits(), uint64(len(rates)))])
		}
		from, to := throttle.Limit{Rate: pick(1), Burst: 3}, throttle.Limit{Rate: pick(2), Burst: 3}
		token := uint64(from.Rate.Seconds) * uint64(time.Second) / uint64(from.Rate.Tokens)
		now := time.Duration(draw.Below(u.With(3).Bits(), token)) // part of a token has come
		e := throttle.New(throttle.Config{Limits: []throttle.Limit{from}})
		for range 3 {
			decide(e, 0, asking(0))
		}
		if err := e.SetLimit(now, 0, to); err != nil {
			t.Fatal(err)
		}
		// The rest of a token takes (1 − now·from)/to.
		perNano := func(r throttle.Rate) *big.Rat { return big.NewRat(r.Tokens, r.Seconds*int64(time.Second)) }
		left := new(big.Rat).Mul(perNano(from.Rate), big.NewRat(int64(now), 1))
		left.Sub(big.NewRat(1, 1), left).Quo(left, perNano(to.Rate))
		want := new(big.Int).Add(left.Num(), new(big.Int).Sub(left.Denom(), big.NewInt(1)))
		want.Div(want, left.Denom())
		if got := decide(e, now, asking(0)); int64(got.RetryAfter) != want.Int64() {
			t.Fatalf("%v to %v at %d ns: got a wait of %d ns, want %d", from.Rate, to.Rate, now, got.RetryAfter, want)
		}
		if from.Rate != to.Rate {
			checked++
		}
	}
	if checked < 1000 {
		t.Errorf("only %d changes", checked)
	}
}

// Debts of a bucket that delays stay, and requests that wait for a window wait
// for the new ones.
func TestChangeOfADelay(t *testing.T) {
	delay := &throttle.OnExceed{Action: throttle.Delay}
	tests := []struct {
		name     string
		from, to throttle.Limit
		want     time.Duration // of the sixth request, after five at 0
	}{
		{"a faster bucket", throttle.Limit{Rate: rate(t, "1/s"), Burst: 1}, throttle.Limit{Rate: rate(t, "10/s"), Burst: 1}, 500 * ms},
		{"a fixed window", throttle.Limit{Kind: throttle.FixedWindow, Count: 2, Window: time.Second}, throttle.Limit{Kind: throttle.FixedWindow, Count: 1, Window: time.Second}, 5 * time.Second},
		{"a fixed window with room left", throttle.Limit{Kind: throttle.FixedWindow, Count: 2, Window: time.Second}, throttle.Limit{Kind: throttle.FixedWindow, Count: 3, Window: time.Second}, time.Second},
		{"a sliding window", throttle.Limit{Kind: throttle.SlidingWindow, Count: 2, Window: time.Second}, throttle.Limit{Kind: throttle.SlidingWindow, Count: 1, Window: time.Second}, 3 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.from.OnExceed, tt.to.OnExceed = delay, delay
			e := throttle.New(throttle.Config{Limits: []throttle.Limit{tt.from}})
			for range 5 {
				decide(e, 0, asking(0))
			}
			if err := e.SetLimit(0, 0, tt.to); err != nil {
				t.Fatal(err)
			}
			if got := decide(e, 0, asking(0)); got.Kind != throttle.Delayed || got.After != tt.want {
				t.Errorf("got %+v, want a wait of %v", got, tt.want)
			}
		})
	}
}

func TestSetLimitRefuses(t *testing.T) {
	was := throttle.Limit{Rate: rate(t, "1/s"), Burst: 1, Scope: throttle.TaskScope}
	other := func(change func(l *throttle.Limit)) throttle.Limit {
		l := was
		change(&l)
		return l
	}
	e := throttle.New(throttle.Config{Limits: []throttle.Limit{was}})
	for _, tt := range []struct {
		name  string
		index int
		to    throttle.Limit
		want  string
	}{
		{"no such limit", 1, was, "limit 1: there are 1"},
		{"nor that", -1, was, "limit -1: there are 1"},
		{"another kind", 0, other(func(l *throttle.Limit) { l.Kind = throttle.LeakyBucket }), "leaky-bucket: the limit is a token-bucket: a change keeps the kind"},
		{"another scope", 0, other(func(l *throttle.Limit) { l.Scope = throttle.HostScope }), "scope host: the scope of the limit is task: a change keeps the scope"},
		{"no burst", 0, other(func(l *throttle.Limit) { l.Burst = 0 }), "burst 0: want at least 1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := e.SetLimit(0, tt.index, tt.to); err == nil || err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
			if got := e.Limits(0)[0]; got != was {
				t.Errorf("got %+v, want it as it was", got)
			}
		})
	}
}
