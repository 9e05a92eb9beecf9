package search

import (
	"math"
	"testing"
)

// The share that a bucket of 40/s turns away of Poisson arrivals, worked out independently
// and simulated with 4e7 arrivals.
func TestBlocking(t *testing.T) {
	for _, row := range []struct {
		rate float64
		b    int
		want float64
	}{
		{36, 1, 0.473684}, {20, 5, 0.00217596}, {36, 5, 0.0643619}, {32, 10, 0.00363923}, {40, 10, 0.0508475}, {36, 20, 0.00185318},
		{36, 60, 4.594e-7}, {38, 60, 1.1987e-4}, {39, 60, 0.00131949}, {40, 60, 0.00835655}, {42, 60, 0.0477517}, {44, 60, 0.0909099},
		{60, 60, 0.333333}, {80, 60, 0.5}, {80, 1000, 0.5}, {4000, 1000, 0.99}, {20, 1000, 0},
	} {
		if got := blocking(row.rate/40, row.b); math.Abs(got-row.want) > 1e-4*row.want+1e-9 {
			t.Errorf("%g/s and %d places: got %g, want %g", row.rate, row.b, got, row.want)
		}
	}
}
