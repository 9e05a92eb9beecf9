package throttle

import "time"

// Limiter admits or refuses one stream of requests. Several limiters decide
// together: all are asked, and all are told the common verdict, so that a
// refusal by one costs nothing at the others.
//
// Now is the time since the run began; it never runs backwards, but may stand
// still. A Limiter is deterministic, reads no clock and is not safe for
// concurrent use. Package limitertest holds the promises every Limiter keeps.
type Limiter interface {
	// Ask says what the limiter would do with a request at now. It changes
	// nothing that a later decision could depend on.
	Ask(now time.Duration) Decision
	// Commit ends the request that the last Ask was about. Admitted is the
	// common verdict; only then does the request cost anything.
	Commit(now time.Duration, admitted bool)
}

// Decision is a limiter's answer to one request.
type Decision struct {
	OK         bool          // the limiter admits it
	Wait       time.Duration // if OK: how long it must wait first; 0 unless the limiter delays
	RetryAfter time.Duration // if not OK: the least wait after which a lone request is admitted
}
