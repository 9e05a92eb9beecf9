package reports

import (
	"slices"

	"tenement/internal/throttle"
)

// together reports whether the tasks of two groups on a host have one state of
// a limit in common. A path names its task at the ECS agent, and is the same
// for all who ask for the same thing elsewhere.
func (e *Endpoint) together(l *Limit, a, b *Group) bool {
	scope, err := throttle.ParseScope(l.Scope)
	switch {
	case err != nil || scope&(throttle.TaskScope|throttle.IPScope) != 0:
		return false
	case scope&throttle.TenantScope != 0 && a.Tenant != b.Tenant:
		return false
	case scope&throttle.PathScope != 0:
		return e.Service != "" && e.Service != "ecs" && a.Flow == b.Flow
	}
	return true
}

// everyone reports whether all tasks on a host have one state of a limit in
// common.
func (c *Case) everyone(l *Limit) bool {
	if l.Scope == throttle.HostScope.String() {
		return true
	}
	for i := range c.Groups {
		if !c.Endpoint.together(l, &c.Groups[0], &c.Groups[i]) {
			return false
		}
	}
	return len(c.Groups) > 0
}

// ceiling is how many requests a second the limits that all tasks of a host
// share let through, from an instant on, on all hosts together.
type ceiling struct{ fromS, rate float64 }

// ceilings are those of a case in order of time, each with a rate; none if
// there is no such limit.
func (c *Case) ceilings() []ceiling {
	e := &c.Endpoint
	var all [][]stage
	instants := []float64{0}
	for i := range e.Limits {
		if !c.everyone(&e.Limits[i]) || e.Limits[i].capacity() == 0 {
			continue
		}
		stages := e.stages(i)
		all = append(all, stages)
		for _, s := range stages[1:] {
			instants = append(instants, s.fromS)
		}
	}
	slices.Sort(instants)
	var out []ceiling
	for _, at := range slices.Compact(instants) {
		least := 0.0
		for _, stages := range all {
			if rate := inForce(stages, at).capacity(); least == 0 || rate < least {
				least = rate
			}
		}
		if least *= float64(max(e.Hosts, 1)); least > 0 && (len(out) == 0 || out[len(out)-1].rate != least) {
			out = append(out, ceiling{at, least})
		}
	}
	return out
}

// inForce is the limit at an instant.
func inForce(stages []stage, at float64) *Limit {
	last := &stages[0].limit
	for i := range stages {
		if stages[i].fromS <= at {
			last = &stages[i].limit
		}
	}
	return last
}

// common is the mean ceiling of a case over the time that calls came for, 0 if
// there is none.
func (r *Report) common(c *Case) float64 {
	seconds := c.ran(r) / float64(c.runs())
	all := c.ceilings()
	if len(all) == 0 {
		return 0
	}
	if len(all) == 1 || seconds <= 0 {
		return all[0].rate
	}
	sum := 0.0
	for i, now := range all {
		end := seconds
		if i+1 < len(all) {
			end = min(end, all[i+1].fromS)
		}
		sum += now.rate * max(end-now.fromS, 0)
	}
	return sum / seconds
}

// sharers are the groups not under test that have a state of the limit in
// common with yours.
func (s *story) sharers() []*Group {
	if !s.shared {
		return nil
	}
	var out []*Group
	for _, g := range s.them.groups {
		for _, mine := range s.you.groups {
			if s.base.Endpoint.together(s.limit, mine, g) {
				out = append(out, g)
				break
			}
		}
	}
	return out
}

// states is how many states of the limit your groups have on a host, and
// whether each is one of several tasks.
func (s *story) states() (n int, shared bool) {
	shared = s.limit.Scope == throttle.HostScope.String()
	for i, g := range s.you.groups {
		fresh := true
		for _, before := range s.you.groups[:i] {
			fresh = fresh && !s.base.Endpoint.together(s.limit, before, g)
		}
		if fresh {
			n++
		}
		shared = shared || s.base.Endpoint.together(s.limit, g, g)
	}
	return max(n, 1), shared
}
