package diagnosis

import (
	"testing"

	"tenement/internal/throttle"
	"tenement/reports"
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
