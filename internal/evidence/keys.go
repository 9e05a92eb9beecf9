package evidence

import (
	"strconv"

	"tenement/internal/draw"
	"tenement/internal/recording"
	"tenement/internal/service"
	"tenement/internal/throttle"
)

// subject is what a limit may tell requests apart by, as numbers.
type subject struct {
	task, addr, path uint32
}

// under is the part of a subject that a scope looks at: requests of one bucket have
// equal ones. A recording knows no tenants.
func (s subject) under(scope throttle.Scope) subject {
	var k subject
	if scope&throttle.TaskScope != 0 {
		k.task = s.task
	}
	if scope&throttle.IPScope != 0 {
		k.addr = s.addr
	}
	if scope&throttle.PathScope != 0 {
		k.path = s.path
	}
	return k
}

// scopes are those that a recording can tell apart, in the order in which they are
// preferred where several explain it equally.
var scopes = [...]throttle.Scope{
	throttle.IPPathScope, throttle.PathScope, throttle.TaskScope | throttle.PathScope,
	throttle.TaskScope | throttle.IPScope | throttle.PathScope,
	throttle.TaskScope, throttle.IPScope, throttle.TaskScope | throttle.IPScope, throttle.HostScope,
}

// subjects numbers what requests are told apart by.
type subjects struct {
	addrs, paths names
	cut          map[role]uint32 // the path of a role's credentials, where it is cut
}

// of is the subject of an entry that a role asked for.
func (s *subjects) of(e *recording.Entry, a *asked) subject {
	return subject{task: a.task, addr: s.addrs.number(a.addr), path: s.path(e, a.role)}
}

// path is the number of the path that a request was for. A cut path of credentials is
// the role's own.
func (s *subjects) path(e *recording.Entry, r role) uint32 {
	path := pathOnly(e.Path)
	if path != service.CutCredentials || e.Service != service.ECS {
		return s.paths.number(path)
	}
	n, ok := s.cut[r]
	if !ok {
		if s.cut == nil {
			s.cut = make(map[role]uint32)
		}
		n = s.paths.number(path + "\x00" + strconv.Itoa(len(s.cut)))
		s.cut[r] = n
	}
	return n
}

// digest is a key that depends on everything that was added to it, in order.
type digest draw.Key

// add adds numbers.
func (d *digest) add(values ...uint64) {
	k := draw.Key(*d)
	for _, v := range values {
		k = k.With(v)
	}
	*d = digest(k)
}
