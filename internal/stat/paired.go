package stat

import (
	"cmp"
	"math"
	"slices"
	"sync"
)

// SignedRank is the chance, two-sided, that differences which are as likely up as
// down are as far from zero as these: Wilcoxon's test, exact, ties included.
// Differences of zero are left out; without another it is 1.
// Source: Wilcoxon, Biometrics Bulletin 1 (1945), 80–83.
func SignedRank(differences []float64) float64 {
	d := slices.DeleteFunc(slices.Clone(differences), func(x float64) bool { return x == 0 })
	if len(d) == 0 {
		return 1
	}
	slices.SortFunc(d, func(a, b float64) int { return cmp.Compare(math.Abs(a), math.Abs(b)) })
	// Ranks are doubled, so that those of ties are whole numbers too.
	ranks, up := make([]int, len(d)), 0
	for i := 0; i < len(d); {
		end := i + 1
		for end < len(d) && math.Abs(d[end]) == math.Abs(d[i]) {
			end++
		}
		for j := i; j < end; j++ {
			ranks[j] = i + 1 + end
			if d[j] > 0 {
				up += ranks[j]
			}
		}
		i = end
	}
	chances := sums(ranks)
	below, above := 0.0, 0.0
	for w, p := range chances {
		if w <= up {
			below += p
		}
		if w >= up {
			above += p
		}
	}
	return Tidy(min(2*min(below, above), 1))
}

// PairedShift is how far differences are above zero: the median of the means of all
// pairs of them, each with itself included. The interval has at least the level, and is nil
// if so few differences cannot have one. There must be a difference.
// Source: as HodgesLehmann.
func PairedShift(differences []float64, level float64) (shift float64, interval *[2]float64) {
	n := len(differences)
	means := make([]float64, 0, n*(n+1)/2)
	for i, x := range differences {
		for _, y := range differences[i:] {
			means = append(means, (x+y)/2)
		}
	}
	slices.Sort(means)
	return middle(means), ends(means, cut(signedRankDistribution(n), level))
}

// knownPaired are the distributions that have been worked out, by size.
var knownPaired sync.Map

// signedRankDistribution is the chance of each sum of the ranks 1 to n of which every
// one counts with a chance of a half.
func signedRankDistribution(n int) []float64 {
	if p, ok := knownPaired.Load(n); ok {
		return p.([]float64)
	}
	ranks := make([]int, n)
	for i := range ranks {
		ranks[i] = i + 1
	}
	p := sums(ranks)
	knownPaired.Store(n, p)
	return p
}

// sums is the chance of each sum of numbers of which every one counts with a chance
// of a half.
func sums(numbers []int) []float64 {
	p := []float64{1}
	for _, r := range numbers {
		next := make([]float64, len(p)+r)
		for w, q := range p {
			next[w] += q / 2
			next[w+r] += q / 2
		}
		p = next
	}
	return p
}
