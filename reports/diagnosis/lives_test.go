package diagnosis

import (
	"fmt"
	"testing"

	"tenement/internal/strategy"
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

// The share of starts is that of all seeds where they are counted, else that of the run.
func TestStartsOfSeeds(t *testing.T) {
	g := reports.Group{Lives: &reports.Lives{Started: 6, FailedStarts: 4}, Simulated: &reports.Simulated{Seeds: 10}}
	of := func(simulated bool) string {
		s := StartsOf(&Totals{Groups: []*reports.Group{{}, &g}, Simulated: simulated})
		return fmt.Sprint(s.Rate(), s.OfSeeds(), s.Failed, s.Decided)
	}
	if got, want := of(true), "0.4 false 4 10"; got != want {
		t.Errorf("seeds without starts: got %s, want %s", got, want)
	}
	g.Simulated.Starts = &reports.Starts{Started: 75, FailedStarts: 25}
	for simulated, want := range map[bool]string{true: "0.25 true 4 10", false: "0.4 false 4 10"} {
		if got := of(simulated); got != want {
			t.Errorf("simulated %v: got %s, want %s", simulated, got, want)
		}
	}
	waits := reports.Group{Lives: &reports.Lives{Launched: 3}, Simulated: &reports.Simulated{Seeds: 10}}
	both := StartsOf(&Totals{Groups: []*reports.Group{&g, &waits}, Simulated: true})
	if both.Rate() != 0.25 || !both.OfSeeds() {
		t.Errorf("beside a group whose starts never end: got %v, of seeds %v, want 0.25 of seeds", both.Rate(), both.OfSeeds())
	}
	g.Lives, g.Simulated = nil, nil
	if got, want := of(true), "0 false 0 0"; got != want {
		t.Errorf("nothing starts: got %s, want %s", got, want)
	}
}

// A sentence with counts of one run, and shares of them, says so where the shares in other
// sentences are of many seeds.
func TestCountsSayWhatTheyAreOf(t *testing.T) {
	verdict := func(engine string, simulated *reports.Simulated) []string {
		c := reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(), reportstest.Hand{
			Name: "service", You: true, Tasks: 10, Processes: 1, Failures: 20, Calls: 100, Attempts: 100, First: 100,
		})
		g := &c.Groups[0]
		g.Simulated = simulated
		g.Lives = &reports.Lives{Launched: 10, Started: 8, FailedStarts: 2}
		g.Activities = []reports.Activity{{Name: "credentials", Flow: "credentials", Calls: 100, Results: reports.Results{strategy.Throttled: 20}}}
		c.Endpoint.Faults, c.Endpoint.Failed = []reports.Fault{{Kind: "status"}}, 5
		r := reportstest.HandReport(c)
		r.Engine, r.Seed = engine, 7
		return said(r).Verdict
	}
	starts, activities, failed := "2 of 10 starts of tasks failed (20 %)", "y activity, what fails is 20 % of 100 calls for credentials.", "aults failed 5 requests (5 %)."
	seeds := &reports.Simulated{Seeds: 20, Calls: 2000, Failures: 300, Attempts: 2000, FirstTries: 2000}
	says(t, verdict(reports.Sim, nil), []string{starts, "B" + activities, "F" + failed}, []string{"ith seed", "in the live run"})
	says(t, verdict(reports.Sim, seeds), []string{"With seed 7, " + starts, "With seed 7, b" + activities, "With seed 7, f" + failed}, nil)
	says(t, verdict(reports.Live, nil), []string{starts, "B" + activities, "F" + failed}, []string{"ith seed", "n the live run"})
	says(t, verdict(reports.Live, seeds), []string{"In the live run, " + starts, "In the live run, b" + activities, "In the live run, f" + failed}, nil)
}

// Starts that wait for a deadline longer than the last tenth of a run fail after its end:
// that none failed there does not mean that starts succeed again.
func TestStartsUnderWayAtTheEnd(t *testing.T) {
	lives := func(underWay uint64) []string {
		c := reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(), reportstest.Hand{
			Name: "service", You: true, Tasks: 10, Processes: 1, Failures: 100, Calls: 100, Attempts: 100, First: 100,
		})
		launches, failures := make([]uint32, 10), make([]uint32, 10)
		launches[0], failures[5], launches[9] = 100, 100, 20
		c.Groups[0].Lives = &reports.Lives{
			Launched: 120, Started: 20 - underWay, FailedStarts: 100, Launches: launches, Failures: failures,
		}
		return said(reportstest.HandReport(c)).Verdict
	}
	again := "In the last tenth of the run nearly all starts succeed again."
	says(t, lives(0), []string{again}, nil)
	says(t, lives(20), []string{"100 of 100 starts of tasks failed"}, []string{again})
}

// A task that is stopped while it starts, because its life is shorter than its start, counts
// neither as one that has started nor as one that failed to. It is told unless few are so.
func TestTasksThatNeverStart(t *testing.T) {
	of := func(launched, started, failed uint64) []string {
		c := reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(), reportstest.Hand{
			Name: "service", You: true, Tasks: 10, Processes: 1, Calls: 100, Attempts: 100, First: 100, Failures: failed,
		})
		c.Groups[0].Lives = &reports.Lives{Launched: launched, Started: started, FailedStarts: failed}
		return said(reportstest.HandReport(c)).Verdict
	}
	rest := " neither started nor failed to: they were stopped, or the run ended, before the calls that they require were over."
	says(t, of(200, 150, 0), []string{"50 of 200 tasks (25 %)" + rest}, nil)
	says(t, of(200, 150, 39), []string{"11 of 200 tasks (5.5 %)" + rest}, nil)
	says(t, of(18000, 0, 0), []string{"18,000 of 18,000 tasks (100 %)" + rest}, nil)
	says(t, of(200, 150, 40), nil, []string{rest}) // as many as there are places can be under way at the end
	says(t, of(200_000, 199_000, 500), nil, []string{rest})
	says(t, of(200, 200, 0), nil, []string{rest})
}

// Where no start succeeds, all of them fail in the last tenth of a run too, although some
// that were launched there fail after its end.
func TestNoStartSucceeds(t *testing.T) {
	says(t, verdictOfStarts(0, 110, 8), []string{"110 of 110 starts of tasks failed (100 %)", "in the last tenth of the run 100 % of the starts fail."}, nil)
	says(t, verdictOfStarts(90, 110, 10), []string{"in the last tenth of the run 50 % of the starts fail."}, nil)
}

// verdictOfStarts is what is said of so many starts, and failures in the last tenth of a run,
// in which 20 starts are launched.
func verdictOfStarts(started, failed uint64, late uint32) []string {
	c := reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(), reportstest.Hand{
		Name: "service", You: true, Tasks: 10, Processes: 1, Failures: failed, Calls: 300, Attempts: 300, First: 300,
	})
	launches, failures := make([]uint32, 10), make([]uint32, 10)
	launches[0], launches[9], failures[5], failures[9] = 200, 20, uint32(failed)-late, late
	c.Groups[0].Lives = &reports.Lives{Launched: 220, Started: started, FailedStarts: failed, Launches: launches, Failures: failures}
	return said(reportstest.HandReport(c)).Verdict
}

// Where starts ask, what else can be changed is told by the starts that fail: few of a
// start's calls do.
func TestOtherStarts(t *testing.T) {
	required := true
	of := func(title, set string, started, failed uint64) reports.Case {
		c := reportstest.HandCase(title, reports.WhatIfCase, map[string]string{"network." + set: "x"}, reportstest.HostLimit(), reportstest.Hand{
			Name: "service", You: true, Tasks: 10, Processes: 1, Failures: failed, Calls: 1000, Attempts: 1000, First: 1000,
		})
		c.Groups[0].Lives = &reports.Lives{Launched: started + failed, Started: started, FailedStarts: failed}
		c.Groups[0].Activities = []reports.Activity{{Name: "ecr", Required: required}}
		c.Endpoints = []reports.Further{{Name: "ecr"}}
		return c
	}
	says(t, said(reportstest.HandReport(
		of("base", "a", 90, 10), of("a gateway", "b", 100, 0), of("a route", "c", 70, 30), of("none", "d", 0, 100),
	)).Verdict, []string{`No start fails with "a gateway". With "none", 100 % of the starts would fail.`}, []string{"None of your calls fails"})
	// What may be chance is not told as worse; over seeds their interval says what may be.
	says(t, said(reportstest.HandReport(of("base", "a", 90, 10), of("a route", "b", 86, 14))).Verdict, nil, []string{"of the starts would fail"})
	seeded := func(c reports.Case, started, failed uint64, ci reports.Ends) reports.Case {
		c.Groups[0].Simulated = &reports.Simulated{Seeds: 20, Calls: 1000, Starts: &reports.Starts{Started: started, FailedStarts: failed, FailedStartRateCI95: &ci}}
		return c
	}
	base := seeded(of("base", "a", 90, 10), 900, 100, reports.Ends{0.09, 0.11})
	for _, row := range []struct {
		ci   reports.Ends
		says bool
	}{{reports.Ends{0.1, 0.18}, false}, {reports.Ends{0.13, 0.15}, true}} {
		verdict := said(reportstest.HandReport(base, seeded(of("a route", "b", 86, 14), 860, 140, row.ci))).Verdict
		if row.says {
			says(t, verdict, []string{`With "a route", 14 % of the starts would fail.`}, nil)
		} else {
			says(t, verdict, nil, []string{"of the starts would fail"})
		}
	}
	// Half a point is much where seeds show that it is no chance.
	says(t, said(reportstest.HandReport(
		seeded(of("base", "a", 90, 10), 9000, 1000, reports.Ends{0.0999, 0.1001}), seeded(of("a route", "b", 90, 10), 8950, 1050, reports.Ends{0.1049, 0.1051}),
	)).Verdict, []string{`With "a route", 10 % of the starts would fail.`}, nil)
	// No start can fail: then it is told by calls.
	required = false
	says(t, said(reportstest.HandReport(
		of("base", "a", 90, 10), of("a gateway", "b", 100, 0), of("none", "d", 0, 500),
	)).Verdict, []string{`None of your calls fails with "a gateway". With "none" you would fail 50 %.`}, nil)
}

// What follows a start that fails is told as it is: nothing follows without a relaunch.
func TestSayRelaunch(t *testing.T) {
	deployed := []reports.Deployment{{AtS: 10}}
	again := reports.Group{Lives: &reports.Lives{FailedStarts: 1, Deployments: deployed}}
	empty := reports.Group{Lives: &reports.Lives{FailedStarts: 2, NoRelaunch: true}}
	waits := reports.Group{Lives: &reports.Lives{FailedStarts: 3, NoRelaunch: true, Deployments: deployed}}
	fine := reports.Group{Lives: &reports.Lives{Started: 4}}
	for _, c := range []struct {
		groups []*reports.Group
		want   string
	}{
		{[]*reports.Group{{}, &fine, &again}, ", and each time the scheduler tries with a new task"},
		{[]*reports.Group{&fine, &waits}, ", and each time no other task is launched until the next deployment"},
		{[]*reports.Group{&waits, &empty}, ", and each time no other task is launched"},
		{[]*reports.Group{&again, &empty}, ""},
	} {
		d := Diagnosis{You: Totals{Groups: c.groups}}
		if got := d.sayRelaunch(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
