package strategy

import (
	"testing"
	"time"
)

// What SDKs make of the wait that an answer asks for.
func TestRetryAfter(t *testing.T) {
	const second = time.Second
	goV1 := RetryAfter{Use: Added, On: On429 | On503}
	revised := RetryAfter{Use: AtLeast, Within: 5 * second, Header: AmzHeader}
	jsV3 := RetryAfter{Use: AtLeast, Within: 5 * second, Header: EitherHeader}
	for _, r := range []struct {
		name string
		use  RetryAfter
		o    Outcome
		want time.Duration // of a backoff of 2 s
	}{
		{"ignored", RetryAfter{}, Outcome{Status: 429, RetryAfter: 7 * second, AmzRetryAfter: 7 * second}, 2 * second},
		{"at least", RetryAfter{Use: AtLeast}, Outcome{Status: 429, RetryAfter: 7 * second}, 7 * second},
		{"at least, and the backoff is longer", RetryAfter{Use: AtLeast}, Outcome{Status: 429, RetryAfter: second}, 2 * second},
		{"not asked", RetryAfter{Use: AtLeast}, Outcome{Status: 429}, 2 * second},
		{"Go v1 adds, to 429", goV1, Outcome{Status: 429, RetryAfter: 7 * second}, 9 * second},
		{"Go v1 adds, to 503", goV1, Outcome{Status: 503, RetryAfter: second}, 3 * second},
		{"Go v1, other statuses", goV1, Outcome{Status: 500, RetryAfter: 7 * second}, 2 * second},
		{"revised: below the backoff", revised, Outcome{Status: 429, AmzRetryAfter: 1500 * time.Millisecond}, 2 * second},
		{"revised: within 5 s of it", revised, Outcome{Status: 429, AmzRetryAfter: 2500 * time.Millisecond}, 2500 * time.Millisecond},
		{"revised: beyond", revised, Outcome{Status: 429, AmzRetryAfter: 60 * second}, 7 * second},
		{"revised: the standard header is not read", revised, Outcome{Status: 429, RetryAfter: 4 * second}, 2 * second},
		{"JavaScript v3 reads it", jsV3, Outcome{Status: 429, RetryAfter: 4 * second}, 4 * second},
		{"JavaScript v3, both", jsV3, Outcome{Status: 429, RetryAfter: 4 * second, AmzRetryAfter: 3 * second}, 3 * second},
		{"the standard header alone", RetryAfter{Use: AtLeast}, Outcome{Status: 429, AmzRetryAfter: 4 * second}, 2 * second},
	} {
		t.Run(r.name, func(t *testing.T) {
			b := Backoff{Attempts: 2, On: OnAnyStatus, Base: 2 * second, Factor: 1, RetryAfter: r.use}
			if got, move := b.Next(Try{N: 1, Outcome: &r.o}); got != r.want || move != Again {
				t.Errorf("got %v, %v; want %v", got, move, r.want)
			}
		})
	}
}
