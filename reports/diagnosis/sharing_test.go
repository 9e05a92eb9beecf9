package diagnosis

import (
	"testing"

	"tenement/reports"
	"tenement/reports/reportstest"
)

func TestSharing(t *testing.T) {
	a, b := reports.Group{Name: "a", Tenant: "x", Flow: "credentials"}, reports.Group{Name: "b", Tenant: "y", Flow: "credentials"}
	kin, other := reports.Group{Name: "c", Tenant: "x", Flow: "credentials"}, reports.Group{Name: "d", Tenant: "x", Flow: "document"}
	rows := []struct {
		service, scope      string
		self, b, kin, other bool
	}{
		{"ecs", "host", true, true, true, true},
		{"ecs", "tenant", true, false, true, true},
		{"ecs", "task", false, false, false, false},
		{"ecs", "path", false, false, false, false},
		{"imds", "path", true, true, true, false},
		{"imds", "tenant+path", true, false, true, false},
		{"eks-pod-identity", "ip+path", false, false, false, false},
		{"imds", "moon", false, false, false, false},
	}
	for _, row := range rows {
		e, l := reports.Endpoint{Service: row.service}, reports.Limit{Scope: row.scope}
		for _, with := range []struct {
			g    *reports.Group
			want bool
		}{{&a, row.self}, {&b, row.b}, {&kin, row.kin}, {&other, row.other}} {
			if got := together(&e, &l, &a, with.g); got != with.want {
				t.Errorf("%s %s: a and %s: got %v, want %v", row.service, row.scope, with.g.Name, got, with.want)
			}
		}
	}
}

func TestCeilings(t *testing.T) {
	host, path := *reportstest.HostLimit(), *reportstest.HostLimit()
	host.Kind, path.Kind, path.Scope, path.RatePerS = "token-bucket", "token-bucket", "ip+path", 1
	window := reports.Limit{Kind: "fixed-window", Count: 300, WindowS: 10, Scope: "host"}
	many := reports.Limit{Kind: "concurrency", Count: 3, Scope: "host"}
	low, wide := host, window
	low.RatePerS, wide.Count = 10, 3000
	c := reports.Case{Groups: []reports.Group{{Name: "a"}}, Endpoint: reports.Endpoint{
		Service: "ecs", Hosts: 2, Limits: []reports.Limit{path, host, window, many},
		Changes: []reports.Change{{AtS: 10, Limit: 2, To: wide}, {AtS: 20, Limit: 0, To: path}, {AtS: 30, Limit: 1, To: low}},
	}}
	want := []Ceiling{{0, 60}, {10, 80}, {30, 20}}
	got := Ceilings(&c)
	if len(got) != len(want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %v, want %v", got[i], want[i])
		}
	}
	r := &reports.Report{DurationS: 40}
	if got := MeanCeiling(r, &c); got != (10*60+20*80+10*20)/40.0 {
		t.Errorf("mean: got %g", got)
	}
}
