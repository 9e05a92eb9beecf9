package strategy

import (
	"testing"
	"time"
)

// What a budget pays for, step by step.
func TestBudget(t *testing.T) {
	for _, test := range []struct {
		name   string
		budget Budget
		script string
	}{
		{"10 %: ten first tries earn a retry", Budget{Ratio: 0.1}, `
			0s first*9 plan -> pass, refused
			1s first plan plan -> pass, refused
			1h first*10 plan retry plan -> pass, refused`},
		{"a floor of two", Budget{Ratio: 0.1, Floor: 2}, `
			0s first plan plan plan -> pass, refused
			1s first*8 plan -> pass, refused
			2s first plan plan -> pass, refused`},
		{"Finagle: 100 retries from the reserve of 10 s", FinagleBudget, `
			0s plan*100 -> pass
			0s plan -> refused
			1s first*5 plan plan -> pass, refused
			8.9s plan -> refused
			10s plan*100 -> pass
			10s plan -> refused`},
		{"Finagle: a fifth of the first tries on top", FinagleBudget, `
			0s first*50 plan*110 plan -> pass, refused
			5s first*5 plan plan -> pass, refused
			20s plan*100 plan -> pass, refused`},
		{"what is not sent earns nothing", Budget{Ratio: 0.5}, `
			0s first first plan -> pass
			0s plan-back plan plan -> pass, refused
			0s first first back plan -> pass, refused
			0s lost first plan -> pass`},
		{"a retry each ten seconds, since the first use", Budget{PerSecond: 0.1}, `
			100s first plan -> pass, refused
			109s plan -> refused
			110s plan plan -> pass, refused
			131s plan*2 plan -> pass, refused`},
		{"a retry that is sent costs nothing more", Budget{Floor: 1}, `
			0s plan retry*5 plan -> pass, refused`},
	} {
		t.Run(test.name, func(t *testing.T) { steps(t, &budget{Budget: &test.budget}, test.script) })
	}
}

// What a token bucket does, step by step.
func TestBucket(t *testing.T) {
	for _, test := range []struct {
		name   string
		bucket Bucket
		script string
	}{
		{"tokens are promised in the order of asking", Bucket{Tokens: 2, Per: time.Second, Burst: 3}, `
			0s first*3 -> pass
			0s first -> 500ms
			0s retry -> 1s
			1.2s first -> 300ms
			1.2s plan -> pass
			9s first*3 first -> pass, 500ms`},
		{"a token that is given back", Bucket{Tokens: 1, Per: time.Second}, `
			0s first first -> pass, 1s
			0s back first -> 1s
			0s lost first -> 2s
			0s old-back first -> 3s`},
		{"refuse", Bucket{Tokens: 1, Per: time.Second, Burst: 2, Refuse: true}, `
			0s first first first -> pass, refused
			0.999s first -> refused
			1s first first -> pass, refused`},
		{"no wait above two seconds", Bucket{Tokens: 1, Per: time.Second, MaxWait: 2 * time.Second}, `
			0s first first first first -> pass, 1s, 2s, refused
			1s first first -> 2s, refused`},
	} {
		t.Run(test.name, func(t *testing.T) { steps(t, &bucket{Bucket: &test.bucket}, test.script) })
	}
}
