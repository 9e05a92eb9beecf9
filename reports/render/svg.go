package render

import (
	"fmt"
	"html"
	"io"
	"strings"

	"tenement/internal/words"
	"tenement/reports"
	"tenement/reports/diagnosis"
)

// The measures of the drawing, in its own units.
const (
	svgWidth, svgLeft, svgRight = 900, 70, 16
	svgStrip, svgGap            = 96, 34
	svgTop, svgBottom           = 46, 30
	svgSteps                    = 300
)

// svgStyle follows the reader's colours, also where a page shows the file as an image.
const svgStyle = `text{font:13px system-ui,sans-serif;fill:#333}.t{font-weight:600}.n{fill:#666}
.a{fill:#5b8fc7}.th{fill:#e0a13c}.f{fill:none;stroke:#b3261e;stroke-width:1.5}.l{stroke:#777;stroke-dasharray:5 4}.g{stroke:#8884}
path,line{vector-effect:non-scaling-stroke}
@media(prefers-color-scheme:dark){text{fill:#ddd}.n{fill:#aaa}.f{stroke:#ff8a80}}
`

// Drawing draws what happened over time as SVG, a strip for each case: what was
// admitted, what a limit turned away, and the calls that failed. Of a case whose endpoint
// was not ours, or turns nothing away beside others that are asked, it draws what was sent. The
// drawing has no scripts and loads nothing. A report without series is an error.
func Drawing(w io.Writer, r *reports.Report) error {
	d := diagnosis.Of(r)
	if d.Control != nil {
		drawing := controlDrawing(d.Control, words.Visible(r.Profile.Name))
		if drawing == "" {
			return fmt.Errorf("drawing: the report has no series over time")
		}
		_, err := io.WriteString(w, words.VisibleLines(drawing))
		return err
	}
	var strips strings.Builder
	height, seconds, note := svgTop, 0.0, ""
	admits, sends, apart := false, false, false
	for _, section := range d.Sections {
		for _, row := range section.Rows {
			if row.Case.Series == nil || len(row.Case.Series.Arrivals) == 0 {
				continue
			}
			s := svgSteppingOf(row.Case)
			admits, sends = admits || ours(row.Case), sends || !ours(row.Case)
			apart = apart || endpointsApart(row.Case)
			svgStripOf(&strips, row, &s, height)
			height += svgStrip + svgGap
			seconds, note = s.seconds()*float64(s.n), s.note()
		}
	}
	if strips.Len() == 0 {
		return fmt.Errorf("drawing: the report has no series over time")
	}
	bottom := height - svgGap
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-label="Requests per second over time">`+"\n", svgWidth, bottom+svgBottom)
	fmt.Fprintf(&b, "<style>%s</style>\n", svgStyle)
	fmt.Fprintf(&b, `<text class="t" x="0" y="16">%s: requests per second</text>`+"\n", html.EscapeString(d.Report.Profile.Name))
	x := svgWidth - svgRight
	for _, entry := range svgLegend(admits, sends) {
		x -= 9*len(entry.text) + 26
		if entry.class == "f" {
			fmt.Fprintf(&b, `<line class="f" x1="%d" x2="%d" y1="12" y2="12"/>`, x, x+14)
		} else {
			fmt.Fprintf(&b, `<rect class="%s" x="%d" y="6" width="14" height="11"/>`, entry.class, x)
		}
		fmt.Fprintf(&b, `<text x="%d" y="16">%s</text>`+"\n", x+19, entry.text)
	}
	if apart {
		note = strings.TrimLeft(note+" "+apartWords, " ")
	}
	if note != "" {
		fmt.Fprintf(&b, `<text class="n" x="0" y="33">%s</text>`+"\n", note)
	}
	b.WriteString(strips.String())
	for _, t := range clock(seconds) {
		anchor := "middle"
		if t.At > lastTick {
			anchor = "end"
		}
		fmt.Fprintf(&b, `<text class="n" x="%.1f" y="%d" text-anchor="%s">%s</text>`+"\n", svgX(t.At), bottom+18, anchor, t.Text)
	}
	b.WriteString("</svg>\n")
	_, err := io.WriteString(w, words.VisibleLines(b.String()))
	return err
}

// svgEntry is an entry of the legend: a class of the style, and what it stands for.
type svgEntry struct{ class, text string }

// svgLegend is the legend, from the right to the left, of strips that draw what was admitted,
// what was sent, or some the one and some the other.
func svgLegend(admits, sends bool) []svgEntry {
	legend := []svgEntry{{"f", "failed calls"}}
	switch {
	case !admits:
		return append(legend, svgEntry{"a", "sent"})
	case sends:
		return append(legend, svgEntry{"th", "throttled"}, svgEntry{"a", "admitted or sent"})
	}
	return append(legend, svgEntry{"th", "throttled"}, svgEntry{"a", "admitted"})
}

// svgX is the place of a percentage of the strips' width.
func svgX(percent float64) float64 {
	return svgLeft + float64(percent/100*(svgWidth-svgLeft-svgRight))
}

func svgSteppingOf(c *reports.Case) stepping {
	return stepsOf(c.Series.Attempts, c.Series.BucketS, c.Runs(), svgSteps)
}

// svgStripOf draws a case.
func svgStripOf(b *strings.Builder, row diagnosis.Row, s *stepping, top int) {
	c := row.Case
	series := c.Series
	admitted, turned, failures := s.rate(series.Admitted), s.rate(series.Throttled), s.most(series.Failures)
	if !ours(c) {
		admitted, turned = s.rate(series.Attempts), make([]float64, s.n)
	}
	stacked, most := make([]float64, s.n), 0.0
	for i := range stacked {
		stacked[i] = admitted[i] + turned[i]
		most = max(most, stacked[i], failures[i])
	}
	ceilings, _ := near(ceilingsOf(c), most)
	for _, limit := range ceilings {
		most = max(most, limit.PerSecond*1.1)
	}
	most = roundAbove(most)
	zero := make([]float64, s.n)
	for _, values := range [][]float64{admitted, stacked, failures} {
		scale(values, most)
	}
	label := row.Label
	if n := note(row); n != "" {
		label += " – " + n
	}
	fmt.Fprintf(b, `<text x="%d" y="%d">%s</text>`+"\n", svgLeft, top+12, html.EscapeString(label))
	top += 18
	height := svgStrip - 18
	fmt.Fprintf(b, `<text class="n" x="%d" y="%d" text-anchor="end">%s</text>`+"\n", svgLeft-6, top+10, words.PerSecond(most))
	fmt.Fprintf(b, `<text class="n" x="%d" y="%d" text-anchor="end">0</text>`+"\n", svgLeft-6, top+height)
	fmt.Fprintf(b, `<svg x="%d" y="%d" width="%d" height="%d" viewBox="0 0 %d %d" preserveAspectRatio="none">`, svgLeft, top, svgWidth-svgLeft-svgRight, height, canvas, canvas)
	fmt.Fprintf(b, `<path class="a" d="%s"/><path class="th" d="%s"/><path class="f" d="%s"/>`, steps(admitted, zero), steps(stacked, admitted), staircase(failures))
	for i, limit := range ceilings {
		end := 1.0
		if i+1 < len(ceilings) {
			end = ceilings[i+1].FromS / (s.seconds() * float64(s.n))
		}
		y := coordinate(canvas * (1 - limit.PerSecond/most))
		fmt.Fprintf(b, `<line class="l" x1="%s" x2="%s" y1="%s" y2="%s"/>`, coordinate(canvas*limit.FromS/(s.seconds()*float64(s.n))), coordinate(canvas*end), y, y)
	}
	fmt.Fprintf(b, `<line class="g" x1="0" x2="%d" y1="%d" y2="%d"/></svg>`+"\n", canvas, canvas, canvas)
}
