package diagnosis

import (
	"testing"

	"tenement/internal/strategy"
	"tenement/internal/throttle"
	"tenement/reports"
	"tenement/reports/reportstest"
)

// A sentence says which further endpoint turned away whose requests, by which limit, and
// how many it failed.
func TestFurtherText(t *testing.T) {
	bucket := reports.Limit{Kind: "token-bucket", RatePerS: 5, Burst: 10, Scope: "host", OnExceed: "503"}
	named := func(name string) reports.Limit {
		l := bucket
		l.Name = name
		return l
	}
	group := func(name string, refused, failed uint64) reports.FurtherGroup {
		return reports.FurtherGroup{Name: name, Tally: throttle.Tally{Requests: 50, Throttled: refused, Failed: failed}}
	}
	endpoint := func(t throttle.Tally, limits ...reports.Limit) reports.Endpoint {
		return reports.Endpoint{Service: "imds", Hosts: 1, Limits: limits, Tally: &t}
	}
	two := endpoint(throttle.Tally{Requests: 100, Admitted: 60, Throttled: 20, Dropped: 20}, named("a"), named("b"))
	two.TurnedAwayBy = []uint64{10, 30}
	for _, test := range []struct {
		of   reports.Further
		want string
	}{
		{reports.Further{Name: "instance", Endpoint: endpoint(throttle.Tally{Requests: 100, Admitted: 75, Throttled: 25}, bucket), Groups: []reports.FurtherGroup{group("a", 20, 0), group("b", 5, 0)}},
			"instance (IMDS) turned away 25 of its 100 requests (25 %) by its limit of 5/s, burst 10: 20 of a and 5 of b."},
		{reports.Further{Name: "instance", Endpoint: two, Groups: []reports.FurtherGroup{group("a", 20, 0)}},
			`instance (IMDS) turned away 40 of its 100 requests (40 %): 25 % by the limit "a" and 75 % by the limit "b".`},
		{reports.Further{Name: "instance", Endpoint: endpoint(throttle.Tally{Requests: 100, Admitted: 90, Failed: 10}), Groups: []reports.FurtherGroup{group("a", 0, 10), group("b", 0, 0)}},
			"instance (IMDS) failed 10 of its 100 requests (10 %): 10 of a."},
		{reports.Further{Name: "instance", Endpoint: endpoint(throttle.Tally{Requests: 100, Admitted: 70, Throttled: 20, Failed: 10}, bucket)},
			"instance (IMDS) turned away 20 of its 100 requests (20 %) by its limit of 5/s, burst 10, and failed 10 (10 %)."},
	} {
		if got := FurtherText(&test.of); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}

// What goes to further endpoints is no load on the limit of the host's own.
func TestLoadIsHere(t *testing.T) {
	g := reports.Group{Name: "a", UnderTest: true, Attempts: 400, FirstTries: 300, Activities: []reports.Activity{
		{Name: "own", Flow: "credentials", Attempts: 100, FirstTries: 100}, {Name: "other", Endpoint: "instance", Attempts: 300, FirstTries: 200},
	}}
	r := &reports.Report{Engine: reports.Live, DurationS: 10}
	c := &reports.Case{Groups: []reports.Group{g}}
	all := totalsOf(r, c, true, &c.Groups[0])
	if here := all.Here(); all.Attempts != 400 || here.Attempts != 100 || here.FirstTries != 100 {
		t.Errorf("got %d attempts, %d and %d first tries of them here, want 400, 100 and 100", all.Attempts, here.Attempts, here.FirstTries)
	}
	if flow := ownFlow(&g); flow != "credentials" {
		t.Errorf("got the flow %q", flow)
	}
}

// Starts that fail at further endpoints are no matter of the host's own: neither of its
// service, nor of its limit, nor of a cache of what it hands out.
func TestStartsAskFurtherEndpoints(t *testing.T) {
	diagnose := func(failures uint64, tally throttle.Tally) *Diagnosis {
		c := reportstest.HandCase("base", reports.StrategyCase, nil, nil, reportstest.Hand{
			Name: "service", You: true, Tasks: 10, Calls: 10, Failures: failures, Attempts: 10, First: 10,
		})
		g := &c.Groups[0]
		g.Lives = &reports.Lives{Launched: 10, Started: 10 - failures, FailedStarts: failures}
		g.Activities = []reports.Activity{
			{Name: "secret", Flow: "secret", Endpoint: "secrets", Calls: 10, Attempts: 10, FirstTries: 10},
			{Name: "credentials", Flow: "credentials"},
		}
		g.Activities[0].Results[strategy.Timeout] = failures
		c.Endpoints = []reports.Further{
			{Name: "secrets", Endpoint: reports.Endpoint{Service: "secretsmanager", Hosts: 1, Tally: &tally}},
			{Name: "logs", Endpoint: reports.Endpoint{Service: "logs", Hosts: 1, Tally: new(throttle.Tally)}},
			{Name: "events", Endpoint: reports.Endpoint{Service: "logs", Hosts: 1, Tally: new(throttle.Tally)}},
			{Name: "s3", Endpoint: reports.Endpoint{Service: "s3", Hosts: 1, Tally: new(throttle.Tally)}},
		}
		return Of(reportstest.HandReport(c))
	}
	lost := diagnose(10, throttle.Tally{Requests: 10, Failed: 10})
	if got, want := lost.Headline(), "starts of tasks, which ask Secrets Manager, CloudWatch Logs and S3"; got != want {
		t.Errorf("got the headline %q, want %q", got, want)
	}
	if got := lost.Demand(); got != "" {
		t.Errorf("got the demand %q of the host's own endpoint, which nobody asks", got)
	}
	says(t, lost.Sentences().Verdict, []string{"logs, events and s3 were not asked."}, []string{"A cache", "limit"})
	says(t, diagnose(0, throttle.Tally{Requests: 10, Admitted: 10}).Sentences().Verdict, []string{"Nothing fails."}, []string{"limit"})
	says(t, diagnose(0, throttle.Tally{Requests: 15, Admitted: 10, Throttled: 5}).Sentences().Verdict,
		[]string{"Nothing fails: retries made up for what further endpoints turned away or failed."}, []string{"no limit"})
}
