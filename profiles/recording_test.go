package profiles

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"tenement/internal/plan"
)

// TestReplayErrors is what does not go together with a recording of four seconds.
func TestReplayErrors(t *testing.T) {
	for _, test := range []struct{ name, duration, how, want string }{
		{"longer", "5s", "", "p.yaml:3:11: duration: the run wants 5s of the recording of a, which takes 4s: set fleet.a.arrivals.trace.loop (of a --trace: --loop), or an earlier end, of the run or of the group"},
		{"longer, faster", "3s", ", speed: 2", "p.yaml:3:11: duration: the run wants 3s of the recording of a, which takes 2s: set fleet.a.arrivals.trace.loop (of a --trace: --loop), or an earlier end, of the run or of the group"},
		{"not longer, slower", "8s", ", speed: 0.5", ""},
		{"a loop", "1h", ", loop: true", ""},
		{"from", "1s", ", from: 4s", "fleet.a.arrivals.trace.from: 4s is not before the end of the recording, which is 4s long"},
		{"for", "1s", ", from: 3s, for: 1001ms", "fleet.a.arrivals.trace.for: 1.001s: from there on the recording is 1s long"},
		{"nothing there", "100ms", ", from: 300ms, for: 1s", "fleet.a.arrivals.trace: no request of the recording is in that part of it"},
		{"speed and fit", "1s", ", speed: 2, fit: 1s", "fleet.a.arrivals.trace.fit: says how fast it is played, and so does speed: want one of the two"},
		{"speed", "1s", ", speed: 0", "fleet.a.arrivals.trace.speed: 0: want 0.001 to 1000"},
		{"copies", "1s", ", copies: 0", "fleet.a.arrivals.trace.copies: 0: want at least 1"},
		{"jitter", "1s", ", jitter: 2m", "fleet.a.arrivals.trace.jitter: 2m: want at most 1m"},
		{"thin", "1s", ", thin: 0%", "fleet.a.arrivals.trace.thin: keeps no request: want more than 0"},
		{"thin to nothing", "1s", ", thin: 1e-300", "fleet.a.arrivals.trace.thin: keeps, on average, less than one of 7 requests: want more"},
		{"thin to one of many", "1h", ", thin: 1%, loop: true", ""},
		{"too many", "20d", ", loop: true, speed: 1000", "fleet.a.arrivals.trace: up to 3024000007 requests of each copy: want at most 1000000000"},
		{"map of a list", "1s", ", map: [a]", "fleet.a.arrivals.trace.map: want a mapping from recorded paths or IDs to those to send, got a list"},
		{"map of a path to an ID", "1s", ", map: {/a: b}", "fleet.a.arrivals.trace.map: a path is mapped to a path, which begins with /, and an ID to an ID"},
		{"map to what cannot be sent", "1s", `, map: {/a: "/b c"}`, "fleet.a.arrivals.trace.map: cannot be sent: it must be escaped, as in a request"},
		{"map to an unknown name", "1s", `, map: {/a: "/{moon}"}`, "fleet.a.arrivals.trace.map: want no braces but those of {credentials_id}, {execution_id} and {endpoint_id}"},
		{"fit", "1s", ", fit: 999us", "fleet.a.arrivals.trace.fit: 999us: want at least 1ms"},
		{"map to no ID", "1s", `, map: {a: "b/c"}`, "fleet.a.arrivals.trace.map: an ID has none of /?#%&= and no space"},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := "version: 1\nname: n\nduration: " + test.duration + "\nfleet:\n  - {group: a, arrivals: {trace: {file: testdata/exact.jsonl" + test.how + "}}}\n"
			_, err := Load("p.yaml", []byte(text))
			if test.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.want+"\n") {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
	text := "version: 1\nname: n\nfleet:\n  - {group: a, arrivals: {trace: {file: testdata/exact.jsonl, loop: true}}}\n"
	if _, err := Load("p.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), "duration is missing: a trace that loops has no end of its own") {
		t.Errorf("got %v", err)
	}
}

// TestReplayFlags is what is wrong with the flags of a replay.
func TestReplayFlags(t *testing.T) {
	const trace = "testdata/exact.jsonl"
	for _, test := range []struct {
		name, profile, trace string
		how                  []Setting
		want                 string
	}{
		{"no trace", "noisy-neighbour", "", []Setting{{"max_gap", "1s"}},
			"--max-gap: says how a --trace is replayed, and there is none; for the trace of a profile, set fleet.GROUP.arrivals.trace.max_gap"},
		{"a word", "", trace, []Setting{{"speed", "fast"}}, `--speed "fast": want a number, got "fast"`},
		{"out of the recording", "", trace, []Setting{{"from", "1h"}}, `--from "1h": 1h is not before the end of the recording, which is 4s long`},
		{"two flags", "", trace, []Setting{{"copies", "0"}, {"thin", "2"}},
			`--copies "0": 0: want at least 1` + "\n" + `--thin "2": 2: want a fraction from 0 to 1, or 0% to 100%`},
		{"a map twice", "", trace, []Setting{{"map", "a=b"}, {"map", "a=c"}}, `--trace "testdata/exact.jsonl": --map: "a" is mapped twice`},
		{"a loop", "", trace, []Setting{{"loop", "true"}},
			`--trace "testdata/exact.jsonl": duration is missing: a trace that loops has no end of its own (--set duration=1h)`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := Open(test.profile, Options{Trace: test.trace, Replay: test.how}); err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
	p, err := Open("", Options{Trace: trace, Replay: []Setting{{"loop", "true"}, {"copies", "2"}}, Sets: []string{"duration=10s"}})
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Plan(p.Cases()[0], 1); got.Duration != 10*time.Second || got.Groups[0].Tasks != 6 {
		t.Errorf("got %v with %d tasks", got.Duration, got.Groups[0].Tasks)
	}
}

// TestReplayMaps is what is sent for recorded paths.
func TestReplayMaps(t *testing.T) {
	for _, test := range []struct{ from, to, path, want string }{
		{"/a", "/b", "/a", "/b"}, {"/a", "/b", "/a?x=1", "/b?x=1"}, {"/a", "/b?y=2", "/a?x=1", "/b?y=2"}, {"/a?x=1", "/b", "/a?x=1", "/b"},
		{"/a", "/b", "/a/c", "/a/c"}, {"/a/*", "/b", "/a/c", "/b"}, {"/a/*", "/b/*", "/a/c/d?e", "/b/c/d?e"}, {"/a*", "/{credentials_id}", "/ab", "/{credentials_id}"},
		{"id", "other", "/v2/credentials/id", "/v2/credentials/other"}, {"id", "other", "/v1/credentials?id=id&a=idx", "/v1/credentials?other=other&a=idx"},
		{"id", "{endpoint_id}", "/v4/id/task", "/v4/{endpoint_id}/task"}, {"id", "other", "/v4/id2/task", "/v4/id2/task"},
	} {
		m := mapped{test.from, test.to}
		if wrong := m.wrong(); wrong != "" {
			t.Errorf("%+v: %s", m, wrong)
		}
		if got, found := m.path(test.path); got != test.want || found != (test.want != test.path) {
			t.Errorf("%+v: %s becomes %s (%v), want %s", m, test.path, got, found, test.want)
		}
	}
}

// TestMapFlag splits FROM=TO where a path ends, which may have a query.
func TestMapFlag(t *testing.T) {
	for value, want := range map[string]mapped{
		"a=b": {"a", "b"}, "/a=/b": {"/a", "/b"}, "/a?id=x=/b?id=y": {"/a?id=x", "/b?id=y"}, "/a=b": {"/a", "b"}, "a=/b": {"a", "/b"}, "/a?x": {"/a?x", ""},
	} {
		if from, to := splitMap(value); from != want.From || to != want.To {
			t.Errorf("%s: got %s and %s", value, from, to)
		}
	}
}

// TestReplayTargets is what recordings of every service ask for.
func TestReplayTargets(t *testing.T) {
	for _, test := range []struct {
		name, file, how, service string
		resources, registered    []string
		warnings                 []string
	}{
		{
			"ecs", "ecs.jsonl", ", copies: 2, map: {old: new, /v4/gone/*: /v4/*, nothing: never}", "",
			[]string{
				"GET /v2/credentials/{credentials_id}", "GET /v2/credentials/{execution_id}", "GET /v1/credentials?id={credentials_id}",
				"GET /v4/new/task", "GET /v2/credentials/a%20b", "GET /v4/x/task",
				"GET /v2/credentials/{credentials_id}", "GET /v2/credentials/{execution_id}", "GET /v1/credentials?id={credentials_id}",
				"GET /v4/new-2/task", "GET /v2/credentials/a%20b-2", "GET /v4/x-2/task",
			},
			[]string{"a b", "a b-2"},
			[]string{
				"recorded without a credentials ID and sent as the task's own, so that sharing a bucket with others is a guess: 3 of the trace's 6 requests",
				"in no line of the recording, but concluded from its refusals: 1 of the trace's 6 requests",
				"map: nothing in the trace is nothing",
			},
		},
		{
			"imds", "imds.jsonl", "", "imds: {role: app}",
			[]string{
				"PUT /latest/api/token", "GET /latest/meta-data/iam/security-credentials/", "GET /latest/meta-data/iam/security-credentials/app",
				"GET /latest/meta-data/iam/security-credentials/unknown", "GET /latest/meta-data/instance-id",
			},
			nil,
			[]string{"left out, because the strategy asks for session tokens itself: 1 of the trace's 5 requests"},
		},
		{"pods", "pods.jsonl", "", "", []string{"GET /v1/credentials", "GET /healthz"}, nil, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			service := map[string]string{"ecs": "ecs", "imds": "imds", "pods": "eks-pod-identity"}[test.name]
			text := "version: 1\nname: n\nendpoint:\n  service: " + service + "\n  " + test.service +
				"\nfleet:\n  - {group: a, arrivals: {trace: {file: testdata/replay/" + test.file + test.how + "}}}\n"
			p := openTest(t, text)
			compiled := p.Plan(p.Cases()[0], 1)
			var resources []string
			for i := range compiled.Resources {
				r := &compiled.Resources[i]
				resources = append(resources, r.Method+" "+r.Path)
				if legs := len(r.Legs); (legs == 2) != (test.name == "imds" && r.Method == "GET") {
					t.Errorf("%s: got %d legs", r.Path, legs)
				}
			}
			if !reflect.DeepEqual(resources, test.resources) {
				t.Errorf("got  %q\nwant %q", resources, test.resources)
			}
			if !reflect.DeepEqual(compiled.Registered, test.registered) {
				t.Errorf("got registered %q, want %q", compiled.Registered, test.registered)
			}
			if !reflect.DeepEqual(compiled.Warnings, test.warnings) {
				t.Errorf("got  %q\nwant %q", compiled.Warnings, test.warnings)
			}
		})
	}
}

// TestTraceProfileOfEveryService opens traces without a profile.
func TestTraceProfileOfEveryService(t *testing.T) {
	for file, want := range map[string]string{"ecs.jsonl": "40/s", "imds.jsonl": "", "pods.jsonl": "1000/s"} {
		p, err := Open("", Options{Trace: "testdata/replay/" + file})
		if err != nil {
			t.Error(err)
			continue
		}
		limits := p.Plan(p.Cases()[0], 1).Limits
		if (len(limits) == 0) != (want == "") || len(limits) > 0 && limits[0].Rate.String() != want {
			t.Errorf("%s: got the limits %v, want %s", file, limits, want)
		}
	}
}

// TestPlacedIsNotMoved replays a coarse recording whose times were placed.
func TestPlacedIsNotMoved(t *testing.T) {
	p := openTest(t, "version: 1\nname: n\nfleet:\n  - {group: a, arrivals: {trace: testdata/replay/placed.jsonl}}\n")
	want := []plan.Arrival{{At: 0}, {At: 1500 * time.Millisecond, N: 1}, {At: 1500*time.Millisecond + 1, N: 2}}
	if got := collect(p.Plan(p.Cases()[0], 1), 0); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// TestTraceSetting sets how the trace of a profile is played.
func TestTraceSetting(t *testing.T) {
	p, err := Open("replay-sdk-mix", Options{Sets: []string{"fleet.recorded.arrivals.trace.speed=10"}})
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Plan(p.Cases()[0], 1).Duration; got != 23700*time.Millisecond {
		t.Errorf("got %v, want 23.7s", got)
	}
}

// A trace by itself is replayed under the limit that its import found, unless --set
// gives another.
func TestTraceProfileHasTheRecordedLimit(t *testing.T) {
	file := filepath.Join(t.TempDir(), "placed.jsonl")
	text := `{"version":2,"source":"by hand","resolution_s":1,"placed":{"rule":"limit","limit":"5.5,8,task","fitted":true}}
{"t":0,"task":"a","method":"GET","path":"/v4/x/task","status":200}
`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		sets []string
		want string
	}{
		{nil, "5.5,8,task"},
		{[]string{"endpoint.limit.burst=9"}, "5.5,9,task"},
		{[]string{"endpoint.limit={rate: 7/s, burst: 2, scope: host}"}, "7,2,host"},
	} {
		p, err := Open("", Options{Trace: file, Sets: test.sets})
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Plan(p.Cases()[0], 1).Limits[0].Line(); got != test.want {
			t.Errorf("%v: got %s, want %s", test.sets, got, test.want)
		}
	}
}

// A limit in the header that is none is an error, not the published limit.
func TestTraceProfileWithoutASoundLimit(t *testing.T) {
	file := filepath.Join(t.TempDir(), "placed.jsonl")
	text := `{"version":2,"source":"by hand","placed":{"rule":"limit","limit":"0,8,ip"}}
{"t":0,"task":"a","method":"GET","path":"/v4/x/task","status":200}
`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open("", Options{Trace: file}); err == nil || !strings.HasSuffix(err.Error(), `: header: placed: rate "0/s": want more than 0`) {
		t.Errorf("got error %v", err)
	}
}
