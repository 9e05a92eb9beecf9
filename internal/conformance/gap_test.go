package conformance

import (
	"fmt"
	"math"
	"slices"

	"tenement/internal/timeline"
)

// gapCheck is the gaps of a cell that were in no try as the preset has them. A busy
// machine makes a gap longer, and the one after it shorter, now and then; what the
// client does is the same in every try.
type gapCheck struct{ left map[string]bool }

// differ adds a try that made the requests of the preset, and returns what no try
// had right.
func (g *gapCheck) differ(want, got *timeline.Timeline) []string {
	found, _ := timeline.DiffGaps(*want, *got, timeline.Tolerance{Early: early, Late: late, Timeout: noticed})
	left := make(map[string]bool)
	var differ []string
	for _, d := range found {
		key := fmt.Sprint(d.Call, d.What)
		if g.left == nil || g.left[key] {
			left[key] = true
			differ = append(differ, d.String())
		}
	}
	g.left = left
	return differ
}

// compareWaits holds the waits of many fresh clients against the distribution of
// their preset's, which is uniform between the least and the most.
func compareWaits(want, got *timeline.Timeline) []string {
	var differ []string
	for n, w := range want.Gaps {
		var seen []float64
		for i, call := range got.Calls {
			if len(call.Attempts) != len(want.Calls[0].Attempts) {
				return []string{fmt.Sprintf("call %d: %d requests, want %d", i+1, len(call.Attempts), len(want.Calls[0].Attempts))}
			}
			seen = append(seen, call.Attempts[n+1].T-call.Attempts[n].T)
		}
		slices.Sort(seen)
		outliers := len(seen) / 10 // a busy machine makes a few waits longer, and none shorter
		least, most := seen[0], seen[len(seen)-1-outliers]
		if least < w.Min-early || least > w.Max+calm || most > w.Max+late {
			differ = append(differ, fmt.Sprintf("wait %d: %.3f to %.3f s, want %.3f to %.3f s", n+1, least, most, w.Min, w.Max))
			continue
		}
		if width := w.Max - w.Min; width > wide {
			if d := distance(seen, w.Min, w.Max); d > farthest {
				differ = append(differ, fmt.Sprintf("wait %d: not even between %.3f and %.3f s: Kolmogorov-Smirnov distance %.2f, want at most %.2f", n+1, w.Min, w.Max, d, farthest))
			}
		}
	}
	return differ
}

// farthest is the Kolmogorov-Smirnov distance that a sample of this size exceeds
// with a probability of about 1 in 100,000: sqrt(-ln(p/2)/2n).
var farthest = math.Sqrt(-math.Log(1e-5/2) / (2 * repeats))

// distance is the Kolmogorov-Smirnov distance of a sorted sample from the uniform
// distribution.
func distance(sample []float64, least, most float64) float64 {
	var d float64
	n := float64(len(sample))
	for i, x := range sample {
		u := min(max((x-least)/(most-least), 0), 1)
		d = max(d, u-float64(i)/n, float64(i+1)/n-u)
	}
	return d
}
