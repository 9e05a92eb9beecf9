package throttle

import "time"

// Limiter admits or refuses one stream of requests. Several limiters decide
// together: an endpoint asks all of them, then tells all of them the common
// verdict, so that a refusal by one takes nothing from the others.
//
// Now is the time since the run began; it never runs backwards, but may stand
// still. A Limiter is deterministic, reads no clock and is not safe for
// concurrent use. Package limitertest tests the promises that every Limiter
// keeps.
type Limiter interface {
	// Ask says what the limiter would do with a request at now. It changes
	// nothing that a later decision depends on.
	Ask(now time.Duration) Decision
	// Commit ends the request that the last Ask was about. Admitted is the
	// common verdict. A request that is not admitted takes nothing, except the
	// RefusalCost of a limiter that itself refused it. Busy is how long after
	// now an admitted request is answered, including its wait; only a
	// Concurrency limit uses it.
	Commit(now, busy time.Duration, admitted bool)
}

// Decision is a limiter's answer to one request.
type Decision struct {
	OK   bool          // the limiter admits it
	Wait time.Duration // if OK: how long it must wait first; 0 unless the limiter delays
	// RetryAfter is, if not OK, the least wait after which a lone request is
	// admitted. It includes what this refusal costs.
	RetryAfter time.Duration
}

// NewLimiter is a Limiter with one state, whatever the limit's scope. It delays
// if l.OnExceed says so. NewLimiter panics if l.Check fails.
func NewLimiter(l Limit) Limiter {
	if err := l.Check(); err != nil {
		panic("throttle: " + err.Error())
	}
	return &single{rule: newRule(l, l.OnExceed != nil && l.OnExceed.Action == Delay)}
}

// single is a rule with one state.
type single struct {
	rule  rule
	state state
}

// Ask implements Limiter.
func (l *single) Ask(now time.Duration) Decision { return l.rule.ask(now, &l.state) }

// Commit implements Limiter.
func (l *single) Commit(now, busy time.Duration, admitted bool) {
	if admitted {
		l.rule.take(now, busy, &l.state)
	} else {
		l.rule.refuse(now, &l.state)
	}
}
