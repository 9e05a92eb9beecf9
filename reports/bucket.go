package reports

import (
	"math/bits"
	"time"
)

// Bounds on the number of buckets of a series. Short runs have about as many as
// a chart has room for; longer ones are kept to the second for as long as
// readers of the JSON are promised.
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

// Bucket is the width of a series bucket for a run of this duration and drain:
// a round one, never finer than 240 buckets need, a second while 3,600 buckets
// last, and as coarse as 3,600 buckets demand beyond.
func Bucket(duration, drain time.Duration) time.Duration {
	horizon := max(duration+drain, 1)
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

// roundUp is the least of 1, 2 and 5 times a power of ten of nanoseconds that
// is not below d, which is at most a second.
func roundUp(d time.Duration) time.Duration {
	for w := time.Duration(1); ; w *= 10 {
		for _, m := range []time.Duration{1, 2, 5} {
			if m*w >= d {
				return m * w
			}
		}
	}
}

// divider divides by a fixed number by multiplying, which is several times
// faster than the processor's division and as exact. The zero divider must not
// be used.
type divider struct{ by, reciprocal uint64 }

// newDivider is for dividing by a positive number.
func newDivider(by uint64) divider { return divider{by, ^uint64(0) / by} }

// divide is n/by. The product with the reciprocal, which was rounded down, is
// at most one too small; hence the second look.
func (d divider) divide(n uint64) uint64 {
	q, _ := bits.Mul64(n, d.reciprocal)
	if n-q*d.by >= d.by {
		q++
	}
	return q
}
