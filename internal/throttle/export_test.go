package throttle

import "time"

// Keyed is one key's bucket among those of other keys, as a Limiter, for the
// shared suite. Every commit also uses buckets of other keys, a new one each
// time, so that the table grows and sweeps all along.
type Keyed struct {
	limit   keyed
	request Request
	others  uint64
}

// NewKeyed is a Keyed for a limit of any scope but the host's.
func NewKeyed(l Limit, delay bool) *Keyed {
	k := &Keyed{limit: keyed{terms: newTerms(l, delay), scope: l.Scope}}
	k.limit.table.slots = make([]slot, minSlots)
	return k
}

// Ask implements Limiter.
func (k *Keyed) Ask(now time.Duration) Decision { return k.limit.ask(now, &k.request) }

// Commit implements Limiter.
func (k *Keyed) Commit(now time.Duration, admitted bool) {
	if admitted {
		k.limit.take(now)
	}
	k.others++
	k.limit.ask(now, &Request{Source: k.others, Task: k.others, Tenant: k.others})
	k.limit.take(now)
}

// Buckets is how many buckets the endpoint keeps for a limit, and in how many
// slots.
func (e *Endpoint) Buckets(limit int) (used, slots int) {
	t := &e.limits[limit].table
	return t.used, len(t.slots)
}
