package plan

import (
	"slices"
	"strings"

	"tenement/internal/draw"
	"tenement/internal/service"
	"tenement/internal/strategy"
)

// Resource is something to ask for. Path may hold service.CredentialsID or
// service.EndpointID, which stand for the task's own.
type Resource struct {
	Method, Path string
	Bucket       uint64 // hash of the path as it stands here, without its query
	own          uint64 // all ones if the path holds an ID of the task that asks, else 0
	// Legs are what a call that asks for it has to ask for, in turn, itself
	// last; none is itself alone.
	Legs []strategy.Leg
}

// NewResource is what a method asks for at a path, which may have a query.
func NewResource(method, path string) Resource {
	plain, _, _ := strings.Cut(path, "?")
	r := Resource{Method: method, Path: path, Bucket: Bucket(path)}
	if service.NamesTask(plain) {
		r.own = ^uint64(0)
	}
	return r
}

// Bucket is the hash of a path without its query: what buckets of scope
// ip+path are told apart by.
func Bucket(path string) uint64 {
	path, _, _ = strings.Cut(path, "?")
	return uint64(draw.Key(0).Name(path))
}

// PathOf is what an endpoint tells the path by that a task of this key asks
// for. It is asked for every attempt, and costs no hash: the key is one.
func (r *Resource) PathOf(task draw.Key) uint64 {
	return r.Bucket ^ uint64(task)&r.own
}

// AddFlow adds the resources of a flow's legs to the plan, each unless it has
// it, and returns the number of the last one: what a call of that flow asks
// for. There is at least one leg.
func (p *Plan) AddFlow(flow []service.Leg) uint32 {
	var legs []strategy.Leg
	for _, l := range flow {
		legs = append(legs, strategy.Leg{Resource: p.resource(NewResource(l.Method, l.Path)), Token: l.Token})
	}
	last := legs[len(legs)-1].Resource
	if len(legs) > 1 || legs[0].Token {
		p.Resources[last].Legs = legs
	}
	return last
}

// resource is the number of a resource, which it adds if it is new.
func (p *Plan) resource(r Resource) uint32 {
	same := func(o Resource) bool { return o.Method == r.Method && o.Path == r.Path }
	if i := slices.IndexFunc(p.Resources, same); i >= 0 {
		return uint32(i)
	}
	p.Resources = append(p.Resources, r)
	return uint32(len(p.Resources) - 1)
}
