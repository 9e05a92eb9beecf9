package throttle

import (
	"slices"
	"time"
)

// series collects a Series while requests come in.
type series struct {
	bucket  time.Duration // the width of an interval; 0 if no series is kept
	buckets int
	at      int           // the interval that requests are counted in; −1 after the horizon, or without a series
	edge    time.Duration // the end of at; advance must be called before a request of then or later is counted

	rows   [][2][]uint32 // by group + 1, first the requests without a group: served, turned away; nil is nothing yet
	before [][2]uint32   // as rows: all that was counted, without the requests that rows lack; it may overflow
	level  []int64       // nil unless the first limit's scope is the host
	levels int           // how many intervals have their level recorded
	hosts  int           // how many hosts have ended
}

func newSeries(c Config, level bool) series {
	if c.Bucket <= 0 || c.Horizon <= 0 {
		return series{at: -1, edge: never}
	}
	s := series{bucket: c.Bucket, buckets: int((c.Horizon + c.Bucket - 1) / c.Bucket)}
	s.rows = make([][2][]uint32, c.Groups+1)
	s.before = make([][2]uint32, c.Groups+1)
	if level {
		s.level = make([]int64, s.buckets)
	}
	s.begin()
	return s
}

// begin goes back to time 0.
func (s *series) begin() {
	if s.buckets > 0 {
		s.at, s.edge, s.levels = 0, s.bucket, 0
	}
}

// advance moves on to the interval of now, and records the levels at the ends
// of those before it. Nothing has been taken since the last request, so they
// are still known.
func (s *series) advance(now time.Duration, tallies []tally, limits []keyed) {
	s.count(tallies)
	next := int64(now / s.bucket)
	if next >= int64(s.buckets) {
		s.at, s.edge = -1, never
		s.fill(s.level, s.buckets, limits)
		return
	}
	s.at, s.edge = int(next), time.Duration(next+1)*s.bucket
	s.fill(s.level, s.at, limits)
}

// fill adds to a series the levels at the ends of the intervals before end.
func (s *series) fill(level []int64, end int, limits []keyed) {
	if s.level == nil {
		return
	}
	for ; s.levels < end; s.levels++ {
		at := time.Duration(s.levels+1) * s.bucket
		left := limits[0].level(at)
		level[s.levels] += left
		if !limits[0].full(at) {
			continue
		}
		// Nothing is taken before end, so it stays full.
		for s.levels++; s.levels < end; s.levels++ {
			level[s.levels] += left
		}
		return
	}
}

// upTo records the levels at the ends of the intervals up to now. It is called
// before a change or a restart, after which they are no longer known.
func (s *series) upTo(now time.Duration, limits []keyed) {
	if s.bucket > 0 {
		s.fill(s.level, int(min(int64(now/s.bucket), int64(s.buckets))), limits)
	}
}

// finish ends a host.
func (s *series) finish(tallies []tally, limits []keyed) {
	s.count(tallies)
	s.fill(s.level, s.buckets, limits)
	s.hosts++
}

// count records, in the interval of the last advance, what was counted since the last
// call. A request that Failed is neither served nor turned away by a limit.
func (s *series) count(tallies []tally) {
	before := s.before
	for g := range before {
		t, b := &tallies[g], &before[g]
		served, turned := uint32(t[Admitted]+t[Delayed]), uint32(t[Rejected]+t[Dropped])
		if served != b[0] {
			s.add(g, 0, served-b[0])
			b[0] = served
		}
		if turned != b[1] {
			s.add(g, 1, turned-b[1])
			b[1] = turned
		}
	}
}

// add adds to a row, unless the horizon is over.
func (s *series) add(g, i int, n uint32) {
	if s.at < 0 {
		return
	}
	row := &s.rows[g][i]
	if *row == nil {
		*row = make([]uint32, s.buckets)
	}
	(*row)[s.at] += n
}

// sum is a copy as a Series. It does not change s.
func (s series) sum(limits []keyed) Series {
	if s.buckets == 0 {
		return Series{}
	}
	out := Series{Bucket: s.bucket}
	for g, row := range s.rows {
		served, turned := grow(row[0], s.buckets), grow(row[1], s.buckets)
		out.Admitted = addSeries(out.Admitted, served)
		out.Throttled = addSeries(out.Throttled, turned)
		if g > 0 {
			out.GroupAdmitted = append(out.GroupAdmitted, slices.Clone(served))
			out.GroupThrottled = append(out.GroupThrottled, slices.Clone(turned))
		}
	}
	if s.level != nil {
		out.Level = slices.Clone(s.level)
		s.fill(out.Level, s.buckets, limits) // s is a copy, so this does not move the endpoint's cursor
		out.LevelHosts = s.hosts + 1
	}
	return out
}
