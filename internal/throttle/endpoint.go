package throttle

import (
	"math"
	"math/bits"
	"slices"
	"time"

	"tenement/internal/draw"
)

// Endpoint is one host's endpoint: it decides what each request is answered
// and counts what it decided. Create it with New. It is not safe for
// concurrent use: a server of several connections holds a lock around every
// call, which also puts the requests in the one order that limits need.
type Endpoint struct {
	config Config
	limits []keyed
	// plain is the only limit, if that is a bucket and nothing but a service
	// time comes on top: the common case, which has a fast path.
	plain   *keyed
	latency *draw.Table
	host    uint32
	service draw.Key // what service times descend from, for this host

	places     []place // of the limits, by index
	nextNumber int
	reshaped   bool // the limits are not those of the Config: see reshape

	// The schedule: see advance.
	edge    time.Duration // the next instant at which advance has something to do
	changes []Change      // those not made yet
	faults  []liveFault   // by index, those of the Config first
	restart int           // the fault that restarts the server next, or −1

	revision uint64 // changes of limits so far

	fetches  *fetches       // requests to the upstream; nil without one
	upstream UpstreamCounts // of the hosts before this one

	// The ordinal of each task's next request, from 0 on, keys the draws of that request.
	ordinals  []uint32          // by slot; nil if nothing is drawn
	strangers map[uint64]uint64 // by task, for those without a slot

	tallies []tally // by group + 1; first the requests without a group
	// turnedAway is by limit. It is counted only where there are several limits:
	// for one, the tallies say it.
	turnedAway []uint64
	series     series
}

// tally counts the kinds of verdict.
type tally [numKinds]uint64

// New is an endpoint at time 0 with unused limits. It panics if c.Check fails:
// whoever reads a Config checks it.
func New(c Config) *Endpoint {
	if err := c.Check(); err != nil {
		panic("throttle: " + err.Error())
	}
	e := &Endpoint{
		config:     c,
		limits:     make([]keyed, len(c.Limits)),
		latency:    c.Latency,
		tallies:    make([]tally, c.Groups+1),
		turnedAway: make([]uint64, len(c.Limits)),
	}
	e.series = newSeries(c, len(c.Limits) > 0 && c.Limits[0].Scope == HostScope)
	for i, l := range c.Limits {
		e.limits[i] = newKeyed(l, c.OnExceed)
		e.places = append(e.places, place{number: i})
	}
	e.nextNumber = len(c.Limits)
	for _, change := range c.Changes {
		e.limits[change.Index].expect(change.To)
	}
	e.begin(c.Host)
	return e
}

// begin is time 0 of a host.
func (e *Endpoint) begin(host uint32) {
	e.host = host
	e.service = e.config.Seed.Name("service time").With(uint64(host))
	if e.fetches != nil {
		e.upstream.add(e.fetches.counts)
	}
	e.fetches = newFetches(e.config.Upstream, e.config.Seed, host)
	e.changes = e.config.Changes
	e.faults = e.faults[:0]
	for i, f := range e.config.Faults {
		e.faults = append(e.faults, e.newFault(i, f))
	}
	e.edge = 0 // the first call advances
	e.choosePath()
}

// choosePath finds out what Decide has to look at. A new host and an injected
// fault may change that.
func (e *Endpoint) choosePath() {
	more := len(e.faults) > 0 || e.fetches != nil || e.config.WriteTimeout > 0
	e.plain = nil
	if len(e.limits) == 1 && e.limits[0].bucket != nil && !more && !e.reshaped {
		e.plain = &e.limits[0]
	}
	if e.ordinals == nil && (e.latency != nil || more) {
		e.ordinals = make([]uint32, e.config.Slots)
		e.strangers = make(map[uint64]uint64)
	}
}

// NextHost turns the endpoint into that of another host of the same kind, at
// time 0 again, and reuses its memory. Everything is as New made it, with the
// draws of that host; only Counts goes on and sums over the hosts. An endpoint whose
// limits were added, replaced or removed has no next host.
func (e *Endpoint) NextHost(host uint32) {
	e.series.finish(e.tallies, e.limits)
	e.series.begin()
	for i := range e.limits {
		if l := e.config.Limits[i]; e.limits[i].limit != l {
			e.limits[i].become(0, l, e.config.OnExceed)
		}
		e.limits[i].clear()
	}
	clear(e.ordinals)
	clear(e.strangers)
	e.begin(host)
}

// Counts is a copy of what the endpoint has counted so far, over all its
// hosts. The levels of intervals that have not ended are those that result if
// neither a request nor a change follows.
func (e *Endpoint) Counts() Counts {
	e.series.count(e.tallies)
	c := Counts{ByGroup: make([]Tally, len(e.tallies)-1), Series: e.series.sum(e.limits)}
	c.Upstream = e.upstream
	if e.fetches != nil {
		c.Upstream.add(e.fetches.counts)
	}
	for i := range e.tallies {
		t := e.tallies[i].sum()
		c.Add(t)
		if i > 0 {
			c.ByGroup[i-1] = t
		}
	}
	if c.ByLimit = slices.Clone(e.turnedAway); len(c.ByLimit) == 1 && !e.reshaped {
		c.ByLimit[0] = e.soleTurnedAway()
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
