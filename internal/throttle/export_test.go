package throttle

import "time"

// Keyed is one key of a limit with many keys, as a Limiter, for the shared
// suite. Every Commit also uses another key, a new one each time, so that the
// table keeps growing and sweeping.
type Keyed struct {
	limit   keyed
	changes []Change
	request Request
	others  uint64
}

// NewKeyed is a Keyed for a limit of any scope but the host's, which changes.
func NewKeyed(l Limit, changes ...Change) *Keyed {
	k := &Keyed{limit: newKeyed(l, OnExceed{}), changes: changes}
	for _, c := range changes {
		k.limit.expect(c.To)
	}
	return k
}

// Ask implements Limiter.
func (k *Keyed) Ask(now time.Duration) Decision {
	for len(k.changes) > 0 && k.changes[0].At <= now {
		k.limit.become(k.changes[0].At, k.changes[0].To, OnExceed{})
		k.changes = k.changes[1:]
	}
	return k.limit.consider(now, &k.request)
}

// Commit implements Limiter.
func (k *Keyed) Commit(now, busy time.Duration, admitted bool) {
	k.limit.consider(now, &k.request)
	k.limit.settle(now, busy, admitted)
	k.others++
	k.limit.consider(now, &Request{Source: k.others, Task: k.others, Tenant: k.others})
	k.limit.settle(now, busy, true)
}

// Buckets is the number of states that the endpoint keeps for a limit, and of
// its slots.
func (e *Endpoint) Buckets(limit int) (used, slots int) {
	t := &e.limits[limit].table
	return t.used, len(t.slots)
}

// Cached is the number of tokens in the endpoint's cache of the upstream.
func (e *Endpoint) Cached() int { return len(e.fetches.entries) }

// Lines is the number of lines that a limit with places has made.
func (e *Endpoint) Lines(limit int) int { return len(e.limits[limit].rule.(*places).lines) }

// LineSize is the capacity of the largest line of such a limit.
func (e *Endpoint) LineSize(limit int) (most int) {
	for _, l := range e.limits[limit].rule.(*places).lines {
		most = max(most, cap(l.instants))
	}
	return most
}

// Strangers is the number of tasks without a slot whose requests are numbered.
func (e *Endpoint) Strangers() int { return len(e.strangers) }
