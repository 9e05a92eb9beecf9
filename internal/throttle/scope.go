package throttle

import (
	"fmt"

	"tenement/internal/draw"
)

// Scope is what shares one bucket of a limit.
type Scope uint8

// The scopes of a limit.
const (
	HostScope   Scope = iota // everything on the host
	TenantScope              // the tasks of one tenant
	TaskScope                // one task, whatever it asks for
	IPPathScope              // one source address asking for one path, as in the ECS agent
	numScopes
)

var scopeNames = [numScopes]string{"host", "tenant", "task", "ip+path"}

// String is the scope's name in profiles and reports.
func (s Scope) String() string {
	if s < numScopes {
		return scopeNames[s]
	}
	return fmt.Sprintf("Scope(%d)", uint8(s))
}

// ParseScope reads a scope's name. The error quotes the text and lists the
// names.
func ParseScope(name string) (Scope, error) {
	for s, n := range scopeNames {
		if n == name {
			return Scope(s), nil
		}
	}
	return 0, fmt.Errorf("scope %q: want host, tenant, task or ip+path", name)
}

// key is the bucket that a request belongs to: a well-mixed hash, never 0. Of
// a million keys two share a bucket with probability 3·10⁻⁸.
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
	}
	return max(uint64(k), 1)
}
