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
	Live, Neighbours bool
	Seeds            string // that a simulated report has its shares of; empty if they are of its own run
	Margins          bool   // there is one to stand beside a share
	Expiry           bool   // some call used credentials past their expiry
	Bounds           bool   // there is one in the place of a share
	Scale            string // the share at the drawings' right end
	Sections         []pageSection
}

type pageSection struct {
	Title string // empty if there is nothing to tell apart
	Rows  []pageRow
}

type pageRow struct {
	Label, Name           string
	Sets                  []setting
	Fail, Margin          string
	Live, Tries, P99      string
	Past                  string // share of calls past the expiry
	Theirs                string
	Bar, Low, Width, Seen float64 // percent of the drawing: the share, its interval, the live run
	HasInterval           bool
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
	t := &pageTable{}
	if n := r.SimulatedSeeds(); n > 0 {
		t.Seeds = words.Plural(n, "seed", "seeds")
	}
	most := 0.0
	for _, s := range sections {
		for _, row := range s.Rows {
			t.Live = t.Live || row.You.Simulated && r.Engine == reports.Live
			t.Expiry = t.Expiry || row.You.PastExpiry() > 0
			t.Neighbours = t.Neighbours || row.Neighbours.Calls > 0
			most = max(most, row.You.FailureRate())
			if r.Engine == reports.Live {
				most = max(most, row.You.RunFailureRate())
			}
			if row.You.CI != nil {
				most = max(most, row.You.CI[1])
			}
		}
	}
	scale := roundScale(most)
	t.Scale = words.Roughly(scale)
	first := sections[0].Rows[0]
	for _, s := range sections {
		out := pageSection{}
		if len(d.Rows) > 1 {
			out.Title = words.Capital(s.Title)
		}
		for _, w := range s.Rows {
			line := pageRow{
				Label: w.Label, Name: w.Case.Name, Fail: failShare(&w.You), Margin: margin(&w.You),
				Live: words.Number(w.You.RunFailures), Tries: tries(&w.You), P99: slowest(&w.You), Past: pastExpiry(&w.You), Theirs: theirs(&w, &first),
				Bar: part(w.You.FailureRate(), scale), Seen: part(w.You.RunFailureRate(), scale),
			}
			t.Margins = t.Margins || line.Margin != ""
			t.Bounds = t.Bounds || w.You.Failures == 0 && w.You.Attempts > 0
			if !t.Live {
				line.Live = words.Number(w.You.RunCalls)
			}
			if ci := w.You.CI; ci != nil && w.You.Attempts > 0 {
				line.HasInterval = true
				line.Low, line.Width = part(ci[0], scale), part(ci[1]-ci[0], scale)
			}
			line.Sets = settings(w.Case)
			out.Rows = append(out.Rows, line)
		}
		t.Sections = append(t.Sections, out)
	}
	return t
}

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
