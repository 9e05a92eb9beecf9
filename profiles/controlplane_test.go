package profiles

import (
	"strings"
	"testing"
)

// plane is a sound profile with a control plane.
const plane = `version: 1
name: plane
duration: 1h
control_plane:
  microvms: {hosts: 2}
  callers:
    - {caller: yours, rate: 1/s, under_test: true}
    - {caller: theirs, rate: 1/s}
strategies:
  none: {}
`

func TestControlPlaneIsRead(t *testing.T) {
	p, err := Load("plane.yaml", []byte(plane))
	if err != nil {
		t.Fatal(err)
	}
	if !p.ControlPlane() || p.Engine != "sim" {
		t.Fatalf("a profile with a control plane has one %v, and the engine %s", p.ControlPlane(), p.Engine)
	}
	made, accounts := p.ControlPlan(p.Cases()[0], 7)
	if made.Seed != 7 || made.Zones != 3 || !made.Fallback || made.API.Rate.PerSecond() != 20 || made.Launches.Burst != 100 || len(accounts) != 2 {
		t.Errorf("got %+v, accounts %v", made, accounts)
	}
	for i := range made.Steps {
		if made.Steps[i].Latency == nil {
			t.Errorf("step %d takes no time", i)
		}
	}
	var b strings.Builder
	if err := p.Show(&b); err != nil {
		t.Fatal(err)
	}
	again, err := Load("shown.yaml", []byte(b.String()))
	if err != nil || again.Digest() != p.Digest() {
		t.Errorf("what is shown is another profile: %v", err)
	}
	changed, err := p.With("control_plane.callers.yours.rate", "2/s")
	if err != nil || changed.Digest() == p.Digest() {
		t.Errorf("a path into a caller sets nothing: %v", err)
	}
}

// What is wrong is said with its place.
func TestControlPlaneErrors(t *testing.T) {
	rows := []struct{ name, old, new, want string }{
		{"live", "duration: 1h", "duration: 1h\nengine: live", "plane.yaml:4:9: engine: a control plane is only simulated: want sim"},
		{"fleet", "control_plane:", "fleet: []\ncontrol_plane:", "plane.yaml:4:8: fleet: stands beside control_plane, which is in place of endpoints and a fleet"},
		{"endpoint", "control_plane:", "endpoint: {service: ecs}\ncontrol_plane:", "plane.yaml:4:11: endpoint: stands beside control_plane"},
		{"neither", "control_plane:\n  microvms: {hosts: 2}\n  callers:\n    - {caller: yours, rate: 1/s, under_test: true}\n    - {caller: theirs, rate: 1/s}\n", "", "fleet is missing"},
		{"no duration", "duration: 1h\n", "", "duration is missing"},
		{"no capacity", "  microvms: {hosts: 2}\n", "", "control_plane: has no capacity: want instances or microvms"},
		{"both", "  microvms: {hosts: 2}\n", "  microvms: {hosts: 2}\n  instances: {sizes: [{size: a, cpu: 256, memory: 512, warm: 1}]}\n", "control_plane.microvms: stands beside instances: say which"},
		{"no such plane", "  microvms: {hosts: 2}\n", "  microvms: {hosts: 2}\n  plane: instances\n", "control_plane.plane: there are no instances"},
		{"no callers", "    - {caller: yours, rate: 1/s, under_test: true}\n    - {caller: theirs, rate: 1/s}\n", "    []\n", "control_plane.callers: is empty"},
		{"no pair", "{caller: theirs, rate: 1/s}", "{caller: theirs, rate: 1/s, cpu: 256, memory: 4096}", "control_plane.callers.theirs.memory: there is no task of cpu 256 and memory 4096: the least that holds it is cpu 512 and memory 4096"},
		{"too large", "{caller: theirs, rate: 1/s}", "{caller: theirs, rate: 1/s, cpu: 256, memory: 900000}", "is more than any task may have"},
		{"no room", "hosts: 2", "hosts: 2, cpu: 128", "control_plane.callers.yours: a host has no room for such a task"},
		{"asks nothing", "{caller: theirs, rate: 1/s}", "{caller: theirs}", "control_plane.callers.theirs: asks for no task: want rate, schedule or deploys"},
		{"twice", "caller: theirs", "caller: yours", `another item before it has caller "yours"`},
		{"a cache", "none: {}", "none: {preset: botocore}", "strategies.none: would answer a call of RunTask with what another one got: want cache: none, flight: each and first_use: 1"},
		{"copies", "none: {}", "none: {hedge: 100ms}", "strategies.none.hedge: sends copies of a request"},
		{"too fine a limit", "  callers:", "  steps: {agent: {limit: {rate: 0.000001/h}}}\n  callers:", "control_plane.steps.agent.limit: rate 0.000001/h: too fine to be counted exactly"},
		{"own strategy", "under_test: true", "under_test: true, strategy: {retry: none}", "a caller under test has no strategy of its own"},
		{"nobody tested", ", under_test: true", "", "there is no caller with under_test: true to try them on"},
		{"too many", "{caller: theirs, rate: 1/s}", "{caller: theirs, rate: 100000/s}", "more than 20000000 tasks in a run"},
		{"new software of nothing", "  callers:", "  rollout: {step: webhook, failures: 10%, every: 0s}\n  callers:", "control_plane.rollout.step: no task goes through webhook: no caller has platform: eks"},
		{"no zone", "  callers:", "  losses: [{loss: a, zone: 4, at: 0s, for: 1s}]\n  callers:", "control_plane.losses.a.zone: there are 3 zones"},
		{"no cells", "  callers:", "  losses: [{loss: a, zone: 1, cell: 1, at: 0s, for: 1s}]\n  callers:", "control_plane.losses.a.cell: there are no cells"},
		{"cells of hosts", "  callers:", "  cells: {count: 2, size: 3}\n  callers:", "control_plane.cells.size: is left out with microvms"},
		{"more cells than hosts", "  callers:", "  cells: {count: 3}\n  callers:", "3 cells and 2 hosts: want a host for each cell"},
		{"too many hosts", "hosts: 2}", "hosts: 10000}\n  zones: 16\n  regions: 32", "plane.yaml:5:21: control_plane.microvms.hosts: 10000 in each of 512 zones: want at most 200000 in all"},
		{"too many losses", "  callers:", "  losses: [" + strings.Repeat("{loss: a, zone: 1, at: 0s, for: 1s}, ", 101) + "]\n  callers:", "control_plane.losses: 101 losses: want at most 100"},
		{"calls at once", "{caller: theirs, rate: 1/s}", "{caller: theirs, deploys: [{at: 1s, tasks: 6000000}, {at: 2s, tasks: 6000000, within: 1m}, {at: 3s, tasks: 4000000}]}",
			"control_plane.callers.theirs.deploys: 6,000,000 calls of RunTask are open at the same instant: want at most 5,000,000, so fewer tasks, more tasks_per_call, or within, which spreads them"},
		{"watched all the time", "duration: 1h\ncontrol_plane:", "duration: 366d\ncontrol_plane:\n  rollout: {step: agent, failures: 1%, every: 0s, watch: 1s}", "control_plane.rollout.watch: 1s: regions would be looked at 31622700 times, and at most 10000000 are simulated"},
		{"no step", "  callers:", "  steps: {capacty: {servers: 2}}\n  callers:", `did you mean "capacity"?`},
		{"no rate", "  callers:", "  steps: {capacity: {limit: {burst: 3}}}\n  callers:", "control_plane.steps.capacity.limit: rate is missing"},
		{"no target", "strategies:", "gates: [nobody.p99 < 1s]\nstrategies:", `unknown target "nobody"`},
		{"no metric", "strategies:", "gates: [yours.cached_share < 1%]\nstrategies:", "cached_share is no metric of a control plane"},
		{"no metric at all", "strategies:", "gates: [yours.cached_shar < 1%]\nstrategies:", `plane.yaml:9:15: gates[0]: unknown metric "cached_shar": want failure_rate, throttled_share, amplification, calls, failures, attempts, throttled, mean, p50, p90, p99, p99_9 or max` + "\n"},
		{"a metric that is nearly one", "strategies:", "gates: [yours.failur_rate < 1%]\nstrategies:", `gates[0]: unknown metric "failur_rate"; did you mean "failure_rate"?`},
		{"what ends a run", "strategies:", "gates: [{expr: yours.p99 < 1s, abort_on: true}]\nstrategies:", "gates[0].abort_on: p99 is settled only when the run has ended: want one of failure_rate, amplification, calls, failures, attempts or throttled\n"},
		{"a what_if", "strategies:", "what_if: [{name: a, set: {control_plane.zones: 99}}]\nstrategies:", `what_if "a"`},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			text := strings.Replace(plane, row.old, row.new, 1)
			if text == plane {
				t.Fatal("nothing was replaced")
			}
			_, err := Load("plane.yaml", []byte(text))
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v\nwant %s", err, row.want)
			}
		})
	}
}

// A refill of 0 is no bound, written out or left out, and a very slow one is not taken for it.
func TestRefill(t *testing.T) {
	text := strings.Replace(plane, "microvms: {hosts: 2}", "instances: {sizes: [{size: one, cpu: 1024, memory: 2048, warm: 1}]REFILL}", 1)
	for refill, want := range map[string]float64{"": 0, ", refill: 0": 0, ", refill: 0/s": 0, ", refill: 0.001/h": 0.001 / 3600} {
		p, err := Load("plane.yaml", []byte(strings.Replace(text, "REFILL", refill, 1)))
		if err != nil {
			t.Fatal(err)
		}
		if made, _ := p.ControlPlan(p.Cases()[0], 1); made.Instances.Refill.PerSecond() != want {
			t.Errorf("%q: got %v, want %g/s", refill, made.Instances.Refill, want)
		}
	}
}
