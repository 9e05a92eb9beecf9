package diagnosis

import (
	"testing"

	"tenement/internal/strategy"
	"tenement/reports"
	"tenement/reports/reportstest"
)

// Calls whose task ends before them are neither successes nor failures, and a sentence says
// so where there are some: also where nothing fails.
func TestSayCutOff(t *testing.T) {
	of := func(title string, stopped, failed uint64) reports.Case {
		c := reportstest.HandCase(title, reports.WhatIfCase, map[string]string{"fleet.service.lifetime": title}, reportstest.HostLimit(), reportstest.Hand{
			Name: "service", You: true, Tasks: 10, Failures: failed, Calls: 1000, Attempts: 1000, First: 1000,
		})
		g := &c.Groups[0]
		g.Results[strategy.OK] -= stopped
		g.Results[strategy.Stopped] = stopped
		return c
	}
	const why = "of your calls neither succeed nor fail: they are still open when their task ends, and count as stopped"
	for _, row := range []struct {
		cases []reports.Case
		want  string
	}{
		{[]reports.Case{of("base", 0, 0), of("short", 0, 0)}, ""},
		{[]reports.Case{of("base", 75, 10)}, "7.5 % " + why + "."},
		{[]reports.Case{of("base", 75, 10), of("short", 800, 10), of("long", 3, 0)}, "7.5 % " + why + `; with "short" it is 80 %.`},
		{[]reports.Case{of("base", 75, 10), of("long", 3, 0)}, "7.5 % " + why + "."},
		{[]reports.Case{of("base", 0, 0), of("short", 800, 0)}, `With "short", 80 % ` + why + "."},
	} {
		verdict := said(reportstest.HandReport(row.cases...)).Verdict
		if row.want == "" {
			says(t, verdict, nil, []string{"neither succeed"})
			continue
		}
		says(t, verdict, []string{row.want}, nil)
	}
}
