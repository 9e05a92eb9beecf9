package tracestat

import "time"

// mostBuckets bounds a series.
const mostBuckets = 1200

// widths are what a bucket of the series may be wide; each divides the next, so that
// a series that becomes too long is counted on in wider buckets.
var widths = []time.Duration{
	time.Millisecond, 10 * time.Millisecond, 100 * time.Millisecond, time.Second, 2 * time.Second, 10 * time.Second, 30 * time.Second,
	time.Minute, 5 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour,
}

// series counts requests over time, in the narrowest buckets of which there are not
// too many.
type series struct {
	begin             time.Duration // of the first bucket
	width             int           // of the widths
	requests, refused []uint64
}

// see takes in a request.
func (s *series) see(now time.Duration, refused bool) {
	at := int64((now - s.begin) / widths[s.width])
	for at >= mostBuckets {
		s.widen()
		at = int64((now - s.begin) / widths[s.width])
	}
	for int64(len(s.requests)) <= at {
		s.requests, s.refused = append(s.requests, 0), append(s.refused, 0)
	}
	s.requests[at]++
	if refused {
		s.refused[at]++
	}
}

// widen makes the buckets wider.
func (s *series) widen() {
	times := int(widths[s.width+1] / widths[s.width])
	s.width++
	for _, row := range []*[]uint64{&s.requests, &s.refused} {
		wide := make([]uint64, (len(*row)+times-1)/times)
		for i, n := range *row {
			wide[i/times] += n
		}
		*row = wide
	}
}

// atLeast makes the buckets as wide as the steps in which times were recorded.
func (s *series) atLeast(step time.Duration) {
	for widths[s.width] < step && s.width+1 < len(widths) {
		s.widen()
	}
}
