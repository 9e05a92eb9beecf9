package render

import (
	"fmt"
	"html"
	"strings"

	"tenement/internal/words"
	"tenement/reports"
	"tenement/reports/diagnosis"
)

// controlDrawing draws what happened over time as SVG, a strip for each case: what was
// free of the capacity, and the tasks of which it became clear that they will not run. All
// strips have the same scales. It is empty where no case has a series.
func controlDrawing(c *diagnosis.Control, name string) string {
	var free, lost float64
	seconds, bucket, n := 0., 0., 0
	for i := range c.Rows {
		s := c.Rows[i].Case.ControlPlane.Series
		if s == nil {
			continue
		}
		n++
		bucket = s.BucketS
		if c.Rows[i].Case.ControlPlane.Plane == c.Base.Plane {
			free = max(free, maximum(freeOver(s)))
		}
		for _, x := range s.Refused {
			lost = max(lost, float64(x))
		}
		seconds = max(seconds, s.BucketS*float64(len(s.Asked)))
	}
	if n == 0 {
		return ""
	}
	free, lost = roundAbove(free), roundAbove(lost)
	var b strings.Builder
	bottom := svgTop + n*(svgStrip+svgGap) - svgGap
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-label="Capacity that is free, and tasks that will not run, over time">`+"\n", svgWidth, bottom+svgBottom)
	fmt.Fprintf(&b, "<style>%s</style>\n", svgStyle)
	fmt.Fprintf(&b, `<text class="t" x="0" y="16">%s: capacity over time</text>`+"\n", html.EscapeString(name))
	fmt.Fprintf(&b, `<rect class="a" x="%d" y="6" width="14" height="11"/><text x="%d" y="16">free</text>`+"\n", svgWidth-310, svgWidth-291)
	fmt.Fprintf(&b, `<line class="f" x1="%d" x2="%d" y1="12" y2="12"/><text x="%d" y="16">tasks that will not run</text>`+"\n", svgWidth-240, svgWidth-226, svgWidth-221)
	fmt.Fprintf(&b, `<text class="n" x="0" y="33">Free, in all zones together: up to %s (%s). Tasks that will not run: up to %s in %s.</text>`+"\n",
		words.Significant(free, 3), unitOf(c.Base.Plane), words.Significant(lost, 3), words.Span(bucket))
	top := svgTop
	for i := range c.Rows {
		row := &c.Rows[i]
		s := row.Case.ControlPlane.Series
		if s == nil {
			continue
		}
		own := freeOver(s)
		most := free
		if row.Case.ControlPlane.Plane != c.Base.Plane { // another unit: a scale of its own
			most = roundAbove(maximum(own))
		}
		refused := make([]float64, len(s.Refused))
		for k, x := range s.Refused {
			refused[k] = float64(x)
		}
		scale(own, most)
		scale(refused, lost)
		zero := make([]float64, len(own))
		label := row.Case.Title
		if row.Case.ControlPlane.Plane != c.Base.Plane {
			label += fmt.Sprintf(" (free: up to %s %s)", words.Significant(most, 3), unitOf(row.Case.ControlPlane.Plane))
		}
		fmt.Fprintf(&b, `<text x="%d" y="%d">%s</text>`+"\n", svgLeft, top+12, html.EscapeString(words.Visible(label)))
		height := svgStrip - 18
		fmt.Fprintf(&b, `<svg x="%d" y="%d" width="%d" height="%d" viewBox="0 0 %d %d" preserveAspectRatio="none">`, svgLeft, top+18, svgWidth-svgLeft-svgRight, height, canvas, canvas)
		fmt.Fprintf(&b, `<path class="a" d="%s"/><path class="f" d="%s"/><line class="g" x1="0" x2="%d" y1="%d" y2="%d"/></svg>`+"\n", steps(own, zero), staircase(refused), canvas, canvas, canvas)
		top += svgStrip + svgGap
	}
	for _, t := range clock(seconds) {
		anchor := "middle"
		if t.At > lastTick {
			anchor = "end"
		}
		fmt.Fprintf(&b, `<text class="n" x="%.1f" y="%d" text-anchor="%s">%s</text>`+"\n", svgX(t.At), bottom+18, anchor, t.Text)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// unitOf is what is counted as free on a data plane.
func unitOf(plane string) string {
	if plane == reports.MicroVMPlane {
		return "vCPUs"
	}
	return "warm instances"
}

// freeOver is what all zones together had free, over time.
func freeOver(s *reports.ControlSeries) []float64 {
	out := make([]float64, len(s.Asked))
	for _, row := range s.Levels {
		for i := range min(len(row), len(out)) {
			out[i] += max(row[i], 0)
		}
	}
	return out
}

func maximum(all []float64) (most float64) {
	for _, x := range all {
		most = max(most, x)
	}
	return most
}
