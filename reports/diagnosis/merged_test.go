package diagnosis

import (
	"testing"

	"tenement/reports"
	"tenement/reports/reportstest"
)

// What is said of merged reports follows from the sums.
func TestSentencesOfMergedReports(t *testing.T) {
	merged := func(parts ...*reports.Report) *reports.Report {
		m, err := reports.Merge(parts)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	cases := reportstest.NoisyNeighbour(nil)
	joined := merged(reportstest.Run(t, reports.Sim, 1, cases[:1]), reportstest.Run(t, reports.Sim, 1, cases[5:6]))
	says(t, said(joined).Verdict, []string{"without them you fail"}, nil)
	says(t, said(joined).Warnings, []string{"given"}, nil)
	rough := reportstest.RoughDay()[:1]
	says(t, said(merged(reportstest.Run(t, reports.Sim, 1, rough), reportstest.Run(t, reports.Sim, 2, rough))).Verdict,
		[]string{"76 of your 113 failures with 2 runs fall between 20 s and 37 s"}, nil)
}
