package stat

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Normal is the value below which the normal distribution is with a chance of p,
// above 0 and below 1.
func Normal(p float64) float64 { return mathext.NormalQuantile(p) }

// Student is the same of Student's distribution with so many degrees of freedom.
func Student(p, degrees float64) float64 {
	if p == 0.5 {
		return 0
	}
	x := mathext.InvRegIncBeta(degrees/2, 0.5, 2*min(p, 1-p))
	return math.Copysign(math.Sqrt(degrees*(1/x-1)), p-0.5)
}
