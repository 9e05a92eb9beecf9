package plan

import (
	"time"

	"tenement/internal/draw"
)

// First is the task of a group as which the group's agent on a host asks
// (strategy.PerHost): the one that has started first in the group, and then those that
// follow in its place. One that has stopped stays it until the next one starts.
type First struct {
	Place, Life uint32
	Slot        int32
	Key         draw.Key      // its TaskKey
	Issued      time.Duration // its credentials

	since time.Duration // from when on the agent asks as this one
	none  bool          // no task of the group has started
}

// Firsts are the First of each group of a host. They are kept only in a plan in which some
// group has an agent. Reset makes them those of a host.
type Firsts struct {
	groups [][2]First // by group: the one now, and the one before; empty if no group has an agent
}

// Reset makes them those of a host at time 0, and reuses their memory.
func (f *Firsts) Reset(p *Plan, host int) {
	f.groups = f.groups[:0]
	if !p.hasAgents() {
		return
	}
	for group := range p.Groups {
		g := &p.Groups[group]
		first := First{Slot: int32(g.First), Key: p.TaskKey(group, 0, 0), Issued: p.Started(host, group), since: -1, none: g.Dynamic()}
		f.groups = append(f.groups, [2]First{first, first})
	}
}

// hasAgents reports whether any group has an agent on each host.
func (p *Plan) hasAgents() bool {
	for group := range p.Groups {
		for activity := range max(len(p.Groups[group].Activities), 1) {
			if p.Hosted(group, activity) {
				return true
			}
		}
	}
	return false
}

// Start takes note of the start of a task. If the task becomes the First of its group,
// ok is true and before is the one before.
func (f *Firsts) Start(o *Occurrence) (before First, ok bool) {
	if len(f.groups) == 0 {
		return First{}, false
	}
	g := &f.groups[o.Group]
	if !g[0].none && g[0].Place != o.Task {
		return First{}, false
	}
	g[1] = g[0]
	g[0] = First{
		Place: o.Task, Life: o.Life, Slot: o.Slot,
		Key: o.Key, Issued: o.At, since: o.At,
	}
	return g[1], true
}

// At is the First of a group that has an agent, in a request that is sent at an
// instant: at most one task may have followed since then.
func (f *Firsts) At(group uint32, sent time.Duration) *First {
	g := &f.groups[group]
	if sent < g[0].since {
		return &g[1]
	}
	return &g[0]
}
