package diagnosis

import (
	"slices"

	"tenement/reports"
)

// Limit is what the base's first limit admits, and the load on it.
type Limit struct {
	First  *reports.Limit // nil is no limit
	Only   bool           // there is no other
	Varies bool           // it changes during the run
	Shared bool           // several tasks share one state of it
	ForAll bool           // all tasks of a host share one, and every host has tasks of yours

	// PerTask is how many requests a second one state of it admits on average, or
	// 0 if that depends on how long requests take.
	PerTask float64
	// Capacity is the sum of that over the states that you use, on all your hosts. If
	// tasks do not share, it counts one task per host.
	Capacity float64
	// Asked and Load are the first tries and all attempts a second of you and
	// those who share with you, your other tasks included, on your hosts.
	Asked, Load float64

	// Tight are the kinds of hosts that differ whose own limit admits less than Sent: there it
	// is too low, although the limit of the other hosts admits that. Sent is how many requests
	// a second a host is sent on average, or a task sends if tasks do not share.
	Tight []*reports.Differ
	Sent  float64

	// TurnedAway is how many of Attempts all limits together refused or dropped in
	// the run: as the endpoint counted, or as clients saw if it was not ours.
	TurnedAway, Attempts uint64
	OtherSeeds           bool // a limit turned requests away with another seed than the run's

	Peak *Peak // nil if the limit has room for the most that came at once
}

// Peak is the most that was sent within one bucket of the series, if the limit has
// no room for it. A bucket is too short for the limit to recover.
type Peak struct {
	Requests uint64  // of all hosts
	WithinS  float64 // seconds
}

// Comparable reports whether load can be compared with the capacity: there is
// one limit, it has a rate, and you share it.
func (l *Limit) Comparable() bool { return l.Only && l.Shared && l.Capacity > 0 }

func (d *Diagnosis) findLimit() {
	l, e := &d.Limit, &d.Base.Endpoint
	l.TurnedAway, l.Attempts = turnedAway(d.Base)
	l.OtherSeeds = slices.ContainsFunc(d.Base.Groups, func(g reports.Group) bool {
		return g.Simulated != nil && g.Simulated.Throttled+g.Simulated.Dropped > 0
	})
	if len(e.Limits) > 0 {
		l.First, l.Only, l.Varies = &e.Limits[0], len(e.Limits) == 1, e.Changing(0)
		yourHosts := float64(reports.HostsWith(e.Hosts, d.You.Groups...))
		l.ForAll = everyone(d.Base, l.First) && yourHosts == d.hosts()
		states, shared := d.states()
		l.Shared = shared
		l.PerTask = e.MeanCapacity(0, d.Base.Seconds(d.Report)/float64(d.Base.Runs()))
		l.Capacity = l.PerTask * float64(states) * yourHosts * e.Mix()
	}
	d.Mine = d.onYourHosts(append(slices.Clone(d.You.Groups), d.sharers(d.Yours.Groups)...)...).Here()
	d.Sharing = d.onYourHosts(d.sharers(d.Neighbours.Groups)...).Here()
	l.Asked = d.Mine.PerSecond(d.Mine.FirstTries) + d.Sharing.PerSecond(d.Sharing.FirstTries)
	l.Load = d.Mine.PerSecond(d.Mine.Attempts) + d.Sharing.PerSecond(d.Sharing.Attempts)
	l.Peak = d.peak()
	d.findTight()
}

// findTight finds the hosts whose own limit is too low.
func (d *Diagnosis) findTight() {
	l, e := &d.Limit, &d.Base.Endpoint
	if !l.Only || l.Varies || l.PerTask == 0 {
		return
	}
	states := 1.0
	if l.Shared {
		n, _ := d.states()
		states, l.Sent = float64(n), l.Load/float64(reports.HostsWith(e.Hosts, d.You.Groups...))
	} else if tasks := d.You.AllTasks(e.Hosts); tasks > 0 {
		l.Sent = d.here() / tasks
	}
	for i := range e.Differ {
		if x := &e.Differ[i]; l.Sent > x.Limits[0].Capacity()*states && l.Sent <= l.PerTask*states {
			l.Tight = append(l.Tight, x)
		}
	}
}

// turnedAway is how many attempts of a case a limit turned away, of how many.
func turnedAway(c *reports.Case) (n, of uint64) {
	for i := range c.Groups {
		g := &c.Groups[i]
		n += g.Outcomes[reports.Throttled] + g.Outcomes[reports.Dropped]
		of += g.Attempts
	}
	if t := c.Endpoint.Tally; t != nil {
		n = t.Throttled + t.Dropped
		if len(c.Endpoints) > 0 {
			of = t.Requests
		}
	}
	return n, max(of, n)
}

// states is how many states of the limit your groups use on a host, and whether
// several tasks share one. It is 1 if they do not.
func (d *Diagnosis) states() (n int, shared bool) {
	e, l := &d.Base.Endpoint, d.Limit.First
	shared = l.Scope == "host"
	for i, g := range d.You.Groups {
		fresh := true
		for _, before := range d.You.Groups[:i] {
			fresh = fresh && !together(e, l, before, g)
		}
		if fresh {
			n++
		}
		shared = shared || together(e, l, g, g)
	}
	if !shared {
		return 1, false
	}
	return max(n, 1), true
}

// sharers are those of some groups that share a state of the limit with you.
func (d *Diagnosis) sharers(groups []*reports.Group) []*reports.Group {
	if !d.Limit.Shared {
		return nil
	}
	var out []*reports.Group
	for _, g := range groups {
		if slices.ContainsFunc(d.You.Groups, func(mine *reports.Group) bool {
			return together(&d.Base.Endpoint, d.Limit.First, mine, g) && g.Beside(d.Base.Endpoint.Hosts, mine) > 0
		}) {
			out = append(out, g)
		}
	}
	return out
}

func (d *Diagnosis) peak() *Peak {
	series := d.Base.Series
	if series == nil || d.Base.Runs() > 1 || d.Limit.First == nil || len(series.Attempts) == 0 {
		return nil
	}
	sent := series.Attempts
	if len(d.Base.Endpoints) > 0 {
		if sent = slices.Clone(series.Admitted); len(sent) == 0 || len(series.Throttled) != len(sent) {
			return nil
		}
		for i, n := range series.Throttled {
			sent[i] += n
		}
	}
	most := slices.Max(sent)
	room := d.Limit.First.Room() * d.hosts()
	if float64(most) <= room || series.BucketS*d.Limit.Capacity > room/4 {
		return nil
	}
	return &Peak{uint64(most), series.BucketS}
}
