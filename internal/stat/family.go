package stat

import (
	"cmp"
	"slices"
)

// Holm adjusts the chances of several tests, so that all of them together give a
// false alarm no more often than one would. The order is kept.
// Source: Holm, Scand. J. Stat. 6 (1979), 65–70.
func Holm(p []float64) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	out, least := make([]float64, len(p)), 0.0
	for rank, i := range order {
		least = max(least, min(p[i]*float64(len(p)-rank), 1))
		out[i] = Tidy(least)
	}
	return out
}
