package compare

import (
	"math"

	"tenement/internal/stat"
	"tenement/reports"
)

// compareFigure compares a figure of two samples.
func compareFigure(a asked, base, current *sample) reports.FigureComparison {
	f := &a.figure
	out := reports.FigureComparison{
		Metric: f.metric, Target: a.target, Scale: f.scale, Threshold: f.threshold,
		Base: base.value(f), Current: current.value(f),
	}
	switch {
	case base.identical(current, f):
		same(&out, f.scale)
		return out
	case base.unknown() || current.unknown():
		out.Reason = reports.NoBlocks
	case out.Base == nil && out.Current == nil: // nothing to be different
		out.Result = reports.Equivalent
		return out
	case out.Base == nil || out.Current == nil:
		out.Reason = reports.NoFigure
	case base.blocks == nil || current.blocks == nil:
		out.Reason = reports.NoBlocks
	}
	if out.Reason != "" {
		out.Result = reports.Inconclusive
		return out
	}
	var e effect
	if nothing := f.scale == reports.Ratio && f.quantile == 0 && base.total[f.share]+current.total[f.share] == 0; nothing {
		// Not a ratio of the halves that stand for none: they depend on how many calls there were.
		one := 1.0
		e = effect{interval: &[2]float64{}, p: &one, replicates: min(len(base.counts), len(current.counts))}
	} else if base.blocks.Of == reports.ByRounds && current.blocks.Of == reports.ByRounds {
		e = byRank(f, base, current)
	} else {
		e = pooled(f, base, current)
	}
	e.fill(f, &out)
	return out
}

// effect is how far two samples are apart, on the scale on which it is symmetric:
// logarithms of ratios and of odds, plain points.
type effect struct {
	shift      float64
	interval   *[2]float64
	points     *[2]float64 // of Odds: current minus base
	p          *float64
	replicates int // of the smaller side
	least      int // replicates with which there is an interval
}

// mostLog bounds the logarithm of a ratio: a damaged report may have any counts, and
// JSON has no infinity.
const mostLog = 600

// fill writes an effect into a comparison, and judges it.
func (e *effect) fill(f *figure, out *reports.FigureComparison) {
	if math.IsNaN(e.shift) || math.IsInf(e.shift, 0) || e.replicates == 0 {
		out.Result, out.Reason = reports.Inconclusive, reports.NoFigure
		return
	}
	scale := func(x float64) float64 { return math.Exp(min(max(x, -mostLog), mostLog)) }
	if f.scale == reports.Points {
		scale = func(x float64) float64 { return x }
	}
	shift := stat.Tidy(scale(e.shift))
	out.Shift, out.P = &shift, e.p
	if e.interval == nil {
		out.Result, out.Reason, out.Needed = reports.Inconclusive, reports.TooFew, e.least
		return
	}
	out.Interval = &reports.Ends{stat.Tidy(scale(e.interval[0])), stat.Tidy(scale(e.interval[1]))}
	out.PointsInterval = (*reports.Ends)(e.points)
	if f.scale == reports.Points {
		out.Result = verdict(*out.Interval, -f.threshold.Points, f.threshold.Points)
	} else {
		up := 1 + f.threshold.Ratio
		out.Result = verdict(*out.Interval, 1/up, up)
	}
	if f.scale == reports.Odds {
		out.Result = withPoints(out, f.threshold.Points)
	}
	if out.Result == reports.Inconclusive {
		out.Reason = reports.TooWide
		out.Needed = e.needed(f)
	}
}

// verdict judges an interval by the bounds of what does not count.
func verdict(interval [2]float64, low, high float64) reports.Result {
	switch {
	case interval[0] > high:
		return reports.Regression
	case interval[1] < low:
		return reports.Improvement
	case interval[0] >= low && interval[1] <= high:
		return reports.Equivalent
	}
	return reports.Inconclusive
}

// withPoints is the result of a share whose difference must also be so many points.
func withPoints(out *reports.FigureComparison, points float64) reports.Result {
	if points == 0 {
		return out.Result
	}
	if p := out.PointsInterval; p != nil && p[0] >= -points && p[1] <= points {
		return reports.Equivalent
	}
	apart := *out.Current - *out.Base
	if out.Result == reports.Regression && apart < points || out.Result == reports.Improvement && -apart < points {
		return reports.Inconclusive
	}
	return out.Result
}

// mostNeeded is the largest number of replicates that it makes sense to advise, as a
// multiple of those at hand.
const mostNeeded = 50

// needed is about how many replicates would make the interval small enough for a
// result, if the shift stays; 0 if that cannot be told. The width goes with the square
// root of their number.
func (e *effect) needed(f *figure) int {
	half := (e.interval[1] - e.interval[0]) / 2
	bound := math.Log1p(f.threshold.Ratio)
	if f.scale == reports.Points {
		bound = f.threshold.Points
	}
	room := math.Abs(math.Abs(e.shift) - bound)
	if half <= 0 || room <= 0 || half/room > math.Sqrt(mostNeeded) {
		return 0
	}
	return max(int(math.Ceil(float64(e.replicates)*(half/room)*(half/room))), e.replicates+1)
}

// same fills in a figure whose counts are the same on both sides.
func same(out *reports.FigureComparison, scale string) {
	none, p := 1.0, 1.0
	if scale == reports.Points {
		none = 0
	}
	out.Shift, out.Interval, out.P = &none, &reports.Ends{none, none}, &p
	out.Identical, out.Result = true, reports.Equivalent
}
