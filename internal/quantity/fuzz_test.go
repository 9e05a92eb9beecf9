package quantity

import (
	"math"
	"testing"
)

// FuzzQuantity reads anything as a duration, a number and a fraction: what is read
// is within bounds.
func FuzzQuantity(f *testing.F) {
	for _, text := range []string{"50ms", "1d12h", "-1s", "10", "9999999999h", "1.5d", "0", "20%", "1e308", "1e309", "-0.0", "1µs", "", "d"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if d, problem := Duration(text); problem == None && (d < 0 || d > Longest) {
			t.Fatalf("%q: got %v", text, d)
		}
		for _, read := range []func(string) (float64, bool){Number, Fraction} {
			if v, ok := read(text); ok && (math.IsNaN(v) || math.IsInf(v, 0)) {
				t.Fatalf("%q: got %v", text, v)
			}
		}
	})
}
