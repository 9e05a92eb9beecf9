package strategy

import "time"

// tallySlices is how many slices of time a window has, so it moves in steps of a tenth of
// it. (Finagle, Polly and failsafe-go count in ten slices too.)
const tallySlices = 10

// tally counts attempts in the latest part of time. The zero tally is empty.
type tally struct {
	width  time.Duration // of a slice
	slice  int64         // number of the current one
	counts [tallySlices]tallied
	sum    tallied
}

// tallied is what is counted of a slice.
type tallied struct{ all, some, slow int64 }

// start empties the tally of a window.
func (t *tally) start(window time.Duration) {
	*t = tally{width: max(window/tallySlices, 1)}
}

// pass lets the time come up to now.
func (t *tally) pass(now time.Duration) {
	slice := int64(now / t.width)
	for n := min(slice-t.slice, tallySlices); n > 0; n-- {
		old := &t.counts[(slice-n+1)%tallySlices]
		t.sum.add(-old.all, -old.some, -old.slow)
		*old = tallied{}
	}
	t.slice = max(t.slice, slice)
}

// add counts in the current slice.
func (t *tally) add(all, some, slow int64) {
	t.counts[t.slice%tallySlices].add(all, some, slow)
	t.sum.add(all, some, slow)
}

func (t *tallied) add(all, some, slow int64) {
	t.all += all
	t.some += some
	t.slow += slow
}
