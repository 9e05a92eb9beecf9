package plan

import (
	"time"

	"tenement/internal/draw"
	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
)

// Endpoint is one of the endpoints that every host has: an address that answers for one
// service, with limits and faults of its own. Every host has its own instance of each, so
// hosts stay independent. Endpoints are numbered: 0 is the host's own, Plan.Endpoint, and
// number i+1 is Plan.Endpoints[i].
type Endpoint struct {
	Name         string // in profiles and reports; "" is the host's own
	Service      service.Service
	Flavour      service.Flavour // of the service ECS
	Limits       []throttle.Limit
	Changes      []throttle.Change // of limits, in order of time
	OnExceed     throttle.OnExceed
	Faults       []throttle.Fault
	WriteTimeout time.Duration       // after which an answer is cut off; 0 is never
	KeepAlive    time.Duration       // how long an idle connection is kept; 0 closes each after its answer
	Instance     *Instance           // of the service IMDS, else nil
	PodTokens    *throttle.PodTokens // of the service PodIdentity, else nil
	Upstream     *throttle.Upstream  // of the service PodIdentity, else nil
	Latency      *draw.Table         // service time; nil is 0
	Credentials  throttle.Credentials
}

// Numbered is the endpoint of that number, which is at most len(p.Endpoints).
func (p *Plan) Numbered(number int) *Endpoint {
	if number > 0 {
		return &p.Endpoints[number-1]
	}
	return &p.Endpoint
}

// Config describes the endpoint of that number on a host.
func (p *Plan) Config(host, number int) throttle.Config {
	e := p.Numbered(number)
	c := throttle.Config{
		Seed: draw.Seed(p.Seed), Host: uint32(host),
		Limits: e.Limits, Changes: e.Changes, OnExceed: e.OnExceed, Latency: e.Latency,
		Faults: e.Faults, WriteTimeout: e.WriteTimeout, Upstream: e.Upstream,
		Slots: p.Slots(), Groups: len(p.Groups),
		Bucket: p.SeriesBucket(), Horizon: p.Horizon(),
	}
	if number > 0 {
		// Two endpoints are never slow, or faulty, at the same ordinals by the same draws.
		c.Seed = c.Seed.Name("endpoint").Name(e.Name)
		return c
	}
	if kind := p.Kind(host); kind > 0 {
		d := &p.Differ[kind-1]
		c.Limits, c.Changes, c.OnExceed, c.Latency, c.Faults = d.Limits, d.Changes, d.OnExceed, d.Latency, d.Faults
	}
	return c
}

// ServiceOf is the service that a resource is asked of.
func (p *Plan) ServiceOf(resource uint32) service.Service {
	return p.Numbered(p.Resources[resource].Endpoint).Service
}

// Asked is the number of the endpoint that all calls of a group's activity go to.
func (p *Plan) Asked(group, activity int) int {
	if g := &p.Groups[group]; activity < len(g.Activities) {
		return p.Resources[g.Activities[activity].Resource].Endpoint
	}
	return 0 // a replay asks the host's own
}

// CacheKey is the hash of the token that a task of a host has at now for the endpoint of
// that number, given the task's TaskKey and when it started. It is 0 only if tasks of the
// endpoint's service have no tokens. A renewed token has another key.
func (p *Plan) CacheKey(host, number int, task draw.Key, started, now time.Duration) uint64 {
	tokens := p.Numbered(number).PodTokens
	if tokens == nil {
		return 0
	}
	key := throttle.PodTokenKey(p.Seed, host, task)
	n, _ := tokens.StartingAt(started).At(key, now)
	return max(uint64(key.With(uint64(n))), 1)
}

// methods are the methods of the resources as clients see them; nil if all are GET.
func (p *Plan) methods() (methods []strategy.Method) {
	for i := range p.Resources {
		if m := p.Resources[i].method(); m != strategy.Get {
			if methods == nil {
				methods = make([]strategy.Method, len(p.Resources))
			}
			methods[i] = m
		}
	}
	return methods
}
