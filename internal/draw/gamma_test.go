package draw

import (
	"math"
	"testing"
)

func gammaOf(shape float64) gamma { return gamma{shape, lnGamma(shape)} }

func TestLnGamma(t *testing.T) {
	for i := range 5000 {
		x := math.Exp(float64(i)/5000*11 - 4.7) // 0.009 to 540
		want, _ := math.Lgamma(x)
		if got := lnGamma(x); math.Abs(got-want) > 4e-14+1e-15*math.Abs(want) {
			t.Errorf("lnGamma(%v): got %v, want %v", x, got, want)
		}
	}
}

func TestGammaQuantile(t *testing.T) {
	// Shape 1 is exponential; the others are from tables of the χ²
	// distribution, which is twice a gamma of half its degrees of freedom.
	tests := []struct {
		shape, p float64
		upper    bool
		want     float64
	}{
		{1, 0.5, false, math.Ln2},
		{1, 1e-9, false, 1e-9},
		{1, 1e-9, true, 9 * math.Ln10},
		{1, 0.25, true, 2 * math.Ln2},
		{0.5, 0.05, true, 3.841458821 / 2},
		{0.5, 0.95, false, 3.841458821 / 2},
		{5, 0.01, true, 23.20925116 / 2},
		{5, 0.05, false, 3.940299136 / 2},
		{50, 0.001, true, 149.4492528 / 2},
		{50, 0.01, false, 70.06489493 / 2},
	}
	for _, test := range tests {
		got := gammaOf(test.shape).quantile(test.p, test.upper)
		if math.Abs(got/test.want-1) > 1e-9 {
			t.Errorf("shape %v, p %v, upper %v: got %.12g, want %.12g", test.shape, test.p, test.upper, got, test.want)
		}
	}
	for _, shape := range []float64{0.01, 0.1, 1, 3, 400} {
		last := 0.0
		for _, p := range []float64{1e-9, 1e-6, 1e-3, 0.1, 0.3, 0.5} {
			x := gammaOf(shape).quantile(p, false)
			if x < last || math.IsNaN(x) {
				t.Errorf("shape %v: quantile of %v is %v, after %v", shape, p, x, last)
			}
			last = x
		}
		for _, p := range []float64{0.49, 0.3, 0.1, 1e-3, 1e-6, 1e-9} {
			x := gammaOf(shape).quantile(p, true)
			if x < last || math.IsNaN(x) {
				t.Errorf("shape %v: upper quantile of %v is %v, after %v", shape, p, x, last)
			}
			last = x
		}
	}
}

// TestTablesArePinned is to hold on every processor. A change of any sample changes
// runs: make it on purpose only, and raise the model's version.
func TestTablesArePinned(t *testing.T) {
	for _, row := range []struct {
		name  string
		table *Table
		want  uint64
	}{
		{"exponential", Exponential(1e9 / 3), 0x39b7293ceed671cf},
		{"log-normal", LogNormal(2e6, 15e6), 0xa8629bec95e45856},
		{"gamma of cv 10", Gamma(0.01, 1e11), 0x4e6b39c77b79f51a},
		{"gamma of cv 3", Gamma(1./9, 3e9), 0x2fde4a7f793ed68e},
		{"gamma of cv 1", Gamma(1, 1e9/3), 0x39b7293ceed671cf},
		{"gamma of cv 0.05", Gamma(400, 1e6), 0xac8d4606c819088a},
	} {
		sum := Key(0)
		for i := range uint64(100_000) {
			sum = sum.With(uint64(row.table.At(Seed(7).With(i).Bits())))
		}
		if uint64(sum) != row.want {
			t.Errorf("%s: got %#x, want %#x", row.name, uint64(sum), row.want)
		}
	}
}

// A shape that is known gives the table that solving it gives, also after others.
func TestGammaKnown(t *testing.T) {
	for i := range 13 { // two shapes come again
		shape, scale := 0.25*float64(1+i%11), 1e9/float64(1+i)
		g := gammaOf(shape)
		want := NewTable(func(p float64, upper bool) float64 { return scale * g.quantile(p, upper) })
		for range 2 { // solved or known, and known
			if *Gamma(shape, scale) != *want {
				t.Errorf("shape %g, scale %g: another table", shape, scale)
			}
		}
	}
}
