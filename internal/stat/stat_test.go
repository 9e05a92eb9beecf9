package stat

import (
	"math"
	"testing"
)

func TestWilson(t *testing.T) {
	rows := []struct {
		name      string
		x, n      uint64
		low, high float64
	}{
		{"none of a thousand", 0, 1000, 0, 0.003827},
		{"ten of a thousand", 10, 1000, 0.00544, 0.01831},
		{"all", 1000, 1000, 1 - 0.003827, 1},
		{"more than all, in a damaged report", 5, 4, 0.510109, 1},
	}
	for _, row := range rows {
		ci := Wilson(row.x, row.n)
		if math.Abs(ci[0]-row.low) > 5e-6 || math.Abs(ci[1]-row.high) > 5e-6 {
			t.Errorf("%s: got %v, want [%v %v]", row.name, *ci, row.low, row.high)
		}
	}
	if Wilson(0, 0) != nil {
		t.Error("an interval of nothing")
	}
}

// The percentiles are those of printed tables.
func TestT95(t *testing.T) {
	for degrees, want := range map[float64]float64{10: 2.228, 19: 2.093, 49: 2.010, 399: 1.966} {
		if got := T95(degrees); math.Abs(got-want) > 0.003 {
			t.Errorf("%g degrees of freedom: got %.4f, want %.3f", degrees, got, want)
		}
	}
}

func TestDifference(t *testing.T) {
	for _, row := range []struct {
		x, n, y, m uint64
		want       float64
	}{
		// Expected by hand: p = 0.15, variance 0.1275 × 0.02.
		{20, 100, 10, 100, 1.980295}, {10, 100, 20, 100, -1.980295},
		{5, 10, 50, 100, 0}, {0, 10, 0, 10, 0}, {10, 10, 10, 10, 0}, {0, 0, 1, 2, 0}, {1, 2, 0, 0, 0},
	} {
		if got := Difference(row.x, row.n, row.y, row.m); math.Abs(got-row.want) > 1e-6 {
			t.Errorf("%d of %d and %d of %d: got %g, want %g", row.x, row.n, row.y, row.m, got, row.want)
		}
	}
}
