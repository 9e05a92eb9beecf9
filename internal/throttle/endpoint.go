package throttle

import (
	"math"
	"math/bits"
	"time"

	"tenement/internal/draw"
)

// Endpoint is one host's endpoint: it decides what each request is answered
// and counts what it decided. Create it with New. It is not safe for
// concurrent use; who serves several connections holds a lock around Decide,
// so that requests are decided in one order.
type Endpoint struct {
	limits  []keyed
	exceed  OnExceed
	latency *draw.Table
	service draw.Key // what service times descend from, for this host
	seed    draw.Key

	ordinals  []uint64          // by slot: requests so far, which key the service time
	strangers map[uint64]uint64 // by task, for those without a slot

	tallies []tally // by group + 1; strangers first
	series  series
}

// keyed is a limit with the buckets of all its keys.
type keyed struct {
	terms
	scope Scope
	table table
	key   uint64 // of the request being decided
	at    int    // its slot
}

// tally counts the kinds of verdict.
type tally [numKinds]uint64

// New is an endpoint at time 0, every bucket full. It panics if a limit's
// Check fails: limits are validated where they are read.
func New(c Config) *Endpoint {
	e := &Endpoint{
		exceed:  c.OnExceed,
		latency: c.Latency,
		seed:    c.Seed.Name("service time"),
		tallies: make([]tally, c.Groups+1),
	}
	e.limits = make([]keyed, len(c.Limits))
	for i, l := range c.Limits {
		e.limits[i] = keyed{terms: newTerms(l, c.OnExceed.Action == Delay), scope: l.Scope}
		e.limits[i].table.slots = make([]slot, minSlots)
	}
	if e.latency != nil {
		e.ordinals = make([]uint64, c.Slots)
		e.strangers = make(map[uint64]uint64)
	}
	e.series = newSeries(c, len(c.Limits) > 0 && c.Limits[0].Scope == HostScope)
	e.service = e.seed.With(uint64(c.Host))
	return e
}

// NextHost turns the endpoint into that of another host of the same kind, at
// time 0 again, and reuses its memory: every bucket is full and the service
// times are that host's, while Counts goes on and sums over the hosts.
func (e *Endpoint) NextHost(host uint32) {
	e.series.finish(e.limits)
	e.series.begin()
	for i := range e.limits {
		t := &e.limits[i].table
		clear(t.slots)
		t.used = 0
	}
	clear(e.ordinals)
	clear(e.strangers)
	e.service = e.seed.With(uint64(host))
}

// Decide is the verdict on a request that arrives at now. Now never runs
// backwards, but may stand still: requests of one instant are decided in the
// order of the calls. The request is not kept.
func (e *Endpoint) Decide(now time.Duration, r *Request) Verdict {
	if now >= e.series.edge {
		e.series.advance(now, e.limits)
	}
	v := Verdict{Limit: -1}
	switch len(e.limits) {
	case 0:
	case 1:
		// One limit is the common case, and need not be asked and told.
		l := &e.limits[0]
		key := l.scope.key(r)
		at := l.table.find(key)
		s := &l.table.slots[at]
		debt := l.owed(now, s.state)
		if debt > l.room {
			if d := l.late(debt); !e.judge(&v, d, 0) {
				break
			}
		}
		s.debt = debt + l.token
		s.at = max(now, s.at)
		if s.key == 0 {
			s.key = key
			l.table.inserted(now, &l.terms)
		}
	default:
		e.together(now, r, &v)
	}
	if e.latency != nil && v.Kind != Dropped {
		key := e.service.With(uint64(r.Key)).With(e.ordinal(r))
		v.After += e.latency.At(key.Bits())
	}
	e.tallies[r.Group+1][v.Kind]++
	e.series.count(r.Group, v.Kind)
	return v
}

// together asks every limit, then tells all of them the common verdict: a
// refusal by one takes no token of the others.
func (e *Endpoint) together(now time.Duration, r *Request, v *Verdict) {
	admitted := true
	for i := range e.limits {
		if d := e.limits[i].ask(now, r); !d.OK || d.Wait > 0 {
			admitted = e.judge(v, d, i) && admitted
		}
	}
	if !admitted {
		return
	}
	for i := range e.limits {
		e.limits[i].take(now)
	}
}

// judge lowers a verdict to what a limit that stands in the way makes of it,
// and reports whether that limit lets the request in.
func (e *Endpoint) judge(v *Verdict, d Decision, limit int) bool {
	switch {
	case d.OK && v.Kind.Served():
		if v.Kind = Delayed; d.Wait > v.After {
			v.After, v.Limit = d.Wait, limit
		}
	case d.OK:
	case v.Kind.Served() || d.RetryAfter > v.RetryAfter:
		*v = Verdict{Kind: Rejected, Status: e.exceed.Code(), RetryAfter: d.RetryAfter, Limit: limit}
		if e.exceed.Action == Drop {
			v.Kind, v.Status = Dropped, 0
		}
	}
	return d.OK
}

// ask is the limit's Decision; it notes the bucket for take.
func (l *keyed) ask(now time.Duration, r *Request) Decision {
	l.key = l.scope.key(r)
	l.at = l.table.find(l.key)
	return l.terms.ask(now, l.table.slots[l.at].state)
}

// take gives out a token of the bucket that was asked last.
func (l *keyed) take(now time.Duration) {
	s := &l.table.slots[l.at]
	l.terms.take(now, &s.state)
	if s.key == 0 {
		s.key = l.key
		l.table.inserted(now, &l.terms)
	}
}

// ordinal numbers a task's requests from 0.
func (e *Endpoint) ordinal(r *Request) uint64 {
	if r.Slot < 0 {
		n := e.strangers[r.Task]
		e.strangers[r.Task] = n + 1
		return n
	}
	n := e.ordinals[r.Slot]
	e.ordinals[r.Slot] = n + 1
	return n
}

// Done tells the endpoint that a request it served has been answered. No part
// of an endpoint is held during service yet, so nothing is freed; engines call
// it all the same.
func (e *Endpoint) Done(time.Duration, *Request) {}

// Counts is a copy of what the endpoint has counted so far, over all its
// hosts. Level intervals that have not ended are filled in as if no request
// followed.
func (e *Endpoint) Counts() Counts {
	c := Counts{ByGroup: make([]Tally, len(e.tallies)-1), Series: e.series.sum(e.limits)}
	for i := range e.tallies {
		t := e.tallies[i].sum()
		c.Add(t)
		if i > 0 {
			c.ByGroup[i-1] = t
		}
	}
	return c
}

func (t *tally) sum() Tally {
	s := Tally{Admitted: t[Admitted] + t[Delayed], Throttled: t[Rejected], Dropped: t[Dropped], Failed: t[Failed]}
	s.Requests = s.Admitted + s.Throttled + s.Dropped + s.Failed
	return s
}

// thousandths is n·1000/of for n below of, without overflow.
func thousandths(n, of int64) int64 {
	hi, lo := bits.Mul64(uint64(n), 1000)
	q, _ := bits.Div64(hi, lo, uint64(of))
	return int64(q)
}

// never is later than any instant of a run.
const never = time.Duration(math.MaxInt64)
