package throttle

import (
	"fmt"
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
