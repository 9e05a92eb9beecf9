package profiles

import (
	"time"

	"tenement/internal/draw"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
)

// Plan is one case of a profile under one seed: what an engine carries out.
// Plans of one case share everything but the seed, so no plan may be changed.
type Plan struct {
	Seed            uint64
	Duration, Drain time.Duration
	Hosts           int
	Service         string // "ecs", "imds" or "eks-pod-identity"
	Flavour         string // of the service ecs: "ec2" or "fargate"
	Limits          []throttle.Limit
	Changes         []throttle.Change // of limits, in order of time
	OnExceed        throttle.OnExceed
	Faults          []throttle.Fault
	WriteTimeout    time.Duration       // after which an answer is cut off; 0 is never
	Instance        *Instance           // of the service imds, else nil
	PodTokens       *throttle.PodTokens // of the service eks-pod-identity, else nil
	Upstream        *throttle.Upstream  // of the service eks-pod-identity, else nil
	Latency         *draw.Table         // service time; nil is 0
	Credentials     throttle.Credentials
	Groups          []Group
	Tenants         []string // by Group.TenantIndex
	Resources       []Resource
	// Registered are the credentials and endpoint IDs that a trace names and
	// the recorded server knew.
	Registered []string
	// Warnings are sentences that belong into every report of the plan.
	Warnings []string
}

// Group is a group of tasks that behave alike.
type Group struct {
	Name, Tenant string
	TenantIndex  int
	Tasks        int // per host
	Processes    int // per task
	First        int // number of the group's first task among all tasks of a host
	PerCall      bool
	UnderTest    bool
	Strategy     *strategy.Strategy
	Hops         int    // from the service imds: 1 on the instance's own network
	Flow         string // "credentials" or another of the service's; "" for a trace

	key      draw.Key // of the name
	start    time.Duration
	stop     time.Duration // never after the run's end
	pattern  pattern
	replay   *replay // the pattern, if it is a trace
	resource uint32  // of every call, unless it is a trace
}

// Resource is something to ask for. Path may hold {credentials_id} or
// {endpoint_id}, which stand for the task's own.
type Resource struct {
	Method, Path string
	Bucket       uint64 // hash of the path as it stands here, without its query
	own          uint64 // all ones if the path holds an ID of the task that asks, else 0
	// Legs are what a call that asks for it has to ask for, in turn, itself
	// last; none is itself alone.
	Legs []strategy.Leg
}

// Tasks is the number of tasks on a host.
func (p *Plan) Tasks() int {
	last := &p.Groups[len(p.Groups)-1]
	return last.First + last.Tasks
}

// Horizon is when a run ends: Drain after Duration, the end of the arrivals.
// Calls that are still open then are unfinished.
func (p *Plan) Horizon() time.Duration { return p.Duration + p.Drain }

// TaskKey is the task's part in the keys of draws. It is the same on every
// host, and does not depend on the other groups.
func (p *Plan) TaskKey(group, task int) draw.Key {
	return p.Groups[group].key.With(uint64(task))
}

// Clients describes the clients of a host.
func (p *Plan) Clients() []strategy.Clients {
	legs := make([][]strategy.Leg, len(p.Resources))
	for i := range p.Resources {
		legs[i] = p.Resources[i].Legs
	}
	all := make([]strategy.Clients, len(p.Groups))
	for i := range p.Groups {
		g := &p.Groups[i]
		all[i] = strategy.Clients{
			Strategy: g.Strategy, Tasks: g.Tasks, Processes: g.Processes, PerCall: g.PerCall,
			Legs: legs,
			Key:  func(task int) draw.Key { return g.key.With(uint64(task)) },
		}
	}
	return all
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

// PathOf is what an endpoint tells the path by that a task of this key asks
// for. It is asked for every attempt, and costs no hash: the key is one.
func (r *Resource) PathOf(task draw.Key) uint64 {
	return r.Bucket ^ uint64(task)&r.own
}

// Request is what an endpoint sees of every request of a task, but for the
// Path, which is the resource's PathOf the Key.
func (p *Plan) Request(group, task int) throttle.Request {
	g, key := &p.Groups[group], p.TaskKey(group, task)
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
		if g.stop > g.start {
			sum += float64(p.Hosts) * float64(g.streams()) * g.pattern.expected(g.stop-g.start)
		}
	}
	return sum
}

// streams is how many sequences of arrivals a group has: one per process, or a
// whole trace.
func (g *Group) streams() int {
	if g.replay != nil {
		return 1
	}
	return g.Tasks * g.Processes
}
