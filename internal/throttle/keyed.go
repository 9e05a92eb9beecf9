package throttle

import "time"

// keyed is a limit with the state of each of its keys.
type keyed struct {
	rule
	bucket *bucket // the rule, if it is a bucket
	limit  Limit
	exceed OnExceed // the limit's, or that of the endpoint
	table  table
	key    uint64 // of the request being decided
	at     int    // the slot of key
	// sole says that all requests have the same key, that of the host. Its table never
	// grows, so key and at are always what find makes them.
	sole bool
}

// newKeyed is a valid limit with no key used. Exceed is what happens beyond it
// unless the limit says otherwise.
func newKeyed(l Limit, exceed OnExceed) keyed {
	k := keyed{limit: l, exceed: exceed}
	if l.OnExceed != nil {
		k.exceed = *l.OnExceed
	}
	k.rule = newRule(l, k.exceed.Action == Delay)
	k.bucket, _ = k.rule.(*bucket)
	k.table.clear()
	if k.sole = l.Scope == HostScope; k.sole {
		k.find(nil)
	}
	return k
}

// expect prepares for a change of the limit to come.
func (l *keyed) expect(to Limit) {
	if p, ok := l.rule.(*places); ok {
		p.remember(memory{to.Window, int(to.Count)})
	}
}

// find finds the key of a request and its slot.
func (l *keyed) find(r *Request) {
	l.key = l.limit.Scope.key(r)
	l.at = l.table.find(l.key)
}

// consider is the limit's Decision on a request; it remembers the state for
// settle.
func (l *keyed) consider(now time.Duration, r *Request) Decision {
	l.find(r)
	return l.ask(now, &l.table.slots[l.at].state)
}

// settle tells the limit the common verdict on the request considered last.
func (l *keyed) settle(now, busy time.Duration, admitted bool) {
	s := &l.table.slots[l.at]
	if !admitted {
		l.turnAway(now)
		return
	}
	l.take(now, busy, &s.state)
	if s.key == 0 {
		s.key = l.key
		l.table.inserted(now, l.rule)
	}
}

// turnAway refuses the request that was considered last. That may change even
// the state of an unused key, which is not full if the burst has been raised.
func (l *keyed) turnAway(now time.Duration) {
	s := &l.table.slots[l.at]
	l.refuse(now, &s.state)
	if s.key == 0 && s.state != l.table.unused {
		s.key = l.key
		l.table.inserted(now, l.rule)
	}
}

// clear makes every key unused.
func (l *keyed) clear() {
	l.table.clear()
	l.forget()
}

// become is the limit after a change of it at now, with the same states.
func (l *keyed) become(now time.Duration, to Limit, exceed OnExceed) {
	next := newKeyed(to, exceed)
	next.table = l.table
	if p, ok := l.rule.(*places); ok {
		next.rule.(*places).remember(p.memory)
	}
	next.table.carry(now, l.rule, next.rule)
	*l = next
}

// level is what a limit of the host has left at now, in thousandths.
func (l *keyed) level(now time.Duration) int64 {
	return l.milli(now, &l.table.slots[l.at].state)
}

// full reports whether a limit of the host is a full bucket at now.
func (l *keyed) full(now time.Duration) bool {
	return l.bucket != nil && l.bucket.debt(now, l.table.slots[l.at].state) == 0
}
