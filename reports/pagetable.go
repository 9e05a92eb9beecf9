package reports

import "math"

// pageTable is the table of the text screen, with a drawing of each share.
type pageTable struct {
	Live, Neighbours bool
	Seeds            string // that a simulated report has its shares of; empty if they are of its own run
	Margins          bool   // there is one to stand beside a share
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
	Theirs                string
	Bar, Low, Width, Seen float64 // percent of the drawing: the share, its interval, the live run
	HasInterval           bool
}

// setting is one path that a case sets.
type setting struct{ Path, Value string }

func newPageTable(r *Report) *pageTable {
	sections := r.sections()
	if len(sections) == 0 {
		return nil
	}
	t := &pageTable{}
	if n := r.simulatedSeeds(); n > 0 {
		t.Seeds = plural(n, "seed", "seeds")
	}
	most := 0.0
	for _, s := range sections {
		for _, row := range s.rows {
			t.Live = t.Live || row.you.simulated && r.Engine == Live
			t.Neighbours = t.Neighbours || row.them.calls > 0
			most = max(most, row.you.rate())
			if r.Engine == Live {
				most = max(most, ratio(row.you.own, ownCalls(&row.you)))
			}
			if row.you.ci != nil {
				most = max(most, row.you.ci[1])
			}
		}
	}
	scale := roundScale(most)
	t.Scale = roughly(scale)
	first := sections[0].rows[0]
	for _, s := range sections {
		out := pageSection{}
		if len(r.Cases) > 1 {
			out.Title = capital(s.title)
		}
		for _, w := range s.rows {
			line := pageRow{
				Label: w.label, Name: w.c.Name, Fail: w.you.failShare(), Margin: w.you.margin(),
				Live: number(w.you.own), Tries: w.you.tries(), P99: w.you.slowest(), Theirs: w.theirs(&first),
				Bar: part(w.you.rate(), scale), Seen: part(ratio(w.you.own, ownCalls(&w.you)), scale),
			}
			t.Margins = t.Margins || line.Margin != ""
			t.Bounds = t.Bounds || w.you.failures == 0 && w.you.attempts > 0
			if !t.Live {
				line.Live = number(ownCalls(&w.you))
			}
			if ci := w.you.ci; ci != nil && w.you.attempts > 0 {
				line.HasInterval = true
				line.Low, line.Width = part(ci[0], scale), part(ci[1]-ci[0], scale)
			}
			for _, path := range w.c.paths() {
				line.Sets = append(line.Sets, setting{path, w.c.Set[path]})
			}
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
