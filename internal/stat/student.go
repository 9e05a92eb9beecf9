package stat

import "gonum.org/v1/gonum/mathext"

// TwoSidedT is the chance that Student's t with so many degrees of freedom is as far
// from 0 as t, on either side.
func TwoSidedT(t, degrees float64) float64 {
	return mathext.RegIncBeta(degrees/2, 0.5, degrees/(degrees+t*t))
}
