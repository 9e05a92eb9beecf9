package search

import "math"

// mostQueue bounds the places of a queue that is solved: the work grows with their square.
const mostQueue = 1000

// blocking is the share of arrivals that a queue M/D/1/b turns away, with the load rho and b
// places. A token bucket of burst b is such a queue: its debt is the work in the queue, and
// a request is refused if b are in it. It is 1 − 1/(q + rho), where q is how likely a
// departure leaves the queue empty. q follows from the balance of crossings of each level,
// which has no differences: the known alternating sum loses all digits (Brun and Garcia,
// J. Appl. Prob. 37, 2000).
func blocking(rho float64, b int) float64 {
	// more[n] is how likely more than n arrive in one service.
	exactly := make([]float64, b+2)
	for n := range exactly {
		logN, _ := math.Lgamma(float64(n) + 1)
		exactly[n] = math.Exp(float64(n)*math.Log(rho) - rho - logN)
	}
	more := make([]float64, b+1)
	tail := 0.0
	for n, term := b+2, exactly[b+1]; term > 1e-320 && n < b+2+10_000; n++ { // what is beyond the table
		term *= rho / float64(n)
		tail += term
	}
	for n := b; n >= 0; n-- {
		tail += exactly[n+1]
		more[n] = tail
	}
	left := make([]float64, b) // how likely a departure leaves so many, unscaled
	left[0] = 1
	sum := 1.0
	for j := 0; j+1 < b; j++ {
		up := left[0] * more[j]
		for i := 1; i <= j; i++ {
			up += left[i] * more[j-i+1]
		}
		left[j+1] = up / exactly[0]
		if sum += left[j+1]; sum > 1e200 {
			for i := range left[:j+2] {
				left[i] /= 1e200
			}
			sum /= 1e200
		}
	}
	return 1 - 1/(left[0]/sum+rho)
}
