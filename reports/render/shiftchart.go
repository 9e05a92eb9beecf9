package render

import (
	"math"

	"tenement/internal/words"
	"tenement/reports"
)

// shiftChart is a comparison: how far each figure of each case has moved, with the
// interval of that, beside the least change that counts.
type shiftChart struct {
	Title       string
	Quotable    string // the result in a line
	Result      string // its class
	Design      string // how the runs were made
	Why         string // figures are inconclusive; empty if none is
	Differ      string // what is to be said of the profiles, if no table shows it
	Level       string // of the intervals
	Least, Most string // the ends of the axis of ratios
	Sections    []shiftSection
	Differences []reports.Difference
	Alone       []string // sentences about cases without a counterpart
}

// shiftSection is one case.
type shiftSection struct {
	Title string
	Rows  []shiftRow
}

// shiftRow is one figure. Places are percent of the drawing's width.
type shiftRow struct {
	Figure, Base, Current   string
	Shift, Interval, P      string
	Result, Class           string
	At, Low, Width          float64
	BandLow, BandWidth      float64
	HasShift, HasInterval   bool
	BeyondLeft, BeyondRight bool // the interval leaves the drawing
}

// The axis of ratios reaches at least, and at most, so far, as factors.
const (
	leastAxis = 1.25
	mostAxis  = 10
)

func newShiftChart(c *reports.Comparison) *shiftChart {
	if c == nil {
		return nil
	}
	chart := &shiftChart{
		Title: sidesWords(c), Quotable: quotable(c), Result: shiftClass(c.Result), Design: words.Capital(designWords(c)), Why: words.Capital(inconclusiveWords(c)),
		Level:       words.Significant(100*c.Design.Level, 4) + " %",
		Differences: c.Differences,
	}
	if len(c.Differences) == 0 {
		chart.Differ = words.Capital(differenceWords(c))
	}
	ratios, points := math.Log(leastAxis), 0.001
	for i := range c.Cases {
		for j := range c.Cases[i].Figures {
			f := &c.Cases[i].Figures[j]
			for _, x := range shiftEnds(f) {
				if f.Scale == reports.Points {
					points = max(points, math.Abs(x))
				} else if x > 0 {
					ratios = max(ratios, math.Abs(math.Log(x)))
				}
			}
		}
	}
	ratios = min(math.Log(roundTo(math.Exp(ratios), 1, 1.25, 1.5, 2, 3, 5, 10)), math.Log(mostAxis))
	points = roundAbove(points)
	chart.Least, chart.Most = "÷ "+words.Significant(math.Exp(ratios), 3), "× "+words.Significant(math.Exp(ratios), 3)
	for i := range c.Cases {
		one := &c.Cases[i]
		section := shiftSection{Title: one.Title}
		if one.Base != one.Current {
			section.Title += ", compared with " + one.Base
		}
		for j := range one.Figures {
			section.Rows = append(section.Rows, newShiftRow(&one.Figures[j], ratios, points))
		}
		chart.Sections = append(chart.Sections, section)
	}
	for _, text := range aloneWords(c) {
		chart.Alone = append(chart.Alone, words.Capital(text)+".")
	}
	return chart
}

// newShiftRow is a figure on axes that reach so far to both sides: logarithms of ratios,
// and fractions.
func newShiftRow(f *reports.FigureComparison, ratios, points float64) shiftRow {
	row := shiftRow{
		Figure: figureWords(f), Base: figureValue(f.Metric, f.Base), Current: figureValue(f.Metric, f.Current),
		Shift: "–", Interval: "–", P: "–", Result: string(f.Result), Class: shiftClass(f.Result),
	}
	place := func(x float64) float64 {
		if f.Scale == reports.Points {
			return 50 + 50*x/points
		}
		return 50 + 50*math.Log(max(x, 1e-300))/ratios
	}
	if f.Shift != nil {
		row.HasShift, row.Shift = true, shiftText(f.Scale, *f.Shift)
		row.At = percentage(min(max(place(*f.Shift), 0), 100))
	}
	if ci := f.Interval; ci != nil {
		low, high := place(ci[0]), place(ci[1])
		row.HasInterval, row.BeyondLeft, row.BeyondRight = true, low < 0, high > 100
		low, high = min(max(low, 0), 100), min(max(high, 0), 100)
		row.Low, row.Width = percentage(low), percentage(high-low)
		row.Interval = intervalText(f.Scale, ci)
	}
	least, most := 1/(1+f.Threshold.Ratio), 1+f.Threshold.Ratio
	if f.Scale == reports.Points {
		least, most = -f.Threshold.Points, f.Threshold.Points
	}
	low, high := min(max(place(least), 0), 100), min(max(place(most), 0), 100)
	row.BandLow, row.BandWidth = percentage(low), percentage(high-low)
	if f.PHolm != nil {
		row.P = chanceWords(f.PHolm)
	}
	if f.Target != reports.TargetUnderTest && f.Target != reports.TargetNeighbours {
		row.Figure = f.Target + ": " + row.Figure
	}
	if f.Identical {
		row.Result, row.P = string(reports.Identical), "–"
	}
	return row
}

// shiftEnds are the values of a figure's drawing.
func shiftEnds(f *reports.FigureComparison) (out []float64) {
	if f.Shift != nil {
		out = append(out, *f.Shift)
	}
	if f.Interval != nil {
		out = append(out, f.Interval[:]...)
	}
	return out
}

// shiftClass is the class of a result in the style sheet.
func shiftClass(r reports.Result) string {
	switch r {
	case reports.Regression, reports.Improvement, reports.Inconclusive:
		return string(r)
	}
	return "even"
}
