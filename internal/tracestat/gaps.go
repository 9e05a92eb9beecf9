package tracestat

import (
	"math"
	"time"
)

// gaps is how regular arrivals are: the moments of the gaps between requests, and of
// the number of requests in each second since the first.
type gaps struct {
	n        uint64 // gaps
	mean, m2 float64
	last     time.Duration
	second   int64  // the current one, since the first request
	inSecond uint64 // requests in it
	requests uint64 // in the seconds before it
	squares  float64
}

// see takes in a request; first is the time of the first one.
func (g *gaps) see(now time.Duration, isFirst bool, first time.Duration) {
	if !isFirst {
		g.n++
		gap := (now - g.last).Seconds()
		off := gap - g.mean
		g.mean += off / float64(g.n)
		g.m2 += float64(off * (gap - g.mean))
	}
	g.last = now
	if second := int64((now - first) / time.Second); second != g.second {
		g.endSecond()
		g.second = second
	}
	g.inSecond++
}

func (g *gaps) endSecond() {
	g.requests += g.inSecond
	g.squares += float64(g.inSecond) * float64(g.inSecond)
	g.inSecond = 0
}

// cv is the coefficient of variation of the gaps: 1 of a Poisson process, 0 of a
// timer. ok is false where there are too few, or all are 0.
func (g *gaps) cv() (cv float64, ok bool) {
	if g.n < 2 || g.mean <= 0 {
		return 0, false
	}
	return math.Sqrt(g.m2/float64(g.n-1)) / g.mean, true
}

// dispersion is the variance of the number of requests in a second, over its mean: 1
// of a Poisson process. The last second, which is not whole, is left out unless it
// is the second of two.
func (g *gaps) dispersion() (index float64, seconds int64, ok bool) {
	seconds = g.second
	requests, squares := float64(g.requests), g.squares
	if seconds < 2 {
		return 0, seconds, false
	}
	mean := requests / float64(seconds)
	if mean <= 0 {
		return 0, seconds, false
	}
	return max(squares-float64(requests*mean), 0) / float64(seconds-1) / mean, seconds, true
}
