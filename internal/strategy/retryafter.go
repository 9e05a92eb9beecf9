package strategy

import "time"

// RetryAfter is what a client makes of the wait that an answer asks for in a
// header. The zero RetryAfter ignores it, as most SDKs do.
type RetryAfter struct {
	Use RetryAfterUse
	// Within bounds an AtLeast wait to this much more than the backoff; 0 is no
	// bound. (5 s, in the SDKs since 2026)
	Within time.Duration
	// Most is the longest wait that is taken from a header: one that asks for more
	// counts as this. 0 is no bound. (databricks-sql-go, urllib3)
	Most time.Duration
	// On are the failures whose header counts; 0 is all.
	On     Conditions
	Header RetryHeader
}

// RetryAfterUse is how a wait that an answer asks for changes the backoff.
type RetryAfterUse uint8

// The uses of a wait that an answer asks for.
const (
	IgnoreRetryAfter RetryAfterUse = iota
	AtLeast                        // the longer of both is waited
	Added                          // the sum of both is waited (Go v1, JavaScript v2)
	// Instead waits what the answer asks for, even if the backoff is longer. (Polly's
	// HttpRetryStrategyOptions.ShouldRetryAfterHeader, urllib3's Retry.sleep)
	Instead
)

// RetryHeader is which header a client reads.
type RetryHeader uint8

// The headers that ask for a wait.
const (
	StandardHeader RetryHeader = iota // Retry-After, in seconds
	AmzHeader                         // x-amz-retry-after, in milliseconds
	EitherHeader                      // x-amz-retry-after, or without it Retry-After (JavaScript v3)
)

// apply is the wait before a retry whose backoff is w.
func (r *RetryAfter) apply(w time.Duration, o *Outcome) time.Duration {
	if r.Use == IgnoreRetryAfter || r.On != 0 && !r.On.Has(o) {
		return w
	}
	asked := o.RetryAfter
	if r.Header == AmzHeader || r.Header == EitherHeader && o.AmzRetryAfter > 0 {
		asked = o.AmzRetryAfter
	}
	if r.Most > 0 {
		asked = min(asked, r.Most)
	}
	switch {
	case r.Use == Added:
		return w + asked
	case r.Use == Instead && asked > 0:
		return asked
	}
	if r.Within > 0 {
		asked = min(asked, w+r.Within)
	}
	return max(w, asked)
}
