package profiles

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"tenement/internal/sdk"
	"tenement/internal/service"
)

func TestBuiltins(t *testing.T) {
	var names []string
	for _, b := range Builtins() {
		names = append(names, b.Name)
		if len(b.Title) < 20 || len(b.Title) > 80 || strings.HasSuffix(b.Title, ".") {
			t.Errorf("%s: the headline is %q", b.Name, b.Title)
		}
	}
	want := "agent-restart az-loss boot-storm cell-blast-radius client-per-call cold-start credential-expiry deploy-storm ecs-agent-scope " +
		"fargate-unknown-limit fork-bomb imds-packet-limit imdsv2-token-storm metastable-relaunch noisy-neighbour noisy-neighbour-days php-fpm " +
		"platform-1.3-to-1.4 pod-identity-rotation private-subnet-dns-off private-subnet-no-endpoints refresh-herd region-week replay-sdk-mix " +
		"resource-init runtask-control-plane security-group-closed showdown-edge showdown-expired showdown-neighbour showdown-restart slow-task-tags " +
		"staged-rollout two-data-planes vpc-endpoint-cutover warm-pool-drain who-shares workers-per-host"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestBuiltinsRead checks what a newcomer reads: the words of the story, and
// that everything fits.
func TestBuiltinsRead(t *testing.T) {
	for _, name := range builtinNames() {
		t.Run(name, func(t *testing.T) {
			p, err := Open(name, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if p.Name != name {
				t.Errorf("it calls itself %s", p.Name)
			}
			for _, heading := range []string{"The rows. ", "Assumed. "} {
				if !strings.Contains(p.Description, "\n\n"+heading) {
					t.Errorf("its description says nothing under %q", heading)
				}
			}
			text, err := fs.ReadFile(builtins, name+".yaml")
			if err != nil {
				t.Fatal(err)
			}
			if first, _, _ := strings.Cut(string(text), "\n"); first != "# yaml-language-server: $schema=profile.schema.json" {
				t.Errorf("its first line leads no editor to the schema beside it: %q", first)
			}
			for i, line := range strings.Split(string(text), "\n") {
				if len(line) > 100 || strings.HasPrefix(line, "  ") && i < 20 && len(line) > 84 {
					t.Errorf("line %d has %d characters", i+1, len(line))
				}
			}
			for _, c := range p.Cases() {
				if len(c.Title) > longestTitle {
					t.Errorf("the title %q has %d characters", c.Title, len(c.Title))
				}
				if p.ControlPlane() {
					continue
				}
				plan := p.Plan(c, p.Seed)
				most := 100_000.0
				if name == "region-week" { // which is as large as it is on purpose
					most = 1e9
				}
				if calls := plan.Expected(); calls < 50 || calls > most {
					t.Errorf("%s: got %v calls", c.Name, calls)
				}
				if p.Engine == "live" && plan.Duration.Minutes() > 1 {
					t.Errorf("a live run takes %v", plan.Duration)
				}
			}
			if len(p.Gates) > 0 {
				t.Error("a built-in has gates, so that its run may fail")
			}
		})
	}
}

// TestBuiltinsScale does to every built-in what tests of the engines do.
func TestBuiltinsScale(t *testing.T) {
	for _, name := range builtinNames() {
		if _, err := Open(name, Options{Sets: []string{"duration=2s"}}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Each showdown is between all SDKs that ask ECS, and each row is called as its
// preset.
func TestShowdownsAreComplete(t *testing.T) {
	for _, name := range builtinNames() {
		if !strings.HasPrefix(name, "showdown-") {
			continue
		}
		p, err := Open(name, Options{})
		if err != nil {
			t.Fatal(err)
		}
		var got, want []string
		for _, c := range p.Cases() {
			got = append(got, c.Title)
		}
		for _, preset := range sdk.Presets() {
			if preset.Service == service.ECS {
				want = append(want, preset.Name)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got rows %v\nwant %v", name, got, want)
		}
	}
}
