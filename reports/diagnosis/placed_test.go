package diagnosis

import (
	"testing"

	"tenement/reports"
	"tenement/reports/reportstest"
)

// Where a placement leaves hosts without tasks of yours, these are no room for you, and what
// is sent there takes nothing from you. HostLimit admits 40/s on each of ten hosts, for a
// minute.
func TestPlacedGroups(t *testing.T) {
	of := func(limit *reports.Limit, you, others []reports.HostRun, yours, theirs, failures, theirFailures uint64) *Diagnosis {
		c := reportstest.HandCase("base", reports.StrategyCase, nil, limit,
			reportstest.Hand{Name: "service", You: true, Tasks: 1, Calls: yours, Attempts: yours, First: yours, Failures: failures},
			reportstest.Hand{Name: "heavy", Tasks: 1, Calls: theirs, Attempts: theirs, First: theirs, Failures: theirFailures},
		)
		c.Endpoint.Hosts = 10
		c.Groups[0].Placed, c.Groups[1].Placed = you, others
		return Of(reportstest.HandReport(c))
	}
	two, rest := []reports.HostRun{{Hosts: 2, Tasks: 1}, {Hosts: 8}}, []reports.HostRun{{Hosts: 2}, {Hosts: 8, Tasks: 1}}

	alone := of(reportstest.HostLimit(), two, rest, 7200, 600, 2400, 0)
	says(t, alone.Sentences().Verdict, []string{"You sent all requests.", "your first tries are 120/s, and the limit is 80/s", "each process asks 3600 times"}, []string{"Bursts"})
	if got, want := alone.Demand(), "neighbours 10/s + you 120/s; 150 % of the limit that you share"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	// A fifth of what a group on all hosts sends comes from your two.
	beside := of(reportstest.HostLimit(), two, nil, 2400, 24000, 600, 6000)
	says(t, beside.Sentences().Verdict, []string{"You sent 33 % of the requests."}, nil)
	if got, want := beside.Demand(), "neighbours 400/s + you 40/s; 150 % of the limit that you share"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	// What fails elsewhere is not explained by your limit.
	elsewhere := of(reportstest.HostLimit(), two, rest, 2400, 48000, 0, 9000)
	says(t, elsewhere.Sentences().Verdict, []string{"You do not fail. The neighbours fail 19 % of their calls."}, []string{"bucket", "You sent"})
	// A limit of each task is compared with the tasks that there are.
	says(t, of(&reports.Limit{Kind: "token-bucket", RatePerS: 40, Burst: 60, Scope: "ip+path"}, two, rest, 1200, 0, 0, 0).Sentences().Verdict,
		[]string{"a task sends 10/s on average, and its limit is 40/s"}, nil)
}

// Where some hosts have a limit below what a host is sent, that is the cause, not bursts.
func TestTightHosts(t *testing.T) {
	of := func(calls uint64, rates ...float64) []string {
		c := reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(), reportstest.Hand{
			Name: "service", You: true, Tasks: 1, Calls: calls, Attempts: calls, First: calls, Failures: calls / 20,
		})
		c.Endpoint.Hosts = 100
		for _, rate := range rates {
			limit := *reportstest.HostLimit()
			limit.RatePerS, limit.Burst = rate, 1
			c.Endpoint.Differ = append(c.Endpoint.Differ, reports.Differ{Name: "old", Share: 0.1, Limits: []reports.Limit{limit}})
		}
		return said(reportstest.HandReport(c)).Verdict
	}
	bursts := "Bursts empty the bucket"
	says(t, of(12000, 1), []string{"The limit is too low on the hosts old (it refills at 1/s), because a host is sent 2/s on average."}, []string{bursts})
	says(t, of(12000, 1, 1.5, 3), []string{"on the hosts old (it refills at 1/s) and old (it refills at 1.5/s), because"}, []string{bursts})
	says(t, of(12000, 3), []string{bursts}, []string{"too low"})
	says(t, of(12000), []string{bursts}, []string{"too low"})
	limit := reports.Limit{Kind: "token-bucket", RatePerS: 40, Burst: 60, Scope: "ip+path", OnExceed: "429"}
	c := reportstest.HandCase("base", reports.StrategyCase, nil, &limit, reportstest.Hand{
		Name: "service", You: true, Tasks: 2, Calls: 12000, Attempts: 12000, First: 12000, Failures: 600,
	})
	c.Endpoint.Hosts, limit.RatePerS = 50, 1
	c.Endpoint.Differ = []reports.Differ{{Name: "old", Share: 0.1, Limits: []reports.Limit{limit}}}
	c.Endpoint.Limits[0].RatePerS = 40
	says(t, said(reportstest.HandReport(c)).Verdict,
		[]string{"A task sends 2/s on average, and its limit is 40/s. The limit is too low on the hosts old (it refills at 1/s)."}, []string{"Bursts"})
	says(t, of(600_000, 1), []string{"You are your own noisy neighbour"}, []string{"too low"})
}
