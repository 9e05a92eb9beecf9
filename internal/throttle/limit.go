package throttle

import (
	"fmt"
	"math"
	"time"
)

// Limit is a limiter of one kind, with a state of its own for each key of its
// scope.
type Limit struct {
	Name  string // by which profiles, logs and an admin know it; "" for an endpoint's only one
	Kind  LimitKind
	Scope Scope

	// Rate and Burst are those of a TokenBucket: Burst tokens at most, full at
	// the start, refilled continuously at Rate. A LeakyBucket lets requests go
	// at Rate, and lets at most Burst of them wait.
	Rate  Rate
	Burst int64
	// Count requests are admitted in each Window by a FixedWindow or a
	// SlidingWindow, and at a time by Concurrency.
	Count  int64
	Window time.Duration

	// Cost is how many tokens of a TokenBucket a request takes: 0 means 1. It
	// is how packets are counted, of which an exchange takes several.
	Cost int64
	// RefusalCost is how many tokens a refused request takes all the same, or
	// as many as there are: above 0, clients that do not let up keep the
	// bucket empty for themselves and for others. For a TokenBucket only.
	RefusalCost int64

	// OnExceed is what happens beyond this limit; nil is what the endpoint
	// says.
	OnExceed *OnExceed
}

// LimitKind is the algorithm of a limit.
type LimitKind uint8

// The kinds of limit.
const (
	TokenBucket   LimitKind = iota
	FixedWindow             // Count in each of the windows that follow each other from time 0
	SlidingWindow           // Count in any window, wherever it begins
	LeakyBucket             // evenly spaced: who comes early waits, if not too many do already
	Concurrency             // Count in service at once
	numLimitKinds
)

var limitKindNames = [numLimitKinds]string{"token-bucket", "fixed-window", "sliding-window", "leaky-bucket", "concurrency"}

// String is the kind's name in profiles.
func (k LimitKind) String() string {
	if k < numLimitKinds {
		return limitKindNames[k]
	}
	return fmt.Sprintf("LimitKind(%d)", uint8(k))
}

// Change replaces a limit of an endpoint from an instant on. Kind and Scope
// stay. What has been taken stays taken, as far as the new limit has room for
// it: of a bucket the tokens, of a window the requests in it.
type Change struct {
	At    time.Duration
	Index int // of the limit
	To    Limit
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
	if l.Scope >= allScopes {
		return fmt.Errorf("%v: %s", l.Scope, wantScope)
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
	Status int    // of a rejection; 0 means 429
	Body   string // of a rejection; "" is the server's own for that status
	// RetryAfter is the header of that name in a rejection: 0 is none,
	// RetryExactly what is left to wait, in whole seconds, rounded up, and
	// anything else itself, in whole seconds.
	RetryAfter time.Duration
}

// RetryExactly is a Retry-After of what is left to wait.
const RetryExactly time.Duration = -1

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
