package strategy

import (
	"slices"
	"time"

	"tenement/internal/draw"
)

// Negative is negative caching: for a while after a fetch has failed, the client does
// not fetch again. Calls get meanwhile what the failed fetch has left them, without a
// request: the held document if that is still good or may be served stale, else the
// same error. A fetch that a policy of the client has held back is not remembered, and a
// client that is built for one call has nobody to remember for. The zero Negative
// remembers no failure.
// Source: RFC 2308, section 7, and RFC 9520, section 3.2, which do so for DNS (1 s to
// 5 min); Java's networkaddress.cache.negative.ttl (10 s).
type Negative struct {
	For time.Duration // how long a failure is remembered; 0 is not at all
	// Jitter shortens that by up to this fraction, 0..1, drawn at each failure, so that
	// clients that failed together do not come back together.
	Jitter float64
	// Classes replace For after some failures: the first that fits counts.
	Classes []NegativeClass
}

// NegativeClass is how long some failures are remembered.
type NegativeClass struct {
	On  Conditions
	For time.Duration // 0 is not at all
}

// remembers reports whether any failure is remembered.
func (n *Negative) remembers() bool {
	return n.For > 0 || slices.ContainsFunc(n.Classes, func(c NegativeClass) bool { return c.For > 0 })
}

// span is how long a failure is remembered; u is its keyed draw.
func (n *Negative) span(o *Outcome, u uint64) time.Duration {
	d := n.For
	if i := slices.IndexFunc(n.Classes, func(c NegativeClass) bool { return c.On.Has(o) }); i >= 0 {
		d = n.Classes[i].For
	}
	return d - time.Duration(float64(d)*n.Jitter*draw.Float(u))
}

// failure is a failed fetch that a client remembers.
type failure struct {
	until   time.Duration
	outcome Outcome
	u       uint64 // the draw with which the cache was told
}

// remember keeps the failure of a call's fetch in mind.
func (c *Client) remember(now time.Duration, k *Call, o *Outcome, u uint64) {
	n := &c.strategy.Negative
	f := &c.aside(k.slot).failed
	*f = failure{until: now + n.span(o, c.draw(drawNegative, k, k.Attempts)), outcome: *o, u: u}
}

// spared answers a call without a fetch, if the last one has failed a short time ago;
// answer is the cache's.
func (c *Client) spared(now time.Duration, k *Call, s *slot, answer Answer) (Step, bool) {
	f := &c.aside(k.slot).failed
	if now >= f.until {
		return Step{}, false
	}
	k.last = f.outcome
	result := OK
	if answer == Miss {
		_, result = c.leaves(now, s.entry, &f.outcome, f.u)
	}
	if result == OK {
		result = c.judge(now, s.entry.ends())
	}
	return finish(now, k, result, k.servedFromCache()), true
}
