package throttle

import (
	"slices"
	"time"
)

// line is the instants until which requests hold their places, in ascending
// order. Adding an instant drops those that are past.
type line struct {
	ends  []time.Duration
	first int // of those not dropped
}

// after is the instants after now. It changes nothing.
func (l *line) after(now time.Duration) []time.Duration {
	ends := l.ends[l.first:]
	if len(ends) > 0 && ends[0] > now {
		return ends
	}
	i, _ := slices.BinarySearch(ends, now+1)
	return ends[i:]
}

// add inserts an instant and drops those up to now.
func (l *line) add(now, end time.Duration) {
	l.first = len(l.ends) - len(l.after(now))
	if l.first >= len(l.ends)-l.first {
		// At least half is past, which pays for moving the rest.
		n := copy(l.ends, l.ends[l.first:])
		l.ends, l.first = l.ends[:n], 0
	}
	if n := len(l.ends); n == l.first || l.ends[n-1] <= end {
		l.ends = append(l.ends, end)
		return
	}
	i, _ := slices.BinarySearch(l.ends[l.first:], end)
	l.ends = slices.Insert(l.ends, l.first+i, end)
}
