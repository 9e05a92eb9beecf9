package profiles

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tenement/internal/control"
	"tenement/internal/draw"
)

// randomPlane is the text of a sound profile with a control plane, drawn from a key.
func randomPlane(k draw.Key) string {
	pick := func(name string, n int) int { return int(draw.Below(k.Name(name).Bits(), uint64(n))) }
	var b strings.Builder
	maybe := func(name, format string, args ...any) {
		if pick("maybe "+name, 2) == 1 {
			fmt.Fprintf(&b, format, args...)
		}
	}
	zones, regions := 1+pick("zones", 3), 1+pick("regions", 2)
	b.WriteString("version: 1\nname: random\nduration: 5m\n")
	maybe("drain", "drain: %ds\n", pick("drain", 90))
	fmt.Fprintf(&b, "control_plane:\n  zones: %d\n  regions: %d\n  fallback: %t\n", zones, regions, pick("fallback", 2) == 1)
	maybe("api", "  api_limit: {rate: %d/s, burst: %d}\n", 1+pick("api", 4), 1+pick("api burst", 9))
	maybe("launches", "  launch_limit: none\n")
	b.WriteString("  steps:\n    report: {failures: 1%}\n")
	for _, name := range control.StepNames()[:control.Report] {
		maybe(name, "    %s: {latency: {p50: %dms, p99: 2s}, servers: %d, queue: %d, failures: %d%%, limit: {rate: %d/s, burst: %d}}\n", name,
			1+pick(name+" time", 999), pick(name+" servers", 9), pick(name+" queue", 9), pick(name+" fails", 20), 2+pick(name+" rate", 9), 1+pick(name+" burst", 9))
	}
	plane := []string{"instances", "microvms"}[pick("plane", 2)]
	fmt.Fprintf(&b, "  plane: %s\n  microvms: {hosts: %d, cpu: 16384, memory: 65536, placement: %s}\n", plane, 4+pick("hosts", 9), []string{"pack", "spread"}[pick("placement", 2)])
	fmt.Fprintf(&b, "  instances:\n    sizes: [{size: small, cpu: 1024, memory: 2048, warm: %d}, {size: large, cpu: 4096, memory: 16384, warm: %d}]\n    boot: {p50: 20s, p99: 60s}\n    refill: %d/m\n    larger: %t\n",
		pick("small", 40), pick("large", 20), 10*pick("refill", 9), pick("larger", 2) == 1)
	if pick("cells", 2) == 1 {
		fmt.Fprintf(&b, "  cells: {count: %d, size: %d}\n", 2+pick("cell count", 3), 1+pick("cell size", 60))
		maybe("lost cell", "  losses: [{loss: a, zone: %d, cell: 2, at: %ds, for: 1m}]\n", 1+pick("zone of a cell", zones), pick("lost", 200))
	} else {
		maybe("losses", "  losses: [{loss: a, zone: %d, region: %d, at: %ds, for: 1m, noticed: %ds}, {loss: b, zone: 1, at: 2m, for: 2m}]\n",
			1+pick("zone", zones), 1+pick("region", regions), pick("lost", 200), pick("noticed", 90))
	}
	callers, eks := 1+pick("callers", 3), false
	for i := range callers {
		eks = eks || pick(fmt.Sprintf("maybe caller%d eks", i), 2) == 1
	}
	passed := slices.DeleteFunc(control.StepNames(), func(step string) bool { // a rollout is of a step that tasks go through
		return (step == control.Webhook.String() || step == control.Scheduler.String()) && !eks || step == control.MicroVM.String() && plane == "instances"
	})
	maybe("rollout", "  rollout: {step: %s, failures: %d%%, at: 30s, every: %ds, watch: 20s, alarm: %d%%, revert: 30s}\n",
		passed[pick("step", len(passed))], pick("bad", 100), pick("every", 90), pick("alarm", 50))
	b.WriteString("  callers:\n")
	for i := range callers {
		name := fmt.Sprint("caller", i)
		fmt.Fprintf(&b, "    - caller: %s\n      rate: %d/s\n      tasks_per_call: %d\n", name, pick(name, 4), 1+pick(name+" batch", 10))
		fmt.Fprintf(&b, "      deploys: [{at: %ds, tasks: %d, within: %ds}]\n", pick(name+" at", 290), 1+pick(name+" tasks", 90), pick(name+" within", 60))
		maybe(name+" eks", "      platform: eks\n")
		maybe(name+" account", "      account: shared\n")
		maybe(name+" size", "      cpu: 512\n      memory: 4096\n")
		maybe(name+" lifetime", "      lifetime: {p50: 20s, p99: 3m}\n")
		maybe(name+" schedule", "      schedule: [{at: 1m, rate: 0/s}, {at: 2m, rate: 3/s}]\n")
		maybe(name+" replace", "      replace: {within: %ds}\n", pick(name+" replaces", 40))
		if i == 0 {
			b.WriteString("      under_test: true\n")
		} else {
			maybe(name+" strategy", "      strategy: {timeouts: {attempt: 3s}, retry: {exponential: {attempts: 4, base: 1s, cap: 20s, jitter: full}, retry_on: [throttle_code, 5xx, timeout]}}\n")
		}
	}
	b.WriteString("strategies:\n  none: {}\n  all: {timeouts: {call: 8s}, retry: {exponential: {attempts: 5, base: 1s, cap: 20s, jitter: none}, retry_on: [throttle_code, 5xx, timeout]}}\n")
	b.WriteString("what_if: [{name: other, set: {control_plane.zones: 4, control_plane.microvms.hosts: 20}}]\n")
	return b.String()
}

type nobody struct{}

func (nobody) Stepped(int, time.Duration, time.Duration, time.Duration) {}
func (nobody) Answered(int, time.Duration, time.Duration)               {}
func (nobody) Started(int, time.Duration, time.Duration)                {}

// Every RunTask of a random profile ends in exactly one state, in every case.
func TestRandomControlPlanesKeepTheirTasks(t *testing.T) {
	for i := range uint64(16) {
		text := randomPlane(draw.Seed(i).Name("random profile"))
		p, err := Load("random.yaml", []byte(text))
		if err != nil {
			t.Fatalf("profile %d: %v\n%s", i, err, text)
		}
		var shown strings.Builder
		if err := p.Show(&shown); err != nil {
			t.Fatal(err)
		}
		if again, err := Load("shown.yaml", []byte(shown.String())); err != nil || again.Digest() != p.Digest() {
			t.Errorf("profile %d: what is shown is another profile: %v", i, err)
		}
		for _, c := range p.Cases() {
			made, _ := p.ControlPlan(c, i)
			r, err := control.Run(t.Context(), made, nobody{})
			if err != nil {
				t.Fatal(err)
			}
			for j := range r.Callers {
				n, sum := &r.Callers[j], uint64(0)
				for _, of := range n.States {
					sum += of
				}
				if sum != n.Asked || n.Asked == 0 {
					t.Errorf("profile %d, %s: %d of %d tasks of caller %d are in a state", i, c.Name, sum, n.Asked, j)
				}
			}
		}
	}
}
