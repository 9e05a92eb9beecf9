package reports_test

import (
	"encoding/json"
	"strings"
	"testing"

	"tenement/reports"
	"tenement/reports/reportstest"
)

func TestLimits(t *testing.T) {
	rows := []struct {
		json           string
		capacity, room float64
	}{
		{`{"kind":"token-bucket","rate_per_s":40,"burst":60,"scope":"host","on_exceed":"429"}`, 40, 60},
		{`{"name":"packets","kind":"token-bucket","rate_per_s":1024,"burst":2048,"cost":10,"scope":"host","on_exceed":"drop"}`, 102.4, 204},
		{`{"kind":"token-bucket","rate_per_s":2.5,"burst":3,"refusal_cost":1,"scope":"task","on_exceed":"429"}`, 2.5, 3},
		{`{"kind":"fixed-window","rate_per_s":null,"burst":null,"count":100,"window_s":10,"scope":"tenant","on_exceed":"429"}`, 10, 100},
		{`{"kind":"sliding-window","rate_per_s":null,"burst":null,"count":7,"window_s":0.5,"scope":"ip+path","on_exceed":"503"}`, 14, 7},
		{`{"kind":"leaky-bucket","rate_per_s":20,"burst":0,"scope":"path","on_exceed":"429"}`, 20, 1},
		{`{"kind":"concurrency","rate_per_s":null,"burst":null,"count":8,"scope":"tenant+ip","on_exceed":"delay"}`, 0, 8},
	}
	for i, row := range rows {
		l := reportstest.Limit(reportstest.Limits[i])
		got, err := json.Marshal(l)
		if err != nil || string(got) != row.json {
			t.Errorf("JSON: got %s, %v\nwant %s", got, err, row.json)
		}
		var back reports.Limit
		if err := json.Unmarshal(got, &back); err != nil || back != l {
			t.Errorf("%s: came back as %+v, %v", row.json, back, err)
		}
		if err := back.Check(); err != nil {
			t.Errorf("%s: %v", row.json, err)
		}
		if l.Capacity() != row.capacity || l.Room() != row.room {
			t.Errorf("%s: got a capacity of %g/s and room for %g, want %g/s and %g", row.json, l.Capacity(), l.Room(), row.capacity, row.room)
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
	r, err := reports.Read("old.json", strings.NewReader(old))
	if err != nil {
		t.Fatal(err)
	}
	if limits := r.Cases[0].Endpoint.Limits; len(limits) != 1 || limits[0] != *reportstest.HostLimit() {
		t.Errorf("got the limits %+v", limits)
	}
	again, err := reports.Read("new.json", strings.NewReader(written(t, r)))
	if err != nil {
		t.Fatal(err)
	}
	if len(again.Cases[0].Endpoint.Limits) != 1 {
		t.Errorf("got the limits %+v, want the one", again.Cases[0].Endpoint.Limits)
	}
	again.Seed = 1
	if _, err := reports.Merge([]*reports.Report{r, again}); err != nil {
		t.Errorf("merging the old with the new: %v", err)
	}
	none, err := reports.Read("none.json", strings.NewReader(`{"version": 1, "engine": "sim", "cases": [{"name": "x", "endpoint": {"limit": null}}]}`))
	if err != nil || none.Cases[0].Endpoint.Limit != nil || len(none.Cases[0].Endpoint.Limits) != 0 {
		t.Errorf("no limit: got %v, %v", none, err)
	}
}
