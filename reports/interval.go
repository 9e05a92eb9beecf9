package reports

import "math"

// z95 is the 97.5th percentile of the normal distribution.
const z95 = 1.959963984540054

// wilson is the 95 % score interval of a share x/n, or nil of nothing. Unlike
// the textbook's it does not collapse to a point when nothing was seen.
// Source: Wilson, JASA 22 (1927), 209–212.
func wilson(x, n uint64) *[2]float64 {
	if n == 0 {
		return nil
	}
	x = min(x, n)
	ci := score(float64(x), float64(n))
	// The ends are exact where the arithmetic is not.
	if x == 0 {
		ci[0] = 0
	}
	if x == n {
		ci[1] = 1
	}
	return &ci
}

// score is the interval of wilson, of as many events as it may take.
func score(x, n float64) [2]float64 {
	z2 := float64(z95 * z95)
	centre := (x + z2/2) / (n + z2)
	half := float64(z95 / (n + z2) * math.Sqrt(float64(x*(n-x))/n+z2/4))
	return [2]float64{tidy(max(centre-half, 0)), tidy(min(centre+half, 1))}
}

// t95 is the 97.5th percentile of Student's distribution: the spread of few
// seeds is itself uncertain. Two terms are within 0.2 % from 10 degrees of
// freedom on.
// Source: Abramowitz and Stegun, 26.7.5.
func t95(degrees float64) float64 {
	const z = z95
	first := (z*z*z + z) / 4
	second := (5*z*z*z*z*z + 16*z*z*z + 3*z) / 96
	return z + float64(first/degrees) + float64(second/(degrees*degrees))
}

// spread is the first two moments of a count that varies from seed to seed, and
// of its ratio to another. All integers, so that adding them commutes. The
// squares overflow beyond about 10⁹ events a seed.
type spread struct {
	seeds         uint64
	x, xx         uint64 // failures, and their squares
	n, nn, across uint64 // calls, their squares, and the products
}

// see takes in one seed: x of n.
func (s *spread) see(x, n uint64) {
	s.seeds++
	s.x += x
	s.xx += x * x
	s.n += n
	s.nn += n * n
	s.across += x * n
}

// mean is of x over the seeds, and sd their standard deviation.
func (s *spread) mean() (mean, sd float64) {
	if s.seeds == 0 {
		return 0, 0
	}
	k := float64(s.seeds)
	mean = float64(s.x) / k
	if s.seeds > 1 {
		squares := float64(s.xx) - float64(mean*float64(s.x))
		sd = math.Sqrt(max(squares, 0) / (k - 1))
	}
	return mean, sd
}

// interval is the 95 % confidence interval of x/n, where the calls of one seed
// are not independent of one another, but the seeds are: the variance of a
// ratio, linearised, over the seeds. Failures that come in rare bursts are too
// skewed for that alone, so the interval holds wilson's, too, of as many calls
// as would vary so much if they were independent.
//
// Where nothing failed, or all did, no seed shows how much seeds vary, and the
// calls' own interval stands in: it is too narrow if failures come in bursts.
func (s *spread) interval() *[2]float64 {
	plain := wilson(s.x, s.n)
	if plain == nil || s.seeds < 2 || s.x == 0 || s.x >= s.n {
		return plain
	}
	k, x, n := float64(s.seeds), float64(s.x), float64(s.n)
	ratio := x / n
	squares := float64(s.xx) - float64(2*ratio*float64(s.across)) + float64(ratio*ratio*float64(s.nn))
	if squares < 1e-9*float64(s.xx) { // but for rounding, all seeds are alike
		return &[2]float64{tidy(ratio), tidy(ratio)}
	}
	variance := squares / (k * (k - 1)) * k * k / (n * n)
	half := float64(t95(k-1) * math.Sqrt(variance)) // rounded: the same on every processor
	effect := variance / (ratio * (1 - ratio) / n)
	skewed := score(x/effect, n/effect)
	return &[2]float64{
		tidy(max(min(ratio-half, skewed[0]), 0)),
		tidy(min(max(ratio+half, skewed[1]), 1)),
	}
}
