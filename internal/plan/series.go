package plan

import "time"

// Bounds on the number of buckets of a series. A chart has room for about 240.
// A longer run keeps a bucket for each second for up to an hour, as the JSON
// promises.
const (
	chartBuckets = 240
	maxBuckets   = 3600
)

// widths are the round widths of a bucket beyond a second.
var widths = []time.Duration{
	time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 15 * time.Second, 30 * time.Second,
	time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour,
}

// SeriesBucket is the width of a bucket of the run's series. Up to 4 minutes it
// is the smallest round width that needs at most 240 buckets; up to an hour a
// second; beyond, the smallest round width that needs at most 3,600.
func (p *Plan) SeriesBucket() time.Duration {
	horizon := max(p.Horizon(), 1)
	if horizon <= chartBuckets*time.Second {
		return roundUp((horizon + chartBuckets - 1) / chartBuckets)
	}
	least := (horizon + maxBuckets - 1) / maxBuckets
	for _, w := range widths {
		if w >= least {
			return w
		}
	}
	days := (least + 24*time.Hour - 1) / (24 * time.Hour)
	return days * 24 * time.Hour
}

// roundUp is the smallest of 1, 2 and 5 times a power of ten of nanoseconds
// that is at least d. d is at most a second.
func roundUp(d time.Duration) time.Duration {
	for w := time.Duration(1); ; w *= 10 {
		for _, m := range []time.Duration{1, 2, 5} {
			if m*w >= d {
				return m * w
			}
		}
	}
}
