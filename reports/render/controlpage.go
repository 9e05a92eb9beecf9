package render

import (
	"bytes"
	"fmt"
	"html/template"
	"io"
	"strings"

	"tenement/internal/words"
	"tenement/reports/diagnosis"
)

// controlPage is what the template of a control plane lays out.
type controlPage struct {
	pageFrame
	Name, Headline, Facts string
	Tiles                 []tile
	Lead, Rest, Basis     string
	Assumptions, Warnings []string
	Description           []string
	Failed, Unsure, Held  []gateLine
	Tables                []controlTable
	Drawing               template.HTML
	Shifts                *shiftChart // beside a baseline; nil without one
}

// writeControlHTML writes the report of a control plane as a page.
func writeControlHTML(w io.Writer, d *diagnosis.Diagnosis) error {
	r, said, c := d.Report, d.Sentences(), d.Control
	lead := min(2, len(said.Verdict))
	p := controlPage{
		pageFrame: newPageFrame(figures{}), Shifts: newShiftChart(r.Comparison), Name: r.Profile.Name, Headline: d.Headline(), Facts: strings.Join(facts(d), " · "),
		Tiles: controlTiles(c), Lead: words.Unbroken(strings.Join(said.Verdict[:lead], " ")), Rest: words.Unbroken(strings.Join(said.Verdict[lead:], " ")),
		Basis: controlBasis(c, r), Warnings: said.Warnings, Tables: controlTables(c),
		Assumptions: []string{words.Unbroken(strings.Join(said.Assumptions, " "))},
		Drawing:     template.HTML(controlDrawing(c, r.Profile.Name)), // names are escaped there
	}
	for _, paragraph := range strings.Split(r.Profile.Description, "\n\n") {
		if text := strings.Join(strings.Fields(paragraph), " "); text != "" {
			p.Description = append(p.Description, words.Unbroken(text))
		}
	}
	p.Failed, p.Unsure, p.Held = gateLines(r)
	var b bytes.Buffer // so that an error leaves no half page
	if err := pageTemplate().ExecuteTemplate(&b, "control.html.tmpl", &p); err != nil {
		return fmt.Errorf("writing HTML: %w", err)
	}
	_, err := io.WriteString(w, words.VisibleLines(b.String()))
	return err
}

// controlTiles are the figures that a reader should take away.
func controlTiles(c *diagnosis.Control) []tile {
	whose := "of all tasks"
	if c.Base.Tested() {
		whose = "of your tasks"
	}
	out := []tile{
		{"Not RUNNING", words.Roughly(c.Rows[0].Share()), whose},
		{"To RUNNING", timeCell(c.You.StartMS, median), "at the median; 99 % within " + timeCell(c.You.StartMS, p99)},
	}
	if s := &c.You.Sharing; s.AloneShare != nil {
		out = append(out, tile{"Others on the host", fmt.Sprintf("%.3g", *s.OwnMean+*s.OthersMean), fmt.Sprintf("%.3g of other accounts", *s.OthersMean)})
	}
	if x := c.Base.Capacity.WastedShare; x != nil {
		out = append(out, tile{"Paid and unused", words.Roughly(*x), "of the vCPU hours"})
	}
	if n := diagnosis.ControlDied(c.Base); n > 0 {
		out = append(out, tile{"Lost", words.Number(n), "tasks, with their zone or cell"})
	}
	return out
}
