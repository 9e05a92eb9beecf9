package throttle

import (
	"fmt"
	"time"
)

// Change replaces a limit of an endpoint from an instant on. Kind and Scope
// stay. What has been taken stays taken, as far as the new limit has room for
// it: of a bucket the tokens, of a window the requests in it, of a concurrency
// limit those in service. Who has been told to wait waits as long as that.
//
// A fixed window may change its length in the middle of a window: the requests
// in that one count in the new window of the same instant.
type Change struct {
	At    time.Duration
	Index int // of the limit
	To    Limit
}

// check says what is wrong with a change of one of these limits.
func (c Change) check(limits []Limit) error {
	switch {
	case c.At < 0:
		return fmt.Errorf("at %v: a time below 0", c.At)
	case c.Index < 0 || c.Index >= len(limits):
		return fmt.Errorf("limit %d: there are %d", c.Index, len(limits))
	}
	was := limits[c.Index]
	switch {
	case c.To.Kind != was.Kind:
		return fmt.Errorf("%v: the limit is a %v, and a change cannot make it another", c.To.Kind, was.Kind)
	case c.To.Scope != was.Scope:
		return fmt.Errorf("scope %v: the limit is of %v, and a change cannot make it another", c.To.Scope, was.Scope)
	}
	return c.To.Check()
}

// upcoming is when something happens to the limits by itself, never if nothing
// does any more.
func (e *Endpoint) upcoming() time.Duration {
	at := never
	if len(e.changes) > 0 {
		at = e.changes[0].At
	}
	if e.restart >= 0 {
		at = min(at, e.troubles[e.restart].From)
	}
	return at
}

// advance lets happen what was to happen up to now, each at its own instant.
func (e *Endpoint) advance(now time.Duration) {
	e.findRestart()
	for at := e.upcoming(); at <= now && at < never; at = e.upcoming() {
		if len(e.changes) > 0 && e.changes[0].At == at {
			c := e.changes[0]
			e.changes = e.changes[1:]
			e.change(c)
			continue
		}
		e.troubles[e.restart].begun = true
		e.afresh(at)
		e.findRestart()
	}
	if now >= e.series.edge {
		e.series.advance(now, e.limits)
	}
	e.prepare()
}

func (e *Endpoint) change(c Change) {
	e.revision++
	e.series.upTo(c.At, e.limits)
	e.limits[c.Index].become(c.At, c.To, e.config.OnExceed)
}

// Limits are the limits in force at now, by index.
func (e *Endpoint) Limits(now time.Duration) []Limit {
	if now >= e.edge {
		e.advance(now)
	}
	return e.inForce()
}

// Revision counts the changes of limits so far, so that who shows them can see
// that there are others.
func (e *Endpoint) Revision() uint64 { return e.revision }

// inForce is Limits as of the last request.
func (e *Endpoint) inForce() []Limit {
	limits := make([]Limit, len(e.limits))
	for i := range e.limits {
		limits[i] = e.limits[i].limit
	}
	return limits
}

// SetLimit changes a limit from now on, as a Change does. Changes that are yet
// to come still come. The error says what is wrong with the new limit.
func (e *Endpoint) SetLimit(now time.Duration, index int, to Limit) error {
	c := Change{At: max(now, 0), Index: index, To: to}
	if err := c.check(e.inForce()); err != nil {
		return err
	}
	e.advance(now)
	e.change(c)
	e.prepare()
	return nil
}

// Reset lets every limit begin afresh at now, as it is in force: buckets are
// full, windows empty, and nobody is in service. So does the upstream, with
// what is cached of it. Counts, faults and changes to come go on.
func (e *Endpoint) Reset(now time.Duration) {
	e.advance(now)
	e.afresh(now)
	if e.fetches != nil && e.fetches.limiter != nil {
		e.fetches.limiter = NewLimiter(*e.config.Upstream.Limit)
	}
}

// afresh is what a restart at now leaves: no limit used, and an empty cache.
func (e *Endpoint) afresh(now time.Duration) {
	e.series.upTo(now, e.limits)
	for i := range e.limits {
		e.limits[i].afresh()
	}
	if e.fetches != nil {
		e.fetches.forget()
	}
}

// Exceed is what happens beyond the limit that a verdict names, for the body
// and the headers of a rejection. Ask before the next change of a limit.
// It is not to be changed.
func (e *Endpoint) Exceed(v *Verdict) *OnExceed {
	if v.Limit < 0 || v.Limit >= len(e.limits) {
		return &e.config.OnExceed
	}
	return &e.limits[v.Limit].exceed
}
