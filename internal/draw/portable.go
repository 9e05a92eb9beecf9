package draw

import (
	"math"
	"sync"
)

// The functions below compute the logarithm, the exponential and the normal
// quantile from sums, products, quotients and square roots alone. Every
// processor rounds those in the same way; math.Log and the like differ, because
// some processors have instructions or assembly for them. A product that goes
// into a sum is converted first, which keeps compilers from fusing the two.
// Speed does not matter: the functions run only when a table is made.

const (
	ln2High = 0x1.62e42fee00000p-1 // 32 bits of ln 2, so that small multiples are exact
	ln2Low  = math.Ln2 - ln2High
)

// ln is the natural logarithm of x > 0.
func ln(x float64) float64 {
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, e = 2*m, e-1
	}
	k := float64(e)
	return float64(k*ln2High) + (float64(k*ln2Low) + doubleAtanh((m-1)/(m+1)))
}

// ln1p is the natural logarithm of 1 + x for x within ±1/2.
func ln1p(x float64) float64 { return doubleAtanh(x / (2 + x)) }

// doubleAtanh is 2·artanh s = ln((1+s)/(1−s)) for s within ±1/3, by its
// series; the first omitted term is below 10⁻¹⁹ of the sum.
func doubleAtanh(s float64) float64 {
	q, sum := s*s, 0.
	for n := 39.; n >= 1; n -= 2 {
		sum = float64(sum*q) + 1/n
	}
	return float64(2 * s * sum)
}

// exp is e to the power x.
func exp(x float64) float64 {
	k := math.Round(x / math.Ln2)
	r := x - float64(k*ln2High) - float64(k*ln2Low)
	sum := 1.
	for n := 20.; n >= 1; n-- {
		sum = 1 + float64(sum*r)/n
	}
	return math.Ldexp(sum, int(k))
}

// upperTail is the share of the standard normal distribution above z ≥ 0, and
// its density there.
func upperTail(z float64) (share, density float64) {
	density = exp(-z*z/2) / math.Sqrt(2*math.Pi)
	if z >= 3 {
		// Laplace's continued fraction z + 1/(z + 2/(z + …)).
		f := z
		for n := 100.; n >= 1; n-- {
			f = z + n/f
		}
		return density / f, density
	}
	// The series z + z³/3 + z⁵/(3·5) + … of the share between 0 and z.
	sum, term := z, z
	for n := 3.; n < 120; n += 2 {
		term = float64(term * (z * z / n))
		sum += term
	}
	return 0.5 - float64(density*sum), density
}

// normalUpper is the z above which a share p ≤ 1/2 of the standard normal
// distribution lies, by Newton's method. The tail is convex for z ≥ 0, so the
// iteration climbs from 0 to the root and never overshoots.
func normalUpper(p float64) float64 {
	z := 0.
	for range 60 {
		share, density := upperTail(z)
		step := (share - p) / density
		z += step
		if step <= 1e-15*z {
			break
		}
	}
	return z
}

// normalOctaves are the normal quantiles at the probabilities of a Table,
// which are the same for all tables.
var normalOctaves = sync.OnceValue(func() *knots[float64] {
	z := new(knots[float64])
	for i := range z {
		z[i] = normalUpper(probability(i))
	}
	return z
})
