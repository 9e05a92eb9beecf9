package reports

import (
	"fmt"
	"math"
	"strings"
)

// shareChart shows whose requests use the endpoint, case by case: first tries
// and retries of each group, against the limit.
type shareChart struct {
	Title  string
	Groups []shareGroup
	Bars   []shareBar
	X      []tick
	Limit  bool // a limit is drawn
}

// shareGroup is an entry of the legend.
type shareGroup struct {
	Name, Class string
	You         bool
}

// shareBar is one case.
type shareBar struct {
	Label string
	Parts []sharePart
	Limit float64 // percent of the width; 0 is none
	Note  string  // your share
	Total string
	Desc  string
}

// sharePart is a run of the bar, in thousandths of its width.
type sharePart struct {
	X, Width float64
	Class    string
}

func newShareChart(r *Report) *shareChart {
	var rows []row
	most := 0.0
	for _, s := range r.sections() {
		for _, w := range s.rows {
			all := w.you.perSecond(w.you.attempts) + w.them.perSecond(w.them.attempts)
			most = max(most, all, r.common(w.c))
			rows = append(rows, w)
		}
	}
	if most <= 0 {
		return nil
	}
	c := &shareChart{Title: shareTitle(&r.Cases[0].Endpoint), X: ticksTo(roundAbove(most), perS)}
	scale := roundAbove(most)
	classes := map[string]string{}
	for _, w := range rows {
		bar := shareBar{Label: w.label}
		if limit := r.common(w.c); limit > 0 {
			bar.Limit, c.Limit = part(limit, scale), true
		}
		at := 0.0
		var words []string
		for _, one := range []struct {
			s   *side
			you bool
		}{{&w.them, false}, {&w.you, true}} {
			for _, g := range one.s.groups {
				class := c.class(classes, g, one.you)
				s := r.side(w.c, []*Group{g})
				for i, n := range []uint64{s.firstTries, s.retries()} {
					width := part(s.perSecond(n), scale) * 10
					if width > 0 {
						bar.Parts = append(bar.Parts, sharePart{math.Round(at*10) / 10, math.Round(width*10) / 10, class + []string{"", " retries"}[i]})
					}
					at += width
				}
				words = append(words, fmt.Sprintf("%s %s first tries and %s retries", g.Name, perS(s.perSecond(s.firstTries)), perS(s.perSecond(s.retries()))))
			}
		}
		all := w.you.perSecond(w.you.attempts) + w.them.perSecond(w.them.attempts)
		bar.Total = perS(all)
		if all > 0 && w.them.attempts > 0 {
			bar.Note = roughly(w.you.perSecond(w.you.attempts)/all) + " by you"
		}
		bar.Desc = w.c.Title + ": " + strings.Join(words, ", ") + "."
		c.Bars = append(c.Bars, bar)
	}
	return c
}

// shareTitle is what the chart is about.
func shareTitle(e *Endpoint) string {
	switch len(e.Limits) {
	case 0:
		return "Whose requests they are"
	case 1:
		return "Whose requests use the " + e.Limits[0].phrases().noun
	}
	return "Whose requests use the limits"
}

// class gives a group its colour: warm ones for you, cold ones for the others.
func (c *shareChart) class(known map[string]string, g *Group, you bool) string {
	if class, ok := known[g.Name]; ok {
		return class
	}
	n := 0
	for _, k := range c.Groups {
		if k.You == you {
			n++
		}
	}
	class := fmt.Sprintf("them%d", n%3)
	if you {
		class = fmt.Sprintf("you%d", n%2)
	}
	known[g.Name] = class
	c.Groups = append(c.Groups, shareGroup{g.Name, class, you})
	return class
}
