package draw_test

import (
	"math"
	"math/bits"
	"testing"

	"tenement/internal/draw"
)

// The streams are part of every report's model. A change of any of these values
// changes all runs: make it on purpose only, and raise the model's version.
func TestStreamsArePinned(t *testing.T) {
	seed := draw.Seed(1)
	task := draw.Key(0).Name("batch").With(3)
	tests := []struct {
		name string
		got  uint64
		want uint64
	}{
		{"Seed(0)", uint64(draw.Seed(0)), 0xe220a8397b1dcdaf},
		{"Seed(1)", uint64(seed), 0x910a2dec89025cc1},
		{"Seed(max)", uint64(draw.Seed(math.MaxUint64)), 0xe4d971771b652c20},
		{"With(0)", uint64(seed.With(0)), 0xebb611eaa61d6895},
		{"With(1)", uint64(seed.With(1)), 0x6cb244c8fef3c20},
		{"With(1).With(2)", uint64(seed.With(1).With(2)), 0x92d7bf80d0b30e08},
		{"zero key", uint64(draw.Key(0).With(0)), 0x2e7da491a77905b7},
		{"Name", uint64(seed.Name("arrivals")), 0x4c2887a4f4442e32},
		{"empty Name", uint64(seed.Name("")), 0xdf2fa705be2fc844},
		{"task", uint64(task), 0xd75cc4a7cd8bbcb7},
		{"Bits", task.Bits(), 0xfdb3966c1c2dc4a2},
		{"zero key's Bits", draw.Key(0).Bits(), 0xe220a8397b1dcdaf},
		{"Float", math.Float64bits(task.Float()), 0x3fefb672cd8385b8},
		{"Below", draw.Below(task.Bits(), 1_000_000), 0xf1f2d},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s: got %#x, want %#x", tt.name, tt.got, tt.want)
		}
	}
}

func TestFloatAndBelowStayInRange(t *testing.T) {
	tests := []struct {
		bits  uint64
		float float64
		below uint64 // of 10
	}{
		{0, 0, 0},
		{1 << 63, 0.5, 5},
		{math.MaxUint64, 1 - 0x1p-53, 9},
		{1<<11 - 1, 0, 0},
		{1 << 11, 0x1p-53, 0},
	}
	for _, tt := range tests {
		if got := draw.Float(tt.bits); got != tt.float {
			t.Errorf("Float(%#x): got %v, want %v", tt.bits, got, tt.float)
		}
		if got := draw.Below(tt.bits, 10); got != tt.below {
			t.Errorf("Below(%#x, 10): got %v, want %v", tt.bits, got, tt.below)
		}
	}
	if got := draw.Below(math.MaxUint64, 1); got != 0 {
		t.Errorf("Below(max, 1): got %d, want 0", got)
	}
	if got := draw.Below(math.MaxUint64, math.MaxUint64); got != math.MaxUint64-1 {
		t.Errorf("Below(max, max): got %d, want max−1", got)
	}
}

// All keys of a small run are different: five levels, small numbers, as
// engines use them.
func TestKeysDoNotCollide(t *testing.T) {
	seen := make(map[draw.Key]bool, 1_100_000)
	note := func(k draw.Key) {
		if seen[k] {
			t.Fatalf("key %#x twice", uint64(k))
		}
		seen[k] = true
	}
	for seed := range uint64(4) {
		for _, purpose := range []string{"arrivals", "jitter", "service time", "tie"} {
			for host := range uint64(4) {
				k := draw.Seed(seed).Name(purpose).With(host)
				for task := range uint64(64) {
					for fetch := range uint64(16) {
						for attempt := range uint64(16) {
							note(k.With(task).With(fetch).With(attempt))
						}
					}
				}
			}
		}
	}
}

// The order of levels matters, and neither 0 nor the position of a number is
// lost.
func TestKeysTellLevelsApart(t *testing.T) {
	k := draw.Seed(1)
	keys := map[string]draw.Key{
		"":    k,
		"0":   k.With(0),
		"00":  k.With(0).With(0),
		"1":   k.With(1),
		"12":  k.With(1).With(2),
		"21":  k.With(2).With(1),
		"1n2": k.With(1).Name("2"),
		"n12": k.Name("1").With(2),
		"n":   k.Name(""),
		"n0":  k.Name("\x00"),
		"n00": k.Name("\x00\x00"),
	}
	seen := map[draw.Key]string{}
	for path, key := range keys {
		if other, ok := seen[key]; ok {
			t.Errorf("paths %q and %q have the same key", path, other)
		}
		seen[key] = path
	}
}

// Draws of neighbouring keys are not related: along every level the bits are
// balanced, a change of one input bit changes half of them, and successive
// floats do not correlate.
func TestNeighboursAreUnrelated(t *testing.T) {
	const n = 100_000
	paths := map[string]func(i uint64) draw.Key{
		"seed":         func(i uint64) draw.Key { return draw.Seed(i).With(1).With(2) },
		"first level":  func(i uint64) draw.Key { return draw.Seed(1).With(i).With(2) },
		"last level":   func(i uint64) draw.Key { return draw.Seed(1).With(2).With(i) },
		"of zero":      func(i uint64) draw.Key { return draw.Key(0).With(i) },
		"large steps":  func(i uint64) draw.Key { return draw.Seed(1).With(i << 40) },
		"same numbers": func(i uint64) draw.Key { return draw.Seed(i).With(i).With(i) },
	}
	for name, key := range paths {
		t.Run(name, func(t *testing.T) {
			var ones [64]int
			var sum, products, flips float64
			previous := 0.5
			for i := range uint64(n) {
				u := key(i).Bits()
				for b := range ones {
					ones[b] += int(u >> b & 1)
				}
				flips += float64(bits.OnesCount64(u ^ key(i^1<<(i%20)).Bits()))
				x := draw.Float(u) - 0.5
				sum += x
				products += x * previous
				previous = x
			}
			// Every tolerance is five standard errors.
			for b, c := range ones {
				if math.Abs(float64(c)-n/2) > 5*math.Sqrt(n)/2 {
					t.Errorf("bit %d is set in %d of %d draws", b, c, n)
				}
			}
			if mean := sum / n; math.Abs(mean) > 5*math.Sqrt(1./12/n) {
				t.Errorf("mean: got %.5f, want 0.5", mean+0.5)
			}
			if r := products / n * 12; math.Abs(r) > 5/math.Sqrt(n) {
				t.Errorf("correlation of successive draws: got %.5f, want 0", r)
			}
			if f := flips / n; math.Abs(f-32) > 5*4/math.Sqrt(n) {
				t.Errorf("bits changed by one bit of input: got %.3f, want 32", f)
			}
		})
	}
}

func BenchmarkWith(b *testing.B) {
	k := draw.Seed(1)
	for b.Loop() {
		k = k.With(7)
	}
	if k == 0 {
		b.Log("a zero key is possible but unlikely")
	}
}
