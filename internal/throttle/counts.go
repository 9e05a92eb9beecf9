package throttle

import (
	"math/bits"
	"slices"
	"time"
)

// Counts is what an endpoint has done. Everything in it is an integer, so that
// merging is associative and commutative: a report does not depend on which
// worker finished first.
type Counts struct {
	Tally
	ByGroup []Tally // by the group's dense number; requests without a group are in the sum only
	// ByLimit is how many requests each limit turned away (rejected or
	// dropped), by its index. If several limits refuse a request, the one with
	// the longest wait counts it.
	ByLimit  []uint64
	Upstream UpstreamCounts
	Series   Series
	// Further is what further endpoints of the same hosts have done, by their number
	// less 1; no endpoint fills it in.
	Further []Counts
}

// Tally counts requests by verdict. Every request is in Requests and in exactly
// one of the others. Reports and mockimds write it as it is.
type Tally struct {
	Requests  uint64 `json:"requests"`  // in all
	Admitted  uint64 `json:"admitted"`  // served, at once or after a delay
	Throttled uint64 `json:"throttled"` // rejected because of a limit
	Dropped   uint64 `json:"dropped"`   // not answered, because of a limit
	Failed    uint64 `json:"failed"`    // a fault or the upstream decided
}

// Add adds o.
func (t *Tally) Add(o Tally) {
	t.Requests += o.Requests
	t.Admitted += o.Admitted
	t.Throttled += o.Throttled
	t.Dropped += o.Dropped
	t.Failed += o.Failed
}

// Series is what an endpoint did over time, by the instant at which requests
// arrived, in intervals of equal width. Requests at or after the horizon, and
// requests that Failed, are in the Counts only.
type Series struct {
	Bucket    time.Duration // width; 0 if no series was kept
	Admitted  []uint32
	Throttled []uint32 // turned away because of a limit: rejected or dropped
	// Level is what the first limit had left at the end of each interval, as
	// Endpoint.Level, summed over LevelHosts hosts. It is nil unless that
	// limit's scope is the host.
	Level      []int64
	LevelHosts int

	GroupAdmitted  [][]uint32 // by the group's dense number
	GroupThrottled [][]uint32
}

// Merge adds the counts of another endpoint, or of another part of the same
// run. A zero Counts takes on o's shape; otherwise both must have the same
// series bucket, or Merge panics. Merge keeps no reference to o.
func (c *Counts) Merge(o Counts) {
	c.Add(o.Tally)
	c.ByGroup = grow(c.ByGroup, len(o.ByGroup))
	for g := range o.ByGroup {
		c.ByGroup[g].Add(o.ByGroup[g])
	}
	c.ByLimit = grow(c.ByLimit, len(o.ByLimit))
	for i, n := range o.ByLimit {
		c.ByLimit[i] += n
	}
	c.Upstream.add(o.Upstream)
	c.Series.merge(o.Series)
	c.Further = grow(c.Further, len(o.Further))
	for i := range o.Further {
		c.Further[i].Merge(o.Further[i])
	}
}

func (s *Series) merge(o Series) {
	switch {
	case o.Bucket == 0:
		return
	case s.Bucket == 0:
		s.Bucket = o.Bucket
	case s.Bucket != o.Bucket:
		panic("throttle: merging series of different buckets: " + s.Bucket.String() + " and " + o.Bucket.String())
	}
	s.Admitted = addSeries(s.Admitted, o.Admitted)
	s.Throttled = addSeries(s.Throttled, o.Throttled)
	s.Level = grow(s.Level, len(o.Level))
	for i, v := range o.Level {
		s.Level[i] += v
	}
	s.LevelHosts += o.LevelHosts
	s.GroupAdmitted = addRows(s.GroupAdmitted, o.GroupAdmitted)
	s.GroupThrottled = addRows(s.GroupThrottled, o.GroupThrottled)
}

func addRows(to, from [][]uint32) [][]uint32 {
	to = grow(to, len(from))
	for g, row := range from {
		to[g] = addSeries(to[g], row)
	}
	return to
}

// addSeries adds two series. A sum beyond 2³²−1 stays there, which keeps
// addition associative.
func addSeries(to, from []uint32) []uint32 {
	to = grow(to, len(from))
	for i, v := range from {
		sum, carry := bits.Add32(to[i], v, 0)
		to[i] = sum | -carry
	}
	return to
}

// grow is s with at least n elements, the new ones zero.
func grow[T any](s []T, n int) []T {
	if n <= len(s) {
		return s
	}
	return append(slices.Clip(s), make([]T, n-len(s))...)
}
