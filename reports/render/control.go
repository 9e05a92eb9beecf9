package render

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"tenement/internal/words"
	"tenement/reports"
	"tenement/reports/diagnosis"
)

// The screen of a control plane, at most 80 columns: the answer comes first, then what
// each case does, then who asked, then the steps, then what is assumed.

// writeControlScreen writes the screen.
func writeControlScreen(w io.Writer, d *diagnosis.Diagnosis, look Look) error {
	r, said, c := d.Report, d.Sentences(), d.Control
	var b strings.Builder
	b.WriteString(wrap(words.Visible(r.Profile.Name)+": "+d.Headline(), "", "  "))
	b.WriteString("\n" + wrap(strings.Join(said.Verdict, " "), "", "") + "\n")
	for _, t := range controlTables(c) {
		b.WriteString(t.text() + "\n")
	}
	b.WriteString(wrap(strings.Join(said.Assumptions, " "), "", ""))
	b.WriteString(wrap(controlBasis(c, r), "", ""))
	textGates(&b, r)
	for _, warning := range said.Warnings {
		b.WriteString(wrap("warning: "+warning, "", "  "))
	}
	if r.Comparison != nil {
		b.WriteString("\n" + comparisonText(r.Comparison))
	}
	_, err := io.WriteString(w, look.marked(words.VisibleLines(b.String())))
	return err
}

// controlBasis says what the figures are of.
func controlBasis(c *diagnosis.Control, r *reports.Report) string {
	text := fmt.Sprintf("Simulated: counts and times are of seed %d", r.Seed)
	if n := c.Base.Seeds; n > 1 {
		text += fmt.Sprintf(", shares of tasks that are not RUNNING the means of %d seeds, ± half of their 95 %% interval", n)
	}
	return text + "."
}

// controlTable is a table: its first column is text, the others are figures.
type controlTable struct {
	Title string
	Head  []string
	Rows  [][]string
}

// Figures is how many columns of figures the table has.
func (t *controlTable) Figures() int { return len(t.Head) - 1 }

// controlTables are the tables of a report of a control plane.
func controlTables(c *diagnosis.Control) []controlTable {
	tables := []controlTable{controlCases(c)}
	if t := controlCallers(c); len(t.Rows) > 1 {
		tables = append(tables, t)
	}
	if t := controlRegions(c); len(t.Rows) > 1 {
		tables = append(tables, t)
	}
	return append(tables, controlSteps(c))
}

// timeCell is a percentile of a latency.
func timeCell(l *reports.Latency, of func(*reports.Latency) float64) string {
	if l == nil {
		return "–"
	}
	return words.Milliseconds(of(l))
}

func median(l *reports.Latency) float64 { return l.P50 }
func p99(l *reports.Latency) float64    { return l.P99 }

// controlCases is what each case does.
func controlCases(c *diagnosis.Control) controlTable {
	t := controlTable{Title: "What each case does", Head: []string{"case", "not run", "throttled", "no cap.", "median", "p99", "unused"}}
	losses := len(c.Base.Losses) > 0
	if losses { // what is lost with a zone or a cell is what a reader asks for
		t.Head[len(t.Head)-1] = "lost"
	}
	for i := range c.Rows {
		row := &c.Rows[i]
		s := &row.You.States
		unused := "–"
		if x := row.Case.ControlPlane.Capacity.WastedShare; x != nil {
			unused = words.Percent(*x)
		}
		if losses {
			unused = words.Number(diagnosis.ControlDied(row.Case.ControlPlane))
		}
		t.Rows = append(t.Rows, []string{
			row.Case.Title, notRunning(row), words.Number(s.Throttled), words.Number(s.NoCapacity),
			timeCell(row.You.StartMS, median), timeCell(row.You.StartMS, p99), unused,
		})
	}
	return t
}

// notRunning is the share of a case, with the half-width of its interval over the seeds.
func notRunning(row *diagnosis.ControlRow) string {
	share := row.Share()
	if share == 0 {
		return words.Percent(share)
	}
	return words.Percent(share) + marginOf(share, row.CI())
}

// controlCallers is what became of the tasks of each caller of the base.
func controlCallers(c *diagnosis.Control) controlTable {
	t := controlTable{Title: "Who asked", Head: []string{"caller", "tasks", "RUNNING", "throttled", "no cap.", "other", "median"}}
	for i := range c.Base.Callers {
		a := &c.Base.Callers[i]
		s := &a.States
		t.Rows = append(t.Rows, []string{
			a.Name, words.Number(a.Asked), words.Number(s.Running), words.Number(s.Throttled), words.Number(s.NoCapacity),
			words.Number(a.Asked - s.Running - s.Throttled - s.NoCapacity), timeCell(a.StartMS, median),
		})
	}
	return t
}

// controlRegions are the regions of the base.
func controlRegions(c *diagnosis.Control) controlTable {
	t := controlTable{Title: "Regions", Head: []string{"region", "tasks", "RUNNING", "new from", "to", "visits", "failed"}}
	at := func(x *float64) string {
		if x == nil {
			return "–"
		}
		return words.Span(*x)
	}
	for i := range c.Base.Regions {
		g := &c.Base.Regions[i]
		t.Rows = append(t.Rows, []string{g.Name, words.Number(g.Asked), words.Number(g.Running), at(g.FromS), at(g.ToS), words.Number(g.Visits), words.Number(g.Failed)})
	}
	return t
}

// controlSteps are the steps of the base.
func controlSteps(c *diagnosis.Control) controlTable {
	t := controlTable{Title: "The steps", Head: []string{"step", "visits", "failed", "refused", "wait p99", "median", "p99"}}
	for i := range c.Base.Steps {
		s := &c.Base.Steps[i]
		t.Rows = append(t.Rows, []string{
			s.Name, words.Number(s.Visits), words.Number(s.Failed), words.Number(s.Refused),
			timeCell(s.WaitMS, p99), timeCell(s.TookMS, median), timeCell(s.TookMS, p99),
		})
	}
	return t
}

// text lays a table out in columns.
func (t *controlTable) text() string {
	widths := make([]int, len(t.Head))
	for _, row := range append([][]string{t.Head}, t.Rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(words.Visible(cell)))
		}
	}
	rest := 0
	for _, width := range widths[1:] {
		rest += width
	}
	gap := 2
	if widths[0]+rest+gap*(len(widths)-1) > screenWidth { // a whole label is worth more than air
		gap = 1
	}
	widths[0] = min(widths[0], max(screenWidth-rest-gap*(len(widths)-1), leastLabel))
	var b strings.Builder
	for _, row := range append([][]string{t.Head}, t.Rows...) {
		var line strings.Builder
		for i, cell := range row {
			cell = cutTo(words.Visible(cell), widths[i])
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i == 0 {
				line.WriteString(cell + pad)
			} else {
				line.WriteString(strings.Repeat(" ", gap) + pad + cell)
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return b.String()
}

// cutTo is a text in a column of a width.
func cutTo(text string, width int) string {
	if utf8.RuneCountInString(text) <= width {
		return text
	}
	return words.Shortened(text, width-1)
}
