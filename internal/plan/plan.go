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
	"tenement/internal/service"
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
	Service         service.Service
	Flavour         service.Flavour // of the service ECS
	Limits          []throttle.Limit
	Changes         []throttle.Change // of limits, in order of time
	OnExceed        throttle.OnExceed
	Faults          []throttle.Fault
	WriteTimeout    time.Duration       // after which an answer is cut off; 0 is never
	KeepAlive       time.Duration       // how long an idle connection is kept; 0 closes each after its answer
	Instance        *Instance           // of the service IMDS, else nil
	PodTokens       *throttle.PodTokens // of the service PodIdentity, else nil
	Upstream        *throttle.Upstream  // of the service PodIdentity, else nil
	Latency         *draw.Table         // service time; nil is 0
	Credentials     throttle.Credentials
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
}

// Instance is the metadata options of an EC2 instance.
type Instance struct {
	TokensRequired bool   // requests without a session token are refused
	HopLimit       int    // how many hops the answer to a token request goes
	Role           string // "" is none
	Extended       bool   // credentials are below the extended path as well
}

// Tasks is the number of tasks on a host.
func (p *Plan) Tasks() int {
	last := &p.Groups[len(p.Groups)-1]
	return last.First + last.Tasks
}

// Horizon is when a run ends: Drain after Duration, the end of the arrivals.
// Calls that are still open then are unfinished.
func (p *Plan) Horizon() time.Duration { return p.Duration + p.Drain }

// Clients describes the clients of a host.
func (p *Plan) Clients() []strategy.Clients {
	legs := make([][]strategy.Leg, len(p.Resources))
	var methods []strategy.Method // none, if all are GET
	for i := range p.Resources {
		legs[i] = p.Resources[i].Legs
		if m := p.Resources[i].method(); m != strategy.Get {
			if methods == nil {
				methods = make([]strategy.Method, len(p.Resources))
			}
			methods[i] = m
		}
	}
	restarts := p.restarts()
	all := make([]strategy.Clients, len(p.Groups))
	for i := range p.Groups {
		g := &p.Groups[i]
		all[i] = strategy.Clients{
			Strategy: g.Strategy, Tasks: g.Tasks, Processes: g.Processes, PerCall: g.PerCall,
			Legs: legs, Methods: methods, Grace: p.Credentials.Grace,
			KeepAlive: p.KeepAlive, Restarts: restarts,
			Key: func(task int) draw.Key { return g.key.With(uint64(task)) },
		}
	}
	return all
}

// restarts are the instants at which the endpoint's connections break, in order.
func (p *Plan) restarts() (at []time.Duration) {
	for i := range p.Faults {
		if f := &p.Faults[i]; f.Kind == throttle.RestartFault {
			at = append(at, f.From)
		}
	}
	slices.Sort(at)
	return at
}

// Endpoint describes the endpoint of a host.
func (p *Plan) Endpoint(host int) throttle.Config {
	return throttle.Config{
		Seed: draw.Seed(p.Seed), Host: uint32(host),
		Limits: p.Limits, Changes: p.Changes, OnExceed: p.OnExceed, Latency: p.Latency,
		Faults: p.Faults, WriteTimeout: p.WriteTimeout, Upstream: p.Upstream,
		Slots: p.Tasks(), Groups: len(p.Groups),
		Bucket: p.SeriesBucket(), Horizon: p.Horizon(),
	}
}

// Request is what an endpoint sees of every request of a task, except the Path,
// which is the resource's PathOf of the Key.
func (p *Plan) Request(group, task int) throttle.Request {
	g, key := &p.Groups[group], p.taskKey(group, task)
	return throttle.Request{
		Source: uint64(key), Task: uint64(key), Tenant: uint64(g.TenantIndex),
		Slot: int32(g.First + task), Group: int32(group), Key: key,
	}
}

// Expected is the number of calls to expect, on all hosts together: exact
// where the number is fixed, else the mean.
func (p *Plan) Expected() float64 {
	sum := 0.0
	for i := range p.Groups {
		g := &p.Groups[i]
		if g.Stop > g.Start {
			sum += float64(p.Hosts) * float64(g.streams()) * g.Pattern.expected(g.Stop-g.Start)
		}
	}
	return sum
}

// CacheKey is the hash of the token that a task of a host has at now. It is 0
// only if tasks of the service have no tokens. A renewed token has another key.
func (p *Plan) CacheKey(host, group, task int, now time.Duration) uint64 {
	if p.PodTokens == nil {
		return 0
	}
	key := throttle.PodTokenKey(p.Seed, host, p.taskKey(group, task))
	n, _ := p.PodTokens.At(key, now)
	return max(uint64(key.With(uint64(n))), 1)
}
