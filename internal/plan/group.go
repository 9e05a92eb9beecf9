package plan

import (
	"slices"
	"time"

	"tenement/internal/draw"
	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
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

	Start time.Duration // when its tasks start, and with them its arrivals
	// StartWithin spreads the first tasks of its places over this time from Start on,
	// or from the start of a host that starts later, each at a keyed instant.
	StartWithin time.Duration
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

	key     draw.Key // of the name
	lane    int      // number of the first of its clients' descriptions, see Clients
	stopped []string // see StoppedReasons
	tended  bool     // some of its activities have a sidecar (strategy.Sidecar)
	second  int      // how many places of the groups before it have a second side
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
		last := &p.Groups[len(p.Groups)-1]
		g.First = p.Tasks()
		g.lane = last.lane + last.lanes()
		g.second = last.second + last.Tasks*(last.sides()-1)
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
	} else if len(g.Activities) == 0 {
		g.Activities = []Activity{{Flow: g.Flow, Pattern: g.Pattern, Resource: g.Resource}}
	}
	g.Activities = slices.Clone(g.Activities)
	for i := range g.Activities {
		a := &g.Activities[i]
		a.hash = draw.NameHash(a.Name)
		a.awaited = slices.ContainsFunc(g.Activities, func(other Activity) bool { return other.After == i+1 })
	}
	g.gatherReasons()
	g.tended = g.Strategy != nil && g.Strategy.Sidecar.On ||
		slices.ContainsFunc(g.Activities, func(a Activity) bool { return a.Strategy != nil && a.Strategy.Sidecar.On })
	p.dynamic = p.dynamic || g.Dynamic()
	p.Groups = append(p.Groups, g)
}

// Dynamic reports whether the group's arrivals depend on what its calls bring, or begin
// anew with each task.
func (g *Group) Dynamic() bool {
	l := &g.Lives
	return l.Lifetime > 0 || g.StartWithin > 0 || len(l.Deploy.At) > 0 || len(g.Activities) > 1 || len(g.Activities) == 1 && g.Activities[0].Required
}

// sides is how many tasks can live in a place at the same time.
func (g *Group) sides() int {
	if len(g.Lives.Deploy.At) > 0 {
		return 2
	}
	return 1
}

// lanes is how many descriptions of clients the group has.
func (g *Group) lanes() int { return g.sides() * max(len(g.Activities), 1) }

// task is a task's part in the keys of draws. It is the same on every host, and does
// not depend on the other groups.
func (g *Group) task(place int, life uint32) draw.Key {
	return throttle.LifeKey(g.key.With(uint64(place)), life)
}

// activityKey is the key of one of a task's activities, given the task's. The first
// has the task's own, as it has in a group with one.
func (g *Group) activityKey(task draw.Key, activity int) draw.Key {
	if activity == 0 {
		return task
	}
	return task.With(g.Activities[activity].hash)
}

// sessionToken is the resource of session tokens, and whether the service has them.
func (p *Plan) sessionToken() (number uint32, ok bool) {
	flow, _ := p.Service.Row().Flow(service.CredentialsFlow)
	if len(flow.Legs) > 0 && flow.Legs[0].Token {
		first := flow.Legs[0]
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

// streams is how many sequences of arrivals a group has for so many places: one per
// process, or one for all of a replay.
func (g *Group) streams(places int) int {
	if _, ok := g.Pattern.(*Replay); ok {
		return 1
	}
	return places * g.Processes
}
