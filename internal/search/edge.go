package search

import (
	"context"
	"math"

	"tenement/reports/capacity"
)

// Seeds of a value: at first, when the range is looked over, and beside an edge. Fewer
// without an event than those beside an edge may have been lucky, because events come in
// bursts.
const (
	firstSeeds = unitSeeds
	gridSeeds  = 32
	edgeSeeds  = 16
)

// gridValues is how many values the range is looked over with.
const gridValues = 11

// edge is the search for the edge of one case.
type edge struct {
	*sampler
	in capacity.Range

	side         capacity.Side
	holds, fails float64 // neighbours, if there is an edge
	found        bool    // an edge
	lower, upper float64 // interval of the capacity
	bounded      [2]bool // whether lower and upper are known
	at           float64 // the capacity
	answered     bool    // there is a capacity
	decides      int
	again        []float64 // further edges
	monotone     bool
}

// find looks the range over, then finds its edge. With an error the edge holds what is
// known.
func (e *edge) find(ctx context.Context) error {
	e.side, e.monotone = capacity.Unknown, true
	grid := values(e.in, gridValues)
	hold := make([]bool, len(grid))
	if err := e.extend(ctx, firstSeeds, grid...); err != nil {
		return err
	}
	for i, x := range grid {
		var err error
		if hold[i], _, err = e.decide(ctx, x, firstSeeds, gridSeeds); err != nil {
			return err
		}
	}
	if err := e.bracket(ctx, grid, hold); err != nil {
		return err
	}
	var err error
	switch {
	case !e.found:
		err = e.noEdge(ctx)
	case e.in.Step > 0:
		err = e.steps(ctx)
	default:
		err = e.continuous(ctx)
	}
	e.turns()
	return err
}

// bracket finds the first two neighbours of the grid between which the objectives cease to
// hold, seen from the end that holds.
func (e *edge) bracket(ctx context.Context, grid []float64, hold []bool) error {
	last := len(grid) - 1
	var changes []int // hold[i] != hold[i-1]
	for i := 1; i <= last; i++ {
		if hold[i] != hold[i-1] {
			changes = append(changes, i)
		}
	}
	if len(changes) == 0 {
		e.side = capacity.Nowhere
		if hold[0] {
			e.side = capacity.Everywhere
		}
		return nil
	}
	e.found, e.side = true, capacity.Below
	i := changes[0]
	if !hold[0] { // from above, or between two edges
		i = changes[len(changes)-1]
		if hold[last] {
			e.side = capacity.Above
		}
	}
	e.holds, e.fails = grid[i-1], grid[i]
	if e.side == capacity.Above {
		e.holds, e.fails = grid[i], grid[i-1]
	}
	// A value that is on the other side only by chance is no edge of its own.
	for _, j := range changes {
		if j == i {
			continue
		}
		for _, x := range []float64{grid[j-1], grid[j]} {
			if _, _, err := e.decide(ctx, x, gridSeeds, 4*gridSeeds); err != nil {
				return err
			}
		}
		_, sure := e.verdict(e.points[grid[j-1]])
		_, sure2 := e.verdict(e.points[grid[j]])
		if sure && sure2 {
			e.again = append(e.again, grid[j])
			e.monotone = false
		}
	}
	return nil
}

// noEdge settles the case that the whole range is on one side.
func (e *edge) noEdge(ctx context.Context) error {
	end := e.in.High
	if e.better(e.in.High, e.in.Low) {
		end = e.in.Low // more is better
	}
	if e.side == capacity.Nowhere {
		// The easier end is the other one.
		end = e.in.High + e.in.Low - end
	}
	holds, sure, err := e.decide(ctx, end, edgeSeeds, e.most(end))
	if err != nil {
		return err
	}
	if e.side = capacity.Nowhere; holds {
		e.side, e.at, e.answered = capacity.Everywhere, end, true
		if sure {
			e.bound(end, end == e.in.High)
		}
	}
	e.decides = e.worst(e.points[end])
	return nil
}

// bound sets an end of the interval.
func (e *edge) bound(x float64, lower bool) {
	if lower {
		e.lower, e.bounded[0] = x, true
	} else {
		e.upper, e.bounded[1] = x, true
	}
}

// distance is how far an objective is from its bound at a point: 0 at it, above 0 if it
// fails. It is the logarithm of a ratio, because what fails grows by factors at an edge.
// slack keeps it finite where nothing fails. scale is what an error of the ratio is
// divided by for one of the distance. Where nothing counts for the objective, it is further
// than any figure.
func (e *edge) distance(p *point, i int) (d, scale float64) {
	const furthest = 1000 // the logarithms of floating-point numbers are smaller
	if p.uncounted(i) {
		return furthest, 1
	}
	m := &e.objectives[i]
	sum, of := 0.0, 0.0
	for j := range p.parts[i] {
		sum, of = sum+p.parts[i][j], of+p.of[i][j]
	}
	ratio, bound, below := 0.0, m.Bound, m.Below
	if of > 0 {
		ratio = sum / of
	}
	if m.Share && bound > 0.5 {
		ratio, bound, below = 1-ratio, 1-bound, !below
	}
	slack := 0.05 * bound
	if slack == 0 {
		slack = 1e-6
	}
	d, scale = math.Log((ratio+slack)/(bound+slack)), ratio+slack
	if !below {
		d = -d
	}
	return d, scale
}

// worst is the objective that is the furthest beyond its bound, or the nearest to it.
func (e *edge) worst(p *point) int {
	at, most := 0, math.Inf(-1)
	for i := range e.objectives {
		if d, _ := e.distance(p, i); d > most {
			at, most = i, d
		}
	}
	return at
}

// better reports whether a value is the easier one of two.
func (e *edge) better(a, b float64) bool {
	p, q := e.points[a], e.points[b]
	x, _ := e.distance(p, e.worst(p))
	y, _ := e.distance(q, e.worst(q))
	return x < y
}

// steps finds the edge among values that are a step apart.
func (e *edge) steps(ctx context.Context) error {
	for math.Abs(e.fails-e.holds) > 1.5*e.in.Step {
		middle := snap(e.in, (e.holds+e.fails)/2)
		if middle == e.holds || middle == e.fails {
			break
		}
		holds, _, err := e.decide(ctx, middle, firstSeeds, e.most(middle))
		if err != nil {
			return err
		}
		if holds {
			e.holds = middle
		} else {
			e.fails = middle
		}
	}
	// Both sides of the edge are looked at closely. That may move it.
	for {
		holds, _, err := e.decide(ctx, e.holds, edgeSeeds, e.most(e.holds))
		if err != nil {
			return err
		}
		if !holds && e.onward(e.holds, -1) != e.holds {
			e.fails, e.holds = e.holds, e.onward(e.holds, -1)
			continue
		}
		fails, _, err := e.decide(ctx, e.fails, edgeSeeds, e.most(e.fails))
		if err != nil {
			return err
		}
		if !fails {
			break
		}
		next := e.onward(e.fails, 1)
		if next == e.fails {
			break
		}
		e.holds, e.fails = e.fails, next
	}
	e.at, e.answered = e.holds, true
	e.decides = e.worst(e.points[e.fails])
	return e.interval(ctx)
}

// onward is the value so many steps towards the side that fails, within the range.
func (e *edge) onward(x float64, steps float64) float64 {
	if e.side == capacity.Above {
		steps = -steps
	}
	return snap(e.in, min(max(x+steps*e.in.Step, e.in.Low), e.in.High))
}

// interval finds the last value that surely holds and the first that surely fails, in
// strides that double.
func (e *edge) interval(ctx context.Context) error {
	for _, way := range []float64{-1, 1} {
		x, stride := e.at, 1.0
		if way > 0 {
			x = e.fails
		}
		for {
			holds, sure, err := e.decide(ctx, x, edgeSeeds, e.most(x))
			if err != nil {
				return err
			}
			if sure && holds == (way < 0) {
				break
			}
			next := e.onward(x, way*stride)
			if next == x {
				break
			}
			x, stride = next, stride*2
		}
		if way > 0 {
			x = e.onward(x, -1) // the last that may hold
		}
		e.bound(x, (way < 0) == (e.side == capacity.Below))
	}
	return nil
}
