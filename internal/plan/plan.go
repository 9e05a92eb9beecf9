// Package plan is what an engine carries out: one case of an experiment under
// one seed, as plain values. It says who asks (groups of tasks), when (patterns
// of arrivals, merged into the calls of one host), for what (resources), and
// what answers (the configuration of an endpoint).
//
// A plan is compiled from a document or a recording, but the package reads
// neither: it knows no file format. Every draw is keyed, so a plan has the same
// arrivals in every engine, whatever the strategies of its groups are.
package plan

import (
	"slices"
	"time"

	"tenement/internal/draw"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
)

// Plan is one case under one seed. To make one, fill in its fields, then add
// what groups ask for with AddFlow and the groups with AddGroup. Plans of one
// case share everything but the seed, so do not change a finished plan.
type Plan struct {
	Seed            uint64 // every draw derives from it
	Duration, Drain time.Duration
	Hosts           int
	Endpoint                   // the host's own
	Endpoints       []Endpoint // the further ones of every host

	// StartWithin spreads the starts of the hosts over this time; see HostStart.
	StartWithin time.Duration
	Differ      []Differ // hosts that differ; the shares add up to 1 at most
	Groups      []Group
	Tenants     []string // by Group.TenantIndex
	Resources   []Resource
	// Registered are the credentials and endpoint IDs that a trace names and
	// the recorded server knew.
	Registered []string
	// Warnings are sentences that belong in every report of the plan.
	Warnings []string

	dynamic bool // see Dynamic
}

// Instance is the metadata options of an EC2 instance.
type Instance struct {
	TokensRequired bool   // requests without a session token are refused
	HopLimit       int    // how many hops the answer to a token request goes
	Role           string // "" is none
	Extended       bool   // credentials are below the extended path as well

	UnauthorizedPage bool // a request without a good token gets a page with its 401
}

// Tasks is the number of places for tasks on a host.
func (p *Plan) Tasks() int {
	last := &p.Groups[len(p.Groups)-1]
	return last.First + last.Tasks
}

// Slots is the number of tasks that can live on a host at the same time.
func (p *Plan) Slots() int {
	last := &p.Groups[len(p.Groups)-1]
	return p.Tasks() + last.second + last.Tasks*(last.sides()-1)
}

// Sides is how many tasks of a group can live in a place at the same time: 1 or 2.
func (p *Plan) Sides(group int) int { return p.Groups[group].sides() }

// Slot is the dense number, below Slots, of the task that lives on a side of a place
// of a group. Those of side 0 come first.
func (p *Plan) Slot(group, place, side int) int {
	g := &p.Groups[group]
	if side == 0 {
		return g.First + place
	}
	return p.Tasks() + g.second + place
}

// Horizon is when a run ends: Drain after Duration, the end of the arrivals.
// Calls that are still open then are unfinished.
func (p *Plan) Horizon() time.Duration { return p.Duration + p.Drain }

// Clients describes the clients of a host: for each group, each side of its places and
// each of its activities, those of life 0, by the number of Lane.
func (p *Plan) Clients(host int) []strategy.Clients {
	legs, methods := make([][]strategy.Leg, len(p.Resources)), p.methods()
	for i := range p.Resources {
		legs[i] = p.Resources[i].Legs
	}
	breaks := make([][]time.Duration, len(p.Endpoints)+1) // of connections, by endpoint
	for number := range breaks {
		breaks[number] = restarts(p.Config(host, number).Faults)
	}
	var all []strategy.Clients
	for i := range p.Groups {
		g := &p.Groups[i]
		for lane := range g.lanes() {
			activity := lane % max(len(g.Activities), 1)
			number := p.Asked(i, activity)
			e := p.Numbered(number)
			all = append(all, strategy.Clients{
				Strategy: p.Strategy(i, activity), Tasks: g.Tasks, Processes: g.Processes, PerCall: g.PerCall,
				Legs: legs, Methods: methods, Grace: e.Credentials.Grace,
				KeepAlive: e.KeepAlive, Restarts: breaks[number],
				Key: func(place int) draw.Key { return g.activityKey(g.task(place, 0), activity) },
			})
		}
	}
	return all
}

// Lane is the number, in Clients, of the clients of a group's activity, of the tasks on
// a side of its places. Those of an agent of the host are shared by both sides.
func (p *Plan) Lane(group, side, activity int) int {
	g := &p.Groups[group]
	if side > 0 && p.Hosted(group, activity) {
		side = 0
	}
	return g.lane + side*max(len(g.Activities), 1) + activity
}

// ClientKey is the key of the clients of an activity of a group's task, as in
// strategy.Clients, given the task's TaskKey.
func (p *Plan) ClientKey(group int, task draw.Key, activity int) draw.Key {
	return p.Groups[group].activityKey(task, activity)
}

// Hosted reports whether the clients of a group's activity are one agent on each host.
func (p *Plan) Hosted(group, activity int) bool {
	return p.Strategy(group, activity).Scope == strategy.PerHost
}

// Strategy is how the clients of a group's activity fetch.
func (p *Plan) Strategy(group, activity int) *strategy.Strategy {
	g := &p.Groups[group]
	if activity < len(g.Activities) && g.Activities[activity].Strategy != nil {
		return g.Activities[activity].Strategy
	}
	return g.Strategy
}

// restarts are the instants at which an endpoint's connections break, in order.
func restarts(faults []throttle.Fault) (at []time.Duration) {
	for i := range faults {
		if f := &faults[i]; f.Kind == throttle.RestartFault {
			at = append(at, f.From)
		}
	}
	slices.Sort(at)
	return at
}

// Request is what an endpoint sees of every request of the first task of a place,
// except the Path, which is the resource's PathOf of the Key.
func (p *Plan) Request(group, place int) throttle.Request {
	var r throttle.Request
	p.FillRequest(&r, group, p.TaskKey(group, place, 0), int32(p.Groups[group].First+place))
	return r
}

// TaskKey is a task's part in the keys of draws, the same on every host.
func (p *Plan) TaskKey(group, place int, life uint32) draw.Key {
	return p.Groups[group].task(place, life)
}

// FillRequest puts into r what Request returns, for the task of a group that has this
// TaskKey and Slot. It leaves Path, Route and CacheKey alone.
func (p *Plan) FillRequest(r *throttle.Request, group int, key draw.Key, slot int32) {
	r.Source, r.Task, r.Key = uint64(key), uint64(key), key
	r.Tenant = uint64(p.Groups[group].TenantIndex)
	r.Group, r.Slot = int32(group), slot
}
