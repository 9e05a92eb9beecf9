package live

import (
	"slices"
	"time"

	"tenement/internal/draw"
	"tenement/internal/strategy"
)

// first is a task in the place of a group where one has started first, as which the
// group's agent on a host asks until the next one has started there.
type first struct {
	place uint32 // noPlace until one has started
	life  uint32
	since time.Duration
}

const noPlace = ^uint32(0)

// addAgents makes the agents of a host, if groups have any (strategy.PerHost). They live
// as long as the run.
func (f *fleet) addAgents(r *roster, number int) {
	var own []strategy.Clients
	for group := range f.plan.Groups {
		for activity := range max(len(f.plan.Groups[group].Activities), 1) {
			if !f.plan.Hosted(group, activity) {
				continue
			}
			if r.agents == nil {
				r.agents = make(map[int]int)
			}
			lane := f.plan.Lane(group, 0, activity)
			r.agents[lane] = len(own)
			key := f.plan.ClientKey(group, f.plan.TaskKey(group, 0, 0), activity)
			c := r.clients[lane]
			c.Tasks, c.Key = 1, func(int) draw.Key { return key }
			own = append(own, c)
		}
	}
	if own == nil {
		return
	}
	r.agent = &task{ctx: f.ctx, agent: true, host: strategy.NewHost(f.plan.Seed, uint32(number), own), domains: make([]domain, len(own))}
	for i := range own {
		r.agent.domains[i].client = r.agent.host.At(i)
	}
	r.firsts, r.kept = make([][2]first, len(f.plan.Groups)), make([][]*task, len(f.plan.Groups))
	for group := range r.firsts {
		r.firsts[group][0].since = -1
		if f.plan.Groups[group].Dynamic() {
			r.firsts[group][0].place = noPlace
		}
	}
}

// first is which task of a group its agent is in a request that is sent at an instant.
func (r *roster) first(group int, sent time.Duration) (place, life uint32) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := &r.firsts[group]
	if sent < f[0].since {
		return f[1].place, f[1].life
	}
	return f[0].place, f[0].life
}

// succeed makes the task of an arrival, which starts, the one that the group's agent is,
// if it starts in the right place. It holds the lock of the roster.
func (f *fleet) succeed(r *roster, a *arrival) {
	firsts := &r.firsts[a.Group]
	if firsts[0].place != noPlace && firsts[0].place != a.Task {
		return
	}
	firsts[1], firsts[0] = firsts[0], first{a.Task, a.Life, a.At}
	r.kept[a.Group] = slices.DeleteFunc(r.kept[a.Group], func(t *task) bool {
		if t.life == firsts[1].life {
			return false // requests may be on their way
		}
		f.wire.stop(a.host, t.known)
		return true
	})
}

// keep reports whether the server is to know a task that has stopped, because its group's
// agent may still be that one.
func (r *roster) keep(a *arrival, t *task) bool {
	if r.agent == nil {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.firsts[a.Group][0].place != a.Task {
		return false
	}
	r.kept[a.Group] = append(r.kept[a.Group], t)
	return true
}
