package diagnosis

import (
	"strings"

	"tenement/reports"
)

// Row is a case as a table shows it.
type Row struct {
	Case                   *reports.Case
	Label                  string // its title, without what the section's title says
	You, Yours, Neighbours Totals // of the engine that sentences are about
	// Live and Simulated are the same of each engine, in a live report that was simulated
	// too; nil in any other.
	Live, Simulated *Side
}

// Side is the figures of one engine.
type Side struct{ You, Yours, Neighbours Totals }

// Section is the rows that change the same thing.
type Section struct {
	Title string
	Rows  []Row
}

// sections are all of them, in the order in which a reader can act on them.
var sections = []struct{ what, title string }{
	{reports.ChangesYou, "if you change"},
	{reports.ChangesYours, "if your other tasks change"},
	{reports.ChangesNeighbours, "if the neighbours change"},
	{reports.ChangesLimit, "if the limit changes"},
	{reports.ChangesFault, "if a fault changes"},
	{reports.ChangesRest, "if something else changes"},
}

// findRows fills in the rows and their sections.
func (d *Diagnosis) findRows() {
	for i := range d.Report.Cases {
		c := &d.Report.Cases[i]
		you, yours, neighbours := split(d.Report, c, d.Measured)
		row := Row{Case: c, Label: label(c, neighbours.Names()), You: you, Yours: yours, Neighbours: neighbours}
		if d.Report.Engine == reports.Live {
			row.Live, row.Simulated = sides(d.Report, c)
		}
		d.Rows = append(d.Rows, row)
	}
	for _, s := range sections {
		out := Section{Title: s.title}
		for _, row := range d.Rows {
			if what(row.Case) == s.what {
				out.Rows = append(out.Rows, row)
			}
		}
		if out.Rows != nil {
			d.Sections = append(d.Sections, out)
		}
	}
}

// sides are the figures of both engines in a case of a live report; nil if it was not
// simulated.
func sides(r *reports.Report, c *reports.Case) (live, simulated *Side) {
	var l, s Side
	s.You, s.Yours, s.Neighbours = split(r, c, false)
	if !s.You.Simulated || len(s.Neighbours.Groups) > 0 && !s.Neighbours.Simulated {
		return nil, nil
	}
	l.You, l.Yours, l.Neighbours = split(r, c, true)
	for _, t := range []*Totals{&s.You, &s.Yours, &s.Neighbours} {
		t.Results, t.Served = reports.Results{}, reports.Served{}
		for _, g := range t.Groups {
			addTo(t.Results[:], g.Simulated.Results[:])
			addTo(t.Served[:], g.Simulated.Served[:])
		}
	}
	return &l, &s
}

// what is what a case changes. Words that this program does not know mean the rest.
func what(c *reports.Case) string {
	for _, s := range sections {
		if s.what == c.Changes.What {
			return s.what
		}
	}
	return reports.ChangesRest
}

// others are the cases after the base that change the same thing and in which you
// make calls.
func (d *Diagnosis) others(changed string) []Row {
	var out []Row
	for _, row := range d.Rows[1:] {
		if what(row.Case) == changed && row.You.Calls > 0 {
			out = append(out, row)
		}
	}
	return out
}

// label is a case's title, without what its section's title says:
// "neighbours do not retry" under "if the neighbours change" is "they do not
// retry", and "limit 80,120" under "if the limit changes" is "80,120".
func label(c *reports.Case, neighbours []string) string {
	switch what(c) {
	case reports.ChangesLimit:
		if rest, ok := strings.CutPrefix(c.Title, "limit "); ok && rest != "" {
			return rest
		}
	case reports.ChangesNeighbours:
		if len(neighbours) == 1 && strings.HasSuffix(neighbours[0], "s") {
			if rest, ok := strings.CutPrefix(c.Title, neighbours[0]+" "); ok && rest != "" {
				return "they " + rest
			}
		}
	}
	return c.Title
}
