package throttle

import (
	"fmt"
	"math"
)

// Limit is one token bucket per key of a scope: Burst tokens at most, full at
// the start, refilled continuously at Rate; a request takes one whole token.
type Limit struct {
	Rate  Rate
	Burst int64
	Scope Scope
}

// Check says what is wrong with a limit: a rate that is not positive, a burst
// below 1, an unknown scope, or a bucket too large to be counted exactly. Such
// a limit is a user's input error; New panics on it.
func (l Limit) Check() error {
	if l.Rate.Tokens <= 0 || l.Rate.Seconds <= 0 {
		return fmt.Errorf("rate %d per %d s: want more than 0", l.Rate.Tokens, l.Rate.Seconds)
	}
	if l.Rate.Seconds > math.MaxInt64/nanosPerSecond {
		return fmt.Errorf("rate %d per %d s: want at most %d s", l.Rate.Tokens, l.Rate.Seconds, math.MaxInt64/nanosPerSecond)
	}
	if l.Burst < 1 {
		return fmt.Errorf("burst %d: want at least 1", l.Burst)
	}
	if l.Scope >= numScopes {
		return fmt.Errorf("%v: want host, tenant, task or ip+path", l.Scope)
	}
	gain, token := fractions(l.Rate)
	if gain > maxDebt/2 || token > maxDebt/2 {
		return fmt.Errorf("rate %v: too fine to be counted exactly: want fewer digits", l.Rate)
	}
	if most := maxDebt / 2 / token; l.Burst > most {
		return fmt.Errorf("burst %d: want at most %d at a rate of %v, or a rate with fewer digits", l.Burst, most, l.Rate)
	}
	return nil
}

// Action is what happens to a request beyond a limit.
type Action uint8

// The actions.
const (
	Reject Action = iota // answer with an error status at once
	Drop                 // never answer
	Delay                // admit it late: it waits for its token, in order of arrival
	numActions
)

var actionNames = [numActions]string{"reject", "drop", "delay"}

// String is the action's name.
func (a Action) String() string {
	if a < numActions {
		return actionNames[a]
	}
	return fmt.Sprintf("Action(%d)", uint8(a))
}

// OnExceed is what an endpoint does with a request beyond a limit. The zero
// value rejects with status 429.
type OnExceed struct {
	Action Action
	Status int // of a rejection; 0 means 429
}

// defaultStatus is Too Many Requests, RFC 6585 section 4.
const defaultStatus = 429

// Code is the status of a rejection.
func (o OnExceed) Code() int {
	if o.Status == 0 {
		return defaultStatus
	}
	return o.Status
}

// String is the value as reports show it: the status of a rejection, or "drop"
// or "delay".
func (o OnExceed) String() string {
	if o.Action == Reject {
		return fmt.Sprint(o.Code())
	}
	return o.Action.String()
}
