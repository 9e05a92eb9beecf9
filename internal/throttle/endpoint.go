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
	config Config
	limits []keyed
	// plain is the only limit, if that has a bucket and nothing else can
	// befall a request: the common case, and the fast one.
	plain   *keyed
	latency *draw.Table
	host    uint32
	service draw.Key // what service times descend from, for this host

	edge     time.Duration // the next instant at which something happens by itself
	changes  []Change      // those to come
	troubles []trouble     // by index, those of the schedule first
	restart  int           // the trouble that restarts the server next, or −1

	fetches  *fetches       // from upstream; nil without one
	upstream UpstreamCounts // of the hosts before this one

	ordinals  []uint64          // by slot: requests so far, which key the draws; nil if none is drawn
	strangers map[uint64]uint64 // by task, for those without a slot

	tallies []tally // by group + 1; strangers first
	series  series
}

// tally counts the kinds of verdict.
type tally [numKinds]uint64

// New is an endpoint at time 0, no limit of it used. It panics if a Check of
// what is in c fails: limits and the like are validated where they are read.
func New(c Config) *Endpoint {
	if err := c.Check(); err != nil {
		panic("throttle: " + err.Error())
	}
	e := &Endpoint{
		config:  c,
		limits:  make([]keyed, len(c.Limits)),
		latency: c.Latency,
		tallies: make([]tally, c.Groups+1),
	}
	e.series = newSeries(c, len(c.Limits) > 0 && c.Limits[0].Scope == HostScope)
	for i, l := range c.Limits {
		e.limits[i] = newKeyed(l, c.OnExceed)
	}
	e.begin(c.Host)
	return e
}

// begin is time 0 of a host.
func (e *Endpoint) begin(host uint32) {
	e.host = host
	e.service = e.config.Seed.Name("service time").With(uint64(host))
	if e.fetches != nil {
		e.upstream.Add(e.fetches.counts)
	}
	e.fetches = newFetches(e.config.Upstream, e.config.Seed, host)
	e.changes = e.config.Changes
	e.troubles = e.troubles[:0]
	for i, f := range e.config.Faults {
		e.troubles = append(e.troubles, e.trouble(i, f))
	}
	e.prepare()
}

// prepare finds what Decide has to look at, after something has changed.
func (e *Endpoint) prepare() {
	e.findRestart()
	e.edge = min(e.series.edge, e.upcoming())
	more := len(e.troubles) > 0 || e.fetches != nil || e.config.WriteTimeout > 0
	e.plain = nil
	if len(e.limits) == 1 && e.limits[0].bucket != nil && !more {
		e.plain = &e.limits[0]
	}
	if e.ordinals == nil && (e.latency != nil || more) {
		e.ordinals = make([]uint64, e.config.Slots)
		e.strangers = make(map[uint64]uint64)
	}
}

// NextHost turns the endpoint into that of another host of the same kind, at
// time 0 again, and reuses its memory: everything is as New made it and the
// draws are that host's, while Counts goes on and sums over the hosts.
func (e *Endpoint) NextHost(host uint32) {
	e.series.finish(e.limits)
	e.series.begin()
	for i := range e.limits {
		e.limits[i].afresh()
		if l := e.config.Limits[i]; e.limits[i].limit != l {
			e.limits[i].become(0, l, e.config.OnExceed)
		}
	}
	clear(e.ordinals)
	clear(e.strangers)
	e.begin(host)
}

// Decide is the verdict on a request that arrives at now. Now never runs
// backwards, but may stand still: requests of one instant are decided in the
// order of the calls. The request is not kept.
func (e *Endpoint) Decide(now time.Duration, r *Request) Verdict {
	if now >= e.edge {
		e.advance(now)
	}
	v := Verdict{Limit: -1}
	if e.plain != nil {
		e.ration(now, r, &v)
	} else {
		e.weigh(now, r, &v)
	}
	e.tallies[r.Group+1][v.Kind]++
	e.series.count(r.Group, v.Kind)
	return v
}

// ration is Decide for the plain case: one bucket, which need not be asked and
// told, and the service time.
func (e *Endpoint) ration(now time.Duration, r *Request, v *Verdict) {
	l := e.plain
	key := l.limit.Scope.key(r)
	at := l.table.find(key)
	s := &l.table.slots[at]
	t := l.bucket
	debt := t.owed(now, s.state)
	if debt <= t.room || e.judge(v, t.late(debt), 0) {
		s.n = debt + t.price
		s.at = max(now, s.at)
		if s.key == 0 {
			s.key = key
			l.table.inserted(now, t)
		}
	} else {
		t.refuse(now, &s.state)
	}
	if e.latency != nil && v.Kind != Dropped {
		v.After += e.serviceTime(r, e.ordinal(r))
	}
}

// weigh is Decide for all other cases. Every limit is asked, then all of them
// are told the common verdict: a refusal by one takes nothing of the others.
func (e *Endpoint) weigh(now time.Duration, r *Request, v *Verdict) {
	admitted := true
	for i := range e.limits {
		if d := e.limits[i].consider(now, r); !d.OK || d.Wait > 0 {
			admitted = e.judge(v, d, i) && admitted
		}
	}
	if v.Kind != Dropped {
		e.answer(now, r, admitted, v)
	}
	busy := v.After
	if v.hangs() {
		busy = 0
	}
	for i := range e.limits {
		e.limits[i].settle(now, busy, admitted)
	}
}

// answer is what becomes of a request once the limits have decided, and when.
func (e *Endpoint) answer(now time.Duration, r *Request, admitted bool, v *Verdict) {
	slow, n := -1, uint64(0)
	if e.ordinals != nil {
		n = e.ordinal(r)
	}
	begins := now + v.After
	if e.latency != nil {
		v.After += e.serviceTime(r, n)
	}
	if admitted {
		slow = e.befall(now, r, n, v)
	}
	if e.fetches != nil && r.Route == CredentialsRoute && v.Kind.Served() {
		wait, status := e.fetches.serve(now, begins, r, n)
		if v.After += wait; status != 0 {
			v.Kind, v.Status, v.Fault = Failed, status, Effect{Kind: StatusFault, Fault: -1}
		}
	}
	e.cut(now, slow, v)
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
		exceed := &e.limits[limit].exceed
		*v = Verdict{Kind: Rejected, Status: exceed.Code(), RetryAfter: d.RetryAfter, Limit: limit}
		if exceed.Action == Drop {
			v.Kind, v.Status = Dropped, 0
		}
	}
	return d.OK
}

// serviceTime is that of a task's request number n.
func (e *Endpoint) serviceTime(r *Request, n uint64) time.Duration {
	return e.latency.At(e.service.With(uint64(r.Key)).With(n).Bits())
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

// Counts is a copy of what the endpoint has counted so far, over all its
// hosts. Level intervals that have not ended are filled in as if neither a
// request nor a change followed.
func (e *Endpoint) Counts() Counts {
	c := Counts{ByGroup: make([]Tally, len(e.tallies)-1), Series: e.series.sum(e.limits)}
	c.Upstream = e.upstream
	if e.fetches != nil {
		c.Upstream.Add(e.fetches.counts)
	}
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
