package reports

import (
	"testing"

	"tenement/internal/draw"
)

func TestDividerIsExact(t *testing.T) {
	for _, by := range []uint64{1, 2, 3, 7, 5_000, 500_000_000, 1_000_000_000, 15_000_000_000, 1<<62 + 1} {
		d := newDivider(by)
		check := func(n uint64) {
			if got := d.divide(n); got != n/by {
				t.Fatalf("%d/%d: got %d, want %d", n, by, got, n/by)
			}
		}
		for i := range uint64(2000) {
			check(draw.Seed(by).With(i).Bits() >> (1 + i%60))
			check(i * by)
			check(i*by + by - 1)
		}
		check(1<<63 - 1)
	}
}
