package render

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"tenement/internal/words"
	"tenement/reports"
	"tenement/reports/capacity"
)

var capacityFormats = []format[*capacity.Result]{
	{"text", nil, writeCapacityText},
	{"json", nil, func(w io.Writer, r *capacity.Result) error { return reports.WriteJSON(w, r) }},
	{"html", nil, writeCapacityHTML},
	{"markdown", nil, writeCapacityMarkdown},
}

// CapacityFormats are the names that Capacity knows.
func CapacityFormats() []string { return namesOf(capacityFormats) }

// Capacity writes the answer of a search for capacity in a format. The error for an
// unknown format lists the known ones.
func Capacity(name string, w io.Writer, r *capacity.Result) error {
	return writeAs(capacityFormats, name, w, r)
}

// writeCapacityText writes the answer for a screen: a line for each case, then each with
// its curve.
func writeCapacityText(w io.Writer, r *capacity.Result) error {
	var b strings.Builder
	b.WriteString(wrap(r.Profile.Name+": "+capacityTitle(r), "", "  "))
	if r.Partial != "" {
		b.WriteString(wrap("Partial: "+r.Partial+". What follows is what is known so far.", "", "  "))
	}
	if len(r.Cases) > 1 {
		b.WriteString("\n")
		capacitySummary(&b, r)
	}
	for i := range r.Cases {
		c := &r.Cases[i]
		b.WriteString("\n" + wrap(c.Title+": "+kneeWords(r, c), "", "  "))
		if n := len(c.Settings); n > 1 && c.Capacity != nil {
			b.WriteString(wrap("That is "+strings.Join(c.Settings, ", ")+".", "  ", "  "))
		}
		if c.Capacity == nil && c.Interval() == nil && c.Holds != capacity.Unknown {
			continue
		}
		if c.Capacity != nil || c.Interval() != nil {
			line := "95 % interval: " + intervalWords(r, c)
			if text := marginWords(r, c); text != "" {
				line += "; " + text
			}
			b.WriteString(wrap(line+".", "  ", "  "))
		}
		if c.Bound != nil {
			b.WriteString(wrap(fmt.Sprintf("Closed form: %s (%s).", xText(*c.Bound, r.Unit), c.BoundRule), "  ", "    "))
		}
		for j := range c.Confirmed {
			b.WriteString(wrap(words.Capital(confirmWords(r, c, &c.Confirmed[j]))+".", "  ", "    "))
		}
		if c.Holds == capacity.Below || c.Holds == capacity.Above || len(r.Cases) == 1 {
			capacityCurve(&b, r, c)
		}
		capacityFrontier(&b, r, c)
	}
	b.WriteString("\n")
	if text := requireWords(r); text != "" {
		b.WriteString(wrap(text, "", ""))
	}
	b.WriteString(wrap(costWords(r), "", ""))
	_, err := io.WriteString(w, words.VisibleLines(b.String()))
	return err
}

// capacityName is the width of a case's name in a table.
const capacityName = 28

// capacitySummary is a line for each case.
func capacitySummary(b *strings.Builder, r *capacity.Result) {
	fmt.Fprintf(b, "%s%12s%18s%10s%12s\n", pad("CASE", capacityName), strings.ToUpper(r.Name), "95 %", "run at", "closed form")
	for i := range r.Cases {
		c := &r.Cases[i]
		fmt.Fprintf(b, "%s%12s%18s%10s%12s\n", pad(c.Title, capacityName), capacityCell(r, c), intervalWords(r, c), optional(c.RunAt, r.Unit), optional(c.Bound, r.Unit))
	}
}

// capacityCell is the capacity of a case in a table.
func capacityCell(r *capacity.Result, c *capacity.Case) string {
	switch {
	case c.Holds == capacity.Nowhere:
		return "none"
	case c.Capacity == nil:
		return "?"
	case c.AtLimit && *c.Capacity == r.Range.Low:
		return "≤ " + xText(*c.Capacity, r.Unit)
	case c.AtLimit:
		return "≥ " + xText(*c.Capacity, r.Unit)
	}
	return xText(*c.Capacity, r.Unit)
}

// optional is a value, or a dash.
func optional(x *float64, unit string) string {
	if x == nil {
		return "–"
	}
	return xText(*x, unit)
}

// mostCurveRows is how many values of a curve the screen shows: those around the edge,
// and the ends.
const mostCurveRows = 11

// curveRows are the points of a curve that a screen shows.
func curveRows(c *capacity.Case) []capacity.Point {
	all := slices.Clone(c.Curve)
	if len(all) <= mostCurveRows || c.Capacity == nil {
		return all[:min(len(all), 2*mostCurveRows)]
	}
	edge := slices.IndexFunc(all, func(p capacity.Point) bool { return p.Value >= *c.Capacity })
	from := max(min(edge-mostCurveRows/2+1, len(all)-mostCurveRows+1), 1)
	to := min(from+mostCurveRows-2, len(all)-1)
	return slices.Concat(all[:1], all[from:to], all[len(all)-1:])
}

// The columns of a curve on the screen.
const curvePlot = 30

// capacityCurve is the curve of a case as table and picture. The axis is logarithmic where
// the figures need it.
func capacityCurve(b *strings.Builder, r *capacity.Result, c *capacity.Case) {
	rows := curveRows(c)
	if len(rows) == 0 {
		return
	}
	g := r.DecidingGate(c)
	at := axisOf(rows, g.Value)
	bound := []rune(strings.Repeat(" ", curvePlot))
	bound[at(g.Value)] = '┊'
	head := []rune(strings.Repeat(" ", curvePlot))
	label := []rune(metricText(g.Metric, g.Value))
	from := min(at(g.Value), curvePlot-len(label))
	copy(head[max(from, 0):], label)
	width := 9
	for i := range rows {
		width = max(width, utf8.RuneCountInString(xText(rows[i].Value, r.Unit)))
	}
	column := max(16, len(g.Metric)+2)
	fmt.Fprintf(b, "\n  %s%*s  %-20s%s\n", flush(strings.ToUpper(r.Name), width), column, g.Metric, "95 %", strings.TrimRight(string(head), " "))
	for _, p := range rows {
		line := slices.Clone(bound)
		low, mid, high := at(p.Low), at(p.Metric), at(p.High)
		for i := low; i <= high; i++ {
			line[i] = '─'
		}
		line[mid] = '●'
		if !p.Holds {
			line[mid] = '○'
		}
		figure, ends := pointWords(g.Metric, &p, " to ")
		fmt.Fprintf(b, "  %s%*s  %s%s\n", flush(xText(p.Value, r.Unit), width), column, figure, pad(ends, 20), strings.TrimRight(string(line), " "))
	}
	fmt.Fprintf(b, "  %s\n", "● holds   ○ does not   ┊ the bound   ─ 95 % interval")
}

// axisOf is where a figure is on an axis of curvePlot places, so that the points and the
// bound are on it.
func axisOf(rows []capacity.Point, bound float64) func(float64) int {
	low, high := math.Inf(1), 0.0
	for _, p := range rows {
		high = max(high, p.Metric)
		if p.Metric > 0 {
			low = min(low, p.Metric)
		}
	}
	if bound > 0 {
		low, high = min(low, bound), max(high, bound)
	}
	if !(low < high) {
		low, high = 0, max(high, 1)
	}
	place := func(v float64) float64 { return (v - low) / (high - low) }
	if low > 0 && high > 30*low {
		low = max(low, high*1e-6) / 2
		place = func(v float64) float64 { return math.Log(max(v, low)/low) / math.Log(high/low) }
	} else if low > 0 {
		low = min(low, 0.5*bound)
	}
	return func(v float64) int { return min(max(int(math.Round(place(v)*(curvePlot-1))), 0), curvePlot-1) }
}

// capacityFrontier is the capacity for each value of By.
func capacityFrontier(b *strings.Builder, r *capacity.Result, c *capacity.Case) {
	if r.By == nil || len(c.Frontier) == 0 {
		return
	}
	most := 0.0
	for _, p := range c.Frontier {
		if p.Y != nil {
			most = max(most, *p.Y)
		}
	}
	fmt.Fprintf(b, "\n  %s%14s  %s\n", flush(strings.ToUpper(r.By.Name), 12), strings.ToUpper(r.Name), "95 %")
	for _, p := range c.Frontier {
		one := capacity.Case{Lower: p.Lower, Upper: p.Upper}
		bar, value := "", "none"
		if p.Y != nil {
			value = xText(*p.Y, r.Unit)
			if most > 0 {
				bar = strings.Repeat("█", int(math.Round(*p.Y/most*curvePlot)))
			}
		}
		fmt.Fprintf(b, "  %s%14s  %s%s\n", flush(xText(p.X, r.By.Unit), 12), value, pad(intervalWords(r, &one), 18), bar)
	}
}
