package draw

import (
	"math"
	"sync"
)

// Gamma tabulates the gamma distribution of a shape, and of a scale in
// nanoseconds. Its mean is shape·scale, its coefficient of variation 1/√shape.
func Gamma(shape, scale float64) *Table {
	t, q := new(Table), quantilesOf(shape)
	for side := range t.value {
		for i := range t.value[side] {
			t.value[side][i] = nanoseconds(scale * q[side][i])
		}
	}
	return t
}

// quantiles are those of a gamma distribution of scale 1, at the cells of a Table.
type quantiles [2]knots[float64]

// known are the shapes that were asked for last. A shape takes milliseconds to solve, and
// one program asks for few: a search varies the scale, and plans are compiled again.
var known struct {
	mu   sync.Mutex
	last [8]struct {
		shape float64
		q     *quantiles
	}
	next int
}

// quantilesOf are the quantiles of a shape. Nothing may write to them.
func quantilesOf(shape float64) *quantiles {
	known.mu.Lock()
	defer known.mu.Unlock()
	for _, one := range known.last {
		if one.q != nil && one.shape == shape {
			return one.q
		}
	}
	g, q := gamma{shape: shape, ln: lnGamma(shape)}, new(quantiles)
	for side := range q {
		for i := range q[side] {
			q[side][i] = g.quantile(probability(i), side == 1)
		}
	}
	place := &known.last[known.next]
	place.shape, place.q = shape, q
	known.next = (known.next + 1) % len(known.last)
	return q
}

// gamma is the gamma distribution of a shape and scale 1.
type gamma struct {
	shape float64
	ln    float64 // of the gamma function of the shape
}

// quantile is the value below which, or with upper above which, a share p of the
// distribution lies.
//
// It solves ln P(eʸ) = ln p by Newton's method within a shrinking bracket:
// the logarithm of either tail is smooth in y over hundreds of octaves.
func (g gamma) quantile(p float64, upper bool) float64 {
	goal := ln(p)
	low, high := -700.0, ln(g.shape+float64(60*math.Sqrt(g.shape))+200)
	y := ln(g.shape)
	for range 100 {
		x := exp(y)
		tail, above := g.tails(x, y)
		sign := 1.0
		if upper {
			tail, sign = above, -1
		}
		miss := float64(sign * (tail - goal))
		if miss > 0 {
			high = y
		} else {
			low = y
		}
		// d(tail)/dy = ±x·density/eᵗᵃⁱˡ, where x·density is xˢʰᵃᵖᵉ·e⁻ˣ/Γ(shape).
		next := y - float64(miss*exp(tail-(float64(g.shape*y)-x-g.ln)))
		if !(next > low && next < high) {
			next = (low + high) / 2
		}
		done := math.Abs(next-y) < 1e-13*math.Max(1, math.Abs(y))
		y = next
		if done {
			break
		}
	}
	return exp(y)
}

// tails is the logarithms of the shares below x = eʸ and above it, each exact where
// the share is small: by the power series for x below about the shape, by Lentz's
// continued fraction beyond.
// Source: Abramowitz and Stegun, 6.5.29 and 6.5.31.
func (g gamma) tails(x, y float64) (below, above float64) {
	front := float64(g.shape*y) - x - g.ln
	const most, precision = 20000, 1e-15
	if x < g.shape+1 {
		term := 1 / g.shape
		sum := term
		for n := 1.; n < most && term > precision*sum; n++ {
			term = float64(term * (x / (g.shape + n)))
			sum += term
		}
		below = front + ln(sum)
		return below, ln(1 - exp(below))
	}
	const tiny = 1e-300
	b := x + 1 - g.shape
	c, d := 1/tiny, 1/b
	h := d
	for n := 1.; n < most; n++ {
		a := float64(n * (g.shape - n))
		b += 2
		if d = float64(a*d) + b; math.Abs(d) < tiny {
			d = tiny
		}
		if c = b + a/c; math.Abs(c) < tiny {
			c = tiny
		}
		d = 1 / d
		step := float64(d * c)
		h = float64(h * step)
		if math.Abs(step-1) < precision {
			break
		}
	}
	above = front + ln(h)
	return ln(1 - exp(above)), above
}

// stirling are the coefficients B₂ₙ/(2n(2n−1)) of Stirling's series.
// Source: Abramowitz and Stegun, 6.1.41.
var stirling = [...]float64{1. / 12, -1. / 360, 1. / 1260, -1. / 1680, 1. / 1188, -691. / 360360, 1. / 156}

// lnGamma is the natural logarithm of the gamma function of x > 0. The series is
// exact to the last digits from 16 on, so x is first raised to that:
// Γ(x) = Γ(x+n) / (x·(x+1)⋯(x+n−1)).
func lnGamma(x float64) float64 {
	product := 1.
	for ; x < 16; x++ {
		product = float64(product * x)
	}
	r, sum := 1/x, 0.
	for i := len(stirling) - 1; i >= 0; i-- {
		sum = float64(sum*float64(r*r)) + stirling[i]
	}
	const halfLn2Pi = 0.918938533204672741780329736406
	return float64((x-0.5)*ln(x)) - x + halfLn2Pi + float64(sum*r) - ln(product)
}
