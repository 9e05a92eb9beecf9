package plan

import (
	"time"

	"tenement/internal/draw"
	"tenement/internal/throttle"
)

// Differ is the endpoint of a share of the hosts, in place of the plan's. It is
// whole: what it leaves out, it does not have.
type Differ struct {
	Name     string           // for reports
	Share    float64          // of the hosts, by a keyed draw for each
	Limits   []throttle.Limit // as many as the plan has
	Changes  []throttle.Change
	OnExceed throttle.OnExceed
	Latency  *draw.Table
	Faults   []throttle.Fault
}

// HostStart is when a host starts: at a keyed instant of StartWithin. Its tasks start
// then, or at their group's start if that is later.
func (p *Plan) HostStart(host int) time.Duration {
	if p.StartWithin <= 0 {
		return 0
	}
	key := draw.Seed(p.Seed).Name("host start").With(uint64(host))
	return time.Duration(draw.Below(key.Bits(), uint64(p.StartWithin)))
}

// Started is when the first tasks of a group start on a host.
func (p *Plan) Started(host, group int) time.Duration {
	return max(p.Groups[group].Start, p.HostStart(host))
}

// Kind is which endpoint a host has: 0 is the plan's, n is that of Differ[n-1].
func (p *Plan) Kind(host int) int {
	if len(p.Differ) == 0 {
		return 0
	}
	u := draw.Seed(p.Seed).Name("host kind").With(uint64(host)).Float()
	for i := range p.Differ {
		if u -= p.Differ[i].Share; u < 0 {
			return i + 1
		}
	}
	return 0
}

// Run is some hosts, one after another, with as many places of a group each.
type Run struct{ Hosts, Tasks int }

// Present is how many places of a group a host has: Tasks, or what Placed says. before
// is how many the hosts before it have together.
func (p *Plan) Present(host, group int) (places, before int) {
	g := &p.Groups[group]
	if g.Placed == nil {
		return g.Tasks, host * g.Tasks
	}
	for _, run := range g.Placed {
		if host < run.Hosts {
			return run.Tasks, before + host*run.Tasks
		}
		host -= run.Hosts
		before += run.Hosts * run.Tasks
	}
	return 0, before
}

// AllTasks is the number of places for tasks on all hosts together.
func (p *Plan) AllTasks() (n int) {
	for i := range p.Groups {
		_, all := p.Present(p.Hosts, i)
		n += all
	}
	return n
}
