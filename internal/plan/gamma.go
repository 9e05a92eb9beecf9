package plan

import (
	"math"
	"time"

	"tenement/internal/draw"
	"tenement/internal/throttle"
)

// Gamma is a renewal process at a mean rate with gamma-distributed gaps: of
// shape 1/cv², so that cv is their coefficient of variation. It is bursty for a
// cv above 1, which is Poisson, and regular below.
func Gamma(rate throttle.Rate, cv float64) Pattern {
	shape := 1 / (cv * cv)
	scale := float64(time.Second) / rate.PerSecond() / shape
	table := func(shape float64) *draw.Table {
		return draw.NewTable(func(p float64, upper bool) float64 {
			return scale * gammaQuantile(shape, p, upper)
		})
	}
	// Weighted by length, a gamma distribution is that of a shape one higher.
	return &renewal{gap: table(shape), around: table(shape + 1), rate: rate.PerSecond()}
}

// gammaQuantile is the value below which, or with upper above which, a share p
// of the gamma distribution of a shape and scale 1 lies.
//
// It solves ln P(eʸ) = ln p by Newton's method within a shrinking bracket:
// the logarithm of either tail is smooth in y over hundreds of octaves.
func gammaQuantile(shape, p float64, upper bool) float64 {
	goal := math.Log(p)
	low, high := -700.0, math.Log(shape+60*math.Sqrt(shape)+200)
	y := math.Log(shape)
	for range 100 {
		x := math.Exp(y)
		lower, above := gammaTails(shape, x)
		tail, sign := lower, 1.0
		if upper {
			tail, sign = above, -1
		}
		miss := sign * (math.Log(tail) - goal)
		if miss > 0 || math.IsNaN(miss) {
			high = y
		} else {
			low = y
		}
		// d(ln tail)/dy = ±x·density/tail
		logDensity, _ := math.Lgamma(shape)
		logDensity = (shape-1)*y - x - logDensity
		next := y - miss*tail/(x*math.Exp(logDensity))
		if !(next > low && next < high) {
			next = (low + high) / 2
		}
		if math.Abs(next-y) < 1e-13*math.Max(1, math.Abs(y)) {
			break
		}
		y = next
	}
	return math.Exp(y)
}

// gammaTails is the share of the gamma distribution of a shape below x and
// above it, each exact where it is small: by the power series for x below
// about the shape, by Lentz's continued fraction beyond.
// Source: Abramowitz and Stegun, 6.5.29 and 6.5.31.
func gammaTails(shape, x float64) (lower, upper float64) {
	logGamma, _ := math.Lgamma(shape)
	front := math.Exp(shape*math.Log(x) - x - logGamma)
	const most, precision = 20000, 1e-15
	if x < shape+1 {
		term := 1 / shape
		sum := term
		for n := 1; n < most && term > precision*sum; n++ {
			term *= x / (shape + float64(n))
			sum += term
		}
		lower = front * sum
		return lower, 1 - lower
	}
	const tiny = 1e-300
	b := x + 1 - shape
	c, d := 1/tiny, 1/b
	h := d
	for n := 1; n < most; n++ {
		a := -float64(n) * (float64(n) - shape)
		b += 2
		if d = a*d + b; math.Abs(d) < tiny {
			d = tiny
		}
		if c = b + a/c; math.Abs(c) < tiny {
			c = tiny
		}
		d = 1 / d
		h *= d * c
		if math.Abs(d*c-1) < precision {
			break
		}
	}
	upper = front * h
	return 1 - upper, upper
}
