package evidence

import (
	"math"
	"slices"
	"time"

	"tenement/internal/recording"
)

// point is a limit that is tried: a rate per second and a burst.
type point struct{ rate, burst float64 }

// grid is limits that are tried together, and how well each explains a recording.
type grid struct {
	points []point
	// misfits is how many answers do not fit, in whatever order requests that overlap
	// were decided; disorder is how many do not fit in the recorded order.
	misfits, disorder []int64
	// squeeze is, over the steps with refusals, how narrow the windows are in which
	// their answers must have come: −log of their shares of the step, a sum over the
	// answers. Squeezed is the number of those answers.
	squeeze  []float64
	squeezed int64

	// full says that buckets are taken to be full when the recording begins.
	full    bool
	buckets map[subject]*cells
}

// cells is one bucket under every limit of a grid.
type cells struct {
	of    []tokens
	clock time.Duration // until when they have been played
	// inOrder is the same if all was decided in the recorded order; nil if times are
	// coarse.
	inOrder []tokens
	last    time.Duration // until when they have been played
	// pending is the step that is being read, or the requests that overlap.
	pending       step
	begins, width time.Duration
	some          bool // there is something pending
	long          bool // it is a step that is long
}

// newGrid tries some limits.
func newGrid(points []point) *grid {
	n := len(points)
	return &grid{points: points, misfits: make([]int64, n), disorder: make([]int64, n), squeeze: make([]float64, n)}
}

// product is every rate with every burst.
func product(rates, bursts []float64) []point {
	var all []point
	for _, r := range rates {
		for _, b := range bursts {
			all = append(all, point{r, b})
		}
	}
	return all
}

// begin starts a reading. full says that buckets are full when the recording begins.
func (g *grid) begin(full bool) {
	g.full, g.squeezed = full, 0
	g.buckets = make(map[subject]*cells)
	clear(g.misfits)
	clear(g.disorder)
	clear(g.squeeze)
}

// answer is one answer of a bucket, to a request that came at that time.
func (g *grid) answer(key subject, at time.Duration, e *recording.Entry) {
	c := g.buckets[key]
	if c == nil {
		c = &cells{of: make([]tokens, len(g.misfits)), clock: at}
		for i := range c.of {
			p := &g.points[i]
			c.of[i] = tokens{p.burst, p.burst}
			if !g.full {
				// It was not asked since the recording began.
				c.of[i].lo = min(p.burst, at.Seconds()*p.rate)
			}
		}
		if c.last = at; !long(e.Step) {
			c.inOrder = slices.Clone(c.of)
		}
		g.buckets[key] = c
	}
	width := e.Step
	if !long(e.Step) {
		width += e.Lat
		g.instant(c, at, !refused(e))
	}
	if c.some && !c.joins(at, e.Step) {
		g.play(c)
	}
	if !c.some {
		c.begins, c.width, c.some, c.long = at, width, true, long(e.Step)
	}
	c.width = max(c.width, at+width-c.begins)
	c.pending.add(!refused(e))
}

// instant plays an answer in the recorded order.
func (g *grid) instant(c *cells, at time.Duration, admitted bool) {
	idle := max(0, at-c.last).Seconds()
	c.last = max(c.last, at)
	for i := range g.points {
		t := &c.inOrder[i]
		t.earn(idle*g.points[i].rate, g.points[i].burst)
		g.disorder[i] += t.instant(admitted)
	}
}

// long reports whether answers of one step of that width may have come in many ways.
func long(step time.Duration) bool { return step >= 50*time.Millisecond }

// together is how long at most requests that overlap are taken to be decided in any
// order.
const together = 100 * time.Millisecond

// joins reports whether a request at that time belongs to the pending step: it has the
// same coarse time, or it came while another was open.
func (c *cells) joins(at, step time.Duration) bool {
	if long(step) || c.long {
		return at == c.begins
	}
	return at <= c.begins+c.width && at < c.begins+together
}

// play plays the pending step of a bucket.
func (g *grid) play(c *cells) {
	answers := 0.
	if n := len(c.pending.refused); n > 0 && c.long {
		answers = float64(n) + float64(c.pending.refused[n-1])
		g.squeezed += int64(answers)
	}
	one := !c.long && c.pending.admitted+len(c.pending.refused) == 1
	switch {
	case one:
		c.width = 0
	case !c.long:
		c.pending.disorder()
	}
	idle, width := max(0, c.begins-c.clock).Seconds(), c.width.Seconds()
	c.clock = max(c.clock, c.begins+c.width)
	for i := range g.points {
		rate, burst := g.points[i].rate, g.points[i].burst
		t := &c.of[i]
		t.earn(idle*rate, burst)
		if answers > 0 {
			g.squeeze[i] -= answers * math.Log(t.window(&c.pending, width*rate))
		}
		if one {
			g.misfits[i] += t.instant(c.pending.admitted == 1)
		} else {
			g.misfits[i] += t.play(&c.pending, width*rate, burst)
		}
	}
	c.pending.reset()
	c.some = false
}

// end plays what is pending, and forgets the buckets.
func (g *grid) end() {
	for _, c := range g.buckets {
		if c.some {
			g.play(c)
		}
	}
	g.buckets = nil
}

// cost says how badly a limit explains the recording. The recorded order counts less
// than what no order explains.
func (g *grid) cost(i int) int64 { return 4*g.misfits[i] + g.disorder[i] }

// rank says how badly a limit explains the recording, for the search. Where the answers
// of a step may have come in many ways, a limit that needs no coincidence is better: an
// answer of which one of 20,000 places in its step fits counts as much as a quarter of a
// misfit.
func (g *grid) rank(i int) float64 { return 10*float64(g.cost(i)) + g.squeeze[i] }

// ceiling is the most squeezing that one could believe: that the answers of the steps
// with refusals came, in the geometric mean, within no less than a tenth of their step.
// Within a step any burst fits a rate that is high enough, so no rate would be too high
// otherwise. Some limit of a grid always passes.
func (g *grid) ceiling() float64 {
	return max(float64(g.squeezed)*math.Ln10, slices.Min(g.squeeze))
}

// least is the least cost of any credible limit.
func (g *grid) least() int64 {
	least, ceiling := int64(math.MaxInt64), g.ceiling()
	for i := range g.points {
		if g.squeeze[i] <= ceiling {
			least = min(least, g.cost(i))
		}
	}
	return least
}

// explains calls f with the credible limits that cost at most so much.
func (g *grid) explains(most int64, f func(i int, p point)) {
	ceiling := g.ceiling()
	for i, p := range g.points {
		if g.cost(i) <= most && g.squeeze[i] <= ceiling {
			f(i, p)
		}
	}
}

// Interval is a range of values.
type Interval struct{ Low, High float64 }

// ratios are n values from the one end to the other, in equal ratios.
func (v Interval) ratios(n int) []float64 {
	all := make([]float64, n)
	all[0] = v.Low
	for i := 1; i < n; i++ {
		all[i] = v.Low * math.Pow(v.High/v.Low, float64(i)/float64(n-1))
	}
	return all
}

// open reports whether nothing bounds the values upwards.
func (v Interval) open() bool { return math.IsInf(v.High, 1) }

// holds reports whether a value is in the interval.
func (v Interval) holds(x float64) bool { return v.Low <= x && x <= v.High }

// roundest is the value of the interval that somebody is likeliest to have set: the one
// with the fewest digits, and of several the one closest to the middle.
func (v Interval) roundest() float64 {
	middle := math.Sqrt(v.Low * v.High)
	for unit := math.Pow(10, math.Ceil(math.Log10(v.High))); unit > v.High*1e-7; unit /= 10 {
		for _, u := range [...]float64{unit, unit / 2} {
			if x := math.Round(middle/u) * u; x > 0 && v.holds(x) {
				return x
			}
		}
	}
	return middle
}
