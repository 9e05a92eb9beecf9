package plan

import (
	"slices"
	"time"

	"tenement/internal/draw"
	"tenement/internal/service"
	"tenement/internal/strategy"
)

// Group is a group of tasks that behave alike.
type Group struct {
	Name, Tenant string
	TenantIndex  int // of the plan's Tenants; AddGroup sets it
	Tasks        int // places per host; AddGroup sets it for a replay
	// Placed is how many places each host has, in order of the hosts, where it is not
	// Tasks on all of them: none has more than Tasks.
	Placed    []Run
	Processes int // per task
	First     int // number of the group's first task among all tasks of a host; AddGroup sets it
	PerCall   bool
	UnderTest bool
	Strategy  *strategy.Strategy
	Hops      int    // from the service imds: 1 on the instance's own network
	Flow      string // "credentials" or another of the service's; "" for a replay

	Start time.Duration // when its arrivals begin
	// Stop is when its arrivals end. In AddGroup 0, and whatever is later than
	// that, is the end of the plan's Duration.
	Stop    time.Duration
	Pattern Pattern // when its processes call, from Start on
	// Resource is what every call asks for; AddGroup sets it for a replay,
	// whose events have resources of their own from this one on.
	Resource uint32
	Recorded *Recorded // of a replay: what was recorded; may be nil

	Lives Lives // how its tasks come and go; the zero Lives for a replay
	// Activities are what its tasks do, the first of which AddGroup puts into Flow,
	// Pattern and Resource. None means one activity: those three.
	Activities []Activity

	key draw.Key // of the name
}

// AddGroup adds a group to the plan, whose Duration is set. The resources of a
// replay follow those that the plan has, so call every AddFlow before the first
// AddGroup with a replay.
func (p *Plan) AddGroup(g Group) {
	g.key = draw.Key(0).Name(g.Name)
	if g.TenantIndex = slices.Index(p.Tenants, g.Tenant); g.TenantIndex < 0 {
		g.TenantIndex = len(p.Tenants)
		p.Tenants = append(p.Tenants, g.Tenant)
	}
	if g.Stop == 0 || g.Stop > p.Duration {
		g.Stop = p.Duration
	}
	if len(g.Activities) > 0 {
		first := &g.Activities[0]
		g.Flow, g.Pattern, g.Resource = first.Flow, first.Pattern, first.Resource
	}
	if len(p.Groups) > 0 {
		g.First = p.Tasks()
	}
	if r, ok := g.Pattern.(*Replay); ok {
		// All of a replay's resources are added, even those that the plan has,
		// so that its events keep their numbers.
		token, tokens := p.sessionToken()
		g.Tasks, g.Resource = r.tasks*r.play.Copies, uint32(len(p.Resources))
		p.Resources = append(p.Resources, r.resources...)
		if tokens {
			p.fetchTokens(int(g.Resource), token)
		}
	}
	p.Groups = append(p.Groups, g)
}

// sessionToken is the resource of session tokens, and whether the service has them.
func (p *Plan) sessionToken() (number uint32, ok bool) {
	flow, _ := p.Service.Row().Flow(service.CredentialsFlow)
	if first := flow.Legs[0]; first.Token {
		return p.resource(NewResource(first.Method, first.Path)), true
	}
	return 0, false
}

// fetchTokens lets the calls for the resources from a number on fetch a session token
// first, as their strategy has it, unless they have legs of their own.
func (p *Plan) fetchTokens(from int, token uint32) {
	for i := from; i < len(p.Resources); i++ {
		if r := &p.Resources[i]; r.Legs == nil && r.method() == strategy.Get {
			r.Legs = []strategy.Leg{{Resource: token, Token: true}, {Resource: uint32(i)}}
		}
	}
}

// taskKey is the task's part in the keys of draws. It is the same on every
// host, and does not depend on the other groups.
func (p *Plan) taskKey(group, task int) draw.Key {
	return p.Groups[group].key.With(uint64(task))
}

// streams is how many sequences of arrivals a group has: one per process, or one
// for all tasks of a replay.
func (g *Group) streams() int {
	if _, ok := g.Pattern.(*Replay); ok {
		return 1
	}
	return g.Tasks * g.Processes
}
