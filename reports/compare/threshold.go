package compare

import (
	"fmt"
	"slices"
	"strings"

	"tenement/internal/quantity"
	"tenement/reports"
)

// wantThreshold says what a threshold looks like, for errors.
const wantThreshold = "METRIC=VALUE, such as p99=15%, failure_rate=20%, failure_rate=0.5pp or neighbours=0.2pp"

// ParseThreshold reads METRIC=VALUE into thresholds, beside what is there: of a
// latency or a ratio by how much more counts, as 15%; of a share likewise for its odds,
// or its points, as 0.5pp; of the neighbours points only.
func ParseThreshold(text string, into map[string]reports.Threshold) error {
	metric, value, ok := strings.Cut(text, "=")
	if !ok {
		return fmt.Errorf("%q: want %s", text, wantThreshold)
	}
	i := slices.IndexFunc(figures, func(f figure) bool { return f.metric == metric })
	f := neighbours
	switch {
	case i >= 0:
		f = figures[i]
	case metric != reports.TargetNeighbours:
		return fmt.Errorf("%q: there is no figure %q: want one of %s, %s", text, metric, strings.Join(Figures(), ", "), reports.TargetNeighbours)
	}
	t, known := into[metric]
	if !known {
		t = f.threshold
	}
	number, points := strings.CutSuffix(value, "pp")
	v, ok := quantity.Fraction(number)
	if points {
		v /= 100
	}
	switch {
	case !ok || v < 0 || points && strings.HasSuffix(number, "%"):
		return fmt.Errorf("%q: %q is no threshold: want %s", text, value, wantThreshold)
	case points && f.scale == reports.Ratio:
		return fmt.Errorf("%q: %s is no share: want a percentage, such as 15%%", text, metric)
	case points && v > 1:
		return fmt.Errorf("%q: more than 100 percentage points", text)
	case points:
		t.Points = v
	case f.scale == reports.Points:
		return fmt.Errorf("%q: want percentage points, such as 0.2pp", text)
	case v > mostRatio:
		return fmt.Errorf("%q: more than %g times as much", text, mostRatio)
	default:
		t.Ratio = v
	}
	into[metric] = t
	return nil
}

// mostRatio bounds a threshold.
const mostRatio = 1000.0
