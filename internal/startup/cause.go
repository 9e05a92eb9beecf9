package startup

// Cause is why a leg gets no good answer.
type Cause uint8

// The causes. Works is none.
const (
	Works               Cause = iota
	NoRoute                   // no VPC endpoint, and no route to the internet
	NoPublicAddress           // an internet gateway, and no public address
	TaskGroupClosed           // the task's security group lets no 443 out
	EndpointGroupClosed       // the VPC endpoint's security group lets no 443 in
	NetworkACL                // the subnet's network ACL stops requests or answers
	PrivateDNSOff             // the name leads past the VPC endpoint, and there is no other way
	ZoneLost                  // every zone of the VPC endpoint is lost
	AgentNotRestarted         // the VPC endpoint is newer than the agent's last start, and the old way is gone
	RolePolicy                // the role may not do it
	EndpointPolicy            // the VPC endpoint's policy does not let it through
	Missing                   // what it asks for does not exist
	Throttled                 // a limit of the service refuses it until its retries are used up
	endOfCauses
)

// The names of the faults that stand for an agent which is not connected to ECS. Of several
// in a network, the second one ends in -2, and so on.
const (
	AgentNotConnected = "agent-not-connected"
	AgentOutOfOrder   = "agent-not-connected-ecs-order" // with StrictOrder alone; without, it connects
)

// Outcome is how a request ends for its sender.
type Outcome uint8

// The outcomes.
const (
	Answered  Outcome = iota // with what it asked for
	BlackHole                // no answer at all, until the sender gives up
	Refused                  // an answer at once: not allowed
	NotFound                 // an answer at once: there is no such thing
	Limited                  // answers at once: later
)

var causes = [endOfCauses]struct {
	name, title string
	outcome     Outcome
}{
	Works:               {"works", "it works", Answered},
	NoRoute:             {"no-route", "no VPC endpoint and no route to the internet", BlackHole},
	NoPublicAddress:     {"no-public-address", "an internet gateway, but no public address", BlackHole},
	TaskGroupClosed:     {"task-group-closed", "the task's security group lets no 443 out", BlackHole},
	EndpointGroupClosed: {"endpoint-group-closed", "the security group of the VPC endpoint lets no 443 in", BlackHole},
	NetworkACL:          {"network-acl", "a network ACL stops the packets", BlackHole},
	PrivateDNSOff:       {"private-dns-off", "private DNS of the VPC endpoint is off, and there is no other way", BlackHole},
	ZoneLost:            {"zone-lost", "the VPC endpoint's zones are lost", BlackHole},
	AgentNotRestarted:   {"agent-not-restarted", "the agent has not been restarted since the VPC endpoint was made", BlackHole},
	RolePolicy:          {"role-policy", "the role's policy does not allow it", Refused},
	EndpointPolicy:      {"endpoint-policy", "the policy of the VPC endpoint does not allow it", Refused},
	Missing:             {"missing", "it does not exist", NotFound},
	Throttled:           {"throttled", "a limit of the service refuses it", Limited},
}

// Causes returns all causes, without Works.
func Causes() []Cause {
	var all []Cause
	for c := Works + 1; c < endOfCauses; c++ {
		all = append(all, c)
	}
	return all
}

// String is the cause's name.
func (c Cause) String() string { return causes[c].name }

// Title is the cause as a clause.
func (c Cause) Title() string { return causes[c].title }

// Outcome is how a request ends that meets the cause.
func (c Cause) Outcome() Outcome { return causes[c].outcome }

// Can reports whether a leg of a launch can fail for that cause. What needs no network, or
// goes over an interface of Fargate's, meets nothing of the account's network; Docker asks
// for a name again, so that only what the agent sends waits for its restart; and a leg
// whose request names nothing finds nothing missing.
func (c Cause) Can(launch Launch, leg Leg) bool {
	way, spec := launch.Way(leg), leg.Spec()
	switch {
	case c == Works:
		return way != NoInterface
	case way == NoInterface || way == Local:
		return false
	case c == Missing:
		return spec.NotFound != 0
	case c == Throttled:
		return spec.Service != ""
	case c == RolePolicy:
		return leg != Layers // a layer's address is signed already
	case way == FargateENI:
		return false
	case c == AgentNotRestarted:
		return launch == EC2 && leg.ByAgent()
	case spec.Endpoint == "s3": // of a gateway: a route, without a security group, a name or zones
		return c != EndpointGroupClosed && c != PrivateDNSOff && c != ZoneLost
	}
	return true
}
