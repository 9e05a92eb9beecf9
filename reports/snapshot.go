package reports

import "time"

// Snapshot is what some groups of a run that goes on have counted.
type Snapshot struct {
	Calls, Failures uint64
	P99             time.Duration // of successes, to a thousandth; 0 of none
}

// Snapshot sums up the groups that of holds for. It costs about as much as a thousand
// calls, and must not run at the same time as another method.
func (r *Recorder) Snapshot(of func(group int) bool) Snapshot {
	var s Snapshot
	var all []distribution
	successes := uint64(0)
	for i := range r.groups {
		if t := &r.groups[i]; of(i) {
			s.Calls += t.calls()
			s.Failures += t.results.Failures()
			successes += t.calls() - t.results.Failures()
			if t.latency != nil {
				all = append(all, t.latency)
			}
		}
	}
	beyond := successes / 100 // how many are slower than the p99
	for slot := slots - 1; slot >= 0; slot-- {
		n := uint64(0)
		for _, d := range all {
			n += d[slot]
		}
		if n > beyond {
			s.P99 = durationOf(slot)
			break
		}
		beyond -= n
	}
	return s
}
