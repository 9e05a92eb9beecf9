package stat

import "math"

// RatioInterval is the interval of the ratio of two sums that were counted in clusters,
// at a level such as 0.99: x[i] of n[i] in cluster i. Clusters are independent, what is in
// one of them is not. If share, each x[i] is a part of n[i]; then the interval covers also
// the score interval of as many independent cases as would vary so much, because rare
// bursts are too skewed for the error alone. Without anything counted it is from 0 to 1,
// or to infinity.
func RatioInterval(x, n []float64, share bool, level float64) (ratio, low, high float64) {
	ratio, moves := Moves(x, n)
	most := math.Inf(1)
	if share {
		most = 1
	}
	if len(moves) == 0 {
		return 0, 0, most
	}
	of := 0.0
	for _, v := range n {
		of += v
	}
	z := Normal((1 + level) / 2)
	if share && (ratio <= 0 || ratio >= 1) {
		// Clusters do not show how much they vary, so each is taken for a few cases at most.
		ci := score(float64(ratio*of), of, z)
		return ratio, ci[0], ci[1]
	}
	se, k := MovesError(moves), float64(len(moves))
	switch {
	case k < 2:
		return ratio, 0, most
	case se < 1e-12*ratio: // all clusters are alike; the rest is rounding
		return ratio, ratio, ratio
	}
	half := float64(Student((1+level)/2, k-1) * se)
	low, high = ratio-half, ratio+half
	if share {
		effect := float64(se*se) / (float64(ratio*(1-ratio)) / of)
		ci := score(float64(ratio*of)/effect, of/effect, z)
		low, high = min(low, ci[0]), max(high, ci[1])
	}
	return Tidy(ratio), Tidy(max(low, 0)), Tidy(min(high, most))
}
