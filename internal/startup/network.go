package startup

import (
	"slices"
	"time"
)

// Route is where a subnet's default route leads.
type Route uint8

// The routes.
const (
	NoInternet Route = iota // there is none: the subnet is closed
	NAT                     // to a NAT gateway
	Gateway                 // to an internet gateway
)

// Internet is a default route, and when it exists.
type Internet struct {
	Route Route
	Span  Span
}

// Span is a time from From, included, to Until; Until 0 is the end of all time.
type Span struct{ From, Until time.Duration }

// Holds reports whether the span has begun at t and not ended.
func (s Span) Holds(t time.Duration) bool { return t >= s.From && (s.Until == 0 || t < s.Until) }

// Network is what tasks have around them. The zero Network is closed: nothing is reached
// but what needs no network.
type Network struct {
	Launch        Launch
	Internet      Internet // of the subnet of the interface that Launch.Way says
	PublicAddress bool     // the interface has one, which a Gateway needs

	GroupClosed bool // the task's security group lets no 443 out
	ACLClosed   bool // the subnet's network ACL lets no 443 out, or no answers in

	Endpoints []Endpoint
	LostZones []LostZone
	// AgentStarts are when the agent of an EC2 instance was started again, after its first
	// start before the run.
	AgentStarts []time.Duration
	// StrictOrder is an assumption: that ECS sends an agent which asks it through its VPC
	// endpoint to the VPC endpoints of ecs-agent and ecs-telemetry, whether they are there
	// or not. AWS wants that of ecs made last, and does not say why.
	// Source: Amazon ECS Developer Guide, vpc-endpoints. That an agent keeps the answer for
	// as long as it runs: aws/amazon-ecs-agent#4779 ("Using cached DiscoverPollEndpoint").
	StrictOrder bool

	Denied  []Leg // what the role may not do
	Missing []Leg // whose objects do not exist
}

// Endpoint is a VPC endpoint.
type Endpoint struct {
	Service      string // as Spec.Endpoint; s3 is a gateway, the others are interfaces
	Span         Span   // when it exists
	Zones        []string
	PrivateDNS   bool // the service's public name leads to it
	GroupClosed  bool // its security group lets no 443 in
	PolicyDenies bool // its policy lets nothing through
}

// LostZone is an availability zone that is lost for a while.
type LostZone struct {
	Zone string
	Span Span
}

// Cause is what becomes of a leg that is sent at t.
//
// An interface endpoint with private DNS takes the traffic of its service even where it
// cannot answer it: the name leads to it, so that a NAT gateway beside it does not help.
// Without private DNS, and for an endpoint that the sender does not know yet, the name
// leads to the internet. A gateway endpoint is a route, which the longer prefix wins.
// Source: AWS PrivateLink guide, "Access an AWS service using an interface VPC endpoint"
// and "Gateway endpoints". Assumed: of an endpoint in several zones, those that are not
// lost go on answering.
func (n *Network) Cause(leg Leg, t time.Duration) Cause {
	spec, way := leg.Spec(), n.Launch.Way(leg)
	if c := n.reach(leg, spec, way, t); c != Works {
		return c
	}
	switch {
	case slices.Contains(n.Denied, leg) && RolePolicy.Can(n.Launch, leg):
		return RolePolicy
	case slices.Contains(n.Missing, leg) && Missing.Can(n.Launch, leg):
		return Missing
	}
	return Works
}

// reach is what becomes of a leg on its way to its service.
func (n *Network) reach(leg Leg, spec *Spec, way Interface, t time.Duration) Cause {
	switch {
	case way == NoInterface || way == Local || way == FargateENI:
		return Works
	case n.GroupClosed:
		return TaskGroupClosed
	case n.ACLClosed:
		return NetworkACL
	}
	e := n.endpoint(spec.Endpoint, t)
	switch {
	case n.sent(leg, t) && e == nil:
		return NoRoute
	case n.sent(leg, t) && e.Span.From > n.agentStart(t):
		return AgentNotRestarted
	case e == nil:
		return n.internet(t, NoRoute)
	case n.Launch == EC2 && leg.ByAgent() && e.Span.From > n.agentStart(t):
		return n.internet(t, AgentNotRestarted)
	case spec.Endpoint == "s3":
	case !e.PrivateDNS:
		return n.internet(t, PrivateDNSOff)
	case e.GroupClosed:
		return EndpointGroupClosed
	case n.lost(e, t):
		return ZoneLost
	}
	if e.PolicyDenies {
		return EndpointPolicy
	}
	return Works
}

// Private reports whether the name of a leg's service leads to the private addresses of a
// VPC endpoint at t: that of an interface endpoint with private DNS, as soon as the sender
// knows of it.
func (n *Network) Private(leg Leg, t time.Duration) bool {
	way, service := n.Launch.Way(leg), leg.Spec().Endpoint
	if way != TaskENI && way != Instance || service == "s3" {
		return false
	}
	e := n.endpoint(service, t)
	return e != nil && e.PrivateDNS && (n.Launch != EC2 || !leg.ByAgent() || e.Span.From <= n.agentStart(t))
}

// sent reports whether ECS has sent the agent to the VPC endpoint of a leg when the agent
// was last started, so that the leg takes no other way.
func (n *Network) sent(leg Leg, t time.Duration) bool {
	if !n.StrictOrder || n.Launch != EC2 || leg != Poll && leg != Telemetry {
		return false
	}
	asked := n.endpoint(Discover.Spec().Endpoint, n.agentStart(t))
	return asked != nil && asked.PrivateDNS
}

// internet is what becomes of a packet that is sent to the internet: without a route, the
// cause that sent it there.
func (n *Network) internet(t time.Duration, without Cause) Cause {
	switch {
	case n.Internet.Route == NoInternet || !n.Internet.Span.Holds(t):
		return without
	case n.Internet.Route == Gateway && !n.PublicAddress:
		return NoPublicAddress
	}
	return Works
}

// endpoint is the VPC endpoint of a service that exists at t, nil if none does.
func (n *Network) endpoint(service string, t time.Duration) *Endpoint {
	for i := range n.Endpoints {
		if e := &n.Endpoints[i]; e.Service == service && e.Span.Holds(t) {
			return e
		}
	}
	return nil
}

// lost reports whether every zone of an endpoint is lost at t.
func (n *Network) lost(e *Endpoint, t time.Duration) bool {
	if len(e.Zones) == 0 {
		return false
	}
	for _, zone := range e.Zones {
		if !slices.ContainsFunc(n.LostZones, func(l LostZone) bool { return l.Zone == zone && l.Span.Holds(t) }) {
			return false
		}
	}
	return true
}

// agentStart is when the agent was last started, as of t: 0 if that was before the run.
func (n *Network) agentStart(t time.Duration) time.Duration {
	var last time.Duration
	for _, at := range n.AgentStarts {
		if at <= t {
			last = max(last, at)
		}
	}
	return last
}

// Instants are when the cause at a leg can change, from 0 on, in order and each once.
func (n *Network) Instants() []time.Duration {
	at := []time.Duration{0, n.Internet.Span.From, n.Internet.Span.Until}
	for i := range n.Endpoints {
		at = append(at, n.Endpoints[i].Span.From, n.Endpoints[i].Span.Until)
	}
	for i := range n.LostZones {
		at = append(at, n.LostZones[i].Span.From, n.LostZones[i].Span.Until)
	}
	at = append(at, n.AgentStarts...)
	slices.Sort(at)
	return slices.Compact(at)
}
