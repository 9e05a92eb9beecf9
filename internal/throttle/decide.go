package throttle

import (
	"time"

	"tenement/internal/draw"
	"tenement/internal/service"
)

// Decide puts into v, which is to be the zero Verdict, the verdict on a request
// that arrives at now. Now never runs backwards, but may stand still: requests
// of one instant are decided in the order of the calls. Decide keeps neither r
// nor v.
//
// Decide does not return the verdict, because the copy would cost an eighth of
// a simulated attempt.
func (e *Endpoint) Decide(now time.Duration, r *Request, v *Verdict) {
	if now >= e.edge {
		e.advance(now)
	}
	v.Limit = -1
	if e.plain != nil {
		if l := e.plain; !l.sole {
			l.find(r)
		}
		if e.decidePlain(now, v); e.latency != nil && v.Kind != Dropped {
			v.After += e.serviceTime(r.Key, e.ordinal(r))
		}
	} else {
		e.decideFully(now, r, v)
	}
	e.tallies[r.Group+1][v.Kind]++
}

// Bare reports whether DecideBare may be asked. That lasts until the next host, or until a
// limit or a fault is added or removed.
func (e *Endpoint) Bare() bool { return e.plain != nil && e.plain.sole }

// DecideBare is Decide for an endpoint that is Bare. Of the Request it needs the Key, the
// Slot and the Group alone; the Slot must not be negative.
func (e *Endpoint) DecideBare(now time.Duration, key draw.Key, slot, group int32, v *Verdict) {
	if now >= e.edge {
		e.advance(now)
	}
	v.Limit = -1
	if e.decidePlain(now, v); e.latency != nil && v.Kind != Dropped {
		n := &e.ordinals[slot]
		v.After += e.latency.At(e.service.With(uint64(key)).With(uint64(*n)).Bits()) // serviceTime, without its call
		*n++
	}
	e.tallies[group+1][v.Kind]++
}

// decidePlain is Decide, but for the service time, for an endpoint that has one limit, a
// bucket, whose key has been found, and at most a service time besides. The only limit
// decides alone, so asking it and telling it the common verdict is one step.
func (e *Endpoint) decidePlain(now time.Duration, v *Verdict) {
	l := e.plain
	s, b := &l.table.slots[l.at], l.bucket
	debt := b.debt(now, s.state)
	if debt > b.prompt && !e.judge(v, b.short(debt), 0) {
		l.turnAway(now)
		return
	}
	s.n = debt + b.cost
	s.at = max(now, s.at)
	if s.key == 0 {
		s.key = l.key
		l.table.inserted(now, b)
	}
}

// decideFully is Decide for all other endpoints. It asks every limit, then
// tells all of them the common verdict: a refusal by one takes nothing from the
// others.
func (e *Endpoint) decideFully(now time.Duration, r *Request, v *Verdict) {
	admitted := true
	for i := range e.limits {
		if d := e.limits[i].consider(now, r); !d.OK || d.Wait > 0 {
			admitted = e.judge(v, d, i) && admitted
		}
	}
	if v.Kind != Dropped {
		e.answer(now, r, admitted, v)
	}
	for i := range e.limits {
		e.limits[i].settle(now, v.After, admitted)
	}
	if (len(e.turnedAway) > 1 || e.reshaped) && (v.Kind == Rejected || v.Kind == Dropped) {
		e.turnedAway[v.Limit]++
	}
}

// answer puts into v what is answered, and when, after the limits have decided.
func (e *Endpoint) answer(now time.Duration, r *Request, admitted bool, v *Verdict) {
	slow, n := -1, uint64(0)
	if e.ordinals != nil {
		n = e.ordinal(r)
	}
	begins := now + v.After
	if e.latency != nil {
		v.After += e.serviceTime(r.Key, n)
	}
	if admitted {
		slow = e.applyFaults(now, r, n, v)
	}
	if e.fetches != nil && r.Route == service.CredentialsRoute && r.CacheKey != 0 && v.Kind.Served() {
		wait, status := e.fetches.serve(now, begins, r, n)
		if v.After += wait; status != 0 {
			v.Kind, v.Status, v.Effect = Failed, status, Effect{Kind: StatusFault, Index: -1}
		}
	}
	e.cutOff(now, slow, v)
}

// judge updates a verdict with the Decision of a limit that refuses or delays,
// if that is worse, and reports whether this limit admits the request.
func (e *Endpoint) judge(v *Verdict, d Decision, limit int) bool {
	switch {
	case d.OK && v.Kind.Served():
		if v.Kind = Delayed; d.Wait > v.After {
			v.After, v.Limit = d.Wait, limit
		}
	case d.OK:
	case v.Kind.Served() || d.RetryAfter > v.RetryAfter:
		exceed := &e.limits[limit].exceed
		*v = Verdict{Kind: Rejected, Status: exceed.Code(), RetryAfter: d.RetryAfter, Limit: limit}
		if exceed.Action == Drop {
			v.Kind, v.Status = Dropped, 0
		}
	}
	return d.OK
}

// Touch brings into the processor's cache what a request of a task's slot needs, for an
// engine that knows which comes next. The number means nothing.
func (e *Endpoint) Touch(slot int32) uint64 {
	if e.ordinals == nil {
		return 0
	}
	return uint64(e.ordinals[slot])
}

// serviceTime is that of request number n of the task with a key.
func (e *Endpoint) serviceTime(key draw.Key, n uint64) time.Duration {
	return e.latency.At(e.service.With(uint64(key)).With(n).Bits())
}

// Renew says that the task of a slot is followed by another, whose requests are
// numbered from 0 again.
func (e *Endpoint) Renew(slot int32) {
	if e.ordinals != nil {
		e.ordinals[slot] = 0
	}
}

// maxStrangers bounds the tasks without a slot whose requests are numbered.
// Beyond it the numbers of all of them, and so their draws, begin at 0 again.
const maxStrangers = 1 << 16

// ordinal numbers a task's requests from 0.
func (e *Endpoint) ordinal(r *Request) uint64 {
	if r.Slot < 0 {
		n, known := e.strangers[r.Task]
		if !known && len(e.strangers) >= maxStrangers {
			clear(e.strangers)
		}
		e.strangers[r.Task] = n + 1
		return n
	}
	n := e.ordinals[r.Slot]
	e.ordinals[r.Slot]++
	return uint64(n)
}
