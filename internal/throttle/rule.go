package throttle

import "time"

// rule is the algorithm of a limit: what it makes of the state of one key. All
// keys of a limit share one rule. Now is as for a Limiter.
type rule interface {
	// ask is the Decision for a request at now. It changes nothing.
	ask(now time.Duration, s *state) Decision
	// take lets a request in that came at now and is answered busy later.
	take(now, busy time.Duration, s *state)
	// refuse turns a request away, by this rule or by another one: only a rule
	// that would have refused it itself may make it pay.
	refuse(now time.Duration, s *state)
	// idle reports whether from now on the state decides as one never used, so
	// that it may be forgotten.
	idle(now time.Duration, s *state) bool
	// release lets go of what the rule keeps for a state that is forgotten.
	release(s *state)
	// forget lets go of what it keeps for all of them.
	forget()
	// milli is what is left at now, in thousandths of a token or a request,
	// rounded down; below zero it is what has been promised to requests that
	// wait.
	milli(now time.Duration, s *state) int64
	// carry makes a state of an older rule of the same kind one of this rule.
	carry(now time.Duration, old rule, s *state)
}

// state is what a limit keeps for one key. What the two words mean is the
// rule's affair. The zero state is that of a key never used.
type state struct {
	n  int64
	at time.Duration
}

// newRule is the rule of a limit that Check finds no fault with. With delay,
// what is beyond the limit waits, where the rule can tell for how long.
func newRule(l Limit, delay bool) rule {
	switch l.Kind {
	case FixedWindow:
		return &fixedWindow{count: l.Count, window: l.Window, delay: delay}
	case SlidingWindow, Concurrency:
		return newPlaces(l, delay)
	default:
		return newBucket(l, delay)
	}
}
