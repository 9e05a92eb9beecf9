package throttle

import "time"

// keyed is a limit with the states of all its keys.
type keyed struct {
	rule
	bucket *bucket // the rule, if it is a bucket
	limit  Limit
	exceed OnExceed // what holds for it
	table  table
	key    uint64 // of the request being decided
	at     int    // its slot
}

// newKeyed is a limit that Check finds no fault with, no key of it used.
// Exceed is what happens beyond it if the limit itself does not say.
func newKeyed(l Limit, exceed OnExceed) keyed {
	k := keyed{limit: l, exceed: exceed}
	if l.OnExceed != nil {
		k.exceed = *l.OnExceed
	}
	k.rule = newRule(l, k.exceed.Action == Delay)
	k.bucket, _ = k.rule.(*bucket)
	k.table.clear()
	return k
}

// consider is the limit's Decision on a request; it notes the state for settle.
func (l *keyed) consider(now time.Duration, r *Request) Decision {
	l.key = l.limit.Scope.key(r)
	l.at = l.table.find(l.key)
	return l.ask(now, &l.table.slots[l.at].state)
}

// settle ends the request that was considered last, with the common verdict.
func (l *keyed) settle(now, busy time.Duration, admitted bool) {
	s := &l.table.slots[l.at]
	if !admitted {
		l.refuse(now, &s.state)
		return
	}
	l.take(now, busy, &s.state)
	if s.key == 0 {
		s.key = l.key
		l.table.inserted(now, l.rule)
	}
}

// clear goes back to no key used.
func (l *keyed) clear() {
	l.table.clear()
	l.forget()
}

// become is the limit after a change of it at now, with the same states.
func (l *keyed) become(now time.Duration, to Limit, exceed OnExceed) {
	next := newKeyed(to, exceed)
	next.table = l.table
	for i := range next.table.slots {
		if s := &next.table.slots[i]; s.key != 0 {
			next.carry(now, l.rule, &s.state)
		}
	}
	*l = next
}

// level is what the whole host has left at now, in thousandths.
func (l *keyed) level(now time.Duration) int64 {
	return l.milli(now, &l.table.slots[l.table.find(HostScope.key(nil))].state)
}
