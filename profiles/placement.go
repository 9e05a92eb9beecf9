package profiles

import (
	"fmt"
	"slices"

	"tenement/internal/form"
	"tenement/internal/plan"
)

// placement is a `placement` mapping: how the tasks of a group are spread over the
// hosts. One of the fields is set.
type placement struct {
	Spread     *spread
	Packed     *packed
	OnePerHost *spread
	OwnHost    *spread
}

// spread is a number of tasks on all hosts together.
type spread struct{ Total int }

// packed is the same of tasks that take room.
type packed struct{ Total, Size int }

// maxTotal bounds the tasks of a group on all hosts, and maxSize how large one is.
const (
	maxTotal = 1_000_000_000
	maxSize  = 1_000_000_000
)

func placementForm() form.Form[placement] {
	total := func() form.Form[*spread] {
		return form.Optional(form.Object(spread{}, []form.Key[spread]{
			form.Required(form.Field("total", "How many tasks there are on all hosts together.",
				form.Integer(1, maxTotal), func(v *spread) *int { return &v.Total })),
		}, nil))
	}
	sized := form.Object(packed{}, []form.Key[packed]{
		form.Required(form.Field("total", "How many tasks there are on all hosts together.",
			form.Integer(1, maxTotal), func(v *packed) *int { return &v.Total })),
		form.Required(form.Field("size", "How much room a task takes of endpoint.hosts.size.",
			form.Integer(1, maxSize), func(v *packed) *int { return &v.Size })),
	}, nil)
	return form.OneOf([]form.Key[placement]{
		form.Field("spread", "As evenly as possible over all hosts; the first hosts have one more.",
			total(), func(v *placement) **spread { return &v.Spread }),
		form.Field("packed", "As many as a host still has room for, host by host, after the groups before this one.",
			form.Optional(sized), func(v *placement) **packed { return &v.Packed }),
		form.Field("one_per_host", "At most one on a host, as where a host port is static: on the first hosts.",
			total(), func(v *placement) **spread { return &v.OnePerHost }),
		form.Field("own_host", "Each on a host of its own, as on Fargate, or one task an instance: no other placed group has a task there.",
			total(), func(v *placement) **spread { return &v.OwnHost }),
	}, nil)
}

// total is how many tasks there are on all hosts.
func (v *placement) total() int {
	for _, s := range []*spread{v.Spread, v.OnePerHost, v.OwnHost} {
		if s != nil {
			return s.Total
		}
	}
	if v.Packed != nil {
		return v.Packed.Total
	}
	return 0
}

// stretch is some hosts, one after another, that are alike: how much room each has
// left, and the tasks that each has of every group with a placement.
type stretch struct {
	hosts int
	room  int
	owned bool // by a task that wants no others
	tasks []int
}

// place places the groups of a fleet in their order. It returns the hosts in
// stretches; count 0 makes as many hosts as are needed. wrong is the group that finds
// no room, and why. Its time grows with the groups, not with hosts or tasks.
func place(fleet []group, count, size int) (hosts []stretch, wrong int, why string) {
	if count > 0 {
		hosts = []stretch{{hosts: count, room: size, tasks: make([]int, len(fleet))}}
	}
	for i := range fleet {
		p := fleet[i].Placement
		if p == nil || p.total() < 1 || p.Packed != nil && p.Packed.Size < 1 {
			continue // the latter two are errors
		}
		left := p.total()
		switch {
		case p.Spread != nil:
			if count == 0 {
				return nil, i, "spread needs endpoint.hosts.count: over how many hosts"
			}
			free := 0
			for j := range hosts {
				if !hosts[j].owned {
					free += hosts[j].hosts
				}
			}
			if free == 0 {
				return nil, i, "every host is the own one of another group's task"
			}
			hosts = even(hosts, i, left, free)
			continue
		case p.Packed != nil && size == 0:
			return nil, i, "packed needs endpoint.hosts.size: how much a host has room for"
		case p.Packed != nil && p.Packed.Size > size:
			return nil, i, fmt.Sprintf("a task of size %d has no room on a host of size %d", p.Packed.Size, size)
		}
		hosts, left = fillUp(hosts, i, p, left)
		if left == 0 {
			continue
		}
		if count > 0 {
			return nil, i, fmt.Sprintf("%d of %d tasks find no room on %d hosts", left, p.total(), count)
		}
		per := 1
		if p.Packed != nil {
			per = size / p.Packed.Size
		}
		if needed := number(hosts) + (left+per-1)/per; needed > maxHosts {
			return nil, i, fmt.Sprintf("its tasks need %d hosts: want at most %d", needed, maxHosts)
		}
		for _, more := range []stretch{{hosts: left / per}, {hosts: min(left%per, 1)}} {
			if more.hosts == 0 {
				continue
			}
			more.room, more.tasks = size, make([]int, len(fleet))
			filled, rest := fillUp([]stretch{more}, i, p, left)
			hosts, left = append(hosts, filled...), rest
		}
	}
	return hosts, -1, ""
}

// fillUp puts as many of a group's tasks on hosts as these have room for, in order.
func fillUp(hosts []stretch, group int, p *placement, left int) ([]stretch, int) {
	var out []stretch
	for _, s := range hosts {
		per, takes := 1, 0
		switch {
		case s.owned, p.OwnHost != nil && s.used():
			per = 0
		case p.Packed != nil:
			takes = p.Packed.Size
			per = s.room / takes
		}
		if per == 0 || left == 0 {
			out = append(out, s)
			continue
		}
		full := min(s.hosts, left/per)
		for _, part := range []struct{ hosts, tasks int }{
			{full, per}, {min(s.hosts-full, 1), min(left-full*per, per)}, {max(s.hosts-full-1, 0), 0},
		} {
			if part.hosts == 0 {
				continue
			}
			some := stretch{hosts: part.hosts, room: s.room - part.tasks*takes, owned: s.owned, tasks: slices.Clone(s.tasks)}
			if part.tasks > 0 {
				some.tasks[group], some.owned = part.tasks, p.OwnHost != nil
			}
			out = append(out, some)
			left -= part.hosts * part.tasks
		}
	}
	return out, left
}

// number is how many hosts there are.
func number(all []stretch) (n int) {
	for i := range all {
		n += all[i].hosts
	}
	return n
}

// used reports whether a placed group has a task there.
func (s *stretch) used() bool {
	return slices.ContainsFunc(s.tasks, func(n int) bool { return n > 0 })
}

// even spreads a group's tasks over all hosts that are no task's own, so many.
func even(hosts []stretch, group, total, count int) []stretch {
	more := total % count // hosts with one more
	var out []stretch
	for _, s := range hosts {
		if s.owned {
			out = append(out, s)
			continue
		}
		first := min(s.hosts, more)
		more -= first
		for _, part := range []struct{ hosts, tasks int }{{first, total/count + 1}, {s.hosts - first, total / count}} {
			if part.hosts == 0 {
				continue
			}
			some := s
			some.hosts, some.tasks = part.hosts, slices.Clone(s.tasks)
			some.tasks[group] = part.tasks
			out = append(out, some)
		}
	}
	return out
}

// place places the groups that have a placement, and says how many hosts there are
// if the profile does not.
func (v *document) place(r *form.Reader, n *form.Node) {
	h := &v.Endpoint.Hosts
	hosts, wrong, why := place(v.Fleet, h.Count, h.Size)
	if wrong >= 0 {
		r.Fail(n.Item("fleet", wrong).At("placement"), "fleet."+v.Fleet[wrong].Name+".placement", "%s", why)
		return
	}
	if h.Count == 0 {
		h.Count = max(number(hosts), 1)
	}
	streams := 0 // of a host, which has memory for the most tasks of every group
	for i := range v.Fleet {
		if g := &v.Fleet[i]; g.Tasks != nil {
			streams += *g.Tasks * g.Processes * len(g.does())
		}
	}
	if streams > maxTasks {
		streams = 0 // an error of those groups
	}
	for i := range v.Fleet {
		g := &v.Fleet[i]
		if g.Placement == nil {
			continue
		}
		g.placed = nil
		for j := range hosts {
			g.placed = appendRun(g.placed, hosts[j].hosts, hosts[j].tasks[i])
		}
		if streams += g.most() * g.Processes * len(g.does()); streams > maxTasks {
			r.Fail(n.Item("fleet", i).At("placement"), "fleet."+g.Name+".placement", "%d tasks on a host: more than %d processes, or activities of processes, in all", g.most(), maxTasks)
			streams = 0
		}
	}
}

// appendRun adds hosts with so many tasks each to a list of runs.
func appendRun(runs []plan.Run, hosts, tasks int) []plan.Run {
	if last := len(runs) - 1; last >= 0 && runs[last].Tasks == tasks {
		runs[last].Hosts += hosts
		return runs
	}
	return append(runs, plan.Run{Hosts: hosts, Tasks: tasks})
}

// most is how many tasks of the group there are on the host that has most of them.
func (v *group) most() int {
	if v.Tasks != nil {
		return *v.Tasks
	}
	most := 0
	for _, run := range v.placed {
		most = max(most, run.Tasks)
	}
	return most
}
