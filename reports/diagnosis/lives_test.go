package diagnosis

import (
	"testing"

	"tenement/reports"
	"tenement/reports/reportstest"
)

// What a cache could do is counted by the processes of all tasks that have lived, and by
// the calls that ask for credentials.
func TestCacheOfTasksThatComeAndGo(t *testing.T) {
	asked := func(credentials, others, launched uint64, processes int) []string {
		c := reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(), reportstest.Hand{
			Name: "service", You: true, Tasks: 10, Processes: processes, Failures: 100,
			Calls: credentials + others, Attempts: credentials + others, First: credentials + others,
		})
		g := &c.Groups[0]
		g.Lives = &reports.Lives{Launched: launched}
		g.Activities = []reports.Activity{{Name: "credentials", Flow: "credentials"}, {Name: "stats", Flow: "stats"}}
		g.Activities[0].Calls, g.Activities[1].Calls = credentials, others
		return said(reportstest.HandReport(c)).Verdict
	}
	can := "A cache in your task can help"
	says(t, asked(600, 0, 10, 1), []string{can + ": each process asks 60 times."}, nil)
	says(t, asked(600, 6000, 10, 1), []string{can + ": each process asks 60 times."}, nil)
	says(t, asked(600, 6000, 600, 1), []string{"A cache in your task cannot help: the task asks only once."}, nil)
	says(t, asked(4800, 0, 600, 8), []string{"A cache that the 8 processes of a task share can."}, []string{can})
}
