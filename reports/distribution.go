package reports

import (
	"math/bits"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
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

// histogram is the distribution as the library's, or nil without samples.
func (d distribution) histogram() *hdrhistogram.Histogram {
	counts := make([]int64, len(d))
	for i, n := range d {
		counts[i] = int64(n)
	}
	h := hdrhistogram.Import(&hdrhistogram.Snapshot{
		LowestTrackableValue: lowest, HighestTrackableValue: highest, SignificantFigures: digits, Counts: counts,
	})
	if h.TotalCount() == 0 {
		return nil
	}
	return h
}

// durationOf is the least duration of a slot, in nanoseconds.
func durationOf(slot int) time.Duration {
	if slot < 2<<groupBits {
		return time.Duration(slot) << unitBits
	}
	group := slot>>groupBits - 1
	return time.Duration(slot-group<<groupBits) << (group + unitBits)
}
