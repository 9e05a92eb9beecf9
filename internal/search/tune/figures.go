package tune

import (
	"math"
	"time"

	"tenement/internal/stat"
	"tenement/reports/tuning"
)

// The objectives, in the order of tables.
const (
	FailureRate = "failure_rate"
	P99         = "p99"
	Attempts    = "attempts"
	Harm        = "harm"
	Staleness   = "staleness"
	Effort      = "effort"
)

// Objectives are the names of the objectives.
func Objectives() []string {
	return []string{FailureRate, P99, Attempts, Harm, Staleness, Effort}
}

// vector is a candidate's objectives without intervals: shares, milliseconds, counts.
type vector struct{ fail, p99, attempts, harm, stale, effort float64 }

// vectorOf are the objectives over blocks.
func vectorOf(blocks []counts, effort float64) vector {
	var all counts
	for i := range blocks {
		all.add(&blocks[i])
	}
	return vector{
		fail: stat.Ratio(all.Failures, all.Calls), p99: milliseconds(all.Latency.quantile(0.99)),
		attempts: stat.Ratio(all.Attempts, all.Calls), harm: stat.Ratio(all.Lost, all.Theirs),
		stale: stat.Ratio(all.Stale, all.Calls), effort: effort,
	}
}

// milliseconds are those of a rung; 0 of none.
func milliseconds(rung int) float64 {
	if rung < 0 {
		return 0
	}
	return float64(middle(rung)) / float64(time.Millisecond)
}

// ratio is a ratio of two sums over blocks.
type ratio struct {
	name        string
	part, whole func(*counts) uint64
	share       bool // a share, from 0 to 1
}

var ratios = []ratio{
	{FailureRate, func(c *counts) uint64 { return c.Failures }, func(c *counts) uint64 { return c.Calls }, true},
	{Attempts, func(c *counts) uint64 { return c.Attempts }, func(c *counts) uint64 { return c.Calls }, false},
	{Harm, func(c *counts) uint64 { return c.Lost }, func(c *counts) uint64 { return c.Theirs }, true},
	{Staleness, func(c *counts) uint64 { return c.Stale }, func(c *counts) uint64 { return c.Calls }, true},
}

// sums are the parts and wholes of each block.
func (r *ratio) sums(blocks []counts) (x, n []float64) {
	for i := range blocks {
		x = append(x, float64(r.part(&blocks[i])))
		n = append(n, float64(r.whole(&blocks[i])))
	}
	return x, n
}

// figure is the ratio with its interval.
func (r *ratio) figure(blocks []counts) tuning.Figure {
	x, n := r.sums(blocks)
	value, moves := stat.Moves(x, n)
	half := halfWidth(moves)
	f := tuning.Figure{Value: stat.Tidy(value), Low: stat.Tidy(max(value-half, 0)), High: stat.Tidy(value + half)}
	if !r.share {
		return f
	}
	total := 0.0
	for _, v := range n {
		total += v
	}
	switch {
	case total == 0:
	case value == 0: // no block shows how far it may be from none
		f.High = stat.Score(0, total)[1]
	case value == 1:
		f.Low = stat.Score(total, total)[0]
	}
	f.High = min(f.High, 1)
	return f
}

// halfWidth is half of the 95 % interval of what blocks move so.
func halfWidth(moves []float64) float64 {
	if len(moves) < 2 {
		return 0
	}
	return float64(stat.T95(float64(len(moves)-1)) * stat.MovesError(moves))
}

// p99 is the quantile with its interval: that of the share up to it, read off the
// distribution. Source: Woodruff, JASA 47 (1952), 635–646.
func p99(blocks []counts) tuning.Figure {
	const q = 0.99
	var all ladder
	for i := range blocks {
		all.add(blocks[i].Latency)
	}
	at := all.quantile(q)
	var x, n []float64
	for i := range blocks {
		x = append(x, float64(blocks[i].Latency.upTo(at)))
		n = append(n, float64(blocks[i].Latency.total()))
	}
	_, moves := stat.Moves(x, n)
	half := halfWidth(moves)
	return tuning.Figure{
		Value: stat.Tidy(milliseconds(at)),
		Low:   stat.Tidy(milliseconds(all.quantile(q - half))),
		High:  stat.Tidy(milliseconds(all.quantile(min(q+half, 1)))),
	}
}

// figures are the objectives of a trial over blocks.
func (t *Tuner) figures(blocks []counts, effort float64) tuning.Figures {
	f := tuning.Figures{P99: p99(blocks), Effort: effort}
	f.FailureRate, f.Attempts, f.Staleness = ratios[0].figure(blocks), ratios[1].figure(blocks), ratios[3].figure(blocks)
	if t.neighbours {
		harm := ratios[2].figure(blocks)
		f.Harm = &harm
	}
	return f
}

// changes are how far blocks are from today's of the same seeds.
func (t *Tuner) changes(blocks, today []counts) []tuning.Change {
	out := []tuning.Change{ratios[0].change(blocks, today), p99Change(blocks, today), ratios[1].change(blocks, today)}
	if t.neighbours {
		out = append(out, ratios[2].change(blocks, today))
	}
	return append(out, ratios[3].change(blocks, today))
}

// change is how far the ratio is from today's.
func (r *ratio) change(blocks, today []counts) tuning.Change {
	x, n := r.sums(blocks)
	y, m := r.sums(today)
	now, moves := stat.Moves(x, n)
	was, before := stat.Moves(y, m)
	apart, each := make([]float64, len(moves)), make([]float64, len(moves))
	for i := range apart {
		if i < len(before) {
			apart[i] = moves[i] - before[i]
			each[i] = perBlock(x[i], n[i]) - perBlock(y[i], m[i])
		}
	}
	return changed(r.name, now-was, halfWidth(apart), each)
}

func perBlock(x, n float64) float64 {
	if n == 0 {
		return 0
	}
	return x / n
}

// changed is a change with its interval and its chance.
func changed(name string, by, half float64, each []float64) tuning.Change {
	return tuning.Change{
		Objective: name, By: stat.Tidy(by), Low: stat.Tidy(by - half), High: stat.Tidy(by + half),
		P: stat.SignedRank(each),
	}
}

// p99Change is how far the quantile is from today's.
func p99Change(blocks, today []counts) tuning.Change {
	now, was := p99(blocks), p99(today)
	half := math.Hypot((now.High-now.Low)/2, (was.High-was.Low)/2)
	var each []float64
	for i := range min(len(blocks), len(today)) {
		each = append(each, milliseconds(blocks[i].Latency.quantile(0.99))-milliseconds(today[i].Latency.quantile(0.99)))
	}
	return changed(P99, now.Value-was.Value, half, each)
}
