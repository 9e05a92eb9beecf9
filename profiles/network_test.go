package profiles

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tenement/internal/service"
	"tenement/internal/startup"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
)

// started is a profile whose tasks start in a network.
func started(t *testing.T, network, keys string) *Profile {
	t.Helper()
	p, err := Load("p.yaml", []byte("version: 1\nname: p\nduration: 10m\nnetwork: "+network+"\nfleet:\n  - group: g\n    startup: "+keys+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Every leg that goes to a service is one of its flows, and a start has the activities of
// the legs that it makes, in their order.
func TestStartIsActivities(t *testing.T) {
	for _, leg := range startup.Legs() {
		spec := leg.Spec()
		if spec.Service == "" {
			continue
		}
		of, err := service.Parse(spec.Service)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := of.Row().Flow(spec.Flow); !ok {
			t.Errorf("%v: the service %v has no flow %q", leg, of, spec.Flow)
		}
	}
	for launch, want := range map[string]string{
		"fargate-1.4": "secret parameter registry-auth log-stream manifest layers",
		"fargate-1.3": "registry-auth manifest layers secret parameter log-stream",
		"ec2":         "registry-auth manifest layers secret parameter log-stream",
	} {
		p := started(t, "{launch: "+launch+", internet: nat}", "{image: {size: 120MB, layers: 3}, secrets: 2, parameters: 11}")
		plan := p.Plan(p.Cases()[0], 1)
		var got []string
		for i, a := range plan.Groups[0].Activities {
			got = append(got, a.Name)
			if !a.Required || a.After != i {
				t.Errorf("%s: %s: required %v, after %d", launch, a.Name, a.Required, a.After)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: got %v, want %s", launch, got, want)
		}
		for i := range plan.Endpoints {
			if e := &plan.Endpoints[i]; len(e.Faults) > 0 {
				t.Errorf("%s: %s has faults %+v", launch, e.Name, e.Faults)
			}
		}
	}
}

// What a network does to a leg is a fault of its endpoint, and how the leg is sent fits it.
func TestNetworkIsFaults(t *testing.T) {
	for _, test := range []struct {
		name, network, leg string
		kind               throttle.FaultKind
		status, tries      int
		from, lasts        time.Duration
		result             strategy.Result
		text               string
	}{
		{"closed", "{}", "secret", throttle.HangFault, 0, 6, 0, 0, strategy.Timeout, "context deadline exceeded"},
		{"token", "{}", "registry-auth", throttle.HangFault, 0, 4, 0, 0, strategy.Timeout, "i/o timeout"},
		{"role", "{internet: nat, denied: [secret]}", "secret", throttle.StatusFault, 400, 2, 0, 0, strategy.Rejected, "no identity-based policy"},
		{"image", "{internet: nat, missing: [manifest]}", "manifest", throttle.StatusFault, 404, 2, 0, 0, strategy.Rejected, ": not found"},
		{"gateway's policy", "{internet: nat, vpc_endpoints: [{vpc_endpoint: s3, policy: deny}]}", "layers", throttle.StatusFault, 403, 2, 0, 0, strategy.Rejected, "403 Forbidden"},
		{"a while", "{internet: {route: nat, from: 1m}}", "log-stream", throttle.HangFault, 0, 6, 0, time.Minute, strategy.Timeout, "signal: killed"},
		{"from then on", "{internet: {route: nat, until: 2m}}", "log-stream", throttle.HangFault, 0, 6, 2 * time.Minute, 0, strategy.Timeout, "signal: killed"},
	} {
		p := started(t, test.network, "{image: {size: 120MB, layers: 3}, secrets: 2}")
		plan := p.Plan(p.Cases()[0], 1)
		for i, a := range plan.Groups[0].Activities {
			if a.Name != test.leg {
				continue
			}
			e := plan.Endpoints[plan.Asked(0, i)-1]
			if len(e.Faults) != 1 || e.Faults[0].Kind != test.kind || e.Faults[0].Status != test.status || e.Faults[0].From != test.from || e.Faults[0].For != test.lasts {
				t.Errorf("%s: got faults %+v", test.name, e.Faults)
			}
			if b, ok := a.Strategy.Retry.(*strategy.Backoff); !ok || b.Attempts != test.tries {
				t.Errorf("%s: tried %v, want %d times", test.name, a.Strategy.Retry, test.tries)
			}
			if black := test.kind == throttle.HangFault; black && a.Strategy.Timeouts.Call != startup.DefaultDeadline {
				t.Errorf("%s: waits %v", test.name, a.Strategy.Timeouts.Call)
			}
			var text string
			for _, r := range a.Reasons {
				if r.Result == test.result {
					text = r.Text
					break
				}
			}
			if !strings.Contains(text, test.text) {
				t.Errorf("%s: got text %q, want %q in it", test.name, text, test.text)
			}
		}
	}
}

// A start takes what its layers take, and a machine before that.
func TestPullTakesBytesOverBandwidth(t *testing.T) {
	p := started(t, "{launch: ec2, internet: nat}", "{provision: 5s, image: {size: 100MB, layers: 4, bandwidth: 10MB/s, cached: 50%}, log_stream: false}")
	plan := p.Plan(p.Cases()[0], 1)
	last := plan.Groups[0].Activities[2]
	e := plan.Endpoints[plan.Asked(0, 2)-1]
	if last.Name != "layers" || e.Latency == nil || e.Latency.At(1<<63) != 5*time.Second {
		t.Errorf("got %s with %v", last.Name, e.Latency)
	}
}

// A profile with starts is simulated unless it says otherwise, because its deadlines take
// minutes; what it is shown as says so.
func TestStartsAreSimulated(t *testing.T) {
	const head, fleet = "version: 1\nname: p\nduration: 10m\n", "fleet: [{group: g, startup: {}}]\n"
	for text, want := range map[string]string{
		head + fleet:                    "sim",
		head + "engine: live\n" + fleet: "live",
		head + "fleet: [{group: g, arrivals: {constant: 1/s}}]\n": "live",
	} {
		p, err := Load("p.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if p.Engine != want {
			t.Errorf("%s: got engine %s, want %s", text, p.Engine, want)
		}
		for _, full := range []bool{false, true} {
			var short strings.Builder
			if err := documentForm().Write(p.doc, full).WriteYAML(&short); err != nil {
				t.Fatal(err)
			}
			again, err := Load("p.yaml", []byte(short.String()))
			if err != nil || again.Engine != want {
				t.Errorf("%s: read again: %v, %v", short.String(), again, err)
			}
		}
	}
	p := started(t, "{internet: nat}", "{}")
	if p, err := p.With("network.internet.until", "5m"); err != nil || p.doc.Network.Internet.Span.Until != 5*time.Minute {
		t.Errorf("the short form of a route: %v", err)
	}
}

// A start that would fail later than its task lives is never seen to fail.
func TestLifetimeCutsStartsOff(t *testing.T) {
	for lifetime, want := range map[string]int{"2m": 1, "3m": 0} {
		p, err := Load("p.yaml", []byte("version: 1\nname: p\nduration: 10m\nnetwork: {}\nfleet: [{group: g, lifetime: "+lifetime+", startup: {provision: 10s}}]\n"))
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Plan(p.Cases()[0], 1).Warnings; len(got) != want {
			t.Errorf("%s: got warnings %q", lifetime, got)
		}
	}
}

func TestNetworkErrors(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"nobody starts", "network: {}\nfleet:\n  - group: g\n    arrivals: {constant: 1/s}\n", "p.yaml:4:10: network: no task starts in it: want a group with startup"},
		{"unknown leg", "network: {denied: [layer]}\nfleet: [{group: g, startup: {}}]\n", `p.yaml:4:20: network.denied[0]: want secret, parameter, registry-auth, log-stream, manifest or layers, got "layer"; did you mean "layers"?`},
		{"layers need no permission", "network: {denied: [layers]}\nfleet: [{group: g, startup: {}}]\n", "p.yaml:4:20: network.denied: layers needs no permission: the address of a layer is signed already"},
		{"gateway", "network: {vpc_endpoints: [{vpc_endpoint: s3, private_dns: false}]}\nfleet: [{group: g, startup: {}}]\n", "p.yaml:4:59: network.vpc_endpoints.s3.private_dns: is for interface endpoints: that of s3 is a gateway, which is a route"},
		{"twice", "network: {vpc_endpoints: [{vpc_endpoint: logs}, {vpc_endpoint: logs, from: 1m}]}\nfleet: [{group: g, startup: {}}]\n", "p.yaml:4:64: network.vpc_endpoints.logs: there is one already at that time"},
		{"no zone", "network: {vpc_endpoints: [{vpc_endpoint: logs, zones: []}]}\nfleet: [{group: g, startup: {}}]\n", "p.yaml:4:55: network.vpc_endpoints.logs.zones: is empty: leave it out for zones that are never lost"},
		{"a zone twice", "network: {vpc_endpoints: [{vpc_endpoint: logs, zones: [a, a]}]}\nfleet: [{group: g, startup: {}}]\n", "p.yaml:4:59: network.vpc_endpoints.logs.zones: a is there twice"},
		{"backwards", "network: {internet: {route: nat, from: 2m, until: 1m}}\nfleet: [{group: g, startup: {}}]\n", "p.yaml:4:51: network.internet.until: 1m is not after from, 2m"},
		{"agent on Fargate", "network: {agent_restarts: [1m]}\nfleet: [{group: g, startup: {}}]\n", "p.yaml:4:27: network.agent_restarts: is for launch: ec2: fargate-1.4 has no agent of yours"},
		{"no such zone", "network: {vpc_endpoints: [{vpc_endpoint: logs, zones: [one, two]}], lost_zones: [{zone: b}]}\nfleet: [{group: g, startup: {}}]\n", `p.yaml:4:89: network.lost_zones[0].zone: no VPC endpoint is in the zone "b"; there is one and two`},
		{"a zone, and none said", "network: {lost_zones: [{zone: b}]}\nfleet: [{group: g, startup: {}}]\n", `p.yaml:4:31: network.lost_zones[0].zone: no VPC endpoint is in the zone "b": none of them says its zones`},
		{"order on Fargate", "network: {ecs_order: strict}\nfleet: [{group: g, startup: {}}]\n", "p.yaml:4:22: network.ecs_order: is for launch: ec2: fargate-1.4 has no agent of yours"},
		{"cache on Fargate", "fleet: [{group: g, startup: {image: {size: 1GB, cached: 50%}}}]\n", "p.yaml:4:57: fleet.g.startup.image.cached: fargate-1.4 keeps no images: want launch: ec2 in network"},
		{"size", "fleet: [{group: g, startup: {image: {size: 400}}}]\n", "p.yaml:4:44: fleet.g.startup.image.size: \"400\": want a size such as 400MB or 1.5GB"},
		{"never pulled", "fleet: [{group: g, startup: {image: {size: 999999GB, bandwidth: 1B/s}}}]\n", "p.yaml:4:65: fleet.g.startup.image.bandwidth: 1B/s: the image takes longer than a run may be, 366d"},
		{"nothing", "fleet: [{group: g, startup: {log_stream: false}}]\n", "p.yaml:4:29: fleet.g.startup: nothing is to be reached: want an image, secrets, parameters or a log stream"},
		{"name taken", "fleet: [{group: g, startup: {secrets: 1}, activities: [{activity: secret, arrivals: {constant: 1/s}}]}]\n", `p.yaml:4:67: fleet.g.activities.secret.activity: the name "secret" is taken: it is that of a request of the start`},
	} {
		_, err := Load("p.yaml", []byte("version: 1\nname: p\nduration: 10m\n"+test.text))
		if err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%s: got  %v\nwant %s", test.name, err, test.want)
		}
	}
}

// What no start can notice is warned of.
func TestNetworkThatChangesNothing(t *testing.T) {
	p := started(t, "{launch: ec2, internet: {route: nat, until: 20m}, vpc_endpoints: [{vpc_endpoint: ecr-api, from: 11m, zones: [a]}], lost_zones: [{zone: a, from: 1h}], agent_restarts: [5m, 15m], denied: [secret], missing: [log-stream]}", "{}")
	ends := " never comes: the run, its drain included, ends at 10m30s"
	want := []string{
		"the loss of the zone a at 1h" + ends,
		"the restart of the agents at 15m" + ends,
		"network.denied: secret changes nothing: no start asks for it",
	}
	if got := p.Plan(p.Cases()[0], 1).Warnings; !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// An outage of the agent is one fault whatever its causes are, and a fault of another name
// while nothing but the strict order of the VPC endpoints causes it.
func TestOutagesOfAgents(t *testing.T) {
	const first = "launch: ec2, vpc_endpoints: [{vpc_endpoint: ecs, from: 1m}, {vpc_endpoint: ecs-agent, from: 3m}, {vpc_endpoint: ecs-telemetry}"
	const last = "], agent_restarts: [2m, 4m]"
	for _, row := range []struct{ name, network, want string }{
		{"free", first + last + ", internet: nat", ""},
		{"strict", first + last + ", internet: nat, ecs_order: strict", "agent-not-connected-ecs-order 2m0s 2m0s"},
		// Without a route, it is the endpoint that is missing and not the order, until it is
		// there: the agent learns of it at its next start, ordered or not.
		{"strict, without a route", first + last + ", internet: none, ecs_order: strict", "agent-not-connected 0s 4m0s"},
		{"a route for a while", first + last + ", internet: {route: nat, until: 2m30s}, ecs_order: strict", "agent-not-connected-ecs-order 2m0s 30s, agent-not-connected 2m30s 1m30s"},
	} {
		p := started(t, "{"+row.network+"}", "{image: {size: 1MB, layers: 1}}")
		pl := p.Plan(p.Cases()[0], 1)
		var got []string
		for i := range pl.Endpoints {
			for _, f := range pl.Endpoints[i].Faults {
				if strings.HasPrefix(f.Name, "agent-not-connected") {
					got = append(got, fmt.Sprintf("%s %v %v", f.Name, f.From, f.For))
				}
			}
		}
		if got := strings.Join(got, ", "); got != row.want {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
	}
}
