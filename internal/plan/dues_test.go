package plan

import (
	"math/rand/v2"
	"testing"
	"time"
)

// The first of many instants that change is that of a scan, for every number of them.
func TestDues(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 70 {
		d := newDues(n, func(x, y int32) bool { return x > y })
		for range 20 * n {
			at := time.Duration(r.IntN(9))
			if at == 8 {
				at = never
			}
			d.set(int32(r.IntN(n)), at)
			want := 0
			for i := range d.n {
				// Of one instant, the highest number.
				if is, best := d.at(int32(i)), d.at(int32(want)); is < best || is == best && is != never {
					want = i
				}
			}
			number, first := d.first()
			if first != d.at(int32(want)) || first != never && int(number) != want {
				t.Fatalf("of %v: got number %d at %v, want %d at %v", d.tree[n:], number, first, want, d.at(int32(want)))
			}
		}
	}
	none := newDues(0, nil)
	if _, at := none.first(); at != never {
		t.Errorf("without a number: got %v, want never", at)
	}
}

func BenchmarkDues(b *testing.B) {
	for _, n := range []int{64, 1024, 16384} {
		b.Run(time.Duration(n).String(), func(b *testing.B) {
			d := newDues(n, func(x, y int32) bool { return x < y })
			r := rand.New(rand.NewPCG(1, 2))
			steps := make([]time.Duration, 1024)
			for i := range steps {
				steps[i] = time.Duration(r.ExpFloat64() * float64(time.Second))
			}
			for i := range n {
				d.set(int32(i), steps[i%1024])
			}
			for i := 0; b.Loop(); i++ {
				number, at := d.first()
				d.set(number, at+steps[i%1024])
			}
		})
	}
}

// newDues is n instants, all of them never.
func newDues(n int, beats func(x, y int32) bool) dues {
	d := dues{beats: beats}
	d.reset(n)
	return d
}
