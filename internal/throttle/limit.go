package throttle

import (
	"fmt"
	"math"
	"time"
)

// Limit is a limiter of one kind, with a separate state for each key of its
// scope. It remembers at most 1,572,864 keys that are in use; beyond that, it
// forgets every other one.
type Limit struct {
	Name  string // in profiles, logs and the admin API; "" for an endpoint's only one
	Kind  LimitKind
	Scope Scope

	// Rate and Burst are for buckets. A TokenBucket holds at most Burst tokens,
	// is full at the start and is refilled continuously at Rate. A LeakyBucket
	// starts requests at Rate and lets at most Burst of them wait.
	Rate  Rate
	Burst int64
	// Count and Window are for the other kinds: a FixedWindow or a
	// SlidingWindow admits Count requests in each Window, a Concurrency limit
	// Count at a time.
	Count  int64
	Window time.Duration

	// Cost is how many tokens of a TokenBucket a request takes: 0 means 1. A
	// limit of packets has a Cost above 1, because an exchange takes several.
	Cost int64
	// RefusalCost is how many tokens of a TokenBucket a refused request takes,
	// never more than are left. Above 0, clients that keep asking keep the
	// bucket empty for themselves and others.
	RefusalCost int64

	// OnExceed is what happens beyond this limit; nil means the endpoint's.
	OnExceed *OnExceed
}

// Check says what is wrong with a limit: a value that its kind needs and that
// is missing, a value that its kind does not have, or one too large to be
// counted exactly. Such a limit is a user's input error; New panics on it.
func (l Limit) Check() error {
	var err error
	switch {
	case l.Kind >= numLimitKinds:
		err = fmt.Errorf("%v: not a kind of limit", l.Kind)
	case l.Kind.Paced():
		err = l.checkBucket()
	default:
		err = l.checkCount()
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
		least = 0 // no request waits
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
		most = 1_000_000_000_000 // milli counts in thousandths
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
	case !l.Kind.Windowed() && l.Window != 0:
		return fmt.Errorf("window %v: a %v has none", l.Window, l.Kind)
	case l.Kind.Windowed() && l.Window <= 0:
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
