package reports

import (
	"strings"

	"tenement/internal/strategy"
)

// figureTable is every figure of one case, a group to a line.
type figureTable struct {
	Title string
	Sets  []setting
	Rows  []figureRow
}

type figureRow struct {
	Group                            string
	You                              bool
	Calls, Attempts, Failed, Range   string
	Kinds                            string // of failures
	Cached, Ready                    string
	P50, P90, P99, P999, Max, Lately string
}

func newFigureTables(r *Report) []figureTable {
	var out []figureTable
	for i := range r.Cases {
		c := &r.Cases[i]
		t := figureTable{Title: c.Title}
		for _, path := range c.paths() {
			t.Sets = append(t.Sets, setting{path, c.Set[path]})
		}
		for j := range c.Groups {
			t.Rows = append(t.Rows, figuresOf(&c.Groups[j]))
		}
		out = append(out, t)
	}
	return out
}

func figuresOf(g *Group) figureRow {
	f := figureRow{
		Group: g.Name, You: g.UnderTest, Calls: number(g.Calls), Attempts: number(g.Attempts),
		Failed: "–", Range: "", Cached: "–", Ready: "–", P50: "–", P90: "–", P99: "–", P999: "–", Max: "–", Lately: "–",
	}
	if g.FailureRate != nil {
		f.Failed = percent(*g.FailureRate)
	}
	if ci := g.FailureRateCI95; ci != nil {
		f.Range = strings.TrimSuffix(percent(ci[0]), " %") + " – " + percent(ci[1])
	}
	if g.Calls > 0 {
		f.Cached = percent(ratio(g.Served[strategy.Cached], g.Calls))
	}
	if g.ReadyWithin1s != nil {
		f.Ready = percent(*g.ReadyWithin1s)
	}
	if l := g.LatencyMS; l != nil {
		f.P50, f.P90, f.P99, f.P999, f.Max = long(l.P50), long(l.P90), long(l.P99), long(l.P999), long(l.Max)
	}
	if l := g.LatenessMS; l != nil {
		f.Lately = long(l.P99)
	}
	for i, n := range g.Results {
		if k := strategy.Result(i); k.Failed() && n > 0 {
			if f.Kinds != "" {
				f.Kinds += ", "
			}
			f.Kinds += number(n) + " " + k.String()
		}
	}
	return f
}
