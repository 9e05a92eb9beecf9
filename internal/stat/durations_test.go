package stat

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// Quantiles are within 1 % of the exact ones, over all magnitudes.
func TestDurations(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var d Durations
	var all []time.Duration
	for range 20_000 {
		took := time.Duration(r.Int64N(1 << (1 + r.Int64N(62))))
		d.Add(took)
		all = append(all, took)
	}
	slices.Sort(all)
	for _, q := range []float64{0, 0.01, 0.5, 0.9, 0.99, 0.9999, 1} {
		want := all[max(int(math.Ceil(q*float64(len(all))))-1, 0)]
		if got := d.Quantile(q); math.Abs(float64(got-want)) > 0.01*float64(want) {
			t.Errorf("quantile %g: got %d, want %d", q, got, want)
		}
	}
	if d.Count() != 20_000 || d.Max() != all[len(all)-1] {
		t.Errorf("got %d durations up to %d, want 20000 up to %d", d.Count(), d.Max(), all[len(all)-1])
	}
}

func TestDurationsAtTheEnds(t *testing.T) {
	var d Durations
	if d.Quantile(0.5) != 0 {
		t.Error("a quantile of nothing")
	}
	d.Add(-time.Second)
	if got := d.Quantile(1); got != 0 {
		t.Errorf("below 0: got %d, want 0", got)
	}
	d.Add(math.MaxInt64)
	if got := d.Quantile(1); float64(got) < 0.99*math.MaxInt64 {
		t.Errorf("the longest: got %d", got)
	}
}
