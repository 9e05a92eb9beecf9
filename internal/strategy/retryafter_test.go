package strategy_test

import (
	"testing"
	"time"

	"tenement/internal/strategy"
)

// What SDKs make of the wait that an answer asks for.
func TestRetryAfter(t *testing.T) {
	const second = time.Second
	goV1 := strategy.RetryAfter{Use: strategy.Added, On: strategy.On429 | strategy.On503}
	revised := strategy.RetryAfter{Use: strategy.AtLeast, Within: 5 * second, Header: strategy.AmzHeader}
	jsV3 := strategy.RetryAfter{Use: strategy.AtLeast, Within: 5 * second, Header: strategy.EitherHeader}
	for _, r := range []struct {
		name string
		use  strategy.RetryAfter
		o    strategy.Outcome
		want time.Duration // of a backoff of 2 s
	}{
		{"instead, shorter", strategy.RetryAfter{Use: strategy.Instead}, strategy.Outcome{Status: 429, RetryAfter: second}, second},
		{"instead, longer", strategy.RetryAfter{Use: strategy.Instead}, strategy.Outcome{Status: 429, RetryAfter: 7 * second}, 7 * second},
		{"instead, not asked", strategy.RetryAfter{Use: strategy.Instead}, strategy.Outcome{Status: 429}, 2 * second},
		{"instead, capped", strategy.RetryAfter{Use: strategy.Instead, Most: 3 * second}, strategy.Outcome{Status: 429, RetryAfter: 7 * second}, 3 * second},
		{"added, capped", strategy.RetryAfter{Use: strategy.Added, Most: 3 * second}, strategy.Outcome{Status: 429, RetryAfter: 7 * second}, 5 * second},
		{"at least, capped below the backoff", strategy.RetryAfter{Use: strategy.AtLeast, Most: second}, strategy.Outcome{Status: 429, RetryAfter: 7 * second}, 2 * second},
		{"ignored", strategy.RetryAfter{}, strategy.Outcome{Status: 429, RetryAfter: 7 * second, AmzRetryAfter: 7 * second}, 2 * second},
		{"at least", strategy.RetryAfter{Use: strategy.AtLeast}, strategy.Outcome{Status: 429, RetryAfter: 7 * second}, 7 * second},
		{"at least, and the backoff is longer", strategy.RetryAfter{Use: strategy.AtLeast}, strategy.Outcome{Status: 429, RetryAfter: second}, 2 * second},
		{"not asked", strategy.RetryAfter{Use: strategy.AtLeast}, strategy.Outcome{Status: 429}, 2 * second},
		{"Go v1 adds, to 429", goV1, strategy.Outcome{Status: 429, RetryAfter: 7 * second}, 9 * second},
		{"Go v1 adds, to 503", goV1, strategy.Outcome{Status: 503, RetryAfter: second}, 3 * second},
		{"Go v1, other statuses", goV1, strategy.Outcome{Status: 500, RetryAfter: 7 * second}, 2 * second},
		{"revised: below the backoff", revised, strategy.Outcome{Status: 429, AmzRetryAfter: 1500 * time.Millisecond}, 2 * second},
		{"revised: within 5 s of it", revised, strategy.Outcome{Status: 429, AmzRetryAfter: 2500 * time.Millisecond}, 2500 * time.Millisecond},
		{"revised: beyond", revised, strategy.Outcome{Status: 429, AmzRetryAfter: 60 * second}, 7 * second},
		{"revised: the standard header is not read", revised, strategy.Outcome{Status: 429, RetryAfter: 4 * second}, 2 * second},
		{"JavaScript v3 reads it", jsV3, strategy.Outcome{Status: 429, RetryAfter: 4 * second}, 4 * second},
		{"JavaScript v3, both", jsV3, strategy.Outcome{Status: 429, RetryAfter: 4 * second, AmzRetryAfter: 3 * second}, 3 * second},
		{"the standard header alone", strategy.RetryAfter{Use: strategy.AtLeast}, strategy.Outcome{Status: 429, AmzRetryAfter: 4 * second}, 2 * second},
	} {
		t.Run(r.name, func(t *testing.T) {
			b := strategy.Backoff{Attempts: 2, On: strategy.OnAnyStatus, Wait: strategy.Wait{Base: 2 * second, Factor: 1}, RetryAfter: r.use}
			if got, move := b.Next(strategy.Try{N: 1, Outcome: &r.o}); got != r.want || move != strategy.Again {
				t.Errorf("got %v, %v; want %v", got, move, r.want)
			}
		})
	}
}
