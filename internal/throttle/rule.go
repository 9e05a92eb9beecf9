package throttle

import "time"

// rule is the algorithm of a limit: how it reads and changes the state of one
// key. All keys of a limit share one rule. Now is as for a Limiter.
type rule interface {
	// ask is the Decision for a request at now. It changes nothing.
	ask(now time.Duration, s *state) Decision
	// take admits a request that came at now and is answered busy later.
	take(now, busy time.Duration, s *state)
	// refuse turns a request away, because this rule or another refuses it. Only
	// a rule that itself refuses the request may charge for it.
	refuse(now time.Duration, s *state)
	// idle reports whether from now on the state decides like that of an unused
	// key, so that it may be forgotten.
	idle(now time.Duration, s, unused *state) bool
	// release frees what the rule keeps for a state that is forgotten.
	release(s *state)
	// forget frees what the rule keeps for all states.
	forget()
	// milli is what is left at now, in thousandths of a token or a request,
	// rounded down. Below zero it is what waiting requests are going to take,
	// or what was taken before the limit became smaller.
	milli(now time.Duration, s *state) int64
	// carry turns a state of an older rule of the same kind into one of this
	// rule. It gives nothing away.
	carry(now time.Duration, old rule, s *state)
}

// state is what a limit keeps for one key. Each rule says what the two fields
// mean. The zero state is that of an unused key of a limit that has not changed.
type state struct {
	n  int64
	at time.Duration
}
