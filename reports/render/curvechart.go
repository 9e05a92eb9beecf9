package render

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"tenement/internal/words"
	"tenement/reports"
	"tenement/reports/diagnosis"
)

// curveChart is the percentile plot: how long a success takes, by percentile,
// one line per case for the groups under test.
type curveChart struct {
	Many   bool // more curves than labels have room for beside the chart
	Curves []curve
	X, Y   []tick
	Grid   []string // heights of lines in the drawing
	Of     string   // what the samples are
	Desc   string

	Table   []percentileLine
	figures *curveFigures
}

// curve is one case's line.
type curve struct {
	Label, P99 string
	Path       string
	Class      string  // of its colour and dashes
	At         float64 // of its label, percent from the top
}

// colours is how many the style sheet has for lines; further lines are dashed.
const colours = 7

// lowestMS is the histograms' resolution.
const lowestMS = 0.001

// curvePoints is how finely a line is drawn.
const curvePoints = 160

// sampled is a case's distribution, ready to draw.
type sampled struct {
	row   diagnosis.Row
	nines float64 // how far the samples reach: log10 of their number
	at    func(percentile float64) float64
}

func newCurveChart(d *diagnosis.Diagnosis) *curveChart {
	var all []sampled
	simulated := true
	for _, s := range d.Sections {
		for _, w := range s.Rows {
			samples, at := successesOf(&w.You).Percentiles()
			if samples == 0 {
				continue
			}
			simulated = simulated && w.You.Simulated
			all = append(all, sampled{w, math.Log10(float64(samples)), at})
		}
	}
	if len(all) == 0 {
		return nil
	}
	reach, least, most := 1.0, math.Inf(1), 0.0
	for _, s := range all {
		reach = max(reach, s.nines)
		most = max(most, s.at(100))
		// Not the very first percentiles: a lone quick answer would stretch the
		// axis by decades in which nothing else happens.
		for _, p := range []float64{5, 25, 50, 90, 99, 99.9, 99.99, 100} {
			if low := s.at(p); low > 0 {
				least = min(least, low)
				break
			}
		}
	}
	reach = min(reach, 6)
	// What a cache answers is below the resolution, and drawn at the bottom.
	lowest := math.Log10(lowestMS)
	bottom := max(math.Floor(math.Log10(min(least, max(most, lowestMS)))), lowest)
	top := max(math.Ceil(math.Log10(max(most, lowestMS))), bottom+1)
	height := func(ms float64) float64 {
		if ms <= 0 {
			return 0
		}
		return min(max((math.Log10(ms)-bottom)/(top-bottom), 0), 1)
	}
	c := &curveChart{Of: "the calls of the run itself"}
	if simulated {
		c.Of = "the simulated calls of all seeds"
	}
	for i, s := range all {
		line := curve{Label: s.row.Label, P99: slowest(&s.row.You), Class: fmt.Sprintf("c%d", i%colours)}
		if i >= colours {
			line.Class += " dashed"
		}
		end := min(s.nines, reach)
		var p path
		for j := range curvePoints + 1 {
			nines := end * float64(j) / curvePoints
			y := canvas * (1 - height(s.at(100*(1-math.Pow(10, -nines)))))
			if j == 0 {
				p.move(0, y)
			} else {
				p.line(canvas*nines/reach, y)
			}
		}
		line.Path = p.String()
		line.At = 100 * (1 - height(s.at(100)))
		c.Curves = append(c.Curves, line)
	}
	if c.Many = float64(len(c.Curves))*labelGap > 100; !c.Many {
		spreadLabels(c.Curves)
	}
	for _, x := range []struct {
		p    float64
		text string
	}{{0, "0 %"}, {50, "50 %"}, {90, "90 %"}, {99, "99 %"}, {99.9, "99.9 %"}, {99.99, "99.99 %"}, {99.999, "99.999 %"}} {
		if nines := -math.Log10(1 - x.p/100); nines <= reach {
			c.X = append(c.X, tick{At: part(nines, reach), Text: x.text, Weak: x.p == 0})
		}
	}
	for e := bottom; e <= top; e++ {
		c.Y = append(c.Y, tick{At: part(e-bottom, top-bottom), Text: decade(e)})
		c.Grid = append(c.Grid, coordinate(canvas*(1-(e-bottom)/(top-bottom))))
	}
	c.Desc = describe(all)
	c.Table, c.figures = percentileLines(all), curveFiguresOf(all, reach, bottom, top)
	return c
}

// successesOf is the distribution of successes: the simulated ones if there are
// any, which reach further into the tail.
func successesOf(t *diagnosis.Totals) (h reports.Histogram) {
	for _, g := range t.Groups {
		if t.Simulated {
			h = h.Add(g.Simulated.Histogram)
		} else {
			h = h.Add(g.Histograms.Latency)
		}
	}
	return h
}

// labelGap is the least distance of two labels, in percent of the height.
const labelGap = 5.6

// spreadLabels moves labels apart that would lie on one another, and keeps
// them within the drawing.
func spreadLabels(curves []curve) {
	order := make([]int, len(curves))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case curves[a].At < curves[b].At:
			return -1
		case curves[a].At > curves[b].At:
			return 1
		}
		return 0
	})
	floor := 100.0
	for n := len(order) - 1; n >= 0; n-- {
		at := &curves[order[n]].At
		*at = min(*at, floor)
		floor = *at - labelGap
	}
	ceiling := 0.0
	for _, i := range order {
		at := &curves[i].At
		*at = math.Round(max(*at, ceiling)*100) / 100
		ceiling = *at + labelGap
	}
}

// decade is a power of ten of milliseconds.
func decade(e float64) string {
	switch {
	case e < 0:
		return words.Significant(math.Pow(10, e)*1000, 1) + " µs"
	case e < 3:
		return words.Significant(math.Pow(10, e), 1) + " ms"
	}
	return words.Number(uint64(math.Round(math.Pow(10, e-3)))) + " s"
}

// describe says in words what the plot shows.
func describe(all []sampled) string {
	var parts []string
	for _, s := range all {
		parts = append(parts, fmt.Sprintf("%s: half within %s, 99 %% within %s", s.row.Case.Title, words.Milliseconds(s.at(50)), words.Milliseconds(s.at(99))))
	}
	return strings.Join(parts, "; ") + "."
}
