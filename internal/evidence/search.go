package evidence

import (
	"cmp"
	"math"
	"slices"
)

// The limits that are thought of.
var (
	anyRate  = Interval{0.01, 20_000}
	anyBurst = Interval{1, 50_000}
)

// The first limits that are tried. A rate that is wrong by half explains a recording
// hardly better than no limit at all, so there are many rates.
const firstRates, firstBursts = 64, 12

const (
	starts  = 16  // of the first limits, from so many a better one is sought
	rounds  = 12  // of the search
	closing = 0.6 // by how much, as a power, the limits around come closer each round
)

// descend finds, for each partition, a limit that explains the recording best: from the
// best of the first limits that are no neighbours, it goes to the best of those around,
// which are ever closer. It drops the partitions that cannot explain the recording.
func (s *survey) descend(src Source, f *Fit, parts []*partition) ([]*partition, error) {
	rates, bursts := anyRate.ratios(firstRates), anyBurst.ratios(firstBursts)
	for i := range bursts {
		bursts[i] = whole(bursts[i])
	}
	for _, p := range parts {
		p.grid = newGrid(product(rates, bursts))
	}
	if err := s.try(src, parts, f.Full); err != nil {
		return nil, err
	}
	step := point{rates[1] / rates[0], bursts[firstBursts-1] / bursts[firstBursts-2]}
	for _, p := range parts {
		p.floor = p.grid.least()
	}
	parts = best(parts, 4, 4*s.refused/2+100)
	for _, p := range parts {
		p.points = p.grid.starts(step)
	}
	for range rounds {
		step = point{math.Pow(step.rate, closing), math.Pow(step.burst, closing)}
		for _, p := range parts {
			p.grid = newGrid(around(p.points, step))
		}
		if err := s.try(src, parts, f.Full); err != nil {
			return nil, err
		}
		for _, p := range parts {
			p.floor = min(p.floor, p.grid.least())
			p.points = p.grid.nearest(len(p.points))
		}
	}
	return best(parts, 1, s.slack(parts[0].floor)+12), nil
}

// starts are the best limits of a grid of which no two are neighbours.
func (g *grid) starts(step point) []point {
	order := make([]int, len(g.points))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(g.rank(a), g.rank(b)) })
	var chosen []point
	for _, i := range order {
		p := g.points[i]
		near := func(q point) bool {
			return math.Abs(math.Log(p.rate/q.rate)) < 1.5*math.Log(step.rate) && math.Abs(math.Log(p.burst/q.burst)) < 1.5*math.Log(step.burst)
		}
		if !slices.ContainsFunc(chosen, near) {
			if chosen = append(chosen, p); len(chosen) == starts {
				break
			}
		}
	}
	return chosen
}

// around is, for each point in turn, that point and the eight around it.
func around(points []point, step point) []point {
	var all []point
	for _, p := range points {
		all = append(all, p)
		for _, r := range [...]float64{1 / step.rate, 1, step.rate} {
			for _, b := range [...]float64{1 / step.burst, 1, step.burst} {
				if r != 1 || b != 1 {
					all = append(all, point{anyRate.within(p.rate * r), whole(p.burst * b)})
				}
			}
		}
	}
	return all
}

// whole is a burst, which is a whole number.
func whole(x float64) float64 { return math.Round(anyBurst.within(x)) }

// nearest is, of a grid of so many points with those around each, the best of each, if
// it is so good that it may become the best of all.
func (g *grid) nearest(n int) []point {
	const each = 9
	var found []int
	least := math.Inf(1)
	for i := range n {
		best := i * each
		for j := i * each; j < (i+1)*each; j++ {
			if g.rank(j) < g.rank(best) {
				best = j
			}
		}
		found = append(found, best)
		least = min(least, g.rank(best))
	}
	var all []point
	for _, i := range found {
		if g.rank(i) <= 2*least+200 && !slices.Contains(all, g.points[i]) {
			all = append(all, g.points[i])
		}
	}
	return all
}

// distances are the ratios at which limits around the best are tried, to see which
// explain a recording as well.
var distances = []float64{1, 1.001, 1.003, 1.01, 1.025, 1.05, 1.1, 1.2, 1.4, 2, 4, 10, 30}

// measure finds the limit that explains the recording best, and which explain it about
// as well.
func (s *survey) measure(src Source, f *Fit, parts []*partition) error {
	for range 3 { // around the best of those around the best
		moved := false
		for _, p := range parts {
			if best := p.grid.best(); best != p.best {
				p.best, moved = best, true
			}
		}
		if !moved {
			break
		}
		for _, p := range parts {
			p.grid = newGrid(product(anyRate.from(p.best.rate), burstsFrom(p.best.burst)))
		}
		if err := s.try(src, parts, f.Full); err != nil {
			return err
		}
		for _, p := range parts {
			p.floor = min(p.floor, p.grid.least())
		}
	}
	for _, p := range parts {
		p.rate, p.burst = p.grid.region(p.floor + s.slack(p.floor))
		rates, bursts := p.grid.region(p.grid.least())
		if long(s.step) { // a wide region has many round numbers
			p.best = p.grid.best()
			rates = Interval{p.best.rate * 0.97, p.best.rate * 1.03}
			bursts = Interval{p.best.burst * 0.95, p.best.burst * 1.05}
		}
		p.limit = limitOf(point{rates.roundest(), bursts.roundest()})
	}
	return nil
}

// best is the limit that ranks first, and of several the one in their middle.
func (g *grid) best() point {
	least := math.Inf(1)
	for i := range g.points {
		least = min(least, g.rank(i))
	}
	var equal []point
	for i, p := range g.points {
		if g.rank(i) == least {
			equal = append(equal, p)
		}
	}
	return equal[len(equal)/2]
}

// from is the values at the distances from one, within the interval.
func (v Interval) from(x float64) []float64 {
	var all []float64
	for i := len(distances) - 1; i > 0; i-- {
		if y := x / distances[i]; y > v.Low {
			all = append(all, y)
		}
	}
	if len(all) < len(distances)-1 {
		all = append([]float64{v.Low}, all...)
	}
	for _, d := range distances {
		if y := x * d; y < v.High {
			all = append(all, y)
		}
	}
	return all
}

// burstsFrom is the bursts at the distances from one, and those beside it.
func burstsFrom(x float64) []float64 {
	all := anyBurst.from(x)
	for i := range all {
		all[i] = whole(all[i])
	}
	for d := -3.; d <= 3; d++ {
		all = append(all, whole(x+d))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// region is between which rates and bursts the limits lie that cost at most so much. What
// lies between two that were tried is not known, so it goes from the last one before to
// the first one after; it is open if there is none after.
func (g *grid) region(most int64) (rates, bursts Interval) {
	r, b := Interval{math.Inf(1), 0}, Interval{math.Inf(1), 0}
	g.explains(most, func(_ int, p point) {
		r = Interval{min(r.Low, p.rate), max(r.High, p.rate)}
		b = Interval{min(b.Low, p.burst), max(b.High, p.burst)}
	})
	ends := func(v, within Interval, value func(point) float64) Interval {
		w := Interval{within.Low, math.Inf(1)}
		for _, p := range g.points {
			if x := value(p); x < v.Low {
				w.Low = max(w.Low, x)
			} else if x > v.High {
				w.High = min(w.High, x)
			}
		}
		return w
	}
	return ends(r, anyRate, func(p point) float64 { return p.rate }), ends(b, anyBurst, func(p point) float64 { return p.burst })
}

// within is the value of the interval that is closest to another.
func (v Interval) within(x float64) float64 { return min(max(x, v.Low), v.High) }
