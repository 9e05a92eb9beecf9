package reports

import (
	"math/bits"
	"time"
)

// distribution counts durations in the slots of an HdrHistogram with the
// package's bounds. It is the recorder's hot path: the slot is found by two
// shifts here, where the library, which serves any bounds, takes a call. The
// nil distribution has no room yet.
type distribution []uint64

// The geometry of 1 µs to 1 h with 3 digits: values are kept to 2⁹ ns (the
// power of two below 1 µs), in groups of 2¹⁰ slots (the power of two that tells
// apart 2·10³ values, halved) whose width doubles from group to group.
const (
	unitBits  = 9
	groupBits = 10
	firstMask = 1<<(unitBits+groupBits+1) - 1 // values of the first two groups
)

// slots is the size of a distribution.
var slots = slotOf(uint64(highest)) + 1

// slotOf is the slot of a duration in nanoseconds.
func slotOf(ns uint64) int {
	group := bits.Len64(ns|firstMask) - (unitBits + groupBits + 1)
	return group<<groupBits + int(ns>>(uint(group)+unitBits))
}

// record counts a duration, and reports false if it had to be moved to the
// nearer end of the range.
func (d *distribution) record(took time.Duration) (inside bool) {
	inside = uint64(took) <= uint64(highest)
	if !inside {
		took = min(max(took, 0), time.Duration(highest))
	}
	d.count(slotOf(uint64(took)))
	return inside
}

// count counts a duration by its slot.
func (d *distribution) count(slot int) {
	if *d == nil {
		*d = make(distribution, slots)
	}
	(*d)[slot]++
}

// merge adds another distribution.
func (d *distribution) merge(o distribution) {
	if o == nil {
		return
	}
	if *d == nil {
		*d = make(distribution, slots)
	}
	add(*d, o)
}

// figures are those that Histogram.figures gives of the distribution's text; nil
// without samples.
func (d distribution) figures() *Latency {
	var all uint64
	for _, n := range d {
		all += n
	}
	if all == 0 {
		return nil
	}
	var mean float64
	var at [len(percentiles)]float64
	next, seen := 0, uint64(0)
	for slot := 0; seen < all; slot++ {
		n := d[slot]
		if n == 0 {
			continue
		}
		seen += n
		from, width := durationOf(slot), widthOf(slot)
		mean += float64(n) * float64(from+width/2) / float64(all)
		for next < len(at) && seen >= rank(percentiles[next], all) {
			at[next] = milliseconds(float64(from + width - 1))
			next++
		}
	}
	return &Latency{Mean: milliseconds(mean), P50: at[0], P90: at[1], P99: at[2], P999: at[3], Max: at[4]}
}

// rank is the place of a percentile among so many samples in rising order, from 1.
func rank(percentile float64, samples uint64) uint64 {
	return min(max(uint64(float64(percentile/100*float64(samples))+0.5), 1), samples)
}

// durationOf is the least duration of a slot, in nanoseconds.
func durationOf(slot int) time.Duration {
	group := groupOf(slot)
	return time.Duration(slot-group<<groupBits) << (group + unitBits)
}

// widthOf is how many durations, in nanoseconds, a slot counts.
func widthOf(slot int) time.Duration { return 1 << (groupOf(slot) + unitBits) }

// groupOf is how often the width of a slot has doubled.
func groupOf(slot int) int { return max(slot>>groupBits-1, 0) }
