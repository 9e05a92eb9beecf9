package throttle

import (
	"slices"
	"time"
)

// series collects a Series while requests come in.
type series struct {
	bucket  time.Duration // the width of one; 0 if no series is kept
	buckets int
	at      int           // the bucket that requests are counted in now; −1 if none, as after the horizon
	edge    time.Duration // its end: before a request of then or later is counted, advance must be called

	rows   [][2][]uint32 // by group + 1, strangers first: served, turned away
	level  []int64       // nil unless the first limit's scope is the host
	levels int           // how many intervals have their level noted
	hosts  int           // how many hosts have ended
}

func newSeries(c Config, level bool) series {
	if c.Bucket <= 0 || c.Horizon <= 0 {
		return series{at: -1, edge: never}
	}
	s := series{bucket: c.Bucket, buckets: int((c.Horizon + c.Bucket - 1) / c.Bucket)}
	s.rows = make([][2][]uint32, c.Groups+1)
	for g := range s.rows {
		s.rows[g] = [2][]uint32{make([]uint32, s.buckets), make([]uint32, s.buckets)}
	}
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

// advance moves on to the bucket of now, and notes the levels at the ends of
// those it leaves behind. They can still be told, because nothing has been
// taken since the last request.
func (s *series) advance(now time.Duration, limits []keyed) {
	next := int64(now / s.bucket)
	if next >= int64(s.buckets) {
		s.at, s.edge = -1, never
		s.fill(s.level, s.buckets, limits)
		return
	}
	s.at, s.edge = int(next), time.Duration(next+1)*s.bucket
	s.fill(s.level, s.at, limits)
}

// fill adds the levels at the ends of the intervals up to end to a series.
func (s *series) fill(level []int64, end int, limits []keyed) {
	if s.level == nil {
		return
	}
	for ; s.levels < end; s.levels++ {
		level[s.levels] += limits[0].level(time.Duration(s.levels+1) * s.bucket)
	}
}

// upTo notes the levels at the ends of the intervals up to now. It is called
// before a change or a restart, after which they could no longer be told.
func (s *series) upTo(now time.Duration, limits []keyed) {
	if s.bucket > 0 {
		s.fill(s.level, int(min(int64(now/s.bucket), int64(s.buckets))), limits)
	}
}

// finish ends a host.
func (s *series) finish(limits []keyed) {
	s.fill(s.level, s.buckets, limits)
	s.hosts++
}

// count notes one verdict in the bucket of the last advance. One that Failed is
// neither served nor turned away by a limit.
func (s *series) count(group int32, k Kind) {
	if s.at < 0 || k == Failed {
		return
	}
	turned := 0
	if !k.Served() {
		turned = 1
	}
	s.rows[group+1][turned][s.at]++
}

// sum is a copy as a Series. It leaves the collection as it is.
func (s series) sum(limits []keyed) Series {
	if s.buckets == 0 {
		return Series{}
	}
	out := Series{Bucket: s.bucket}
	for g, row := range s.rows {
		out.Admitted = addSeries(out.Admitted, row[0])
		out.Throttled = addSeries(out.Throttled, row[1])
		if g > 0 {
			out.GroupAdmitted = append(out.GroupAdmitted, slices.Clone(row[0]))
			out.GroupThrottled = append(out.GroupThrottled, slices.Clone(row[1]))
		}
	}
	if s.level != nil {
		out.Level = slices.Clone(s.level)
		s.fill(out.Level, s.buckets, limits) // s is a copy: its cursor is not the endpoint's
		out.LevelHosts = s.hosts + 1
	}
	return out
}
