package strategy

import (
	"testing"
	"time"
)

// What a breaker does, step by step, with the defaults of three libraries and others.
func TestBreaker(t *testing.T) {
	for _, test := range []struct {
		name    string
		breaker Breaker
		script  string
	}{
		{"failsafe-go: the first failure opens it for a minute, one success closes it", FailsafeGoBreaker, `
			0s first ok 429 -> pass
			1s first retry plan -> refused, pass
			59.9s first -> refused
			60s first first -> pass, refused
			61s ok first -> pass
			62s 429 first -> refused
			122s first 429 first -> pass, refused
			181.9s first -> refused
			182s first -> pass`},
		{"resilience4j: half of the last hundred, ten trials", Resilience4jBreaker, `
			0s ok*50 429*49 first -> pass
			1s 429 first -> refused
			60.9s first -> refused
			61s first*10 first -> pass, refused
			62s 429*4 ok*5 first -> refused
			63s 429 first -> refused
			123s first*10 first -> pass, refused
			124s 429*4 ok*6 first -> pass
			125s 429*99 first -> pass
			126s ok first -> refused // 99 of 100 have failed: it judges after successes too`},
		{"resilience4j: calls slide out of the window", Resilience4jBreaker, `
			0s 429*40 ok*60 first -> pass
			1s ok*40 429*49 first -> pass
			2s 429 first -> refused`},
		{"Polly: a tenth of at least a hundred in 30 s, one trial after 5 s", PollyBreaker, `
			0s 429*10 ok*89 first -> pass
			1s 429 first -> refused
			5.9s first -> refused
			6s first first -> pass, refused
			7s ok first -> pass
			8s ok*50
			40s ok*80 429*10 first -> pass // what was 30 s ago does not count
			41s ok*9 first -> pass
			42s 429 first -> refused`},
		{"three in a row, two trials", Breaker{Failures: 3, Open: 10 * time.Second, Trials: 2}, `
			0s 429 429 ok 429 429 first -> pass
			1s 429 first -> refused
			2s ok ok ok first -> refused // what ends while it is open counts for nothing
			11s first first first -> pass, refused
			12s ok first -> refused
			13s ok first -> pass
			14s 429*3 first -> refused
			24s first 429 first -> pass, refused`},
		{"trials that are not made, or lost", Breaker{Failures: 1, Open: time.Second, Trials: 1}, `
			0s 429 first -> refused
			1s first first -> pass, refused
			2s back first first -> pass, refused
			3s lost first first -> pass, refused
			4s ok first -> pass
			5s back first -> pass`},
		{"slow ones", Breaker{Rate: 0.5, Calls: 4, Least: 4, Slow: time.Second, SlowRate: 0.75, Open: time.Second}, `
			0s ok slow slow ok first -> pass
			1s ok slow first -> pass
			2s slow slow first -> refused
			3s first slow first -> pass, refused`},
		{"what counts as failed", Breaker{Failures: 1, Open: time.Second, On: On404}, `
			0s 429 first -> pass
			1s 404 first -> refused`},
		{"404 is an answer", Breaker{Failures: 1, Open: time.Second}, `
			0s 404 first -> pass`},
	} {
		t.Run(test.name, func(t *testing.T) { steps(t, &breaker{Breaker: &test.breaker}, test.script) })
	}
}
