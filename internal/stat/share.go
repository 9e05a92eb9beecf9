package stat

import "math"

// Newcombe is the interval of the difference between two shares, y of m minus x of n,
// at a level such as 0.99, if all cases are independent; n and m are above 0 and need
// not be whole.
// Source: Newcombe, Stat. Med. 17 (1998), 873–890, method 10.
func Newcombe(x, n, y, m, level float64) [2]float64 {
	z := Normal((1 + level) / 2)
	p, q := x/n, y/m
	a, b := score(x, n, z), score(y, m, z)
	return [2]float64{
		Tidy(q - p - math.Hypot(q-b[0], a[1]-p)),
		Tidy(q - p + math.Hypot(b[1]-q, p-a[0])),
	}
}

// Logit is the logarithm of the odds of a share x/n, with half a case added on either
// side, so that it is finite for 0 and for n.
func Logit(x, n float64) float64 { return math.Log((x + 0.5) / (n - x + 0.5)) }
