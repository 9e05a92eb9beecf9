package reports

import (
	"math"

	"tenement/internal/stat"
)

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

// mean is the mean of x over the seeds, and its standard deviation.
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

// ratioSD is the standard deviation of x/n from seed to seed, linearised around the
// ratio of the sums.
func (s *spread) ratioSD() float64 {
	if s.seeds < 2 || s.n == 0 {
		return 0
	}
	k, x, n := float64(s.seeds), float64(s.x), float64(s.n)
	ratio := x / n
	squares := float64(s.xx) - float64(2*ratio*float64(s.across)) + float64(ratio*ratio*float64(s.nn))
	if squares < 1e-9*float64(s.xx) { // all seeds are alike; the rest is rounding
		return 0
	}
	return math.Sqrt(squares/(k-1)) * k / n
}

// interval is the 95 % confidence interval of x/n. Seeds are independent of each
// other; the calls of one seed are not. So the variance is that of a ratio over the
// seeds, linearised. Rare bursts of failures are too skewed for that alone, so the
// interval also covers Wilson's, of as many independent calls as would vary so much.
//
// If no call failed, or every call did, the seeds do not show how much they vary.
// Then it is Wilson's interval of the calls, which is too narrow if failures come
// in bursts.
func (s *spread) interval() *Ends {
	plain := stat.Wilson(s.x, s.n)
	if plain == nil || s.seeds < 2 || s.x == 0 || s.x >= s.n {
		return (*Ends)(plain)
	}
	k, x, n := float64(s.seeds), float64(s.x), float64(s.n)
	ratio := x / n
	squares := float64(s.xx) - float64(2*ratio*float64(s.across)) + float64(ratio*ratio*float64(s.nn))
	if squares < 1e-9*float64(s.xx) { // all seeds are alike; the rest is rounding
		return &Ends{stat.Tidy(ratio), stat.Tidy(ratio)}
	}
	variance := squares / (k * (k - 1)) * k * k / (n * n)
	half := float64(stat.T95(k-1) * math.Sqrt(variance)) // rounded: the same on every processor
	effect := variance / (ratio * (1 - ratio) / n)
	skewed := stat.Score(x/effect, n/effect)
	return &Ends{
		stat.Tidy(max(min(ratio-half, skewed[0]), 0)),
		stat.Tidy(min(max(ratio+half, skewed[1]), 1)),
	}
}
