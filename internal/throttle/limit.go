package throttle

import (
	"fmt"
	"math"
	"time"
)

// Limit is a limiter of one kind, with a state of its own for each key of its
// scope. It remembers at most 1,572,864 keys that have not all they may have;
// beyond, it forgets every other one.
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
	LeakyBucket             // evenly spaced: a request that comes early waits, if not too many do already
	Concurrency             // Count in service at once
	numLimitKinds
)

// LimitKinds are all kinds of limit.
func LimitKinds() (all []LimitKind) {
	for k := range numLimitKinds {
		all = append(all, k)
	}
	return all
}

var limitKindNames = [numLimitKinds]string{"token-bucket", "fixed-window", "sliding-window", "leaky-bucket", "concurrency"}

// String is the kind's name in profiles.
func (k LimitKind) String() string {
	if k < numLimitKinds {
		return limitKindNames[k]
	}
	return fmt.Sprintf("LimitKind(%d)", uint8(k))
}

// Check says what is wrong with a limit: what its kind needs and does not have,
// what it has and its kind does not know, or what is too large to be counted
// exactly. Such a limit is a user's input error; New panics on it.
func (l Limit) Check() error {
	var err error
	switch l.Kind {
	case TokenBucket, LeakyBucket:
		err = l.checkBucket()
	case FixedWindow, SlidingWindow, Concurrency:
		err = l.checkCount()
	default:
		err = fmt.Errorf("%v: not a kind of limit", l.Kind)
	}
	switch {
	case err != nil:
		return err
	case l.Scope >= allScopes:
		return fmt.Errorf("%v: %s", l.Scope, wantScope)
	case l.OnExceed != nil:
		return l.OnExceed.Check()
	}
	return nil
}

// checkBucket is Check for the kinds with a rate.
func (l Limit) checkBucket() error {
	least := int64(1)
	if l.Kind == LeakyBucket {
		least = 0 // nobody waits
	}
	switch {
	case l.Rate.Tokens <= 0 || l.Rate.Seconds <= 0:
		return fmt.Errorf("rate %d per %d s: want more than 0", l.Rate.Tokens, l.Rate.Seconds)
	case l.Rate.Seconds > math.MaxInt64/nanosPerSecond:
		return fmt.Errorf("rate %d per %d s: want at most %d s", l.Rate.Tokens, l.Rate.Seconds, math.MaxInt64/nanosPerSecond)
	case l.Burst < least:
		return fmt.Errorf("burst %d: want at least %d", l.Burst, least)
	case l.Count != 0:
		return fmt.Errorf("count %d: a %v has none", l.Count, l.Kind)
	case l.Window != 0:
		return fmt.Errorf("window %v: a %v has none", l.Window, l.Kind)
	}
	gain, token := fractions(l.Rate)
	if gain > maxDebt/2 || token > maxDebt/2 {
		return fmt.Errorf("rate %v: too fine to be counted exactly: want fewer digits", l.Rate)
	}
	if most := maxDebt / 2 / token; l.Burst > most {
		return fmt.Errorf("burst %d: want at most %d at a rate of %v, or a rate with fewer digits", l.Burst, most, l.Rate)
	}
	if l.Kind == LeakyBucket {
		return l.checkNoCosts()
	}
	if l.Cost < 0 || l.Cost > l.Burst {
		return fmt.Errorf("cost %d: want 0 to the burst, %d", l.Cost, l.Burst)
	}
	if l.RefusalCost < 0 || l.RefusalCost > l.Burst {
		return fmt.Errorf("refusal cost %d: want 0 to the burst, %d", l.RefusalCost, l.Burst)
	}
	return nil
}

// checkCount is Check for the kinds with a count.
func (l Limit) checkCount() error {
	most := int64(maxCount)
	if l.Kind == FixedWindow {
		most = 1_000_000_000_000 // it is counted in thousandths
	}
	switch {
	case l.Count < 1:
		return fmt.Errorf("count %d: want at least 1", l.Count)
	case l.Count > most:
		return fmt.Errorf("count %d: want at most %d", l.Count, most)
	case l.Rate != Rate{}:
		return fmt.Errorf("rate %v: a %v has none", l.Rate, l.Kind)
	case l.Burst != 0:
		return fmt.Errorf("burst %d: a %v has none", l.Burst, l.Kind)
	case l.Kind == Concurrency && l.Window != 0:
		return fmt.Errorf("window %v: a %v has none", l.Window, l.Kind)
	case l.Kind != Concurrency && l.Window <= 0:
		return fmt.Errorf("window %v: want more than 0s", l.Window)
	case l.Window > maxWindow:
		return fmt.Errorf("window %v: want at most %v", l.Window, maxWindow.Truncate(time.Hour))
	}
	return l.checkNoCosts()
}

// checkNoCosts is the part of Check for all kinds but a TokenBucket.
func (l Limit) checkNoCosts() error {
	if l.Cost != 0 {
		return fmt.Errorf("cost %d: a %v has none", l.Cost, l.Kind)
	}
	if l.RefusalCost != 0 {
		return fmt.Errorf("refusal cost %d: a %v has none", l.RefusalCost, l.Kind)
	}
	return nil
}
