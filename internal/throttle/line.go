package throttle

import (
	"slices"
	"time"
)

// line is the instants at which requests start or end, in ascending order.
type line struct {
	instants []time.Duration
	first    int // of those not dropped
}

// kept is the instants that have not been dropped.
func (l *line) kept() []time.Duration { return l.instants[l.first:] }

// after is the kept instants after now. It changes nothing.
func (l *line) after(now time.Duration) []time.Duration {
	kept := l.kept()
	if len(kept) > 0 && kept[0] > now {
		return kept
	}
	i, _ := slices.BinarySearch(kept, now+1)
	return kept[i:]
}

// drop forgets the first n of the kept instants.
func (l *line) drop(n int) {
	l.first += n
	if l.first >= len(l.instants)-l.first {
		// At least half is dropped, which pays for moving the rest.
		n := copy(l.instants, l.instants[l.first:])
		l.instants, l.first = l.instants[:n], 0
	}
}

// add inserts an instant.
func (l *line) add(at time.Duration) {
	if n := len(l.instants); n == l.first || l.instants[n-1] <= at {
		l.instants = append(l.instants, at)
		return
	}
	i, _ := slices.BinarySearch(l.kept(), at)
	l.instants = slices.Insert(l.instants, l.first+i, at)
}
