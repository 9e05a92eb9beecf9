package search

import (
	"context"
	"math"

	"tenement/internal/stat"
	"tenement/reports/capacity"
)

// A continuous edge is found to 1 % of its value: the bracket is narrowed to that, and
// seeds are added until half the interval is below half of it.
const (
	resolution = 0.01
	precision  = 0.005
)

// leastContinuous is how many seeds the bracket is narrowed with: fewer would narrow it
// around the wrong place.
const leastContinuous = 32

// continuous finds the edge of a value that has no steps. All values near it have the same
// seeds, so that their figures lie on one curve. Where that curve crosses the bound is the
// edge, and how far the seeds move it is its interval.
func (e *edge) continuous(ctx context.Context) error {
	for seeds := leastContinuous; ; seeds *= 2 {
		if err := e.narrow(ctx, seeds); err != nil {
			return err
		}
		half, err := e.cross(ctx, seeds)
		if err != nil {
			return err
		}
		if half <= precision*math.Abs(e.at) || seeds >= e.most(e.at) {
			return nil
		}
	}
}

// narrow narrows the bracket, with so many seeds. Seeds that were added may have moved
// the edge out of it: then it is widened first.
func (e *edge) narrow(ctx context.Context, seeds int) error {
	held := func(x float64) (bool, error) {
		err := e.extend(ctx, seeds, x)
		if err != nil {
			return false, err
		}
		return e.held(e.points[x]), nil
	}
	for width := math.Abs(e.fails - e.holds); ; width *= 2 {
		holds, err := held(e.holds)
		if err != nil {
			return err
		}
		fails, err := held(e.fails)
		if err != nil {
			return err
		}
		fails = !fails
		if holds && fails {
			break
		}
		x, way := e.holds, -width
		if holds {
			x, way = e.fails, width
		}
		if e.side == capacity.Above {
			way = -way
		}
		next := snap(e.in, x+way)
		if next == x {
			break // the end of the range
		}
		if holds {
			e.holds, e.fails = e.fails, next
		} else {
			e.fails, e.holds = e.holds, next
		}
	}
	for math.Abs(e.fails-e.holds) > resolution*math.Abs(e.fails+e.holds)/2 {
		middle := snap(e.in, (e.holds+e.fails)/2)
		if middle == e.holds || middle == e.fails {
			return nil
		}
		holds, err := held(middle)
		if err != nil {
			return err
		}
		if holds {
			e.holds = middle
		} else {
			e.fails = middle
		}
	}
	return nil
}

// held reports whether every objective holds at a point, sure or not.
func (e *edge) held(p *point) bool {
	for i := range e.objectives {
		if d, _ := e.distance(p, i); d > 0 || d == 0 && !e.objectives[i].Equal {
			return false
		}
	}
	return true
}

// cross works out where the curve crosses the bound, and the interval of that. It returns
// half of the interval.
func (e *edge) cross(ctx context.Context, seeds int) (half float64, err error) {
	a, b := e.points[e.holds], e.points[e.fails]
	e.decides = e.worst(b)
	i := e.decides
	da, scaleA := e.distance(a, i)
	db, scaleB := e.distance(b, i)
	part := 0.5
	if db > da {
		part = min(max(-da/(db-da), 0), 1)
	}
	e.at, e.answered = snap(e.in, e.holds+float64(part*(e.fails-e.holds))), true
	seA, seB := e.errorOf(a, i), e.errorOf(b, i)
	se := (1-part)*seA/scaleA + part*seB/scaleB
	if se == 0 { // every seed is alike: the edge is somewhere in the bracket
		e.lower, e.upper, e.bounded = min(e.holds, e.fails), max(e.holds, e.fails), [2]bool{true, true}
		return 0, nil
	}
	// The slope is that of a wider part of the curve, whose steps matter less.
	wide := 2 * resolution * math.Abs(e.at)
	if e.fails < e.holds {
		wide = -wide
	}
	from, to := snap(e.in, e.holds-wide), snap(e.in, e.fails+wide)
	if err := e.extend(ctx, seeds, from, to); err != nil {
		return 0, err
	}
	d0, _ := e.distance(e.points[from], i)
	d1, _ := e.distance(e.points[to], i)
	slope := (d1 - d0) / math.Abs(to-from)
	if slope <= 0 {
		slope = max(db-da, 1e-9) / math.Abs(e.fails-e.holds)
	}
	half = stat.Student((1+shownLevel)/2, float64(a.seeds-1)) * se / slope
	e.lower, e.upper, e.bounded = snap(e.in, e.at-half), snap(e.in, e.at+half), [2]bool{true, true}
	return half, nil
}

// errorOf is the standard error of the ratio of an objective.
func (e *edge) errorOf(p *point, i int) float64 {
	_, moves := stat.Moves(p.parts[i], p.of[i])
	return stat.MovesError(moves)
}

// turns notes whether the figure that decides turns back along the curve by more than the
// seeds explain.
func (e *edge) turns() {
	var all []figure
	for _, x := range e.tried() {
		all = append(all, e.figure(e.points[x], e.decides, decideLevel))
	}
	up, down := false, false
	for i := range all {
		for j := range all[:i] {
			up = up || all[i].low > all[j].high && all[i].ratio > 1.1*all[j].ratio
			down = down || all[i].high < all[j].low && all[i].ratio < all[j].ratio/1.1
		}
	}
	if up && down {
		e.monotone = false
	}
}
