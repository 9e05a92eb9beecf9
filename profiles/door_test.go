package profiles

import (
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"tenement/internal/strategy"
)

// randomDoor is policies, each in half of the doors.
func randomDoor(r *rand.Rand) (d strategy.Door) {
	often := func() bool { return r.IntN(2) == 0 }
	span := func() time.Duration { return time.Duration(10+r.IntN(5000)) * time.Millisecond }
	on := func() strategy.Conditions { return strategy.Conditions(r.IntN(1 << 20)) }
	if b := &d.Breaker; often() {
		b.Open, b.Trials, b.On = span(), r.IntN(20), on()
		if b.Trials == 1 {
			b.Trials = 0
		}
		switch {
		case often():
			b.Failures = 1 + r.IntN(9)
		case often():
			b.Rate, b.Window, b.Least, b.Slow, b.SlowRate = 0.5, span(), 1+r.IntN(9), span(), 0.25
		default:
			b.Rate, b.Calls = 0.5, 10+r.IntN(90)
			b.Least = 1 + r.IntN(b.Calls)
		}
	}
	if often() {
		d.Throttling = strategy.Throttling{K: 1 + float64(r.IntN(40))/10, Window: span(), On: on()}
	}
	if often() {
		d.Budget = strategy.Budget{Ratio: 0.2, PerSecond: float64(r.IntN(30)) / 10, Floor: r.IntN(5), Window: []time.Duration{0, span()}[r.IntN(2)]}
	}
	d.Adaptive = strategy.Adaptive(r.IntN(3))
	if b := &d.Bucket; often() {
		b.Tokens, b.Per, b.Burst = 1+r.IntN(50), time.Second, r.IntN(2)*(2+r.IntN(20))
		if b.Refuse = often(); !b.Refuse {
			b.MaxWait = time.Duration(r.IntN(3)) * time.Second
		}
	}
	return d
}

func TestDoorGrammar(t *testing.T) {
	for _, test := range []struct {
		text string
		want strategy.Door
	}{
		{"{breaker: none, throttling: none, budget: none, adaptive: none, bucket: none}", strategy.Door{}},
		{"{breaker: failsafe-go}", strategy.Door{Breaker: strategy.FailsafeGoBreaker}},
		{"{breaker: {failures: 1, open: 1m}}", strategy.Door{Breaker: strategy.FailsafeGoBreaker}},
		{"{breaker: resilience4j}", strategy.Door{Breaker: strategy.Resilience4jBreaker}},
		{"{breaker: {rate: 50%, calls: 100, slow: 60s, slow_rate: 100%, open: 60s, trials: 10}}", strategy.Door{Breaker: strategy.Resilience4jBreaker}},
		{"{breaker: polly}", strategy.Door{Breaker: strategy.PollyBreaker}},
		{"{breaker: {rate: 10%, window: 30s, least: 100, open: 5s, trials: 1}}", strategy.Door{Breaker: strategy.PollyBreaker}},
		{"{throttling: sre}", strategy.Door{Throttling: strategy.SREThrottling}},
		{"{throttling: {k: 1.1, on: [429]}}", strategy.Door{Throttling: strategy.Throttling{K: 1.1, Window: 2 * time.Minute, On: strategy.On429}}},
		{"{budget: finagle}", strategy.Door{Budget: strategy.FinagleBudget}},
		{"{budget: {ratio: 20%, per_second: 10, window: 10s}}", strategy.Door{Budget: strategy.FinagleBudget}},
		{"{budget: {ratio: 10%, floor: 3}}", strategy.Door{Budget: strategy.Budget{Ratio: 0.1, Floor: 3}}},
		{"{adaptive: wait}", strategy.Door{Adaptive: strategy.AdaptiveWait}},
		{"{bucket: {rate: 100/h, burst: 5, when_empty: refuse}}", strategy.Door{Bucket: strategy.Bucket{Tokens: 1, Per: 36 * time.Second, Burst: 5, Refuse: true}}},
		{"{bucket: {rate: 30/m, max_wait: 2s}}", strategy.Door{Bucket: strategy.Bucket{Tokens: 1, Per: 2 * time.Second, MaxWait: 2 * time.Second}}},
	} {
		t.Run(test.text, func(t *testing.T) {
			if got := parseStrategy(t, []byte(test.text)).Door; !reflect.DeepEqual(got, test.want) {
				t.Errorf("got  %+v\nwant %+v", got, test.want)
			}
		})
	}
}
