package diagnosis_test

import (
	"strings"
	"testing"

	"tenement/reports"
	"tenement/reports/diagnosis"
	"tenement/reports/reportstest"
)

// mixed is a report of a group under test, another of the same tenant, and neighbours.
func mixed(yours, neighbours uint64) *reports.Report {
	return reportstest.HandReport(reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(),
		reportstest.Hand{Name: "web", You: true, Tenant: "you", Tasks: 2, Calls: 600, Failures: 300, Attempts: 600, First: 600},
		reportstest.Hand{Name: "agent", Tenant: "you", Tasks: 2, Calls: 3000, Failures: yours, Attempts: 3000, First: 3000},
		reportstest.Hand{Name: "others", Tasks: 2, Calls: 400, Failures: neighbours, Attempts: 400, First: 400},
	))
}

// Other groups of a tenant under test are yours: they fail on their own account, and
// what they send is yours.
func TestYours(t *testing.T) {
	d := diagnosis.Of(mixed(1000, 0))
	if d.You.Calls != 600 || d.Yours.Calls != 3000 || d.Neighbours.Calls != 400 {
		t.Errorf("got %d calls of you, %d of yours, %d of neighbours", d.You.Calls, d.Yours.Calls, d.Neighbours.Calls)
	}
	if got, want := d.Demand(), "neighbours 6.7/s + your other tasks 50/s + you 10/s = 167 % of the limit"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if d.Cause.UsedBy != diagnosis.ByYou || d.Cause.YourShare == nil || *d.Cause.YourShare != 0.9 {
		t.Errorf("got %v and a share of %v, want by you, 0.9", d.Cause.UsedBy, d.Cause.YourShare)
	}
	verdict := strings.Join(d.Sentences().Verdict, " ")
	for _, want := range []string{"Your other tasks, agent, fail 33 % of their calls.", "You sent 90 % of the requests."} {
		if !strings.Contains(verdict, want) {
			t.Errorf("the verdict does not say %q:\n%s", want, verdict)
		}
	}
	if strings.Contains(verdict, "neighbours") {
		t.Errorf("the verdict blames neighbours:\n%s", verdict)
	}
}

// A change of another group of yours is no change of the neighbours.
func TestYoursChange(t *testing.T) {
	r := mixed(1000, 0)
	set := map[string]string{"fleet.agent.tasks": "1"}
	r.Cases = append(r.Cases, reportstest.HandCase("fewer agents", reports.WhatIfCase, set, reportstest.HostLimit(),
		reportstest.Hand{Name: "web", You: true, Tenant: "you", Tasks: 2, Calls: 600, Attempts: 600, First: 600},
		reportstest.Hand{Name: "agent", Tenant: "you", Tasks: 1, Calls: 1000, Attempts: 1000, First: 1000},
	))
	d := diagnosis.Of(r)
	if len(d.Sections) != 2 || d.Sections[1].Title != "if your other tasks change" {
		t.Errorf("got sections %+v", d.Sections)
	}
	if len(d.Others.Harmless) != 1 {
		t.Errorf("got %d changes with which nothing fails, want 1", len(d.Others.Harmless))
	}
}
