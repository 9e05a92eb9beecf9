package reports

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"tenement/internal/throttle"
)

// kindsOfLimit is one of each, as endpoints have it.
var kindsOfLimit = []throttle.Limit{
	{Rate: throttle.Rate{Tokens: 40, Seconds: 1}, Burst: 60},
	{Name: "packets", Rate: throttle.Rate{Tokens: 1024, Seconds: 1}, Burst: 2048, Cost: 10, OnExceed: &throttle.OnExceed{Action: throttle.Drop}},
	{Rate: throttle.Rate{Tokens: 5, Seconds: 2}, Burst: 3, RefusalCost: 1, Scope: throttle.TaskScope},
	{Kind: throttle.FixedWindow, Count: 100, Window: 10 * time.Second, Scope: throttle.TenantScope},
	{Kind: throttle.SlidingWindow, Count: 7, Window: 500 * time.Millisecond, Scope: throttle.IPPathScope, OnExceed: &throttle.OnExceed{Status: 503}},
	{Kind: throttle.LeakyBucket, Rate: throttle.Rate{Tokens: 20, Seconds: 1}, Scope: throttle.PathScope},
	{Kind: throttle.Concurrency, Count: 8, Scope: throttle.TenantScope | throttle.IPScope, OnExceed: &throttle.OnExceed{Action: throttle.Delay}},
}

func TestLimits(t *testing.T) {
	rows := []struct {
		json, text     string
		capacity, room float64
	}{
		{`{"kind":"token-bucket","rate_per_s":40,"burst":60,"scope":"host","on_exceed":"429"}`, "one bucket for the host: 40/s, burst 60", 40, 60},
		{
			`{"name":"packets","kind":"token-bucket","rate_per_s":1024,"burst":2048,"cost":10,"scope":"host","on_exceed":"drop"}`,
			"one bucket for the host: 1024 packets/s, burst 2048, 10 packets an exchange, beyond it dropped", 102.4, 204,
		},
		{
			`{"kind":"token-bucket","rate_per_s":2.5,"burst":3,"refusal_cost":1,"scope":"task","on_exceed":"429"}`,
			"one bucket per task: 2.5/s, burst 3, a refusal costs 1", 2.5, 3,
		},
		{
			`{"kind":"fixed-window","rate_per_s":null,"burst":null,"count":100,"window_s":10,"scope":"tenant","on_exceed":"429"}`,
			"one window per tenant: 100 in each 10 s", 10, 100,
		},
		{
			`{"kind":"sliding-window","rate_per_s":null,"burst":null,"count":7,"window_s":0.5,"scope":"ip+path","on_exceed":"503"}`,
			"one window per source address and path: 7 in any 500 ms, beyond it answered 503", 14, 7,
		},
		{
			`{"kind":"leaky-bucket","rate_per_s":20,"burst":0,"scope":"path","on_exceed":"429"}`,
			"one queue per path: 20/s evenly spaced, at most 0 waiting", 20, 1,
		},
		{
			`{"kind":"concurrency","rate_per_s":null,"burst":null,"count":8,"scope":"tenant+ip","on_exceed":"delay"}`,
			"one limit per tenant and source address: 8 at a time, beyond it delayed", 0, 8,
		},
	}
	for i, row := range rows {
		l := newLimit(kindsOfLimit[i], throttle.OnExceed{})
		got, err := json.Marshal(l)
		if err != nil || string(got) != row.json {
			t.Errorf("JSON: got %s, %v\nwant %s", got, err, row.json)
		}
		var back Limit
		if err := json.Unmarshal(got, &back); err != nil || back != l {
			t.Errorf("%s: came back as %+v, %v", row.text, back, err)
		}
		if err := back.check(); err != nil {
			t.Errorf("%s: %v", row.text, err)
		}
		if got := l.text(1); got != row.text {
			t.Errorf("text: got %q, want %q", got, row.text)
		}
		if l.capacity() != row.capacity || l.room() != row.room {
			t.Errorf("%s: got a capacity of %g/s and room for %g, want %g/s and %g", row.text, l.capacity(), l.room(), row.capacity, row.room)
		}
	}
}

func TestLimitsOnSeveralHosts(t *testing.T) {
	for scope, want := range map[string]string{
		"host": "one bucket for each of 3 hosts", "task": "one bucket per task on each of 3 hosts",
		"tenant+path": "one bucket per tenant and path on each of 3 hosts", "moon": "one bucket per moon on each of 3 hosts",
	} {
		l := Limit{Kind: "token-bucket", Scope: scope}
		if got := l.shared(3); got != want {
			t.Errorf("%s: got %q, want %q", scope, got, want)
		}
	}
}

// TestOneLimitOfOldReports reads what a program that knew token buckets only
// has written.
func TestOneLimitOfOldReports(t *testing.T) {
	const old = `{"version": 1, "engine": "sim", "duration_s": 60, "cases": [{"name": "x", "title": "x", "kind": "strategy",
		"endpoint": {"service": "ecs", "hosts": 1, "limit": {"rate_per_s": 40, "burst": 60, "scope": "host", "on_exceed": "429"},
		"requests": 10, "admitted": 6, "throttled": 4, "dropped": 0, "failed": 0},
		"groups": [{"name": "a", "under_test": true, "tasks": 1, "calls": 10, "attempts": 10, "first_tries": 10, "results": {"ok": 6, "throttled": 4}}]}]}`
	r, err := Read("old.json", strings.NewReader(old))
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"text", "html"} {
		if got := strings.Join(strings.Fields(rendered(t, format, r)), " "); !strings.Contains(got, "one bucket for the host: 40/s, burst 60") {
			t.Errorf("%s: the limit is not in %s", format, got)
		}
	}
	again, err := Read("new.json", strings.NewReader(rendered(t, "json", r)))
	if err != nil {
		t.Fatal(err)
	}
	if len(again.Cases[0].Endpoint.Limits) != 1 {
		t.Errorf("got the limits %+v, want the one", again.Cases[0].Endpoint.Limits)
	}
	again.Seed = 1
	if _, err := Merge([]*Report{r, again}); err != nil {
		t.Errorf("merging the old with the new: %v", err)
	}
	none, err := Read("none.json", strings.NewReader(`{"version": 1, "engine": "sim", "cases": [{"name": "x", "endpoint": {"limit": null}}]}`))
	if err != nil || none.Cases[0].Endpoint.Limit != nil || len(none.Cases[0].Endpoint.Limits) != 0 {
		t.Errorf("no limit: got %v, %v", none, err)
	}
}

func TestSharing(t *testing.T) {
	a, b := Group{Name: "a", Tenant: "x", Flow: "credentials"}, Group{Name: "b", Tenant: "y", Flow: "credentials"}
	kin, other := Group{Name: "c", Tenant: "x", Flow: "credentials"}, Group{Name: "d", Tenant: "x", Flow: "document"}
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
		e, l := Endpoint{Service: row.service}, Limit{Scope: row.scope}
		for _, with := range []struct {
			g    *Group
			want bool
		}{{&a, row.self}, {&b, row.b}, {&kin, row.kin}, {&other, row.other}} {
			if got := e.together(&l, &a, with.g); got != with.want {
				t.Errorf("%s %s: a and %s: got %v, want %v", row.service, row.scope, with.g.Name, got, with.want)
			}
		}
	}
}

func TestCeilings(t *testing.T) {
	host, path := *hostLimit(), *hostLimit()
	host.Kind, path.Kind, path.Scope, path.RatePerS = "token-bucket", "token-bucket", "ip+path", 1
	window := Limit{Kind: "fixed-window", Count: 300, WindowS: 10, Scope: "host"}
	many := Limit{Kind: "concurrency", Count: 3, Scope: "host"}
	low, wide := host, window
	low.RatePerS, wide.Count = 10, 3000
	c := Case{Groups: []Group{{Name: "a"}}, Endpoint: Endpoint{
		Service: "ecs", Hosts: 2, Limits: []Limit{path, host, window, many},
		Changes: []Change{{AtS: 10, Limit: 2, To: wide}, {AtS: 20, Limit: 0, To: path}, {AtS: 30, Limit: 1, To: low}},
	}}
	want := []ceiling{{0, 60}, {10, 80}, {30, 20}}
	got := c.ceilings()
	if len(got) != len(want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %v, want %v", got[i], want[i])
		}
	}
	r := &Report{DurationS: 40}
	if got := r.common(&c); got != (10*60+20*80+10*20)/40.0 {
		t.Errorf("mean: got %g", got)
	}
}
