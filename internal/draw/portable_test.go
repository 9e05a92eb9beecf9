package draw

import (
	"math"
	"testing"
)

// The portable functions agree with the library's to within 1e-15, the normal
// quantile to within 1e-12.
func TestPortableFunctions(t *testing.T) {
	check := func(name string, x, got, want, tolerance float64) {
		t.Helper()
		if math.Abs(got-want) > tolerance*math.Max(math.Abs(want), math.SmallestNonzeroFloat64) {
			t.Errorf("%s(%v): got %v, want %v", name, x, got, want)
		}
	}
	check("ln", 1, ln(1), 0, 0)
	check("exp", 0, exp(0), 1, 0)
	stream := Seed(12)
	for i := range uint64(20_000) {
		u := stream.With(i).Float()
		x := math.Ldexp(u+0x1p-60, int(i%80)-40)
		check("ln", x, ln(x), math.Log(x), 1e-15)
		y := (u - 0.5) * 0.9999
		check("ln1p", y, ln1p(y), math.Log1p(y), 1e-15)
		y = 80 * (u - 0.5)
		check("exp", y, exp(y), math.Exp(y), 1e-15)
	}
	check("normalUpper", 0.5, normalUpper(0.5), 0, 0)
	for knot := range octaves*cells + 1 {
		if p := probability(knot); p < 0.5 {
			check("normalUpper", p, normalUpper(p), math.Sqrt2*math.Erfcinv(2*p), 1e-12)
		}
	}
}
