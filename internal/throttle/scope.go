package throttle

import (
	"fmt"
	"strings"

	"tenement/internal/draw"
)

// Scope says which requests share one state of a limit: those that agree in
// every part of the scope. The zero Scope has no part, so that all requests of
// a host share.
type Scope uint8

// The parts of a scope, and the scopes with a name.
const (
	TenantScope Scope = 1 << iota // the tasks of one tenant
	TaskScope                     // one task, whatever it asks for
	IPScope                       // one source address
	PathScope                     // one path, whoever asks for it
	allScopes                     // one more than all parts together

	HostScope   Scope = 0                   // everything on the host
	IPPathScope       = IPScope | PathScope // as in the ECS agent
)

// scopeParts are the names of the parts, in the order in which String writes
// them.
var scopeParts = [...]struct {
	part Scope
	name string
}{{TenantScope, "tenant"}, {TaskScope, "task"}, {IPScope, "ip"}, {PathScope, "path"}}

// hostName is the name of the scope without parts.
const hostName = "host"

// wantScope is the end of an error about a scope.
const wantScope = "want host, or tenant, task, ip or path, or several with + between them, such as ip+path"

// String is the scope's name in profiles and reports: its parts with + between
// them.
func (s Scope) String() string {
	if s == HostScope {
		return hostName
	}
	if s >= allScopes {
		return fmt.Sprintf("Scope(%d)", uint8(s))
	}
	var names []string
	for _, p := range scopeParts {
		if s&p.part != 0 {
			names = append(names, p.name)
		}
	}
	return strings.Join(names, "+")
}

// ParseScope reads a scope's name, with its parts in any order. The error
// quotes the text and says what is wanted.
func ParseScope(name string) (Scope, error) {
	if name == hostName {
		return HostScope, nil
	}
	var s Scope
	for text := range strings.SplitSeq(name, "+") {
		part := HostScope
		for _, p := range scopeParts {
			if p.name == text {
				part = p.part
			}
		}
		if part == HostScope || s&part != 0 {
			return 0, fmt.Errorf("scope %q: %s", name, wantScope)
		}
		s |= part
	}
	return s, nil
}

// key is the key of a request's state: a well-mixed hash, not 0. The
// probability that two of a million keys are equal is 3·10⁻⁸.
func (s Scope) key(r *Request) uint64 {
	var k draw.Key
	switch s {
	case HostScope:
		return 1
	case TenantScope:
		k = k.With(r.Tenant)
	case TaskScope:
		k = k.With(r.Task)
	case IPPathScope:
		k = draw.Key(r.Source).With(r.Path)
	default:
		k = s.mix(r)
	}
	return max(uint64(k), 1)
}

// mix is the key for any scope.
func (s Scope) mix(r *Request) draw.Key {
	k := draw.Key(s)
	for _, p := range [...]struct {
		part Scope
		of   uint64
	}{{TenantScope, r.Tenant}, {TaskScope, r.Task}, {IPScope, r.Source}, {PathScope, r.Path}} {
		if s&p.part != 0 {
			k = k.With(p.of)
		}
	}
	return k
}
