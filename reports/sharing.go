package reports

import "tenement/internal/throttle"

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

// common is how many requests a second the limits that all tasks of a host
// share let through, on all hosts together and on average over the run; 0 if
// there is none.
func (c *Case) common(seconds float64) float64 {
	least := 0.0
	for i := range c.Endpoint.Limits {
		if !c.everyone(&c.Endpoint.Limits[i]) {
			continue
		}
		if rate := c.Endpoint.mean(i, seconds); rate > 0 && (least == 0 || rate < least) {
			least = rate
		}
	}
	return least * float64(max(c.Endpoint.Hosts, 1))
}

// common is the same of a case of the report.
func (r *Report) common(c *Case) float64 { return c.common(c.ran(r) / float64(c.runs())) }

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
