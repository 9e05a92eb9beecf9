package throttle

import "time"

// Keyed is one key's state among those of other keys, as a Limiter, for the
// shared suite. Every commit also uses states of other keys, a new one each
// time, so that the table grows and sweeps all along.
type Keyed struct {
	limit   keyed
	request Request
	others  uint64
}

// NewKeyed is a Keyed for a limit of any scope but the host's.
func NewKeyed(l Limit) *Keyed { return &Keyed{limit: newKeyed(l, OnExceed{})} }

// Ask implements Limiter.
func (k *Keyed) Ask(now time.Duration) Decision { return k.limit.consider(now, &k.request) }

// Commit implements Limiter.
func (k *Keyed) Commit(now, busy time.Duration, admitted bool) {
	k.limit.consider(now, &k.request)
	k.limit.settle(now, busy, admitted)
	k.others++
	k.limit.consider(now, &Request{Source: k.others, Task: k.others, Tenant: k.others})
	k.limit.settle(now, busy, true)
}

// Buckets is how many buckets the endpoint keeps for a limit, and in how many
// slots.
func (e *Endpoint) Buckets(limit int) (used, slots int) {
	t := &e.limits[limit].table
	return t.used, len(t.slots)
}

// Cached is how many tokens the endpoint knows something of.
func (e *Endpoint) Cached() int { return len(e.fetches.entries) }

// Lines is how many lines a limit of requests that are remembered has made.
func (e *Endpoint) Lines(limit int) int { return len(e.limits[limit].rule.(*places).lines) }

// LineSize is the most that a line of such a limit has room for.
func (e *Endpoint) LineSize(limit int) (most int) {
	for _, l := range e.limits[limit].rule.(*places).lines {
		most = max(most, cap(l.ends))
	}
	return most
}

// Strangers is how many tasks without a slot the endpoint numbers.
func (e *Endpoint) Strangers() int { return len(e.strangers) }
