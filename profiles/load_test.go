package profiles

import (
	"errors"
	"os"
	"strings"
	"testing"

	"tenement/internal/form"
)

// sound is a small profile to which tests add.
const sound = `version: 1
name: small
duration: 10s
endpoint:
  limit: {rate: 40/s, burst: 60}
fleet:
  - group: batch
    arrivals: {poisson: 3/s}
    under_test: true
`

// edited is sound with one piece of text replaced.
func edited(t *testing.T, old, replacement string) string {
	t.Helper()
	if strings.Count(sound, old) != 1 {
		t.Fatalf("%q stands %d times in the profile, want once", old, strings.Count(sound, old))
	}
	return strings.Replace(sound, old, replacement, 1)
}

func TestLoadRefuses(t *testing.T) {
	tests := []struct {
		name             string
		old, replacement string // in sound
		want             string // the first line of the error
	}{
		{"unknown key", "duration: 10s", "duration: 10s\ncolour: red",
			`p.yaml:4:1: unknown key "colour"`},
		{"slip of a key", "burst: 60", "burts: 60",
			`p.yaml:5:23: endpoint.limit: unknown key "burts"; did you mean "burst"?`},
		{"unknown key of few", "poisson: 3/s", "timer: {every: 1s, colour: red}",
			`p.yaml:8:35: fleet.batch.arrivals.timer: unknown key "colour"; there is every, phase and jitter`},
		{"no version", "version: 1\n", "", `p.yaml:1:1: version is missing: want version: 1`},
		{"another version", "version: 1", "version: 2", `p.yaml:1:10: version: "2": this is version 1 of the format`},
		{"no name", "name: small\n", "", `p.yaml:1:1: name is missing`},
		{"no duration", "duration: 10s\n", "", `p.yaml:1:1: duration is missing`},
		{"no fleet", "fleet:\n  - group: batch\n    arrivals: {poisson: 3/s}\n    under_test: true\n", "",
			`p.yaml:1:1: fleet is missing`},
		{"duration without a unit", "10s", "10", `p.yaml:3:11: duration: 10 has no unit: want a duration such as 50ms, 2s, 6h or 1d`},
		{"duration of another unit", "10s", "10/s", `p.yaml:3:11: duration: want a duration such as 50ms, 2s, 6h or 1d, got "10/s"`},
		{"negative duration", "10s", "-10s", `p.yaml:3:11: duration: -10s: want a duration that is not negative`},
		{"zero duration", "10s", "0s", `p.yaml:3:11: duration: 0s: want more than 0`},
		{"endless duration", "10s", "9999999999h", `p.yaml:3:11: duration: 9999999999h: too long`},
		{"too long a duration", "10s", "400d", `p.yaml:3:11: duration: 400d: want at most 366d`},
		{"rate without a unit", "40/s", "40", `p.yaml:5:17: endpoint.limit.rate: 40 has no unit: want a rate such as 40/s, 2.5/s or 30/m`},
		{"rate of another unit", "40/s", "40/d", `p.yaml:5:17: endpoint.limit.rate: rate "40/d": unknown unit "d": want s, m or h, such as 40/s`},
		{"rate as a duration", "3/s", "3s", `p.yaml:8:25: fleet.batch.arrivals.poisson: rate "3s": want a number per unit, such as 40/s`},
		{"too high a rate", "3/s", "3000000/s", `p.yaml:8:25: fleet.batch.arrivals.poisson: 3000000/s: want at most 1000000/s`},
		{"burst of text", "burst: 60", "burst: many", `p.yaml:5:30: endpoint.limit.burst: want a whole number, got "many"`},
		{"burst of nothing", "burst: 60", "burst: ", `p.yaml:5:30: endpoint.limit.burst: has no value`},
		{"burst of none", "burst: 60", "burst: 0", `p.yaml:5:30: endpoint.limit.burst: 0: want at least 1`},
		{"no burst", ", burst: 60", "", `p.yaml:5:10: endpoint.limit: burst is missing`},
		{"half a request", "burst: 60", "burst: 1.5", `p.yaml:5:30: endpoint.limit.burst: want a whole number, got "1.5"`},
		{"negative burst", "burst: 60", "burst: -1", `p.yaml:5:30: endpoint.limit.burst: -1: want at least 1`},
		{"scope", "burst: 60", "burst: 60, scope: host+ip",
			`p.yaml:5:41: endpoint.limit.scope: want host, or any of tenant, task, ip and path with + between them, got "host+ip"`},
		{"slip of a scope", "burst: 60", "burst: 60, scope: tennant",
			`p.yaml:5:41: endpoint.limit.scope: want host, or any of tenant, task, ip and path with + between them, got "tennant"; did you mean "tenant"?`},
		{"service that there is not", "endpoint:", "endpoint:\n  service: ec2", `p.yaml:5:12: endpoint.service: want ecs, imds or eks-pod-identity, got "ec2"; did you mean "ecs"?`},
		{"a flavour for a service", "endpoint:", "endpoint:\n  service: fargate",
			`p.yaml:5:12: endpoint.service: fargate is no service, but the flavour of one: want service: ecs and flavour: fargate`},
		{"another word for processes", "group: batch", "group: batch\n    workers: 3", `p.yaml:8:5: fleet.batch: unknown key "workers"; did you mean "processes"?`},
		{"another word for a preset", "duration: 10s", "duration: 10s\nstrategies: {a: {sdk: botocore}}",
			`p.yaml:4:18: strategies.a: unknown key "sdk"; did you mean "preset"?`},
		{"another word for a rate", "rate: 40/s", "rps: 40", `p.yaml:5:11: endpoint.limit: unknown key "rps"; did you mean "rate"?`},
		{"a what_if without a name", "duration: 10s", "duration: 10s\nwhat_if: [{set: {fleet.batch.tasks: 2}}]\ngates: [{expr: batch.calls > 0, cases: [x-ray]}]",
			`p.yaml:4:11: what_if[0]: name is missing`},
		{"a list for a mapping", "{rate: 40/s, burst: 60}", "[40, 60]",
			`p.yaml:5:10: endpoint.limit: want a mapping with kind, rate, burst, scope, refusal_cost, on_exceed or schedule, got a list`},
		{"a mapping for a scalar", "10s", "{seconds: 10}", `p.yaml:3:11: duration: want a duration such as 50ms, 2s, 6h or 1d, got a mapping`},
		{"a mapping for a list", "fleet:\n  - group", "fleet:\n    group", `p.yaml:7:5: fleet: want a list, got a mapping`},
		{"an impossible latency", "endpoint:", "endpoint:\n  latency: {p50: 10ms, p99: 2ms}",
			`p.yaml:5:29: endpoint.latency.p99: 2ms is below p50, 10ms`},
		{"a broken second", "endpoint:", "endpoint:\n  credentials: {lifetime: 90.5s}",
			`p.yaml:5:27: endpoint.credentials.lifetime: 90.5s: want whole seconds`},
		{"a token's broken second", "duration: 10s", "duration: 10s\nstrategies: {a: {session: {ttl: 1500ms}}}",
			`p.yaml:4:33: strategies.a.session.ttl: 1500ms: want whole seconds`},
		{"renewal before issue", "endpoint:", "endpoint:\n  credentials: {lifetime: 1h, renew_before: 2h}",
			`p.yaml:5:45: endpoint.credentials.renew_before: 2h is not below lifetime, 1h`},
		{"a status that is none", "endpoint:", "endpoint:\n  on_exceed: {status: 200}",
			`p.yaml:5:23: endpoint.on_exceed.status: 200: want at least 400`},
		{"capital letters", "group: batch", "group: Batch", `p.yaml:7:12: fleet[0].group: the name "Batch": want small letters, digits, @ and - only`},
		{"a name that is taken", "group: batch", "group: endpoint", `p.yaml:7:12: fleet.endpoint.group: the name "endpoint" is taken: gates mean the endpoint by it`},
		{"an endpoint without a name", "fleet:\n", "endpoints: [{service: imds}]\nfleet:\n", `p.yaml:6:13: endpoints[0]: endpoint is missing`},
		{"an endpoint without a service", "fleet:\n", "endpoints: [{endpoint: instance}]\nfleet:\n", `p.yaml:6:13: endpoints.instance: service is missing`},
		{"hosts of a further endpoint", "fleet:\n", "endpoints: [{endpoint: instance, service: imds, hosts: 3}]\nfleet:\n",
			`p.yaml:6:49: endpoints.instance: unknown key "hosts"; there is endpoint, service, limit, limits, on_exceed, faults, write_timeout, keep_alive and latency`},
		{"two endpoints of one name", "fleet:\n", "endpoints: [{endpoint: a, service: imds}, {endpoint: a, service: ecs}]\nfleet:\n",
			`p.yaml:6:54: endpoints.a.endpoint: another item before it has endpoint "a"`},
		{"the name of the host's own", "fleet:\n", "endpoints: [{endpoint: endpoint, service: imds}]\nfleet:\n",
			`p.yaml:6:24: endpoints.endpoint.endpoint: the name "endpoint" is taken: it is that of the host's own`},
		{"an endpoint that there is not", "arrivals: {poisson: 3/s}\n    under_test: true", "activities: [{activity: a, endpoint: instanc, arrivals: {poisson: 3/s}}]\nendpoints: [{endpoint: instance, service: imds}]",
			`p.yaml:8:42: fleet.batch.activities.a.endpoint: there is no endpoint "instanc"; did you mean "instance"?`},
		{"an endpoint where there is none", "arrivals: {poisson: 3/s}", "activities: [{activity: a, endpoint: instance, arrivals: {poisson: 3/s}}]",
			`p.yaml:8:42: fleet.batch.activities.a.endpoint: there is no endpoint "instance": endpoints names none`},
		{"a flow of another endpoint", "arrivals: {poisson: 3/s}\n    under_test: true", "activities: [{activity: a, endpoint: instance, flow: stats, arrivals: {poisson: 3/s}}]\nendpoints: [{endpoint: instance, service: imds}]",
			`p.yaml:8:58: fleet.batch.activities.a.flow: the service imds has no flow "stats": want credentials`},
		{"a fault for another endpoint", "fleet:\n", "endpoints: [{endpoint: instance, service: imds, faults: [{fault: f, kind: status, status: 500, routes: [stats]}]}]\nfleet:\n",
			`p.yaml:6:104: endpoints.instance.faults.f.routes: the service imds has only `},
		{"a preset for one of two endpoints", "arrivals: {poisson: 3/s}\n    under_test: true", "activities: [{activity: a, arrivals: {poisson: 3/s}}, {activity: b, endpoint: instance, arrivals: {poisson: 3/s}}]\n    strategy: {preset: botocore}\nendpoints: [{endpoint: instance, service: imds}]",
			`p.yaml:9:24: fleet.batch.strategy.preset: botocore asks the service ecs, and an activity asks imds: give that one a strategy of its own`},
		{"two groups of one name", "fleet:\n", "fleet:\n  - {group: batch, arrivals: {poisson: 1/s}}\n", `p.yaml:8:12: fleet.batch.group: there is a group "batch" already`},
		{"two kinds of arrivals", "poisson: 3/s", "poisson: 3/s, constant: 3/s",
			`p.yaml:8:15: fleet.batch.arrivals: want exactly one of constant, poisson, burst, stages, sine, once, timer, gamma and trace`},
		{"no arrivals", "    arrivals: {poisson: 3/s}\n", "", `p.yaml:7:5: fleet.batch: arrivals is missing`},
		{"a swing below nothing", "poisson: 3/s", "sine: {mean: 1/s, amplitude: 2/s, period: 1m}",
			`p.yaml:8:45: fleet.batch.arrivals.sine.amplitude: 2/s is above mean, 1/s: a rate is never below 0`},
		{"jitter over a tick", "poisson: 3/s", "timer: {every: 1s, jitter: 2s}", `p.yaml:8:43: fleet.batch.arrivals.timer.jitter: 2s is longer than every, 1s`},
		{"too little variation", "poisson: 3/s", "gamma: {rate: 1/s, cv: 0}", `p.yaml:8:39: fleet.batch.arrivals.gamma.cv: 0: want 0.05 to 10`},
		{"too many calls", "poisson: 3/s", "burst: {calls: 1000000, every: 1ms}",
			`p.yaml:8:15: fleet.batch.arrivals: up to 10000000000 calls of each process: want at most 1000000000`},
		{"strategy under test", "under_test: true", "under_test: true\n    strategy: {cache: static}",
			`p.yaml:10:15: fleet.batch.strategy: a group under test has no strategy of its own: the strategies are tried on it`},
		{"strategies for nobody", "    under_test: true\n", "strategies: {a: {}}\n",
			`p.yaml:9:13: strategies: there is no group with under_test: true to try them on`},
		{"no such preset", "duration: 10s", "duration: 10s\nstrategies: {a: {preset: botocor}}",
			`p.yaml:4:26: strategies.a.preset: there is no preset "botocor"; did you mean "botocore"?`},
		{"a strategy without a value", "duration: 10s", "duration: 10s\nstrategies:\n  a:",
			`p.yaml:5:3: strategies.a: has no value: {} is a strategy without cache or retry`},
		{"a long title", "duration: 10s", "duration: 10s\nstrategies: {a: {title: this title is longer than a column}}",
			`p.yaml:4:25: strategies.a.title: has 34 characters: want at most 26`},
		{"two caches", "duration: 10s", "duration: 10s\nstrategies: {a: {cache: {ttl: 1m, refresh: {window: 1m}}}}",
			`p.yaml:4:31: strategies.a.cache: want one of ttl and refresh`},
		{"stale nothing", "duration: 10s", "duration: 10s\nstrategies: {a: {cache: {stale_on_error: 1m}}}",
			`p.yaml:4:42: strategies.a.cache.stale_on_error: needs ttl or refresh beside it: nothing is kept`},
		{"nothing to refresh early", "duration: 10s", "duration: 10s\nstrategies: {a: {cache: {early: 1}}}",
			`p.yaml:4:33: strategies.a.cache.early: needs ttl or refresh beside it: nothing is kept`},
		{"a jitter of nothing", "duration: 10s", "duration: 10s\nstrategies: {a: {cache: {refresh: {}, jitter: 10%}}}",
			`p.yaml:4:47: strategies.a.cache.jitter: needs ttl beside it: refresh has a jitter of its own`},
		{"an agent of the host, and everyone fetches", "duration: 10s", "duration: 10s\nstrategies: {a: {cache: {ttl: 1m, scope: host}}}",
			`p.yaml:4:25: strategies.a.flight: want join, without max_wait and first: with scope host an agent fetches, and no task can fetch for itself`},
		{"an agent of the host, and impatient tasks", "duration: 10s", "duration: 10s\nstrategies: {a: {cache: {ttl: 1m, scope: host}, flight: {join: {max_wait: 1s}}}}",
			`p.yaml:4:57: strategies.a.flight: want join, without max_wait and first: with scope host an agent fetches, and no task can fetch for itself`},
		{"a failure that an earlier class remembers", "duration: 10s", "duration: 10s\nstrategies: {a: {cache: {negative: {for: 1s, classes: [{on: [4xx], for: 2s}, {on: [404], for: 1m}]}}}}",
			`p.yaml:4:83: strategies.a.cache.negative.classes[1].on: an earlier class has all of it: the first that fits counts`},
		{"a token of one use that is kept", "duration: 10s", "duration: 10s\nstrategies: {a: {session: {keep: true, one_use: true}}}",
			`p.yaml:4:49: strategies.a.session.one_use: not with keep: later fetches would have no token to use`},
		{"again without latest", "duration: 10s", "duration: 10s\nstrategies: {a: {cache: {refresh: {latest_again: true}}}}",
			`p.yaml:4:50: strategies.a.cache.refresh.latest_again: needs latest, and mode block without mandatory, share and windows`},
		{"two retries", "duration: 10s", "duration: 10s\nstrategies: {a: {retry: {retry_on: [429]}}}",
			`p.yaml:4:25: strategies.a.retry: want one of fixed, exponential and listed`},
		{"an outcome", "duration: 10s", "duration: 10s\nstrategies: {a: {retry: {fixed: {wait: 1s, attempts: 2}, retry_on: [timeouts]}}}",
			`p.yaml:4:69: strategies.a.retry.retry_on[0]: want 4xx, 429,`},
		{"what_if without a group", "duration: 10s", "duration: 10s\nwhat_if: [{name: a, set: {fleet.bach.tasks: 2}}]",
			`p.yaml:4:27: what_if "a": fleet.bach.tasks: there is no group "bach"; did you mean "batch"?`},
		{"what_if of a wrong value", "duration: 10s", "duration: 10s\nwhat_if: [{name: a, set: {fleet.batch.tasks: two}}]",
			`p.yaml:4:46: what_if "a": fleet.batch.tasks: want a whole number, got "two"`},
		{"what_if of an unknown key", "duration: 10s", "duration: 10s\nwhat_if: [{name: a, set: {endpoint.limit.brust: 2}}]",
			`p.yaml:4:27: what_if "a": endpoint.limit: unknown key "brust"; did you mean "burst"?`},
		{"what_if in what_if", "duration: 10s", "duration: 10s\nwhat_if: [{name: a, set: {what_if: []}}]",
			`p.yaml:4:27: what_if "a": what_if: a what_if cannot change what_if`},
		{"what_if nothing", "duration: 10s", "duration: 10s\nwhat_if: [{name: a, set: {fleet.batch.tasks: 1}}]",
			`p.yaml:4:27: what_if "a": fleet.batch.tasks: changes nothing: this is the value already`},
		{"two cases of one name", "duration: 10s", "duration: 10s\nwhat_if: [{name: none, set: {fleet.batch.tasks: 2}}]",
			`p.yaml:4:18: what_if[0].name: there is a case "none" already`},
		{"no such trace", "poisson: 3/s", "trace: no-such-file.jsonl",
			`p.yaml:8:23: fleet.batch.arrivals.trace: opening trace: open no-such-file.jsonl: no such file or directory`},
		{"tasks of a trace", "arrivals: {poisson: 3/s}", "tasks: 2\n    stop: 4s\n    arrivals: {trace: testdata/exact.jsonl}",
			`p.yaml:8:12: fleet.batch.tasks: is left out with a trace, which names the tasks and what they ask for`},
		{"a start behind the end", "under_test: true", "under_test: true\n    start: 10s",
			`p.yaml:10:12: fleet.batch.start: 10s is not before the end of the run, 10s`},
		{"a stop before the start", "under_test: true", "under_test: true\n    start: 2s\n    stop: 2s",
			`p.yaml:11:11: fleet.batch.stop: 2s is not after start, 2s`},
		{"duplicate key", "duration: 10s", "duration: 10s\nduration: 11s", `p.yaml:4:1: duplicate key "duration" (first on line 3)`},
		{"alias", "10s", "&d 10s\ndrain: *d", `p.yaml:3:11: anchors (&d) are not read: write the value out`},
		{"tag", "10s", "!!str 10s", `p.yaml:3:11: tags (!!str) are not read`},
		{"merge key", "duration: 10s", "duration: 10s\n<<: {seed: 1}", `p.yaml:4:1: unknown key "<<"`},
		{"a second document", "duration: 10s", "duration: 10s\n---\na: 1", `p.yaml:4:1: not YAML: a second document: want one`},
		{"syntax", "endpoint:", "endpoint: {", `p.yaml:4:1: not YAML: did not find expected ',' or '}'`},
		{"an alias of nothing", "batch", "*them", `p.yaml:7:12: not YAML: unknown anchor 'them' referenced`},
		{"syntax that ends late", "version: 1\n", "version: [\n", `p.yaml:3:1: not YAML: did not find expected ',' or ']'`},
		{"Latin-1", "small", "sm\xe5ll", `p.yaml:2:9: not UTF-8`},
		{"a control character", "small", "sm\aall", `p.yaml:2:9: not YAML: a control character (U+0007)`},
		{"a tab", "  limit:", "\tlimit:", `p.yaml:5:1: not YAML: a tab: want spaces to indent`},
		{"a tab behind spaces", "  limit:", "  \tlimit:", `p.yaml:5:3: not YAML: a tab: want spaces to indent`},
		{"a tab between lines", "    arrivals", "\tarrivals", `p.yaml:8:1: not YAML: a tab: want spaces to indent`},
		{"a token that is none", "small", "@small # not a\ttab", `p.yaml:2:7: not YAML: found character that cannot start any token`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, err := Load("p.yaml", []byte(edited(t, test.old, test.replacement)))
			if err == nil {
				t.Fatalf("got %s, want an error", p.Name)
			}
			if got, _, _ := strings.Cut(err.Error(), "\n"); !strings.HasPrefix(got, test.want) {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			var e *form.Error
			if !errors.As(err, &e) || e.File != "p.yaml" {
				t.Errorf("got %#v, want an Error in p.yaml", err)
			}
		})
	}
}

// TestNoNamelessHint offers no case whose name is missing.
func TestNoNamelessHint(t *testing.T) {
	_, err := Load("p.yaml", []byte(edited(t, "duration: 10s",
		"duration: 10s\nwhat_if: [{set: {fleet.batch.tasks: 2}}]\ngates: [{expr: batch.calls > 0, cases: [x-ray]}]")))
	if want := `gates[0].cases[0]: unknown case "x-ray"; there is none` + "\n"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %q", err, want)
	}
}

func TestErrorsAllAtOnce(t *testing.T) {
	text, err := os.ReadFile("testdata/broken.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, err = Load("testdata/broken.yaml", text)
	if err == nil {
		t.Fatal("got no error")
	}
	var all form.Errors
	if !errors.As(err, &all) {
		t.Fatalf("got a %T, want form.Errors", err)
	}
	golden(t, "testdata/broken.txt", []byte(all.All()+"\n"))
}

func TestLoadEmpty(t *testing.T) {
	for _, text := range []string{"", "\n", "# nothing\n", "---\n"} {
		if _, err := Load("p.yaml", []byte(text)); err == nil {
			t.Errorf("%q: got no error", text)
		}
	}
	for _, text := range []string{"1", "[]", "text", "null"} {
		if _, err := Load("p.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), "p.yaml:1:1: want a mapping") {
			t.Errorf("%q: got %v, want an error about the mapping it should be", text, err)
		}
	}
}

// TestLoadBombs loads what would fill memory if it were expanded.
func TestLoadBombs(t *testing.T) {
	bomb := "a: &a [x, x, x, x, x, x, x, x, x]\n"
	for c := 'b'; c <= 'z'; c++ {
		bomb += string(c) + ": &" + string(c) + " [" + strings.Repeat("*"+string(c-1)+", ", 8) + "*" + string(c-1) + "]\n"
	}
	if _, err := Load("p.yaml", []byte(bomb)); err == nil || !strings.Contains(err.Error(), "aliases") {
		t.Errorf("got %v, want an error about aliases", err)
	}
	if _, err := Load("p.yaml", []byte(strings.Repeat("[", 100_000))); err == nil {
		t.Error("got no error for a deep list")
	}
	if _, err := Load("p.yaml", []byte(strings.Repeat("# text\n", 1<<18))); err == nil {
		t.Error("got no error for a profile of more than 1 MiB")
	}
}

func TestOpenUnknown(t *testing.T) {
	_, err := Open("noisy-neighbor", Options{})
	want := `opening profile: no built-in profile and no file "noisy-neighbor"; did you mean "noisy-neighbour"?`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if _, err := Open("", Options{}); err == nil {
		t.Error("got no error without name and trace")
	}
}
