package live

import (
	"slices"
	"time"

	"tenement/internal/draw"
	"tenement/internal/strategy"
)

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
	r.firsts.Reset(f.plan, number)
	r.kept = make([][]*task, len(f.plan.Groups))
}

// first is which task of a group its agent is in a request that is sent at an instant.
func (r *roster) first(group int, sent time.Duration) (place, life uint32) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.firsts.At(uint32(group), sent)
	return f.Place, f.Life
}

// succeed makes the task of an arrival, which starts, the one that the group's agent is,
// if it starts in the right place. It holds the lock of the roster.
func (f *fleet) succeed(r *roster, a *arrival) {
	if _, ok := r.firsts.Start(&a.Occurrence); !ok {
		return
	}
	// Requests of those before may be on their way, for longer than a task lives.
	if all := r.kept[a.Group]; len(all) > mostKept {
		f.wire.stop(a.host, all[0].known)
		r.kept[a.Group] = slices.Delete(all, 0, 1)
	}
}

// mostKept is how many stopped tasks of a group the server knows for its agent.
const mostKept = 32

// keep reports whether the server is to know a task that has stopped, because its group's
// agent may still be that one.
func (r *roster) keep(a *arrival, t *task) bool {
	if r.agent == nil {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.firsts.At(a.Group, a.At).Place != a.Task {
		return false
	}
	r.kept[a.Group] = append(r.kept[a.Group], t)
	return true
}
