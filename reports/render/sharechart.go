package render

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"tenement/internal/stat"
	"tenement/internal/words"
	"tenement/reports"
	"tenement/reports/diagnosis"
)

// shareChart shows whose requests use the endpoint, case by case: first tries
// and retries of each group, against the limit.
type shareChart struct {
	Title  string
	Groups []shareGroup
	Bars   []shareBar
	X      []tick
	Limit  bool   // a limit is drawn
	Of     string // the engine whose requests they are
	Table  []shareLine

	all     bool // requests to every endpoint count, not only those to the host's own
	figures shareFigures
}

// unlimited reports whether the requests of a case go to further endpoints, and the host's
// own has no limit: then the chart of who sends shows the requests to all of them together.
func unlimited(c *reports.Case) bool { return len(c.Endpoints) > 0 && len(c.Endpoint.Limits) == 0 }

// shareGroup is an entry of the legend.
type shareGroup struct {
	Name, Class string
	Whose       reports.Whose
}

// shareBar is one case.
type shareBar struct {
	Label  string
	Parts  []sharePart
	Limit  float64 // percent of the width; 0 is none
	Beyond string  // a limit that is far above all data, and not drawn
	Note   string  // your share
	Total  string
	Desc   string
}

// sharePart is a run of the bar, in thousandths of its width.
type sharePart struct {
	X, Width float64
	Class    string
}

func newShareChart(d *diagnosis.Diagnosis) *shareChart {
	if d.Base == nil {
		return nil
	}
	c := &shareChart{Title: shareTitle(&d.Base.Endpoint), all: unlimited(d.Base), Of: engineName(d.Report.Engine)}
	var rows []diagnosis.Row
	most := 0.0
	for _, s := range d.Sections {
		for _, w := range s.Rows {
			all := c.sent(&w.You) + c.sent(&w.Yours) + c.sent(&w.Neighbours)
			most = max(most, all)
			rows = append(rows, w)
		}
	}
	load := most
	for _, w := range rows {
		if limit := diagnosis.MeanCeiling(d.Report, w.Case); limit <= farLimit*load {
			most = max(most, limit)
		}
	}
	if most <= 0 {
		return nil
	}
	c.X = ticksTo(roundAbove(most), words.PerSecond)
	if d.You.Simulated {
		c.Of = engineName(reports.Sim)
	}
	scale := roundAbove(most)
	c.figures.Scale = scale
	classes := map[string]string{}
	for _, w := range rows {
		bar := shareBar{Label: w.Label}
		switch limit := diagnosis.MeanCeiling(d.Report, w.Case); {
		case limit > scale:
			bar.Beyond = "limit " + words.Rate(limit)
		case limit > 0:
			bar.Limit, c.Limit = part(limit, scale), true
		}
		at := 0.0
		var parts []string
		figure := shareFigure{Label: words.Visible(w.Label), Limit: stat.Tidy(diagnosis.MeanCeiling(d.Report, w.Case)), Parts: []shareRate{}}
		mine := c.sent(&w.You) + c.sent(&w.Yours)
		all := mine + c.sent(&w.Neighbours)
		for _, one := range []struct {
			s     *diagnosis.Totals
			whose reports.Whose
		}{{&w.Neighbours, reports.Neighbours}, {&w.Yours, reports.Yours}, {&w.You, reports.Tested}} {
			for _, g := range one.s.Groups {
				class := c.class(classes, g, one.whose)
				s := c.counted(d.Totals(w.Case, g))
				c.Table = append(c.Table, newShareLine(&w, named(g.Name, one.whose), &s, all))
				for i, n := range []uint64{s.FirstTries, s.Retries()} {
					figure.Parts = append(figure.Parts, shareRate{c.place(g.Name), i == 1, stat.Tidy(s.PerSecond(n))})
					width := part(s.PerSecond(n), scale) * 10
					if width > 0 {
						bar.Parts = append(bar.Parts, sharePart{math.Round(at*10) / 10, math.Round(width*10) / 10, class + []string{"", " retries"}[i]})
					}
					at += width
				}
				parts = append(parts, fmt.Sprintf("%s %s first tries and %s retries", g.Name, words.PerSecond(s.PerSecond(s.FirstTries)), words.PerSecond(s.PerSecond(s.Retries()))))
			}
		}
		bar.Total = words.PerSecond(all)
		if all > 0 && w.Neighbours.Attempts > 0 {
			bar.Note = words.Roughly(mine/all) + " by you"
		}
		bar.Desc = w.Case.Title + ": " + strings.Join(parts, ", ") + "."
		c.Bars = append(c.Bars, bar)
		c.figures.Bars = append(c.figures.Bars, figure)
	}
	for _, g := range c.Groups {
		c.figures.Groups = append(c.figures.Groups, shareName{named(words.Visible(g.Name), g.Whose), g.Class})
	}
	return c
}

// counted is the part of some groups' requests that the chart shows: those to the host's
// own endpoint, whose limit it shows, or all.
func (c *shareChart) counted(t diagnosis.Totals) diagnosis.Totals {
	if c.all {
		return t
	}
	return t.Here()
}

// sent is the attempts a second of them.
func (c *shareChart) sent(t *diagnosis.Totals) float64 {
	counted := c.counted(*t)
	return counted.PerSecond(counted.Attempts)
}

// shareTitle is what the chart is about.
func shareTitle(e *reports.Endpoint) string {
	switch len(e.Limits) {
	case 0:
		return "Who sends the requests"
	case 1:
		return "Who uses the " + diagnosis.Noun(&e.Limits[0])
	}
	return "Who uses the limits"
}

// class gives a group its colour: warm ones for you and yours, cold ones for the
// neighbours.
func (c *shareChart) class(known map[string]string, g *reports.Group, whose reports.Whose) string {
	you := whose != reports.Neighbours
	if class, ok := known[g.Name]; ok {
		return class
	}
	n := 0
	for _, k := range c.Groups {
		if (k.Whose != reports.Neighbours) == you {
			n++
		}
	}
	class := fmt.Sprintf("them%d", n%3)
	if you {
		class = fmt.Sprintf("you%d", n%2)
	}
	known[g.Name] = class
	c.Groups = append(c.Groups, shareGroup{g.Name, class, whose})
	return class
}

// place is where a group stands in the legend.
func (c *shareChart) place(group string) int {
	return slices.IndexFunc(c.Groups, func(g shareGroup) bool { return g.Name == group })
}

// named is a group's name, and whose it is if it is not a neighbour's.
func named(group string, whose reports.Whose) string {
	if word := whose.String(); word != "" {
		group += " (" + word + ")"
	}
	return group
}
