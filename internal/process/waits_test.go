package process

import (
	"math"
	"slices"
	"testing"
	"time"

	"tenement/internal/draw"
	"tenement/internal/strategy"
)

// The waits of known backoffs are recognized from 20 repeated calls, with the
// milliseconds that a machine adds.
func TestRecognize(t *testing.T) {
	for _, test := range []struct {
		name string
		want strategy.Wait
	}{
		{"none", strategy.Wait{Factor: 1}},
		{"fixed", strategy.Wait{Base: time.Second, Factor: 1}},
		{"fixed and short", strategy.Wait{Base: 100 * time.Millisecond, Factor: 1}},
		{"doubling", strategy.Wait{Base: 400 * time.Millisecond, Factor: 2}},
		{"growing", strategy.Wait{Base: time.Second, Factor: 1.2}},
		{"full jitter", strategy.Wait{Base: time.Second, Factor: 2, Jitter: strategy.FullJitter}},
		{"fixed full jitter", strategy.Wait{Base: 2 * time.Second, Factor: 1, Jitter: strategy.FullJitter}},
		{"equal jitter", strategy.Wait{Base: time.Second, Factor: 2, Jitter: strategy.EqualJitter}},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := strategy.Backoff{Attempts: 4, On: strategy.On429, Wait: test.want}
			outcome := strategy.Outcome{Status: 429, Body: strategy.BodyText}
			seen := make([][]time.Duration, 3)
			for call := range 20 {
				for n := range seen {
					key := draw.Seed(1).Name(test.name).With(uint64(call)).With(uint64(n))
					wait, _ := b.Next(strategy.Try{N: n + 1, Total: n + 1, Outcome: &outcome, U: key.Bits()})
					noise := time.Duration(key.Name("noise").Float() * float64(8*time.Millisecond))
					seen[n] = append(seen[n], wait+time.Millisecond+noise)
				}
			}
			got, ok := recognize(seen)
			off := math.Abs(got.Base.Seconds()/test.want.Base.Seconds() - 1)
			if !ok || got.Jitter != test.want.Jitter || got.Factor != test.want.Factor || off > 0.15 {
				t.Errorf("got %+v, %v, want %+v from %v", got, ok, test.want, seen)
			}
		})
	}
	if got, ok := recognize([][]time.Duration{{time.Second}, {5 * time.Second}, {time.Second}}); !ok || !slices.Equal(got.Waits, []time.Duration{time.Second, 5 * time.Second, time.Second}) {
		t.Errorf("got %+v", got)
	}
	if got, ok := recognize([][]time.Duration{{time.Second, 2 * time.Second}, {10 * time.Second, time.Second}, {time.Second, 2 * time.Second}}); ok {
		t.Errorf("got %+v", got)
	}
}

func TestRound(t *testing.T) {
	for in, want := range map[time.Duration]time.Duration{
		0: 0, 1003 * time.Millisecond: time.Second, 1190 * time.Millisecond: 1200 * time.Millisecond, 52 * time.Millisecond: 50 * time.Millisecond,
		497 * time.Millisecond: 500 * time.Millisecond, 9.8e9: 10 * time.Second, 20.3e9: 20 * time.Second,
	} {
		if got := round(float64(in)); got != want {
			t.Errorf("%v: got %v, want %v", in, got, want)
		}
	}
}

// A wait after the last try is seen where it is longer than a process needs to end,
// and a comment says where it cannot be.
func TestReadAfterLast(t *testing.T) {
	fixed := strategy.Backoff{Wait: strategy.Wait{Base: time.Second, Factor: 1}, Attempts: 3}
	doubling := strategy.Backoff{Wait: strategy.Wait{Base: 200 * time.Millisecond, Factor: 2}, Attempts: 3}
	random := strategy.Backoff{Wait: strategy.Wait{Base: time.Second, Factor: 2, Jitter: strategy.FullJitter}, Attempts: 3}
	for _, test := range []struct {
		name    string
		b       strategy.Backoff
		after   []time.Duration
		waits   bool
		unknown int
	}{
		{"fixed", fixed, []time.Duration{1003 * time.Millisecond, 1001 * time.Millisecond}, true, 0},
		{"doubling", doubling, []time.Duration{801 * time.Millisecond, 803 * time.Millisecond}, true, 0},
		{"none", doubling, []time.Duration{2 * time.Millisecond, 801 * time.Millisecond}, false, 0},
		{"too short", strategy.Backoff{Wait: strategy.Wait{Base: 100 * time.Millisecond, Factor: 1}, Attempts: 3}, []time.Duration{100 * time.Millisecond}, false, 1},
		{"random", random, []time.Duration{3 * time.Second}, false, 1},
		{"a first use of two loads", fixed, nil, false, 1},
		{"no waits", strategy.Backoff{Wait: strategy.Wait{Factor: 1}, Attempts: 3}, []time.Duration{0}, false, 0},
	} {
		f := fingerprint{backoff: &test.b}
		f.readAfterLast(test.after)
		if f.backoff.AfterLast != test.waits || len(f.Unknown) != test.unknown {
			t.Errorf("%s: got %v, not probed %q", test.name, f.backoff.AfterLast, f.Unknown)
		}
	}
}

// A client that is content with half of the credentials is said to be.
func TestReadDocuments(t *testing.T) {
	single := make([]*cell, len(outcomes))
	for i, o := range outcomes {
		single[i] = &cell{made: []call{{result: "error"}}}
		if o.answer == "missing" || o.answer == "badjson" {
			single[i].made[0].result = "ok"
		}
	}
	var f fingerprint
	f.readDocuments(single, &cell{made: []call{{result: "expired"}}})
	if !f.Strategy.AcceptIncomplete || f.Strategy.AcceptEmpty || len(f.Unknown) != 1 {
		t.Errorf("got %+v, not probed %q", f.Strategy, f.Unknown)
	}
}
