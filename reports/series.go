package reports

import (
	"math"
	"slices"
	"time"

	"tenement/internal/throttle"
)

// maxBuckets is how many buckets a series may have.
const maxBuckets = 3600

// Series is what happened over time in the run itself, in a simulated report with the
// run's seed, in at most 3,600 buckets of equal width.
// Every array has the same length, except those that the endpoint would have
// had to count, which are null where it was not ours.
type Series struct {
	BucketS   float64  `json:"bucket_s"`  // width of a bucket
	Arrivals  []uint32 `json:"arrivals"`  // calls, by the instant they were scheduled for
	Attempts  []uint32 `json:"attempts"`  // by the instant of sending
	Admitted  []uint32 `json:"admitted"`  // by the endpoint, by the instant of arrival there
	Throttled []uint32 `json:"throttled"` // turned away by a limit: refused or dropped
	Failures  []uint32 `json:"failures"`  // failed calls, by their end
	// Level is what was left in the bucket at each interval's end, in tokens,
	// the mean of LevelHosts buckets; null unless the first limit is a token
	// bucket whose scope is the host.
	Level      []float64     `json:"level"`
	LevelHosts int           `json:"level_hosts,omitempty"` // that Level is the mean of
	Groups     []GroupSeries `json:"groups"`                // the part of each group
}

// GroupSeries is one group's part.
type GroupSeries struct {
	Name       string   `json:"name"`        // of the group
	Arrivals   []uint32 `json:"arrivals"`    // calls, by the instant they were scheduled for
	FirstTries []uint32 `json:"first_tries"` // attempts that were not retries, by the instant of sending
	Retries    []uint32 `json:"retries"`     // the other attempts, by the instant of sending
	Admitted   []uint32 `json:"admitted"`    // by the endpoint, by the instant of arrival there
	Throttled  []uint32 `json:"throttled"`   // turned away by a limit: refused or dropped
	Failures   []uint32 `json:"failures"`    // failed calls, by their end
}

// newSeries is the series of a case whose calls came for this long, or nil if
// its recorder kept none. The empty end of the drain is left out.
func newSeries(in CaseInput, ran time.Duration) *Series {
	r := in.Recorder
	if r.buckets == 0 {
		return nil
	}
	s := &Series{BucketS: tidy(time.Duration(r.width.by).Seconds())}
	s.Arrivals, s.Attempts, s.Failures = make([]uint32, r.buckets), make([]uint32, r.buckets), make([]uint32, r.buckets)
	for i, info := range in.Groups {
		rows := &r.groups[i].series
		s.Groups = append(s.Groups, GroupSeries{
			Name: info.Name, Arrivals: slices.Clone(rows[callRow]), Failures: slices.Clone(rows[failureRow]),
			FirstTries: slices.Clone(rows[firstRow]), Retries: slices.Clone(rows[retryRow]),
		})
		addRow(s.Arrivals, rows[callRow])
		addRow(s.Attempts, rows[firstRow])
		addRow(s.Attempts, rows[retryRow])
		addRow(s.Failures, rows[failureRow])
	}
	if in.Counts != nil && in.Counts.Series.Bucket == time.Duration(r.width.by) {
		// What is left of another kind of limit is no level of a bucket.
		bucket := len(in.Limits) > 0 && in.Limits[0].Kind == throttle.TokenBucket
		s.served(&in.Counts.Series, r.buckets, bucket)
	}
	s.trim(int((ran + time.Duration(r.width.by) - 1) / time.Duration(r.width.by)))
	return s
}

// served takes in what the endpoint counted, the level if it is a bucket's.
func (s *Series) served(t *throttle.Series, buckets int, bucket bool) {
	s.Admitted, s.Throttled = fit(t.Admitted, buckets), fit(t.Throttled, buckets)
	for i := range s.Groups {
		if i < len(t.GroupAdmitted) && i < len(t.GroupThrottled) {
			s.Groups[i].Admitted = fit(t.GroupAdmitted[i], buckets)
			s.Groups[i].Throttled = fit(t.GroupThrottled[i], buckets)
		}
	}
	if t.Level == nil || t.LevelHosts == 0 || !bucket {
		return
	}
	s.LevelHosts = t.LevelHosts
	s.Level = make([]float64, buckets)
	for i := range s.Level {
		// An endpoint that stopped counting keeps the level it had.
		s.Level[i] = level(t.Level[min(i, len(t.Level)-1)], t.LevelHosts)
	}
}

// level is the mean of a sum over hosts in thousandths of a token, in tokens.
func level(sum int64, hosts int) float64 {
	return tokens(float64(sum) / 1000 / float64(hosts))
}

// tokens rounds to thousandths, which is what the endpoint counts. Adding 0
// turns a negative zero into a plain one.
func tokens(x float64) float64 { return math.Round(x*1000)/1000 + 0 }

// fit is a copy of exactly n elements.
func fit(row []uint32, n int) []uint32 {
	out := make([]uint32, n)
	copy(out, row)
	return out
}

// addRow adds counts to counts. A sum that is too large ends at the largest number.
func addRow(to, from []uint32) {
	for i, v := range from {
		if to[i] += v; to[i] < v {
			to[i] = math.MaxUint32
		}
	}
}

// rows are all the arrays of counts, for what is done to each alike.
func (s *Series) rows() []*[]uint32 {
	all := []*[]uint32{&s.Arrivals, &s.Attempts, &s.Admitted, &s.Throttled, &s.Failures}
	for i := range s.Groups {
		g := &s.Groups[i]
		all = append(all, &g.Arrivals, &g.FirstTries, &g.Retries, &g.Admitted, &g.Throttled, &g.Failures)
	}
	return all
}

// trim cuts the series after the last bucket in which something happened, but
// not before the first least buckets.
func (s *Series) trim(least int) {
	end := min(least, len(s.Arrivals))
	for _, row := range s.rows() {
		for i := len(*row); i > end; i-- {
			if (*row)[i-1] != 0 {
				end = i
			}
		}
	}
	for _, row := range s.rows() {
		if *row != nil {
			*row = (*row)[:end]
		}
	}
	if s.Level != nil {
		s.Level = s.Level[:end]
	}
}
