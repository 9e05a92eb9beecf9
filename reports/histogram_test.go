package reports

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// TestReadRefusesOtherBounds shows that a small file cannot ask for much
// memory: the bounds are looked at before anything is sized by them.
func TestReadRefusesOtherBounds(t *testing.T) {
	for name, h := range map[string]*hdrhistogram.Histogram{
		"wider":  hdrhistogram.New(lowest, math.MaxInt64, digits),
		"finer":  hdrhistogram.New(1, highest, digits),
		"longer": hdrhistogram.New(lowest, highest, 5),
	} {
		if err := h.RecordValue(lowest); err != nil {
			t.Fatal(err)
		}
		if _, err := encode(h).decode(); !errors.Is(err, errBounds) {
			t.Errorf("%s: got %v, want %v", name, err, errBounds)
		}
	}
}

// FuzzHistogram feeds damaged histograms: what decode accepts has figures.
func FuzzHistogram(f *testing.F) {
	var d distribution
	for i := range 1000 {
		d.record(time.Duration(i*i) * time.Microsecond)
	}
	f.Add(string(encode(d.histogram())))
	f.Fuzz(func(t *testing.T, s string) {
		h, err := Histogram(s).decode()
		if err != nil || h == nil {
			return
		}
		if l := latencyOf(h); l != nil && (l.P50 > l.P99 || l.P99 > l.Max) {
			t.Errorf("figures out of order: %+v", *l)
		}
	})
}
