package render

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"strings"

	"tenement/internal/gate"
	"tenement/internal/stat"
	"tenement/internal/words"
	"tenement/reports/capacity"
)

// capacityPage is what the template of a capacity lays out.
type capacityPage struct {
	pageFrame
	Name, Title, Partial, Require, Cost string
	X                                   string // what varies
	Tiles                               []tile
	Rows                                [][]string // of the table of the cases
	Charts                              []capacityChart
}

// capacityChart is the curve of a case as a drawing and a table.
type capacityChart struct {
	Title, Knee, Margin, Bound, Settings, Metric string
	Confirmed                                    []string
	Band, Line                                   string // paths
	Limit, Edge                                  string // places of the bound and of the capacity, empty for none
	X, Y                                         []tick
	Table                                        [][]string
	Frontier                                     [][]string
	By                                           string
	Heat                                         *heatMap
}

// writeCapacityHTML writes the answer as a page like that of a report.
func writeCapacityHTML(w io.Writer, r *capacity.Result) error {
	p := capacityPage{Name: r.Profile.Name, Title: capacityTitle(r), Require: requireWords(r), Cost: costWords(r), X: r.Name}
	if r.Partial != "" {
		p.Partial = "Partial: " + r.Partial + "."
	}
	var f figures
	for i := range r.Cases {
		c := &r.Cases[i]
		p.Tiles = append(p.Tiles, tile{c.Title, capacityCell(r, c), "95 %: " + intervalWords(r, c)})
		p.Rows = append(p.Rows, []string{c.Title, capacityCell(r, c), intervalWords(r, c), optional(c.RunAt, r.Unit), optional(c.Bound, r.Unit)})
		chart, edge := newCapacityChart(r, c)
		p.Charts = append(p.Charts, chart)
		f.Edges = append(f.Edges, edge)
		if chart.Heat != nil {
			f.Heats = append(f.Heats, chart.Heat.figures)
		}
	}
	p.pageFrame = newPageFrame(f)
	var b bytes.Buffer // so that an error leaves no half page
	if err := pageTemplate().ExecuteTemplate(&b, "capacity.html.tmpl", &p); err != nil {
		return fmt.Errorf("writing HTML: %w", err)
	}
	_, err := io.WriteString(w, words.VisibleLines(b.String()))
	return err
}

// edgeFigures is the curve of a case, for the script.
type edgeFigures struct {
	Label  string    `json:"label"`
	X      string    `json:"x"`
	Unit   string    `json:"unit"`
	Metric string    `json:"metric"`
	Kind   string    `json:"kind"` // of the metric: rate, ms or number
	Bound  float64   `json:"bound"`
	Whole  bool      `json:"whole"` // only whole numbers vary
	Edge   *float64  `json:"edge"`
	At     []float64 `json:"at"`
	Values []float64 `json:"values"`
	Low    []float64 `json:"low"`
	High   []float64 `json:"high"`
}

// newCapacityChart is the curve of a case.
func newCapacityChart(r *capacity.Result, c *capacity.Case) (capacityChart, edgeFigures) {
	g := r.DecidingGate(c)
	metric, _ := gate.MetricOf(g.Metric)
	chart := capacityChart{Title: c.Title, Knee: kneeWords(r, c), Margin: words.Capital(marginWords(r, c)), Metric: g.Metric}
	f := edgeFigures{
		Label: words.Visible(c.Title), X: r.Name, Unit: r.Unit, Metric: g.Metric, Kind: string(metric.Unit), Bound: g.Value, Whole: r.Range.Step >= 1 && r.Range.Step == math.Trunc(r.Range.Step), Edge: c.Capacity,
		At: []float64{}, Values: []float64{}, Low: []float64{}, High: []float64{},
	}
	if c.Bound != nil {
		chart.Bound = fmt.Sprintf("Closed form: %s (%s).", xText(*c.Bound, r.Unit), c.BoundRule)
	}
	if len(c.Settings) > 1 {
		chart.Settings = "That is " + strings.Join(c.Settings, ", ") + "."
	}
	for i := range c.Confirmed {
		chart.Confirmed = append(chart.Confirmed, words.Capital(confirmWords(r, c, &c.Confirmed[i]))+".")
	}
	most := g.Value
	for _, p := range c.Curve {
		holds := "does not hold"
		if p.Holds {
			holds = "holds"
		}
		if !p.Sure {
			holds += ", not sure"
		}
		figure, interval := pointWords(g.Metric, &p, " – ")
		chart.Table = append(chart.Table, []string{
			xText(p.Value, r.Unit), figure, interval, fmt.Sprint(p.Seeds), words.Percent(p.SingleRuns), holds,
		})
		f.At, f.Values = append(f.At, p.Value), append(f.Values, p.Metric)
		f.Low, f.High = append(f.Low, p.Low), append(f.High, min(p.High, 1e15))
		most = max(most, p.Metric)
	}
	chart.draw(r, c, g.Metric, g.Value, roundAbove(most*1.05))
	if r.By != nil {
		chart.By = r.By.Name
		for _, p := range c.Frontier {
			one := capacity.Case{Lower: p.Lower, Upper: p.Upper}
			chart.Frontier = append(chart.Frontier, []string{xText(p.X, r.By.Unit), optional(p.Y, r.Unit), intervalWords(r, &one)})
		}
		chart.Heat = newHeatMap(r, c)
	}
	return chart, f
}

// draw draws the curve and its band, from the low to the high end of the range.
func (chart *capacityChart) draw(r *capacity.Result, c *capacity.Case, metric string, bound, most float64) {
	x := func(v float64) float64 { return canvas * (v - r.Range.Low) / (r.Range.High - r.Range.Low) }
	y := func(v float64) float64 { return canvas * (1 - min(v/most, 1)) }
	var line, band path
	for i, p := range c.Curve {
		if i == 0 {
			line.move(x(p.Value), y(p.Metric))
			band.move(x(p.Value), y(p.High))
			continue
		}
		line.line(x(p.Value), y(p.Metric))
		band.line(x(p.Value), y(p.High))
	}
	for i := len(c.Curve) - 1; i >= 0; i-- {
		band.line(x(c.Curve[i].Value), y(c.Curve[i].Low))
	}
	chart.Line, chart.Band = line.String(), band.String()
	chart.Limit = coordinate(y(bound))
	if c.Capacity != nil {
		chart.Edge = coordinate(x(*c.Capacity))
	}
	const ticks = 5
	for i := range ticks {
		part := float64(i) / (ticks - 1)
		v := r.Range.Low + part*(r.Range.High-r.Range.Low)
		if r.Range.Step > 0 {
			v = math.Round(v)
		}
		chart.X = append(chart.X, tick{At: stat.Tidy(x(v) / canvas * 100), Text: xText(v, r.Unit)})
		chart.Y = append(chart.Y, tick{At: stat.Tidy(part * 100), Text: metricText(metric, part*most)})
	}
}
