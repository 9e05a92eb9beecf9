package history

import (
	"math"
	"slices"

	"tenement/internal/stat"
)

const (
	// leastSide is how many values a side of a change has at least: fewer say
	// nothing of their spread. mostSide is how many are looked at: what was long ago
	// would hide a figure that rose and fell again.
	leastSide, mostSide = 3, 10
	// mostChance is the chance that a history without a change gets a mark.
	mostChance = 0.01
)

// step is a change within values.
type step struct {
	at            int // the first value after it
	before, since float64
	p             float64
}

// changes are the places at which the mean of values changes: the one whose sides are
// least likely by chance to be so far apart, by Student's t test, and so on in the
// parts before and after it. The chance is multiplied by the number of places. So
// values that depend on each other, such as those of one machine in one week, get
// marks too easily.
//
// The method is that of E-divisive means with a t test in place of permutations, which
// makes it repeatable; Apache Otava has it so.
func changes(values []float64) []step {
	var places []int
	p := map[int]float64{}
	var split func(from, to int)
	split = func(from, to int) {
		at, chance := best(values[from:to])
		if at == 0 || chance >= mostChance {
			return
		}
		at += from
		p[at] = chance
		split(from, at)
		places = append(places, at)
		split(at, to)
	}
	split(0, len(values))
	slices.Sort(places)
	var out []step
	for i, at := range places {
		before, after := 0, len(values)
		if i > 0 {
			before = places[i-1]
		}
		if i+1 < len(places) {
			after = places[i+1]
		}
		out = append(out, step{at, stat.Tidy(mean(values[before:at])), stat.Tidy(mean(values[at:after])), stat.Tidy(p[at])})
	}
	return out
}

// best is the place that parts values best, and the chance of such a place where
// nothing changes. The place is 0 if there is none.
func best(values []float64) (at int, chance float64) {
	n := len(values)
	if n < 2*leastSide {
		return 0, 1
	}
	// Sums of values less the first one: differences of large sums would lose digits.
	sums, squares := make([]float64, n+1), make([]float64, n+1)
	for i, v := range values {
		d := v - values[0]
		sums[i+1], squares[i+1] = sums[i]+d, squares[i]+float64(d*d)
	}
	chance = 1
	for k := leastSide; k <= n-leastSide; k++ {
		from, to := max(k-mostSide, 0), min(k+mostSide, n)
		p := apart(sampleOf(sums[k]-sums[from], squares[k]-squares[from], k-from), sampleOf(sums[to]-sums[k], squares[to]-squares[k], to-k))
		if p < chance {
			at, chance = k, p
		}
	}
	return at, min(chance*float64(n-2*leastSide+1), 1)
}

// sample is the size of some values, their mean, and the sum of the squares of their
// distances from it.
type sample struct{ n, mean, squares float64 }

func sampleOf(sum, squares float64, n int) sample {
	k := float64(n)
	m := sum / k
	around := squares - float64(m*sum)
	if around < 1e-12*squares { // rounding
		around = 0
	}
	return sample{k, m, around}
}

// apart is the chance that two samples of one distribution are so far apart: Student's
// test, two-sided. It takes the spread to be the same on both sides: with three values on
// one, Welch's test, which does not, gives three times as many false alarms.
func apart(a, b sample) float64 {
	degrees := a.n + b.n - 2
	variance := (a.squares + b.squares) / degrees * (1/a.n + 1/b.n)
	distance := math.Abs(a.mean - b.mean)
	switch {
	case variance > 0:
		return stat.TwoSidedT(distance/math.Sqrt(variance), degrees)
	case distance < 1e-12:
		return 1
	}
	return 0 // every value of a side is the same: no chance is left
}

func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}
