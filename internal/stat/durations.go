package stat

import (
	"math"
	"math/bits"
	"time"
)

// Durations is a distribution of durations in flat memory: it keeps each to less
// than 1 %, from nothing to the longest. The zero value is empty.
type Durations struct {
	counts [slotsPerOctave * (64 - slotBits)]uint64
	n      uint64
	max    time.Duration
}

// Below 2·slotsPerOctave ns each duration has a slot of its own; above, each octave
// has slotsPerOctave.
const (
	slotBits       = 7
	slotsPerOctave = 1 << slotBits
)

// Add counts a duration; one below 0 counts as 0.
func (d *Durations) Add(took time.Duration) {
	took = max(took, 0)
	d.counts[durationSlot(uint64(took))]++
	d.n++
	d.max = max(d.max, took)
}

// Count is how many durations were added.
func (d *Durations) Count() uint64 { return d.n }

// Max is the longest.
func (d *Durations) Max() time.Duration { return d.max }

// Quantile is the shortest duration that a share q, from 0 to 1, of all does not
// exceed: the middle of its slot. It is 0 if there is none.
func (d *Durations) Quantile(q float64) time.Duration {
	if d.n == 0 {
		return 0
	}
	rank := uint64(min(max(math.Ceil(float64(q*float64(d.n))), 1), float64(d.n)))
	for slot, n := range d.counts {
		if n >= rank {
			return min(slotMiddle(slot), d.max)
		}
		rank -= n
	}
	return d.max
}

func durationSlot(ns uint64) int {
	octave := max(bits.Len64(ns)-slotBits-1, 0)
	return octave<<slotBits + int(ns>>octave)
}

func slotMiddle(slot int) time.Duration {
	octave := max(slot>>slotBits-1, 0)
	low := uint64(slot-octave<<slotBits) << octave
	return time.Duration(low + (1<<octave)/2)
}
