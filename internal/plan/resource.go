package plan

import (
	"slices"
	"strings"

	"tenement/internal/draw"
	"tenement/internal/service"
	"tenement/internal/strategy"
)

// Resource is something to ask for. Path may hold service.CredentialsID,
// service.ExecutionID or service.EndpointID, which stand for the task's own.
type Resource struct {
	Method, Path string
	Endpoint     int    // which is asked for it, by number; see Endpoint
	Bucket       uint64 // hash of the path as it stands here, without its query
	perTask      uint64 // all ones if the path holds an ID of the task that asks, else 0
	// Legs are the requests of a call for this resource, in order, the last for
	// the resource itself. nil is that one alone.
	Legs []strategy.Leg
}

// NewResource is the resource of a method and a path, which may have a query.
func NewResource(method, path string) Resource {
	plain, _, _ := strings.Cut(path, "?")
	r := Resource{Method: method, Path: path, Bucket: Bucket(path)}
	if service.NamesTask(plain) {
		r.perTask = ^uint64(0)
	}
	return r
}

// method is that of the resource as clients see it.
func (r *Resource) method() strategy.Method {
	switch r.Method {
	case "GET", "HEAD", "OPTIONS", "TRACE":
		return strategy.Get
	case "PUT", "DELETE":
		return strategy.Put
	}
	return strategy.Post
}

// Bucket is the hash of a path without its query. Buckets of scope ip+path are
// keyed by it.
func Bucket(path string) uint64 {
	return uint64(draw.Key(0).Name(withoutQuery(path)))
}

// withoutQuery is a path without its query.
func withoutQuery(path string) string {
	path, _, _ = strings.Cut(path, "?")
	return path
}

// PathOf identifies the path that a task with this key asks for. It is computed
// for every attempt and needs no hash, because the key is one.
func (r *Resource) PathOf(task draw.Key) uint64 {
	return r.Bucket ^ uint64(task)&r.perTask
}

// AddFlow adds those resources of a flow's legs that the plan lacks, and
// returns the number of the last leg's, for Group.Resource. A flow has at least
// one leg.
func (p *Plan) AddFlow(flow []service.Leg) uint32 { return p.AddFlowTo(0, flow) }

// AddFlowTo is AddFlow of a flow whose legs go to the endpoint of that number.
func (p *Plan) AddFlowTo(endpoint int, flow []service.Leg) uint32 {
	resource := func(method, path string) uint32 {
		r := NewResource(method, path)
		r.Endpoint = endpoint
		return p.resource(r)
	}
	var legs []strategy.Leg
	for _, l := range flow {
		leg := strategy.Leg{Resource: resource(l.Method, l.Path), Token: l.Token}
		if leg.HasExtended = l.Extended != ""; leg.HasExtended {
			leg.Extended = resource(l.Method, l.Extended)
		}
		legs = append(legs, leg)
	}
	last := legs[len(legs)-1].Resource
	if len(legs) > 1 || legs[0].Token {
		p.Resources[last].Legs = legs
	}
	return last
}

// resource is the number of a resource. A new one is added.
func (p *Plan) resource(r Resource) uint32 {
	same := func(o Resource) bool { return o.Method == r.Method && o.Path == r.Path && o.Endpoint == r.Endpoint }
	if i := slices.IndexFunc(p.Resources, same); i >= 0 {
		return uint32(i)
	}
	p.Resources = append(p.Resources, r)
	return uint32(len(p.Resources) - 1)
}
