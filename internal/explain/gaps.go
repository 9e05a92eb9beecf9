package explain

import (
	"time"

	"tenement/internal/timeline"
)

// gaps are the times between the attempts of each call, over all seeds.
type gaps struct{ calls [][]gap }

// gap is the range of one, in nanoseconds, so that sums are exact.
type gap struct {
	least, most time.Duration
	sum         int64
	n           int64
}

// add adds what was seen with one seed. The attempts are in order.
func (g *gaps) add(all []seen) {
	if g.calls == nil {
		g.calls = make([][]gap, len(all))
	}
	for i := range all {
		attempts := all[i].attempts
		for j := 1; j < len(attempts); j++ {
			if j > len(g.calls[i]) {
				g.calls[i] = append(g.calls[i], gap{least: 1<<63 - 1})
			}
			d := attempts[j].sent - attempts[j-1].sent
			one := &g.calls[i][j-1]
			one.least, one.most = min(one.least, d), max(one.most, d)
			one.sum += int64(d)
			one.n++
		}
	}
}

// all are the gaps of one call after another.
func (g *gaps) all() []timeline.Gap {
	out := []timeline.Gap{}
	for _, call := range g.calls {
		for _, one := range call {
			out = append(out, timeline.Gap{Min: timeline.Seconds(one.least), Mean: timeline.Seconds(time.Duration(one.sum / one.n)), Max: timeline.Seconds(one.most)})
		}
	}
	return out
}
