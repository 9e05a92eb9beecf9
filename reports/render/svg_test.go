package render

import (
	"bytes"
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
	foreign := series(startReport().Cases[0])
	for _, test := range []struct {
		name  string
		cases []reports.Case
		want  string
	}{
		{"ours", []reports.Case{ours}, "failed calls, throttled, admitted"},
		{"not ours", []reports.Case{foreign}, "failed calls, sent"},
		{"of both kinds", []reports.Case{ours, foreign}, "failed calls, throttled, admitted or sent"},
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
	}
}
