package render

import (
	"math"
	"strings"

	"tenement/internal/stat"
	"tenement/internal/strategy"
	"tenement/internal/words"
	"tenement/reports"
)

// caseTable is every figure of one case, a group to a line.
type caseTable struct {
	Title string
	SDK   string // what to set in which SDK to get its strategy
	Sets  []setting
	Rows  []groupRow
}

type groupRow struct {
	Group, Whose                   string
	Calls, Attempts, Failed, Range string
	Failures                       string // and what else is no plain success, by result
	Cached, Ready                  string
	P50, P90, P99, P99Range        string
	P999, Max, Lately              string
}

func newCaseTables(r *reports.Report) []caseTable {
	var out []caseTable
	for i := range r.Cases {
		c := &r.Cases[i]
		t := caseTable{Title: c.Title, SDK: c.SDKSetting, Sets: settings(c)}
		for j, whose := range reports.WhoseGroups(c.Groups) {
			t.Rows = append(t.Rows, groupRowOf(&c.Groups[j], whose))
		}
		out = append(out, t)
	}
	return out
}

func groupRowOf(g *reports.Group, whose reports.Whose) groupRow {
	f := groupRow{
		Group: g.Name, Whose: whose.String(), Calls: words.Number(g.Calls), Attempts: words.Number(g.Attempts),
		Failed: "–", Range: "", Cached: "–", Ready: "–", P50: "–", P90: "–", P99: "–", P999: "–", Max: "–", Lately: "–",
	}
	if g.FailureRate != nil {
		f.Failed = words.Percent(*g.FailureRate)
	}
	if ci := g.FailureRateCI95; ci != nil {
		f.Range = strings.TrimSuffix(words.Percent(ci[0]), " %") + " – " + words.Percent(ci[1])
	}
	if g.Calls > 0 {
		f.Cached = words.Percent(stat.Ratio(g.Served[strategy.Cached], g.Calls))
	}
	if g.ReadyWithin1s != nil {
		f.Ready = words.Percent(*g.ReadyWithin1s)
	}
	if l := g.LatencyMS; l != nil {
		f.P50, f.P90, f.P99, f.P999, f.Max = words.Milliseconds(l.P50), words.Milliseconds(l.P90), words.Milliseconds(l.P99), words.Milliseconds(l.P999), words.Milliseconds(l.Max)
	}
	switch ci := g.P99CI95; {
	case ci == nil:
	case math.IsInf(ci.High, 1):
		f.P99Range = " from " + words.Milliseconds(ci.Low)
	default:
		f.P99Range = " " + words.Milliseconds(ci.Low) + " – " + words.Milliseconds(ci.High)
	}
	if l := g.LatenessMS; l != nil {
		f.Lately = words.Milliseconds(l.P99)
	}
	for i, n := range g.Results {
		if k := strategy.Result(i); k != strategy.OK && n > 0 {
			if f.Failures != "" {
				f.Failures += ", "
			}
			f.Failures += words.Number(n) + " " + k.String()
		}
	}
	return f
}
