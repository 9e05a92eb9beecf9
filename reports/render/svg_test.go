package render

import (
	"bytes"
	"html"
	"strings"
	"testing"

	"tenement/reports"
	"tenement/reports/reportstest"
)

// The legend of a drawing names what is drawn: what was admitted and throttled, or all that
// was sent where the endpoint was not ours or has no limit beside others that are asked.
func TestDrawingNamesWhatItDraws(t *testing.T) {
	series := func(c reports.Case) reports.Case {
		c.Series = &reports.Series{
			BucketS: 1, Arrivals: []uint32{1, 2}, Attempts: []uint32{3, 4}, Admitted: []uint32{1, 1}, Throttled: []uint32{0, 1}, Failures: []uint32{0, 1},
		}
		return c
	}
	ours := series(reportstest.HandCase("ours", reports.StrategyCase, nil, nil, reportstest.Hand{Name: "mine", You: true, Tasks: 1, Calls: 3, Attempts: 7, First: 3}))
	both := series(startReport().Cases[0])
	foreign := series(startReport().Cases[0])
	foreign.Series.Attempts, foreign.Series.Throttled = []uint32{30, 40}, []uint32{0, 0}
	foreign.Endpoint.Limits = []reports.Limit{*reportstest.HostLimit()}
	for _, test := range []struct {
		name  string
		cases []reports.Case
		want  string
		apart bool
	}{
		{"ours", []reports.Case{ours}, "failed calls, throttled, admitted", false},
		{"not ours", []reports.Case{foreign}, "failed calls, sent", false},
		{"of both kinds", []reports.Case{ours, foreign}, "failed calls, throttled, admitted or sent", false},
		{"ours beside others", []reports.Case{both}, "failed calls, throttled, admitted", true},
	} {
		var b bytes.Buffer
		if err := Drawing(&b, reportstest.HandReport(test.cases...)); err != nil {
			t.Fatal(err)
		}
		var legend []string
		for _, line := range strings.Split(b.String(), "\n") {
			if _, text, ok := strings.Cut(line, `y="16">`); ok && strings.HasPrefix(line, "<line") || strings.HasPrefix(line, "<rect") {
				legend = append(legend, strings.TrimSuffix(text, "</text>"))
			}
		}
		if got := strings.Join(legend, ", "); got != test.want {
			t.Errorf("%s: the legend is %q, want %q", test.name, got, test.want)
		}
		page := rendered(t, "html", reportstest.HandReport(test.cases...))
		if drawn, paged := strings.Contains(b.String(), apartWords), strings.Contains(html.UnescapeString(page), apartWords); drawn != test.apart || paged != test.apart {
			t.Errorf("%s: the drawing says what is of which endpoint: %v, and the page: %v, want %v", test.name, drawn, paged, test.apart)
		}
		// A limit is that of the host's own endpoint, and no line beside the requests to all.
		if foreign := test.name == "not ours"; foreign && (strings.Contains(b.String(), `class="l"`) || strings.Contains(page, `"limits":[[`)) {
			t.Errorf("%s: there is a limit", test.name)
		}
	}
}
