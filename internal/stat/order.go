package stat

import (
	"slices"
	"sync"

	"golang.org/x/perf/benchmath"
)

// MannWhitney is the chance, two-sided, that two samples of one distribution are
// apart as much as these: exact for samples of the size of a comparison, ties
// included, and a normal approximation for large ones (benchmath, which says when).
// It is 1 if a sample is empty, or if all values are the same.
func MannWhitney(a, b []float64) float64 {
	t := benchmath.DefaultThresholds
	// NewSample sorts what it is given.
	x, y := benchmath.NewSample(slices.Clone(a), &t), benchmath.NewSample(slices.Clone(b), &t)
	return Tidy(min(benchmath.AssumeNothing.Compare(x, y).P, 1))
}

// HodgesLehmann is how far b is above a: the median of all differences between a
// value of b and one of a. The interval has at least the level, such as 0.99, and
// is nil if samples of that size cannot have one. The samples must not be empty.
// Source: Hodges and Lehmann, Ann. Math. Stat. 34 (1963), 598–611.
func HodgesLehmann(a, b []float64, level float64) (shift float64, interval *[2]float64) {
	differences := make([]float64, 0, len(a)*len(b))
	for _, x := range a {
		for _, y := range b {
			differences = append(differences, y-x)
		}
	}
	slices.Sort(differences)
	return middle(differences), ends(differences, cut(uDistribution(len(a), len(b)), level))
}

// LeastUnpaired is the least number of values a side with which HodgesLehmann has
// an interval of a level.
func LeastUnpaired(level float64) int {
	for n := 1; ; n++ {
		if cut(uDistribution(n, n), level) >= 0 {
			return n
		}
	}
}

// middle is the median of sorted values.
func middle(sorted []float64) float64 {
	n := len(sorted)
	return Tidy((sorted[(n-1)/2] + sorted[n/2]) / 2)
}

// ends is the interval between the values that have cut others outside; nil if cut
// is negative.
func ends(sorted []float64, cut int) *[2]float64 {
	if cut < 0 {
		return nil
	}
	return &[2]float64{Tidy(sorted[cut]), Tidy(sorted[len(sorted)-1-cut])}
}

// cut is the largest value that a statistic, whose chances are those of 0, 1, 2 …, is
// at most with half of what the level leaves; -1 if even 0 is likelier.
func cut(chances []float64, level float64) int {
	sum := 0.0
	for u, p := range chances {
		// The tolerance is for the sums that are exact on paper.
		if sum += p; sum > (1-level)/2+1e-12 {
			return u - 1
		}
	}
	return len(chances) - 1
}

// sizes of two samples.
type sizes struct{ n, m int }

// known are the distributions that have been worked out, by sizes.
var known sync.Map

// uDistribution is the chance of each value of Mann and Whitney's statistic, how many
// pairs have the value of the first sample above, in samples of these sizes of one
// distribution without ties.
func uDistribution(n, m int) []float64 {
	if p, ok := known.Load(sizes{n, m}); ok {
		return p.([]float64)
	}
	// The largest of all values is of the first sample with a chance of n/(n+m), and
	// then above all m of the second. rows[i] is of samples of i and j.
	rows := make([][]float64, n+1)
	for i := range rows {
		rows[i] = []float64{1}
	}
	for j := 1; j <= m; j++ {
		next := make([][]float64, n+1)
		next[0] = []float64{1}
		for i := 1; i <= n; i++ {
			p := make([]float64, i*j+1)
			for u, q := range next[i-1] {
				p[u+j] += q * float64(i) / float64(i+j)
			}
			for u, q := range rows[i] {
				p[u] += q * float64(j) / float64(i+j)
			}
			next[i] = p
		}
		rows = next
	}
	known.Store(sizes{n, m}, rows[n])
	return rows[n]
}
