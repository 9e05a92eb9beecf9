package startup

import (
	"slices"
	"testing"
	"time"
)

// endpoints makes VPC endpoints with private DNS in zones a and b.
func endpoints(services ...string) []Endpoint {
	var all []Endpoint
	for _, s := range services {
		all = append(all, Endpoint{Service: s, Zones: []string{"a", "b"}, PrivateDNS: true})
	}
	return all
}

// with returns the endpoints with one of them changed.
func with(all []Endpoint, service string, change func(*Endpoint)) []Endpoint {
	for i := range all {
		if all[i].Service == service {
			change(&all[i])
		}
	}
	return all
}

// What becomes of a packet, by what the network has.
func TestCause(t *testing.T) {
	every := []string{"ecr.api", "ecr.dkr", "s3", "secretsmanager", "ssm", "logs", "ecs", "ecs-agent", "ecs-telemetry"}
	for _, test := range []struct {
		name    string
		network Network
		leg     Leg
		at      time.Duration
		want    Cause
	}{
		{"closed subnet", Network{}, Secret, 0, NoRoute},
		{"NAT", Network{Internet: Internet{Route: NAT}}, Secret, 0, Works},
		{"NAT is gone", Network{Internet: Internet{NAT, Span{Until: time.Minute}}}, Secret, time.Minute, NoRoute},
		{"gateway without an address", Network{Internet: Internet{Route: Gateway}}, Layers, 0, NoPublicAddress},
		{"gateway with an address", Network{Internet: Internet{Route: Gateway}, PublicAddress: true}, Layers, 0, Works},
		{"endpoint", Network{Endpoints: endpoints(every...)}, LogStream, 0, Works},
		{"no endpoint for it", Network{Endpoints: endpoints("ecr.api")}, LogStream, 0, NoRoute},
		{"task's group closed", Network{Internet: Internet{Route: NAT}, GroupClosed: true}, RegistryAuth, 0, TaskGroupClosed},
		{"ACL", Network{Internet: Internet{Route: NAT}, ACLClosed: true}, RegistryAuth, 0, NetworkACL},
		{"endpoint's group closed, NAT does not help", Network{Internet: Internet{Route: NAT},
			Endpoints: with(endpoints(every...), "secretsmanager", func(e *Endpoint) { e.GroupClosed = true })}, Secret, 0, EndpointGroupClosed},
		{"private DNS off", Network{Endpoints: with(endpoints(every...), "ssm", func(e *Endpoint) { e.PrivateDNS = false })}, Parameter, 0, PrivateDNSOff},
		{"private DNS off, NAT helps", Network{Internet: Internet{Route: NAT},
			Endpoints: with(endpoints(every...), "ssm", func(e *Endpoint) { e.PrivateDNS = false })}, Parameter, 0, Works},
		{"S3 is a route", Network{Endpoints: []Endpoint{{Service: "s3"}}}, Layers, 0, Works},
		{"policy of the endpoint", Network{Internet: Internet{Route: NAT},
			Endpoints: with(endpoints(every...), "s3", func(e *Endpoint) { e.PolicyDenies = true })}, Layers, 0, EndpointPolicy},
		{"policy of the role", Network{Internet: Internet{Route: NAT}, Denied: []Leg{Secret}}, Secret, 0, RolePolicy},
		{"missing", Network{Internet: Internet{Route: NAT}, Missing: []Leg{Manifest}}, Manifest, 0, Missing},
		{"unreachable before missing", Network{Missing: []Leg{Manifest}}, Manifest, 0, NoRoute},
		{"one zone of two lost", Network{Endpoints: endpoints(every...), LostZones: []LostZone{{"a", Span{}}}}, Secret, 0, Works},
		{"its zone lost", Network{Endpoints: []Endpoint{{Service: "secretsmanager", Zones: []string{"a"}, PrivateDNS: true}},
			LostZones: []LostZone{{"a", Span{From: time.Minute, Until: time.Hour}}}}, Secret, time.Minute, ZoneLost},
		{"its zone is back", Network{Endpoints: []Endpoint{{Service: "secretsmanager", Zones: []string{"a"}, PrivateDNS: true}},
			LostZones: []LostZone{{"a", Span{From: time.Minute, Until: time.Hour}}}}, Secret, time.Hour, Works},
		{"1.3.0: the secret goes another way", Network{Launch: Fargate13}, Secret, 0, Works},
		{"1.3.0: the layers do not", Network{Launch: Fargate13}, Layers, 0, NoRoute},
		{"1.3.0: the role may not", Network{Launch: Fargate13, Denied: []Leg{Secret}}, Secret, 0, RolePolicy},
		{"Fargate has no agent", Network{}, Poll, 0, Works},
		{"credentials need no network", Network{}, Credentials, 0, Works},
		{"EC2 before its restart", Network{Launch: EC2, Endpoints: with(endpoints(every...), "ecs-agent", func(e *Endpoint) { e.Span.From = time.Minute })},
			Poll, 2 * time.Minute, AgentNotRestarted},
		{"EC2 before its restart, NAT helps", Network{Launch: EC2, Internet: Internet{Route: NAT}, Endpoints: with(endpoints(every...), "ecs-agent", func(e *Endpoint) { e.Span.From = time.Minute })},
			Poll, 2 * time.Minute, Works},
		{"EC2 after its restart", Network{Launch: EC2, AgentStarts: []time.Duration{90 * time.Second},
			Endpoints: with(endpoints(every...), "ecs-agent", func(e *Endpoint) { e.Span.From = time.Minute })}, Poll, 2 * time.Minute, Works},
		{"ecs made first, and the order does not matter", Network{Launch: EC2, Internet: Internet{Route: NAT}, Endpoints: endpoints("ecs")}, Poll, 0, Works},
		{"ecs made first", Network{Launch: EC2, StrictOrder: true, Internet: Internet{Route: NAT}, Endpoints: endpoints("ecs")}, Poll, 0, NoRoute},
		{"ecs made first: the others are too late", Network{Launch: EC2, StrictOrder: true, Internet: Internet{Route: NAT},
			Endpoints: with(endpoints("ecs", "ecs-telemetry"), "ecs-telemetry", func(e *Endpoint) { e.Span.From = time.Minute })}, Telemetry, time.Minute, AgentNotRestarted},
		{"ecs made first: until a restart", Network{Launch: EC2, StrictOrder: true, Internet: Internet{Route: NAT}, AgentStarts: []time.Duration{time.Minute},
			Endpoints: with(endpoints("ecs", "ecs-agent"), "ecs-agent", func(e *Endpoint) { e.Span.From = time.Minute })}, Poll, time.Minute, Works},
		{"ecs made last", Network{Launch: EC2, StrictOrder: true, Internet: Internet{Route: NAT},
			Endpoints: with(endpoints("ecs"), "ecs", func(e *Endpoint) { e.Span.From = time.Minute })}, Poll, time.Hour, Works},
		{"the token goes its own way", Network{Launch: EC2, StrictOrder: true, Internet: Internet{Route: NAT}, Endpoints: endpoints("ecs")}, RegistryAuth, 0, Works},
		{"Docker asks anew", Network{Launch: EC2, Endpoints: with(endpoints(every...), "logs", func(e *Endpoint) { e.Span.From = time.Minute })},
			LogStream, 2 * time.Minute, Works},
	} {
		if got := test.network.Cause(test.leg, test.at); got != test.want {
			t.Errorf("%s: %v at %v: got %v, want %v", test.name, test.leg, test.at, got, test.want)
		}
	}
}

// Which leg goes which way, and in which order.
func TestWay(t *testing.T) {
	if got, want := Fargate13.Way(RegistryAuth), FargateENI; got != want {
		t.Errorf("1.3.0, token: got %v, want %v", got, want)
	}
	if got, want := Fargate13.Way(LogStream), TaskENI; got != want {
		t.Errorf("1.3.0, logs: got %v, want %v", got, want)
	}
	for _, leg := range []Leg{RegistryAuth, Manifest, Layers, Secret, Parameter, LogStream} {
		if got := Fargate14.Way(leg); got != TaskENI {
			t.Errorf("1.4.0, %v: got %v, want the task's", leg, got)
		}
		if got := EC2.Way(leg); got != Instance {
			t.Errorf("EC2, %v: got %v, want the instance's", leg, got)
		}
	}
	for _, launch := range Launches() {
		order := launch.Order()
		for _, leg := range Legs() {
			if has := launch.Way(leg) != NoInterface; has != slices.Contains(order, leg) {
				t.Errorf("%v: %v in the order %v", launch, leg, order)
			}
		}
	}
}

// The instants are those of all spans, each once.
func TestInstants(t *testing.T) {
	n := Network{
		Internet: Internet{Span: Span{Until: 3 * time.Minute}}, AgentStarts: []time.Duration{2 * time.Minute},
		Endpoints: []Endpoint{{Span: Span{From: time.Minute}}}, LostZones: []LostZone{{"a", Span{time.Minute, 4 * time.Minute}}},
	}
	want := []time.Duration{0, time.Minute, 2 * time.Minute, 3 * time.Minute, 4 * time.Minute}
	if got := n.Instants(); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// The name of a service leads to its VPC endpoint once that is there, with private DNS, and
// the sender knows of it.
func TestPrivate(t *testing.T) {
	one := func(service string, change func(*Endpoint)) []Endpoint {
		return with(endpoints(service), service, change)
	}
	none := func(*Endpoint) {}
	minute := func(e *Endpoint) { e.Span = Span{time.Minute, time.Hour} }
	for _, test := range []struct {
		name string
		of   Network
		leg  Leg
		at   time.Duration
		want bool
	}{
		{"none", Network{Internet: Internet{Route: NAT}}, RegistryAuth, 0, false},
		{"there", Network{Endpoints: one("ecr.api", none)}, RegistryAuth, 0, true},
		{"of another service", Network{Endpoints: one("ecr.api", none)}, Manifest, 0, false},
		{"behind closed groups", Network{GroupClosed: true, Endpoints: one("ecr.api", func(e *Endpoint) { e.GroupClosed = true })}, RegistryAuth, 0, true},
		{"without private DNS", Network{Endpoints: one("ecr.api", func(e *Endpoint) { e.PrivateDNS = false })}, RegistryAuth, 0, false},
		{"not yet", Network{Endpoints: one("logs", minute)}, LogStream, 0, false},
		{"now", Network{Endpoints: one("logs", minute)}, LogStream, time.Minute, true},
		{"no more", Network{Endpoints: one("logs", minute)}, LogStream, time.Hour, false},
		{"a gateway", Network{Endpoints: []Endpoint{{Service: "s3", PrivateDNS: true}}}, Layers, 0, false},
		{"another interface", Network{Launch: Fargate13, Endpoints: one("ecr.api", none)}, RegistryAuth, 0, false},
		{"Docker asks again", Network{Launch: EC2, Endpoints: one("logs", minute)}, LogStream, time.Minute, true},
		{"the agent does not", Network{Launch: EC2, Endpoints: one("ecr.api", minute)}, RegistryAuth, time.Minute, false},
		{"until it restarts", Network{Launch: EC2, Endpoints: one("ecr.api", minute), AgentStarts: []time.Duration{2 * time.Minute}}, RegistryAuth, 2 * time.Minute, true},
	} {
		if got := test.of.Private(test.leg, test.at); got != test.want {
			t.Errorf("%s: got %t", test.name, got)
		}
	}
}
