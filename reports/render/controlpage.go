package render

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"tenement/internal/words"
	"tenement/reports/diagnosis"
)

// controlPage is what the template of a control plane lays out.
type controlPage struct {
	pageFrame
	opening
	Tables []controlTable
	Planes *planeCharts
	Shifts *shiftChart // beside a baseline; nil without one
}

// writeControlHTML writes the report of a control plane as a page.
func writeControlHTML(w io.Writer, d *diagnosis.Diagnosis) error {
	c := d.Control
	p := controlPage{opening: newOpening(d), Tables: controlTables(c), Planes: newPlaneCharts(c), Shifts: newShiftChart(d.Report.Comparison)}
	p.Tiles, p.Basis = controlTiles(c), controlBasis(c, d.Report)
	p.Assumptions = []string{strings.Join(p.Assumptions, " ")}
	var f figures
	if p.Planes != nil {
		f.Planes = p.Planes.figures
	}
	p.pageFrame = newPageFrame(f)
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
	}
	if l := c.You.StartMS; l != nil {
		out = append(out, tile{"To RUNNING", timeCell(l, median), "at the median; 99 % within " + timeCell(l, p99)})
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
