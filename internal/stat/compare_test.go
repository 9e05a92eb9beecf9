package stat

import (
	"math"
	"math/bits"
	"slices"
	"testing"
)

// near reports whether a figure is one that a table prints with so many digits.
func near(got, want, within float64) bool { return math.Abs(got-want) <= within }

// The smallest chance of k values a side, all of one side above the other, is one in
// half of the ways to choose them.
func TestMannWhitneyApart(t *testing.T) {
	for k, want := range map[int]float64{4: .0286, 5: .0079, 6: .0022, 7: .00058, 10: 1.1e-5} {
		var a, b []float64
		for i := range k {
			a, b = append(a, float64(i)), append(b, float64(100+i))
		}
		if got := MannWhitney(a, b); !near(got/want, 1, 0.02) {
			t.Errorf("%d and %d: got %.3g, want %.3g", k, k, got, want)
		}
		if MannWhitney(a, b) != MannWhitney(b, a) {
			t.Errorf("%d and %d: the sides differ", k, k)
		}
	}
	if p := MannWhitney([]float64{1, 1}, []float64{1, 1}); p != 1 {
		t.Errorf("values that are all alike: got %g, want 1", p)
	}
	if p := MannWhitney(nil, []float64{1}); p != 1 {
		t.Errorf("no value: got %g, want 1", p)
	}
}

// The exact chance with ties is that of all ways to deal the values out.
func TestMannWhitneyTies(t *testing.T) {
	values := []float64{1, 2, 2, 3, 3, 3, 5, 8}
	n := 4
	u := func(side uint) (sum float64) {
		for i, x := range values {
			for j, y := range values {
				if side&(1<<i) != 0 && side&(1<<j) == 0 {
					switch {
					case x > y:
						sum++
					case x == y:
						sum += 0.5
					}
				}
			}
		}
		return sum
	}
	const drawn = 0b10110001
	far, as, all := math.Abs(u(drawn)-8), 0.0, 0.0
	for side := range uint(1) << len(values) {
		if bits.OnesCount(side) == n {
			if all++; math.Abs(u(side)-8) >= far {
				as++
			}
		}
	}
	var a, b []float64
	for i, x := range values {
		if drawn&(1<<i) != 0 {
			a = append(a, x)
		} else {
			b = append(b, x)
		}
	}
	if got := MannWhitney(a, b); !near(got, as/all, 1e-9) {
		t.Errorf("got %g, want %g", got, as/all)
	}
}

// The smallest chance of k pairs is 2^(1-k); ties and zeros are as all signs give.
func TestSignedRank(t *testing.T) {
	for k := 2; k <= 20; k++ {
		d := make([]float64, k)
		for i := range d {
			d[i] = float64(i + 1)
		}
		if got := SignedRank(d); !near(got, math.Pow(2, float64(1-k)), 1e-12) {
			t.Errorf("%d pairs: got %g", k, got)
		}
	}
	d := []float64{-1, 2, 2, -2, 3, 0, 4, 4}
	ranks := []float64{1, 3, 3, 3, 5, 6.5, 6.5} // of the sizes 1, 2, 2, 2, 3, 4, 4
	up := 3 + 3 + 5 + 6.5 + 6.5
	below, above := 0.0, 0.0
	for signs := range 1 << len(ranks) {
		sum := 0.0
		for i, r := range ranks {
			if signs&(1<<i) != 0 {
				sum += r
			}
		}
		if sum <= up {
			below++
		}
		if sum >= up {
			above++
		}
	}
	want := min(2*min(below, above)/float64(int(1)<<len(ranks)), 1)
	if got := SignedRank(d); !near(got, want, 1e-12) {
		t.Errorf("ties: got %g, want %g", got, want)
	}
	if got := SignedRank([]float64{0, 0}); got != 1 {
		t.Errorf("no difference: got %g, want 1", got)
	}
}

func TestHodgesLehmann(t *testing.T) {
	// All differences: 9 10 11 19 20 21 29 30 31, and of nine values none is outside.
	shift, ci := HodgesLehmann([]float64{1, 2, 3}, []float64{12, 22, 32}, 0.89)
	if shift != 20 || ci == nil || *ci != [2]float64{9, 31} {
		t.Errorf("got %g, %v, want 20, [9 31]", shift, ci)
	}
	if _, ci := HodgesLehmann([]float64{1, 2, 3}, []float64{12, 22, 32}, 0.99); ci != nil {
		t.Errorf("three values a side have an interval of 99 %%: %v", ci)
	}
	for level, want := range map[float64]int{0.95: 4, 0.99: 5, 0.999: 7} {
		if got := LeastUnpaired(level); got != want {
			t.Errorf("%g: got %d values a side, want %d", level, got, want)
		}
	}
	// Of pairs, means of two: 1 1.5 2 2.5 3 3.5 ... for the differences 1 to 8.
	d := []float64{1, 2, 3, 4, 5, 6, 7, 8}
	shift, ci = PairedShift(d, 0.99)
	if shift != 4.5 || ci == nil || *ci != [2]float64{1, 8} {
		t.Errorf("got %g, %v, want 4.5, [1 8]", shift, ci)
	}
	if _, ci := PairedShift(d[:7], 0.99); ci != nil {
		t.Errorf("seven pairs have an interval of 99 %%: %v", ci)
	}
}

// Chances sum up to one, and are the same from both ends.
func TestDistributions(t *testing.T) {
	for _, p := range [][]float64{uDistribution(1, 1), uDistribution(5, 7), uDistribution(40, 40), signedRankDistribution(1), signedRankDistribution(40)} {
		sum := 0.0
		for i, x := range p {
			sum += x
			if !near(x, p[len(p)-1-i], 1e-15) {
				t.Fatalf("%d: %g and %g at the two ends", i, x, p[len(p)-1-i])
			}
		}
		if !near(sum, 1, 1e-9) {
			t.Errorf("got %g in all", sum)
		}
	}
}

// The first rows of Newcombe's table II, method 10.
func TestNewcombe(t *testing.T) {
	for _, row := range []struct{ x, n, y, m, low, high float64 }{
		{48, 80, 56, 70, 0.0524, 0.3339},
		{3, 10, 9, 10, 0.1705, 0.8090},
		{0, 20, 0, 10, -0.1611, 0.2775},
		{0, 10, 0, 10, -0.2775, 0.2775},
		{0, 10, 10, 10, 0.6075, 1},
	} {
		ci := Newcombe(row.x, row.n, row.y, row.m, 0.95)
		if !near(ci[0], row.low, 1e-4) || !near(ci[1], row.high, 1e-4) {
			t.Errorf("%g of %g and %g of %g: got %v, want [%g %g]", row.x, row.n, row.y, row.m, ci, row.low, row.high)
		}
	}
}

func TestHolm(t *testing.T) {
	got := Holm([]float64{0.04, 0.01, 0.03, 0.005})
	if want := []float64{0.06, 0.03, 0.06, 0.02}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// The percentiles are those of printed tables.
func TestQuantiles(t *testing.T) {
	if got := Normal(0.975); !near(got, Z95, 1e-9) {
		t.Errorf("got %g, want %g", got, Z95)
	}
	for degrees, want := range map[float64]float64{4: 4.604, 9: 3.250, 39: 2.708, 1e6: 2.576} {
		if got := Student(0.995, degrees); !near(got, want, 1e-3) {
			t.Errorf("%g degrees of freedom: got %.4f, want %.3f", degrees, got, want)
		}
		if got := Student(0.005, degrees); !near(got, -want, 1e-3) {
			t.Errorf("%g degrees of freedom, below: got %.4f, want %.3f", degrees, got, -want)
		}
	}
}
