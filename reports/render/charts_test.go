package render

import (
	"strings"
	"testing"

	"tenement/reports"
	"tenement/reports/diagnosis"
	"tenement/reports/reportstest"
)

// quiet is a case with so many requests in each of ten seconds, and a limit of
// 40/s.
func quiet(requests uint32) reports.Case {
	c := reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(),
		reportstest.Hand{Name: "batch", You: true, Tasks: 4, Calls: 10, Attempts: 10, First: 10})
	rows := func(n uint32) []uint32 {
		row := make([]uint32, 10)
		for i := range row {
			row[i] = n
		}
		return row
	}
	c.Series = &reports.Series{BucketS: 1, Arrivals: rows(requests), Attempts: rows(requests), Admitted: rows(requests), Throttled: rows(0), Failures: rows(0)}
	return c
}

// A limit far above all data is a note, and not a line that presses it flat.
func TestTimelineScalesToItsData(t *testing.T) {
	for _, row := range []struct {
		requests uint32
		top      string
		limits   int
		beyond   string
	}{{2, "2/s", 0, "limit 40/s"}, {20, "50/s", 1, ""}, {60, "60/s", 1, ""}, {0, "50/s", 1, ""}} {
		d := diagnosis.Of(reportstest.HandReport(quiet(row.requests)))
		line := newTimelines(d).All[0]
		if top := line.Y[len(line.Y)-1].Text; top != row.top || len(line.Limits) != row.limits || line.Beyond != row.beyond {
			t.Errorf("%d/s: got an axis up to %s, %d limits and %q, want %s, %d and %q",
				row.requests, top, len(line.Limits), line.Beyond, row.top, row.limits, row.beyond)
		}
	}
}

// The latency axis begins in the decade of the data, also where caches answer
// nearly all.
func TestLatencyAxisBeginsAtItsData(t *testing.T) {
	for _, row := range []struct {
		name             string
		cached           int // of a thousand
		ms               int
		bottom, topLabel string
	}{
		{"all cached", 1000, 0, "1 µs", "10 µs"}, {"nearly all cached", 985, 20, "10 ms", "100 ms"}, {"none cached", 0, 3, "1 ms", "10 ms"},
	} {
		c := reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(),
			reportstest.Hand{Name: "batch", You: true, Tasks: 4, Calls: 1000, Attempts: 10, First: 10})
		c.Groups[0].Histograms.Latency = reportstest.Latencies(row.cached, 0, 1000-row.cached, row.ms)
		chart := newCurveChart(diagnosis.Of(reportstest.HandReport(c)))
		if bottom, top := chart.Y[0].Text, chart.Y[len(chart.Y)-1].Text; bottom != row.bottom || top != row.topLabel {
			t.Errorf("%s: got an axis from %s to %s, want %s to %s", row.name, bottom, top, row.bottom, row.topLabel)
		}
	}
}

// Many curves have their names below the chart, where they fit.
func TestManyCurvesHaveALegend(t *testing.T) {
	var cases []reports.Case
	for i := range 31 {
		c := reportstest.HandCase(strings.Repeat("x", i+1), reports.StrategyCase, nil, reportstest.HostLimit(),
			reportstest.Hand{Name: "batch", You: true, Tasks: 4, Calls: 10, Attempts: 10, First: 10})
		c.Groups[0].Histograms.Latency = reportstest.Latencies(10, 5, 0, 0)
		cases = append(cases, c)
	}
	if chart := newCurveChart(diagnosis.Of(reportstest.HandReport(cases...))); !chart.Many {
		t.Error("31 names stand beside the chart")
	}
	if chart := newCurveChart(diagnosis.Of(reportstest.HandReport(cases[:9]...))); chart.Many {
		t.Error("9 names stand below the chart")
	}
}

// A tick at the right end stays inside the chart.
func TestLastTickStaysInside(t *testing.T) {
	for _, seconds := range []float64{60, 604_800, 61} {
		ticks := clock(seconds)
		for i, tick := range ticks {
			if want := tick.At > 96; strings.Contains(tick.Class(), "last") != want {
				t.Errorf("%g s: tick %d at %g %% is of the class %q", seconds, i, tick.At, tick.Class())
			}
		}
	}
}

// Failed gates come first, and those that hold fold.
func TestFailedGatesComeFirst(t *testing.T) {
	r := reportstest.Sample(t) // one gate fails, then one holds
	held := r.Gates[1]
	r.Gates = append([]reports.GateResult{held}, r.Gates[0])
	text := rendered(t, "text", r)
	failed, count := strings.Index(text, "gate failed: "), strings.Index(text, "1 of 2 gates holds.")
	if failed < 0 || count < failed {
		t.Errorf("the failed gate does not come first in\n%s", text)
	}
	page := rendered(t, "html", r)
	first, folded := strings.Index(page, "gate failed</strong>"), strings.Index(page, "1 of 2 gates holds</summary>")
	if first < 0 || folded < first {
		t.Error("the page does not fold the gates that hold behind those that failed")
	}
}
