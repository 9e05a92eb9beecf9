package profiles

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"tenement/internal/plan"
)

// living is a group with lives to which tests add.
const living = `version: 1
name: living
duration: 1d
endpoint:
  hosts: 2
  limit: {rate: 40/s, burst: 60}
fleet:
  - group: service
    tasks: 3
    lifetime: 6h
    deploy: {at: [2h], within: 10m}
    activities:
      - {activity: credentials, arrivals: {constant: 1/m}, required: true}
      - {activity: stats, flow: stats, arrivals: {poisson: 1/s}, after: credentials}
    under_test: true
`

// relive is living with one piece of text replaced.
func relive(t *testing.T, old, replacement string) string {
	t.Helper()
	if strings.Count(living, old) != 1 {
		t.Fatalf("%q stands %d times in the profile, want once", old, strings.Count(living, old))
	}
	return strings.Replace(living, old, replacement, 1)
}

func TestLivesCompile(t *testing.T) {
	p := openTest(t, living)
	g := p.Plan(p.Cases()[0], 1).Groups[0]
	want := plan.Lives{
		Lifetime: 6 * time.Hour, Relaunch: plan.Backoff{Base: time.Second, Cap: time.Minute},
		Deploy: plan.Deploy{At: []time.Duration{2 * time.Hour}, Within: 10 * time.Minute},
	}
	if !reflect.DeepEqual(g.Lives, want) {
		t.Errorf("got %+v, want %+v", g.Lives, want)
	}
	if len(g.Activities) != 2 || g.Activities[1].After != 1 || !g.Activities[0].Required || g.Activities[1].Required {
		t.Errorf("got %+v, want two activities, the second after the first", g.Activities)
	}
	if g.Flow != "credentials" || g.Resource != g.Activities[0].Resource || g.Activities[1].Resource == g.Resource {
		t.Errorf("got flow %s and resources %d, %d and %d", g.Flow, g.Resource, g.Activities[0].Resource, g.Activities[1].Resource)
	}
	for path, check := range map[string]func(*plan.Group) bool{
		"fleet.service.relaunch.backoff.cap=10s": func(g *plan.Group) bool { return g.Lives.Relaunch.Cap == 10*time.Second },
		"fleet.service.relaunch.within=1m": func(g *plan.Group) bool {
			return g.Lives.Relaunch.Within == time.Minute && g.Lives.Relaunch.Base == time.Second
		},
		"fleet.service.relaunch=none":                                     func(g *plan.Group) bool { return g.Lives.Relaunch.Base >= 366*24*time.Hour },
		"fleet.service.lifetime=none":                                     func(g *plan.Group) bool { return g.Lives.Lifetime == 0 },
		"fleet.service.deploy={at: [1h], rolling: {batch: 2, every: 1m}}": func(g *plan.Group) bool { return g.Lives.Deploy.Batch == 2 && g.Lives.Deploy.Every == time.Minute },
		"fleet.service.deploy=none":                                       func(g *plan.Group) bool { return g.Lives.Deploy.At == nil && g.Lives.Lifetime > 0 },
		"fleet.service.deploy.within=1h":                                  func(g *plan.Group) bool { return g.Lives.Deploy.Within == time.Hour },
		"fleet.service.activities.stats.arrivals={constant: 1/s}": func(g *plan.Group) bool {
			return g.Activities[1].Pattern == plan.Pattern(plan.Constant{Rate: g.Activities[1].Pattern.(plan.Constant).Rate})
		},
		"fleet.service.activities.stats.required=true": func(g *plan.Group) bool { return g.Activities[1].Required },
	} {
		with := openWith(t, p, path)
		if g := with.Plan(with.Cases()[0], 1).Groups[0]; !check(&g) {
			t.Errorf("%s: got %+v and %+v", path, g.Lives, g.Activities)
		}
	}
}

// openWith is the profile with another value.
func openWith(t *testing.T, p *Profile, set string) *Profile {
	t.Helper()
	path, value, _ := strings.Cut(set, "=")
	with, err := p.With(path, value)
	if err != nil {
		t.Fatal(err)
	}
	return with
}

func TestHostsCompile(t *testing.T) {
	text := relive(t, "hosts: 2", "hosts: {count: 4, start: {within: 1h}, differ: [{hosts: old, share: 25%, limit: {rate: 20/s, burst: 30}}]}")
	p := openTest(t, text)
	got := p.Plan(p.Cases()[0], 1)
	if got.Hosts != 4 || got.StartWithin != time.Hour || len(got.Differ) != 1 || got.Differ[0].Share != 0.25 {
		t.Fatalf("got %d hosts within %v, and %+v", got.Hosts, got.StartWithin, got.Differ)
	}
	if l := got.Differ[0].Limits; len(l) != 1 || l[0].Burst != 30 {
		t.Errorf("got limits %+v, want one with a burst of 30", l)
	}
	with := openWith(t, openTest(t, living), "endpoint.hosts.start.within=1h")
	if got := with.Plan(with.Cases()[0], 1); got.Hosts != 2 || got.StartWithin != time.Hour {
		t.Errorf("a path below a number: got %d hosts within %v", got.Hosts, got.StartWithin)
	}
	with = openWith(t, p, "endpoint.hosts.differ.old.share=0.5")
	if got := with.Plan(with.Cases()[0], 1); got.Differ[0].Share != 0.5 {
		t.Errorf("got a share of %v, want 0.5", got.Differ[0].Share)
	}
}

func TestLivesRefuse(t *testing.T) {
	tests := []struct {
		name             string
		old, replacement string
		want             string
	}{
		{"a lifetime of nothing", "6h", "0s", `p.yaml:10:15: fleet.service.lifetime: 0s: want more than 0`},
		{"too many lives", "6h", "50ms", `p.yaml:10:15: fleet.service.lifetime: 50ms: a run of 24h has more than 1000000 lives of that length`},
		{"a lifetime without a unit", "6h", "6", `p.yaml:10:15: fleet.service.lifetime: 6 has no unit: want a duration such as 50ms, 2s, 6h or 1d`},
		{"deployments out of order", "[2h]", "[2h, 1h]", `p.yaml:11:23: fleet.service.deploy.at: 1h is not after the deployment before it, 2h`},
		{"a deployment of nothing", "[2h]", "[0s]", `p.yaml:11:19: fleet.service.deploy.at[0]: 0s: want more than 0`},
		{"a deployment before the start", "tasks: 3", "tasks: 3\n    start: 3h", `p.yaml:12:19: fleet.service.deploy.at: 2h is not after start, 3h: nothing runs yet`},
		{"a deployment after the stop", "tasks: 3", "tasks: 3\n    stop: 1h", `p.yaml:12:19: fleet.service.deploy.at: 2h is not before stop, 1h`},
		{"no instants", "at: [2h], ", "", `p.yaml:11:13: fleet.service.deploy: at is missing`},
		{"two ways to deploy", "within: 10m", "within: 10m, rolling: {batch: 1, every: 1m}", `p.yaml:11:32: fleet.service.deploy.within: not with rolling, which says how long it takes`},
		{"a batch of nothing", "within: 10m", "rolling: {batch: 0, every: 1m}", `p.yaml:11:41: fleet.service.deploy.rolling.batch: 0: want at least 1`},
		{"batches without a pace", "within: 10m", "rolling: {batch: 3}", `p.yaml:11:33: fleet.service.deploy.rolling: every is missing`},
		{"relaunch of nothing", ", required: true", "}\n    relaunch: {}\n    #", `p.yaml:`},
		{"a cap below the base", "tasks: 3", "tasks: 3\n    relaunch: {backoff: {base: 2m}}", `p.yaml:10:25: fleet.service.relaunch.backoff.cap: 1m is below base, 2m`},
		{"another word for relaunch", "tasks: 3", "tasks: 3\n    relaunch: never", `p.yaml:10:15: fleet.service.relaunch: want none or a mapping with backoff or within, got "never"`},
		{"an activity without arrivals", "arrivals: {constant: 1/m}, ", "", `p.yaml:13:9: fleet.service.activities.credentials: arrivals is missing`},
		{"two activities of one name", "activity: stats", "activity: credentials", `p.yaml:14:20: fleet.service.activities.credentials.activity: another item before it has activity "credentials"`},
		{"after one that there is not", "after: credentials", "after: credential", `p.yaml:14:73: fleet.service.activities.stats.after: there is no activity "credential" before this one; did you mean "credentials"?`},
		{"after itself", "after: credentials", "after: stats", `p.yaml:14:73: fleet.service.activities.stats.after: there is no activity "stats" before this one; there is credentials`},
		{"a flow of another service", "flow: stats", "flow: protections", `p.yaml:14:33: fleet.service.activities.stats.flow: want `},
		{"a flow beside activities", "tasks: 3", "tasks: 3\n    flow: task", `p.yaml:10:11: fleet.service.flow: is left out with activities, each of which says it`},
		{"arrivals beside activities", "tasks: 3", "tasks: 3\n    arrivals: {poisson: 1/s}", `p.yaml:10:15: fleet.service.arrivals: is left out with activities, each of which says it`},
		{"a recording as an activity", "{constant: 1/m}", "{trace: testdata/exact.jsonl}", `p.yaml:13:51: fleet.service.activities.credentials.arrivals.trace: a recording is not for an activity, but for a whole group: its arrivals`},
		{"no activity at all", "tasks: 3", "tasks: 3\n    activities: []\n#", `p.yaml:`},
		{"tasks and a placement", "tasks: 3", "tasks: 3\n    placement: {spread: {total: 6}}", `p.yaml:9:12: fleet.service.tasks: is left out with placement, which says how many there are on all hosts together`},
		{"no hosts", "hosts: 2", "hosts: 0", `p.yaml:5:10: endpoint.hosts: 0: want at least 1`},
		{"hosts of text", "hosts: 2", "hosts: many", `p.yaml:5:10: endpoint.hosts: want a whole number, got "many"`},
		{"an unknown key of hosts", "hosts: 2", "hosts: {number: 2}", `p.yaml:5:11: endpoint.hosts: unknown key "number"; there is count, size, start and differ`},
		{"nothing differs", "hosts: 2", "hosts: {count: 2, differ: [{hosts: a, share: 1%}]}", `p.yaml:5:30: endpoint.hosts.differ.a: nothing differs: want limit, limits, latency or faults`},
		{"no host differs", "hosts: 2", "hosts: {count: 2, differ: [{hosts: a, share: 0, faults: []}]}", `p.yaml:5:48: endpoint.hosts.differ.a.share: no host: want more than 0`},
		{"more than all differ", "hosts: 2", "hosts: {count: 2, differ: [{hosts: a, share: 60%, faults: []}, {hosts: b, share: 60%, faults: []}]}",
			`p.yaml:5:84: endpoint.hosts.differ.b.share: more than all hosts, together with those before`},
		{"another kind of limit", "hosts: 2", "hosts: {count: 2, differ: [{hosts: a, share: 1%, limit: {kind: concurrency, count: 3}}]}",
			`p.yaml:5:59: endpoint.hosts.differ.a.limit: want kind token-bucket, as the endpoint's`},
		{"a limit where there is none", "hosts: 2", "hosts: {count: 2, differ: [{hosts: a, share: 1%, limits: [{limit: x, rate: 1/s, burst: 1}]}]}",
			`p.yaml:5:60: endpoint.hosts.differ.a.limits: want as many limits as the endpoint has`},
		{"a fault of another service", "hosts: 2", "hosts: {count: 2, differ: [{hosts: a, share: 1%, faults: [{fault: x, kind: hang, routes: [role]}]}]}",
			`p.yaml:5:92: endpoint.hosts.differ.a.faults.x.routes: the service ecs has only `},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, err := Load("p.yaml", []byte(relive(t, test.old, test.replacement)))
			if err == nil {
				t.Fatalf("got %s, want an error", p.Name)
			}
			if got, _, _ := strings.Cut(err.Error(), "\n"); !strings.HasPrefix(got, test.want) {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// TestMissed warns of what comes after the end, in whole or in part. A service of two hosts
// with four tasks each starts at 1m.
func TestMissed(t *testing.T) {
	for _, test := range []struct{ name, host, service, want string }{
		{"nothing", "", "deploy: {at: [2h, 3h], within: 1h}", ""},
		{"a deployment", "", "deploy: {at: [4h]}", "the deployment of service at 4h never comes: its tasks stop at 4h"},
		{"part of it", "", "deploy: {at: [3h], within: 2h}", "the deployment of service at 3h does not come to every task: they stop at 4h"},
		{"the last batch", "", "deploy: {at: [1h], rolling: {batch: 3, every: 90m}}", "the deployment of service at 1h does not come to every task: they stop at 4h"},
		{"all batches", "", "deploy: {at: [1h], rolling: {batch: 3, every: 89m}}", ""},
		{"batches after centuries", "", "tasks: 1000, deploy: {at: [1h], rolling: {batch: 1, every: 366d}}", "the deployment of service at 1h does not come to every task: they stop at 4h"},
		{"two at a time", "", "deploy: {at: [1h, 2h], rolling: {batch: 3, every: 31m}}", "the deployment of service at 1h is not over when the next one begins, at 2h: both go on"},
		{"starts", "", "start: {at: 3h, within: 2h}", "tasks of service start until 5h, and stop at 4h: those that come later never start"},
		{"hosts", ", start: {within: 3h}", "start: {within: 2h}", "tasks of service start until 5h, and stop at 4h: those that come later never start"},
		{"a fault of some hosts", ", differ: [{hosts: old, share: 1%, faults: [{fault: f, kind: hang, from: 5h}]}]", "", "the fault f of the hosts old at 5h never comes: the run, its drain included, ends at 4h0m30s"},
		{"a change of some hosts", ", differ: [{hosts: old, share: 1%, limit: {rate: 1/s, burst: 1, schedule: [{at: 5h, rate: 2/s}]}}]", "", "the change of the limit of the hosts old at 5h never comes: the run, its drain included, ends at 4h0m30s"},
	} {
		t.Run(test.name, func(t *testing.T) {
			tasks := "tasks: 4, "
			if strings.HasPrefix(test.service, "tasks") {
				tasks = ""
			}
			p := openTest(t, fmt.Sprintf(`version: 1
name: missed
duration: 4h
endpoint: {hosts: {count: 2%s}, limit: {rate: 40/s, burst: 60}}
fleet: [{group: service, %sarrivals: {constant: 1/h}, under_test: true, %s}]
strategies: {once: {}}
`, test.host, tasks, test.service))
			if got := strings.Join(p.Plan(p.Cases()[0], 1).Warnings, "\n"); got != test.want {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}
