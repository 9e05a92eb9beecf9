package compare

import (
	"math"
	"slices"
	"sort"
	"sync"

	"tenement/internal/draw"
	"tenement/reports"
)

// leastLatency stands for a latency below the resolution, in milliseconds: what a
// cache answers takes no time, and no time has no logarithm.
const leastLatency = 1e-3

// quantileOf is a quantile of one replicate in milliseconds, by interpolation within
// its step; not a number without a sample.
func quantileOf(steps []reports.Step, q float64) float64 {
	total := uint64(0)
	for _, s := range steps {
		total += s.N
	}
	if total == 0 {
		return math.NaN()
	}
	rank, below := float64(q*float64(total)), 0.0 // rounded: the same on every processor
	for _, s := range steps {
		if below+float64(s.N) >= rank {
			return within(int(s.Number), (rank-below)/float64(s.N))
		}
		below += float64(s.N)
	}
	return within(int(steps[len(steps)-1].Number), 1)
}

// within is a place in a step, from 0 to 1, in milliseconds.
func within(step int, place float64) float64 {
	from, to := reports.StepRange(step)
	return max(from+float64(place*(to-from)), leastLatency)
}

// cumulated is the replicates of a sample, so that a quantile of any of them together
// is found fast: how many durations of each are in the steps up to each place.
type cumulated struct {
	numbers []uint16
	upTo    [][]float64 // by place in numbers, then by replicate
}

// cumulate is the replicates' latencies.
func (s *sample) cumulate(of latency) *cumulated {
	if s.cumulated[of] == nil {
		s.cumulated[of] = cumulate(s.steps[of])
	}
	return s.cumulated[of]
}

func cumulate(replicates [][]reports.Step) *cumulated {
	c := new(cumulated)
	for _, steps := range replicates {
		for _, s := range steps {
			c.numbers = append(c.numbers, s.Number)
		}
	}
	slices.Sort(c.numbers)
	c.numbers = slices.Compact(c.numbers)
	c.upTo = make([][]float64, len(c.numbers))
	at := make([]int, len(replicates))
	sums := make([]float64, len(replicates))
	for i, number := range c.numbers {
		for r, steps := range replicates {
			if at[r] < len(steps) && steps[at[r]].Number == number {
				sums[r] += float64(steps[at[r]].N)
				at[r]++
			}
		}
		c.upTo[i] = slices.Clone(sums)
	}
	return c
}

// quantile is a quantile of the replicates together, each as often as it was drawn; not
// a number without a sample.
func (c *cumulated) quantile(q float64, drawn []float64) float64 {
	sum := func(place int) (n float64) {
		if place < 0 {
			return 0
		}
		for r, times := range drawn {
			n += float64(times * c.upTo[place][r])
		}
		return n
	}
	total := sum(len(c.numbers) - 1)
	if total == 0 {
		return math.NaN()
	}
	rank := float64(q * total)
	place := sort.Search(len(c.numbers)-1, func(i int) bool { return sum(i) >= rank })
	below := sum(place - 1)
	return within(int(c.numbers[place]), (rank-below)/(sum(place)-below))
}

// draws is how many times replicates are drawn for the interval of a quantile.
const draws = 2000

// bootstrap is the difference of a quantile's logarithms and its interval: of draws of
// as many replicates as there are, with replacement, and of the same ones on both sides
// if they are paired. Draws are keyed, so that it is the same on every machine.
func bootstrap(f *figure, base, current *sample, inPairs bool) (shift float64, interval *[2]float64) {
	q, a, b := f.quantile, base.cumulate(f.latency), current.cumulate(f.latency)
	once := func(n int) []float64 { return slices.Repeat([]float64{1}, n) }
	shift = math.Log(b.quantile(q, once(len(current.counts))) / a.quantile(q, once(len(base.counts))))
	x := drawn(len(base.counts), 0)
	y := x
	if !inPairs {
		y = drawn(len(current.counts), 1)
	}
	var all []float64
	for i := range draws {
		if d := math.Log(b.quantile(q, y[i]) / a.quantile(q, x[i])); !math.IsNaN(d) {
			all = append(all, d)
		}
	}
	if len(all) < draws/2 {
		return shift, nil // most draws have no sample
	}
	slices.Sort(all)
	outside := int((1 - Level) / 2 * float64(len(all)))
	return shift, &[2]float64{all[outside], all[len(all)-1-outside]}
}

// drawing is how many replicates are drawn from, and for which side.
type drawing struct {
	n    int
	side uint64
}

// knownDraws are the draws that have been made, by drawing.
var knownDraws sync.Map

// drawn is how often each of n replicates is drawn, in each of all draws.
func drawn(n int, side uint64) [][]float64 {
	if d, ok := knownDraws.Load(drawing{n, side}); ok {
		return d.([][]float64)
	}
	all := make([][]float64, draws)
	for i := range all {
		key := draw.Seed(side).Name("bootstrap").With(uint64(i))
		times := make([]float64, n)
		for j := range n {
			times[draw.Below(key.With(uint64(j)).Bits(), uint64(n))]++
		}
		all[i] = times
	}
	knownDraws.Store(drawing{n, side}, all)
	return all
}
