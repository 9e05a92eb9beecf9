// Package stat is the statistics of a run and of a comparison: shares and their
// intervals; how far two samples are apart, by ranks, which assume no distribution.
// It is arithmetic only: callers decide what is counted and what follows. Tests of
// published tables come from golang.org/x/perf/benchmath and gonum where they have
// them.
//
// Results are rounded (Tidy), so that they are the same on every processor.
package stat

import "math"

// Tidy rounds a derived figure to twelve decimals: far beyond what any count
// can resolve, and short of the last bits, which may differ between processors.
func Tidy(x float64) float64 { return math.Round(x*1e12) / 1e12 }

// Ratio is n/of, or 0 if of is 0.
func Ratio(n, of uint64) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

// Z95 is the 97.5th percentile of the normal distribution.
const Z95 = 1.959963984540054

// Wilson is the 95 % score interval of a share x/n, or nil if n is 0. Unlike
// the textbook's interval it does not collapse to a point when x is 0.
// Source: Wilson, JASA 22 (1927), 209–212.
func Wilson(x, n uint64) *[2]float64 {
	if n == 0 {
		return nil
	}
	x = min(x, n)
	ci := Score(float64(x), float64(n))
	// The ends are exact where the arithmetic is not.
	if x == 0 {
		ci[0] = 0
	}
	if x == n {
		ci[1] = 1
	}
	return &ci
}

// Score is Wilson's interval of numbers that need not be whole, such as an
// effective sample size; n is above 0.
func Score(x, n float64) [2]float64 { return score(x, n, Z95) }

// score is Score at the level of a percentile of the normal distribution.
func score(x, n, z float64) [2]float64 {
	z2 := float64(z * z)
	centre := (x + z2/2) / (n + z2)
	half := float64(z / (n + z2) * math.Sqrt(float64(x*(n-x))/n+z2/4))
	return [2]float64{Tidy(max(centre-half, 0)), Tidy(min(centre+half, 1))}
}

// T95 is the 97.5th percentile of Student's distribution. Two terms of its
// expansion are within 0.2 % from 10 degrees of freedom on.
// Source: Abramowitz and Stegun, 26.7.5.
func T95(degrees float64) float64 {
	const z = Z95
	first := (z*z*z + z) / 4
	second := (5*z*z*z*z*z + 16*z*z*z + 3*z) / 96
	return z + float64(first/degrees) + float64(second/(degrees*degrees))
}

// Difference is how many standard deviations two shares, x of n and y of m, are
// apart, if all cases are independent and both have the same chance: the two-proportion
// test. It is 0 where there is nothing to compare.
func Difference(x, n, y, m uint64) float64 {
	if n == 0 || m == 0 {
		return 0
	}
	a, b := float64(n), float64(m)
	pooled := float64(x+y) / (a + b)
	variance := float64(pooled*(1-pooled)) * (1/a + 1/b)
	if variance <= 0 {
		return 0
	}
	return (float64(x)/a - float64(y)/b) / math.Sqrt(variance)
}
