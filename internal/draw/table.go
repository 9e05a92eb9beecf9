package draw

import (
	"math"
	"math/bits"
	"time"
)

// Table samples a distribution of durations by its inverse distribution
// function, tabulated: per sample two look-ups and integer arithmetic, so that
// no logarithm is computed in a run. Exponential, LogNormal and Gamma tables, and
// so their samples, are the same on every processor.
//
// Both tails are tabulated octave by octave (probabilities 1/2..1/4, 1/4..1/8
// and so on), each octave in 32 straight segments, down to 2⁻³²; beyond that
// the last segment ends the tail. The mean of an exponential sampled this way
// is within 0.01 % of the mean asked for.
type Table struct {
	// value[side][octave·cells + cell] in nanoseconds, side 0 for p < 1/2. The end of an
	// octave is the start of the next one.
	value [2]knots[int64]
}

// knots are values at the ends of all segments of one tail.
type knots[T int64 | float64] [octaves*cells + 1]T

const (
	octaves  = 32
	cellBits = 5
	cells    = 1 << cellBits
	fracBits = 24
)

// NewTable tabulates a quantile function: quantile(p) is the value in
// nanoseconds below which a share p in (0, 1) of the samples lie. upper tells
// the function that p counts from the top, so that it can be exact in the
// tail: quantile(p, true) is the value above which a share p lies.
func NewTable(quantile func(p float64, upper bool) float64) *Table {
	t := new(Table)
	for side := range t.value {
		for i := range t.value[side] {
			t.value[side][i] = nanoseconds(quantile(probability(i), side == 1))
		}
	}
	return t
}

// probability is what a knot stands for: octave o goes from 2^-(o+1) down to 2^-(o+2).
func probability(knot int) float64 {
	o, c := knot/cells, knot%cells
	return math.Ldexp(1-float64(float64(c)/(2*cells)), -(o + 1))
}

// nanoseconds rounds a quantile to what a Table holds: nothing negative, and
// nothing so long that a sum of a few would overflow.
func nanoseconds(v float64) int64 {
	return int64(math.Round(math.Min(math.Max(v, 0), math.MaxInt64/4)))
}

// At is the sample that belongs to the uniform bits u.
func (t *Table) At(u uint64) time.Duration {
	side := u >> 63
	u <<= 1 // 63 uniform bits, as a fraction of the half
	o := bits.LeadingZeros64(^u | 1)
	// Within an octave u reads 1…1 0 then uniform bits: the octave is the run
	// of ones, so that the first octave (half of all draws) costs nothing.
	o = min(o, octaves-1)
	// Neither remainder changes a value. They show the compiler that the shift and the
	// indices are in range, so that it checks nothing.
	u <<= uint(o+1) % 64
	knot := (uint(o)<<cellBits + uint(u>>(64-cellBits))) % (octaves * cells)
	frac := int64(u << cellBits >> (64 - fracBits))
	value := &t.value[side]
	a, b := value[knot], value[knot+1]
	return time.Duration(a + lerp(b-a, frac))
}

// lerp is d·frac/2^fracBits without overflow for any d.
func lerp(d, frac int64) int64 {
	return d>>fracBits*frac + (d&(1<<fracBits-1))*frac>>fracBits
}

// Exponential tabulates the exponential distribution of a mean in nanoseconds,
// which need not be whole.
func Exponential(mean float64) *Table {
	return NewTable(func(p float64, upper bool) float64 {
		if upper {
			return -mean * ln(p)
		}
		return -mean * ln1p(-p)
	})
}

// LogNormal tabulates the log-normal distribution through its median and its
// 99th percentile. p99 not above p50 gives the constant p50.
func LogNormal(p50, p99 time.Duration) *Table {
	const z99 = 2.3263478740408408 // the standard normal quantile of 0.99
	sigma := 0.0
	if p99 > p50 && p50 > 0 {
		sigma = ln(float64(p99)/float64(p50)) / z99
	}
	t, z := new(Table), normalOctaves()
	for i := range z {
		spread := exp(sigma * z[i])
		t.value[0][i] = nanoseconds(float64(p50) / spread)
		t.value[1][i] = nanoseconds(float64(p50) * spread)
	}
	return t
}
