package stat

import "math"

// Moves is the ratio of two sums that were counted in clusters, and how much each
// cluster moves it: x[i] of n[i] in cluster i, such as the failed calls of one seed.
// What is in one cluster depends on each other; clusters do not. The moves are
// linearised, in the ratio's unit, and add up to 0. Without anything counted the ratio
// is 0.
func Moves(x, n []float64) (ratio float64, moves []float64) {
	sumX, sumN := 0.0, 0.0
	for i := range x {
		sumX += x[i]
		sumN += n[i]
	}
	if sumN == 0 {
		return 0, nil
	}
	ratio = sumX / sumN
	moves = make([]float64, len(x))
	for i := range x {
		moves[i] = (x[i] - float64(ratio*n[i])) / sumN
		if math.Abs(moves[i]) < 1e-15 { // rounding
			moves[i] = 0
		}
	}
	return ratio, moves
}

// MovesError is the standard error of what clusters move so: 0 of fewer than two.
func MovesError(moves []float64) float64 {
	k := float64(len(moves))
	if k < 2 {
		return 0
	}
	sum := 0.0
	for _, m := range moves {
		sum += float64(m * m)
	}
	return math.Sqrt(sum * k / (k - 1))
}
