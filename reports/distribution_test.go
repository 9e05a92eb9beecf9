package reports

import (
	"fmt"
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
	if !encode(d).must().Equals(want) {
		t.Error("the slots differ")
	}
}

// TestTextAndFiguresAreTheLibrarys compares distributions with the library's histogram of
// the same counts: its text, byte for byte, and its figures.
func TestTextAndFiguresAreTheLibrarys(t *testing.T) {
	check := func(name string, d distribution) {
		t.Helper()
		counts := make([]int64, slots)
		for slot, n := range d {
			counts[slot] = int64(n)
		}
		want := hdrhistogram.Import(&hdrhistogram.Snapshot{LowestTrackableValue: lowest, HighestTrackableValue: highest, SignificantFigures: digits, Counts: counts})
		text, err := want.Encode(hdrhistogram.V2CompressedEncodingCookieBase)
		if err != nil {
			t.Fatal(err)
		}
		if got := encode(d); got != Histogram(text) {
			t.Errorf("%s: got the text %s, want %s", name, got, text)
		}
		got, figures := d.figures(), latencyOf(want)
		if *got != *figures {
			t.Errorf("%s: got %+v, want %+v", name, *got, *figures)
		}
	}
	for seed := range uint64(200) {
		k := draw.Seed(seed)
		var d distribution
		n := 1 + k.With(1).Bits()%40
		if seed%10 == 0 {
			n = 5000
		}
		width := 10 + k.With(2).Bits()%33 // of most values, in bits
		for i := range n {
			bits := k.With(3).With(i).Bits()
			d.record(time.Duration(bits>>(64-width) + bits%3*512))
		}
		check(fmt.Sprintf("seed %d", seed), d)
	}
	for shift := range 56 {
		d := make(distribution, slots)
		d[0], d[3], d[slots-1] = 1, 1<<shift, 1<<(shift/2)
		check(fmt.Sprintf("2^%d", shift), d)
	}
}
