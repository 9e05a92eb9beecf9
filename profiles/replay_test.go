package profiles

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"tenement/internal/plan"
)

func TestReplayExact(t *testing.T) {
	p := openTest(t, "version: 1\nname: n\nfleet:\n  - {group: a, start: 1s, arrivals: {trace: testdata/exact.jsonl}}\n"+
		"  - {group: b, arrivals: {burst: {calls: 1}}}\n")
	compiled := p.Plan(p.Cases()[0], 1)
	if compiled.Duration != 5*time.Second {
		t.Errorf("got a run of %v, want 5s: the trace's four from 1s on", compiled.Duration)
	}
	g := compiled.Groups[0]
	if g.Tasks != 3 || compiled.Groups[1].First != 3 {
		t.Errorf("got %d tasks, then %d", g.Tasks, compiled.Groups[1].First)
	}
	var paths []string
	for _, r := range compiled.Resources {
		paths = append(paths, r.Method+" "+r.Path)
	}
	wantPaths := []string{
		"GET /v2/credentials/{credentials_id}", "GET /v2/credentials/known", "GET /v4/endpoint-1/task?x=1",
		"PUT /v1/credentials?id=pending", "GET /v2/credentials/unknown", "GET /v4/no-such-endpoint",
	}
	if !reflect.DeepEqual(paths, wantPaths) {
		t.Errorf("got  %q\nwant %q", paths, wantPaths)
	}
	if got, want := compiled.Resources[2].Bucket, plan.Bucket("/v4/endpoint-1/task"); got != want {
		t.Errorf("the bucket of a path with a query is %x, without %x", got, want)
	}
	if want := []string{"known", "endpoint-1", "pending"}; !reflect.DeepEqual(compiled.Registered, want) {
		t.Errorf("got registered %q, want %q", compiled.Registered, want)
	}
	want := []plan.Arrival{
		{At: 0, Group: 1},
		{At: 1000 * time.Millisecond, Task: 0, N: 0, Resource: 1},
		{At: 1250 * time.Millisecond, Task: 1, N: 0, Resource: 2},
		{At: 1250*time.Millisecond + 1, Task: 0, N: 1, Resource: 1},
		{At: 2500 * time.Millisecond, Task: 0, N: 2, Resource: 3},
		{At: 3 * time.Second, Task: 0, N: 3, Resource: 4},
		{At: 3*time.Second + 1, Task: 2, N: 0, Resource: 4},
		{At: 4 * time.Second, Task: 2, N: 1, Resource: 5},
	}
	if got := collect(compiled, 0); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if len(compiled.Warnings) != 0 {
		t.Errorf("got warnings %q", compiled.Warnings)
	}
}

func TestReplayCoarse(t *testing.T) {
	p := openTest(t, "version: 1\nname: n\nfleet:\n  - {group: a, arrivals: {trace: testdata/coarse.jsonl}}\n")
	c := p.Cases()[0]
	plan := p.Plan(c, 1)
	if plan.Duration != 4*time.Second {
		t.Errorf("got a run of %v, want 4s", plan.Duration)
	}
	if len(plan.Warnings) != 1 || !strings.HasPrefix(plan.Warnings[0], "recorded without a credentials ID") || !strings.HasSuffix(plan.Warnings[0], ": 4 of the trace's 5 requests") {
		t.Errorf("got warnings %q", plan.Warnings)
	}
	if got := plan.Resources[0].Path; got != "/v2/credentials/{credentials_id}" {
		t.Errorf("got the path %s for one that was cut", got)
	}
	if want := []string{"e"}; !reflect.DeepEqual(plan.Registered, want) {
		t.Errorf("got registered %q, want %q: a 429 says nothing about an ID", plan.Registered, want)
	}
	seen := make(map[time.Duration]bool)
	for seed := range uint64(200) {
		all := collect(p.Plan(c, seed), 0)
		var tasks []uint32
		for i, a := range all {
			tasks = append(tasks, a.Task)
			low := time.Duration(i) * time.Second / 4
			if i == 4 {
				low = 3 * time.Second
			}
			if high := low + time.Second/4; i < 4 && (a.At < low || a.At >= high) {
				t.Fatalf("event %d is at %v, want within %v to %v", i, a.At, low, high)
			}
			if i == 4 && (a.At < low || a.At >= low+time.Second) {
				t.Fatalf("the last event is at %v, want in the fourth second", a.At)
			}
		}
		if !reflect.DeepEqual(tasks, []uint32{0, 1, 0, 2, 2}) {
			t.Fatalf("got tasks in the order %v, want as recorded", tasks)
		}
		seen[all[0].At] = true
	}
	if len(seen) < 190 {
		t.Errorf("200 seeds have %d different first instants", len(seen))
	}
}

func TestReplayEarlyEnd(t *testing.T) {
	p := openTest(t, "version: 1\nname: n\nduration: 2s\nfleet:\n  - {group: a, arrivals: {trace: testdata/exact.jsonl}}\n")
	plan := p.Plan(p.Cases()[0], 1)
	if len(plan.Warnings) != 1 || plan.Warnings[0] != "left out, because the run ends before: 3 of the trace's 7 requests" {
		t.Errorf("got warnings %q", plan.Warnings)
	}
	if len(collect(plan, 0)) != 4 || plan.Expected() != 4 {
		t.Errorf("got %d calls, expected %v, want 4", len(collect(plan, 0)), plan.Expected())
	}
}

func TestTraceProfile(t *testing.T) {
	p, err := Open("", Options{Trace: "testdata/exact.jsonl"})
	if err != nil {
		t.Fatal(err)
	}
	plan := p.Plan(p.Cases()[0], 1)
	l := plan.Limits[0]
	if p.Name != "exact" || p.title() != "A recording, sent as it was recorded" || plan.Duration != 4*time.Second ||
		l.Rate.String() != "40/s" || l.Burst != 60 || l.Scope.String() != "ip+path" || len(collect(plan, 0)) != 7 {
		t.Errorf("got %s, %s, %v, %v, %d calls", p.Name, p.title(), plan.Duration, l, len(collect(plan, 0)))
	}
	_, err = Open("", Options{Trace: "testdata/no-such.jsonl"})
	if want := `--trace "testdata/no-such.jsonl": opening trace: open testdata/no-such.jsonl: no such file or directory`; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	_, err = Open("", Options{Trace: "testdata/broken.yaml"})
	if err == nil || !strings.HasPrefix(err.Error(), `--trace "testdata/broken.yaml": testdata/broken.yaml:1:1: `) {
		t.Errorf("got %v, want an error with the line of the trace", err)
	}
}

func TestTraceInProfile(t *testing.T) {
	p, err := Open("noisy-neighbour", Options{Trace: "testdata/exact.jsonl", Sets: []string{"fleet.neighbours.tasks=2", "duration=4s"}})
	if err != nil {
		t.Fatal(err)
	}
	plan := p.Plan(p.Cases()[0], 1)
	if plan.Duration != 4*time.Second || plan.Groups[1].Tasks != 3 || plan.Groups[0].Tasks != 2 || p.Name != "noisy-neighbour" {
		t.Errorf("got %s, %v, %d and %d tasks", p.Name, plan.Duration, plan.Groups[0].Tasks, plan.Groups[1].Tasks)
	}
	p, err = Open("noisy-neighbour", Options{Trace: "testdata/exact.jsonl", Sets: []string{"duration=1s"}})
	if err != nil {
		t.Fatal(err)
	}
	if plan := p.Plan(p.Cases()[0], 1); plan.Duration != time.Second {
		t.Errorf("got %v, want the duration that was set", plan.Duration)
	}
	p, err = Open("noisy-neighbour", Options{Trace: "testdata/exact.jsonl", Replay: []Setting{{"loop", "true"}}})
	if err != nil {
		t.Fatal(err)
	}
	if plan := p.Plan(p.Cases()[0], 1); plan.Duration != time.Minute || plan.Groups[1].Pattern.(interface{ Events() int64 }).Events() != 7 {
		t.Errorf("got %v, want the profile's", plan.Duration)
	}
	_, err = Open("testdata/everything.yaml", Options{Trace: "testdata/exact.jsonl", Replay: []Setting{{"loop", "true"}}, Sets: []string{"fleet.once.under_test=true"}})
	if err != nil {
		t.Fatal(err)
	}
}

func TestPathID(t *testing.T) {
	tests := []struct{ path, want string }{
		{"/v2/credentials/abc", "abc"}, {"/v2/credentials/abc?x=1", "abc"}, {"/v2/credentials/", ""}, {"/v2/credentials", ""},
		{"/v1/credentials?id=abc", "abc"}, {"/v1/credentials", ""}, {"/v3/abc", "abc"}, {"/v4/abc/task/stats", "abc"},
		{"/api/abc/task-protection/v1/state", "abc"}, {"/v2/metadata", ""}, {"/v2/stats/abc", ""}, {"/", ""}, {"", ""}, {"/v4", ""},
		{"/v4/a%20b/task", "a b"},
	}
	for _, test := range tests {
		if got := pathID(test.path); got != test.want {
			t.Errorf("%s: got %q, want %q", test.path, got, test.want)
		}
	}
}

// TestReplaySDKMix checks the recording that the built-in replays.
func TestReplaySDKMix(t *testing.T) {
	p, err := Open("replay-sdk-mix", Options{})
	if err != nil {
		t.Fatal(err)
	}
	plan := p.Plan(p.Cases()[0], 1)
	if got := len(collect(plan, 0)); got != 17126 || plan.Tasks() != 32 || plan.Duration != 237*time.Second {
		t.Errorf("got %d requests of %d tasks in %v, want 17126 of 32 in 3m57s", got, plan.Tasks(), plan.Duration)
	}
	for _, id := range plan.Registered {
		if strings.Contains(id, "unknown") {
			t.Errorf("%s is registered, which the recorded server did not know", id)
		}
	}
	if len(plan.Warnings) > 0 {
		t.Errorf("got warnings %q", plan.Warnings)
	}
}
