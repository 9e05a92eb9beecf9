package reports

import "math/bits"

// divider divides by a fixed number by multiplying, which is several times
// faster than the processor's division and as exact. The zero divider must not
// be used.
type divider struct{ by, reciprocal uint64 }

// newDivider is for dividing by a positive number.
func newDivider(by uint64) divider { return divider{by, ^uint64(0) / by} }

// divide is n/by. The product with the reciprocal, which was rounded down, is
// too small by at most one, which the comparison corrects.
func (d divider) divide(n uint64) uint64 {
	q, _ := bits.Mul64(n, d.reciprocal)
	if n-q*d.by >= d.by {
		q++
	}
	return q
}
