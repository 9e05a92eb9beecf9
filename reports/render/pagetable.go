package render

import (
	"maps"
	"math"
	"slices"

	"tenement/internal/words"
	"tenement/reports"
	"tenement/reports/diagnosis"
)

// pageTable is the table of the text screen, with a drawing of each share.
type pageTable struct {
	Live, Neighbours bool   // the cases have figures of both engines; of neighbours
	Seeds            string // that a simulated report has its shares of; empty if they are of its own run
	Starts           bool   // some start of a task could fail
	Starting         bool   // starts ask further endpoints: their share comes first, and is drawn
	Expiry           bool   // some call used credentials past their expiry
	Bounds           bool   // there is one in the place of a share
	StartIntervals   bool   // the shares of starts have intervals
	Drawn            string // the engine whose shares are drawn
	Scale            string // the share at the drawings' right end
	Columns          []pageColumn
	Sections         []pageSection
}

// pageColumn is a column of figures: what they are, their unit, and of which engine or
// seeds they are.
type pageColumn struct {
	Head, Unit, Of string
	Margins        bool // a margin stands beside some figure
}

// pageHead is the head of several columns that differ in the engine only.
type pageHead struct {
	Head, Unit string
	Span       int
}

// Heads are those of the columns.
func (t *pageTable) Heads() []pageHead {
	var out []pageHead
	for _, c := range t.Columns {
		if n := len(out); n > 0 && out[n-1].Head == c.Head {
			out[n-1].Span++
		} else {
			out = append(out, pageHead{c.Head, c.Unit, 1})
		}
	}
	return out
}

type pageSection struct {
	Title string // empty if there is nothing to tell apart
	Rows  []pageRow
}

type pageRow struct {
	Label, Name           string
	Sets                  []setting
	Cells                 []pageCell
	Bar, Low, Width, Seen float64 // percent of the drawing: the share, its interval, the live run
	HasInterval           bool
}

// pageCell is one figure.
type pageCell struct {
	Text, Margin string
	Fail         bool // it is the share of your calls, or starts, that failed
}

// setting is one path that a case sets.
type setting struct{ Path, Value string }

// settings are those of a case, sorted by path.
func settings(c *reports.Case) []setting {
	var out []setting
	for _, path := range slices.Sorted(maps.Keys(c.Set)) {
		out = append(out, setting{path, c.Set[path]})
	}
	return out
}

func newPageTable(d *diagnosis.Diagnosis) *pageTable {
	sections, r := d.Sections, d.Report
	if len(sections) == 0 {
		return nil
	}
	t := &pageTable{Drawn: "simulated", Starting: d.StartsFirst()}
	if n := r.SimulatedSeeds(); n > 0 {
		t.Seeds = words.Plural(n, "seed", "seeds")
	}
	most := 0.0
	for _, s := range sections {
		for _, row := range s.Rows {
			t.Live = t.Live || row.Live != nil
			t.Starts = t.Starts || startShare(&row.You, nil) != "–"
			t.Expiry = t.Expiry || row.You.PastExpiry() > 0
			t.Neighbours = t.Neighbours || row.Neighbours.Calls > 0
			t.Bounds = t.Bounds || row.You.Failures == 0 && row.You.Attempts > 0
			starts := diagnosis.StartsOf(&row.You)
			if t.Starts && starts.OfSeeds() && starts.CI != nil {
				t.StartIntervals, t.Bounds = true, t.Bounds || starts.Rate() == 0
				if t.Starting {
					most = max(most, starts.CI[1])
				}
			}
			if t.Starting {
				most = max(most, starts.Rate())
				continue
			}
			most = max(most, row.You.FailureRate())
			if r.Engine == reports.Live {
				most = max(most, row.You.RunFailureRate())
			}
			if row.You.CI != nil {
				most = max(most, row.You.CI[1])
			}
		}
	}
	if d.Measured {
		t.Drawn = "live"
	}
	scale := roundScale(most)
	t.Scale = words.Roughly(scale)
	first := sections[0].Rows[0]
	figures := pageFiguresOf(d, t)
	for _, f := range figures {
		t.Columns = append(t.Columns, f.pageColumn)
	}
	for _, s := range sections {
		out := pageSection{}
		if len(d.Rows) > 1 {
			out.Title = words.Capital(s.Title)
		}
		for _, w := range s.Rows {
			line := pageRow{
				Label: w.Label, Name: w.Case.Name, Sets: settings(w.Case),
				Bar: part(w.You.FailureRate(), scale), Seen: part(w.You.RunFailureRate(), scale),
			}
			for _, f := range figures {
				cell := f.of(&w, &first)
				line.Cells = append(line.Cells, cell)
				column := &t.Columns[len(line.Cells)-1]
				column.Margins = column.Margins || cell.Margin != ""
			}
			if t.Starting {
				starts := diagnosis.StartsOf(&w.You)
				line.Bar = part(starts.Rate(), scale)
				if ci := starts.CI; starts.OfSeeds() && ci != nil {
					line.HasInterval = true
					line.Low, line.Width = part(ci[0], scale), part(ci[1]-ci[0], scale)
				}
			} else if ci := w.You.CI; ci != nil && w.You.Attempts > 0 {
				line.HasInterval = true
				line.Low, line.Width = part(ci[0], scale), part(ci[1]-ci[0], scale)
			}
			out.Rows = append(out.Rows, line)
		}
		t.Sections = append(t.Sections, out)
	}
	return t
}

// pageFigure is a column and how its figure is read from a row; first is the row that the
// others are compared with.
type pageFigure struct {
	pageColumn
	of func(w, first *diagnosis.Row) pageCell
}

// pageFiguresOf are the figures of the table: those of both engines side by side, where
// there are both.
func pageFiguresOf(d *diagnosis.Diagnosis, t *pageTable) []pageFigure {
	lines := linesOf(d)
	var out []pageFigure
	add := func(column pageColumn, of func(side, first *diagnosis.Side, isFirst bool) pageCell) {
		for _, l := range lines {
			c := column
			if l.engine != "" {
				c.Of = l.engine
			}
			out = append(out, pageFigure{c, func(w, first *diagnosis.Row) pageCell {
				return of(l.of(w), l.of(first), w.Case == first.Case)
			}})
		}
	}
	only := engineName(d.Report.Engine)
	of := only // of a report of one engine
	if t.Seeds != "" {
		of = t.Seeds
	}
	run := only
	if t.Seeds != "" {
		run = d.RunName()
	}
	counted := run
	if starts := diagnosis.StartsOf(&d.You); starts.OfSeeds() {
		counted = of
	}
	fail := "you fail"
	if t.Starting {
		fail = "calls fail"
		add(pageColumn{Head: "starts fail", Of: counted}, func(s, _ *diagnosis.Side, _ bool) pageCell {
			return pageCell{startShare(&s.You, lines), startMargin(&s.You, lines), true}
		})
	}
	add(pageColumn{Head: fail, Unit: "", Of: of}, func(s, _ *diagnosis.Side, _ bool) pageCell {
		return pageCell{failShare(&s.You), margin(&s.You), !t.Starting}
	})
	if !t.Live {
		add(pageColumn{Head: "calls", Unit: "", Of: run}, func(s, _ *diagnosis.Side, _ bool) pageCell {
			return pageCell{Text: words.Number(s.You.RunCalls)}
		})
	}
	add(pageColumn{Head: "tries", Unit: "per call", Of: of}, func(s, _ *diagnosis.Side, _ bool) pageCell { return pageCell{Text: tries(&s.You)} })
	add(pageColumn{Head: "p99", Unit: "of successes", Of: of}, func(s, _ *diagnosis.Side, _ bool) pageCell { return pageCell{Text: slowest(&s.You)} })
	if t.Starts && !t.Starting {
		add(pageColumn{Head: "starts", Unit: "fail", Of: counted}, func(s, _ *diagnosis.Side, _ bool) pageCell {
			return pageCell{Text: startShare(&s.You, lines), Margin: startMargin(&s.You, lines)}
		})
	}
	if t.Expiry {
		add(pageColumn{Head: "past expiry", Unit: "", Of: of}, func(s, _ *diagnosis.Side, _ bool) pageCell { return pageCell{Text: pastExpiry(&s.You)} })
	}
	if t.Neighbours {
		add(pageColumn{Head: "neighbours", Unit: "fail", Of: of}, func(s, first *diagnosis.Side, isFirst bool) pageCell {
			return pageCell{Text: theirs(&s.Neighbours, &first.Neighbours, isFirst)}
		})
	}
	return out
}

// sideOf is the figures of an engine; in a report of one engine, those of the row.
func sideOf(w *diagnosis.Row, s *diagnosis.Side) *diagnosis.Side {
	if s == nil {
		return &diagnosis.Side{You: w.You, Neighbours: w.Neighbours}
	}
	return s
}

// engineName is an engine as tables name it.
func engineName(engine string) string {
	if engine == reports.Sim {
		return "simulated"
	}
	return "live"
}

// Span is how many columns the table has.
func (t *pageTable) Span() int { return len(t.Columns) + 2 }

// roundScale is a round share not below x.
func roundScale(x float64) float64 {
	for _, step := range []float64{0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9} {
		if x <= step {
			return step
		}
	}
	return 1
}

// part is x/of in percent, to a hundredth, kept within a drawing.
func part(x, of float64) float64 {
	if of <= 0 || math.IsNaN(x) {
		return 0
	}
	return percentage(min(max(x/of, 0), 1) * 100)
}

// percentage is a percentage to a hundredth.
func percentage(x float64) float64 { return math.Round(x*100) / 100 }
