package reports

import (
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"tenement/internal/draw"
)

// TestDistributionIsAnHdrHistogram records the same values with the library's
// own method: every slot must be the same.
func TestDistributionIsAnHdrHistogram(t *testing.T) {
	values := []int64{0, 1, 511, 512, 999, 1000, lowest, highest - 1, highest}
	for e := range 42 {
		for _, off := range []int64{-1, 0, 1} {
			if v := int64(1)<<e + off; v <= highest {
				values = append(values, v)
			}
		}
	}
	for i := range uint64(20_000) {
		u := draw.Seed(7).With(i).Bits()
		values = append(values, int64(u>>8)>>(u%48)%(highest+1))
	}
	want := hdrhistogram.New(lowest, highest, digits)
	var d distribution
	for _, v := range values {
		if err := want.RecordValue(v); err != nil {
			t.Fatal(err)
		}
		if !d.record(time.Duration(v)) {
			t.Fatalf("%d ns: out of range", v)
		}
	}
	if !d.histogram().Equals(want) {
		t.Error("the slots differ")
	}
}
