package sim

import (
	"time"

	"tenement/internal/plan"
	"tenement/internal/strategy"
)

// beginSidecars starts the sidecars of the tasks that live as long as the run.
func (h *host) beginSidecars() {
	for group := range h.plan.Groups {
		g := &h.plan.Groups[group]
		if _, replayed := g.Pattern.(*plan.Replay); replayed || g.Dynamic() || !h.plan.Strategy(group, 0).Sidecar.On {
			continue
		}
		present, _ := h.plan.Present(int(h.number), group)
		for place := range present {
			h.beginSidecar(h.plan.Started(int(h.number), group), &plan.Occurrence{Arrival: plan.Arrival{Group: uint32(group), Task: uint32(place)}})
		}
	}
}

// beginSidecar starts the sidecars of a task that starts at an instant, or those of its
// host that have not been started.
func (h *host) beginSidecar(at time.Duration, o *plan.Occurrence) {
	group := int(o.Group)
	for activity := range max(len(h.plan.Groups[group].Activities), 1) {
		client := h.clients.Client(uint32(h.plan.Lane(group, int(o.Side), activity)), o.Task, 0)
		if !client.WantsSidecar() {
			continue
		}
		s := h.slab.take()
		s.client, s.watch = client, 0
		s.arrived = strategy.Call{
			Host: h.number, Group: o.Group, Task: o.Task, Life: o.Life, Activity: uint8(activity),
			Resource: h.plan.Wanted(group, activity), Tag: uint32(s.number),
		}
		s.call = &s.arrived
		if s.task = int32(h.plan.Slot(group, int(o.Task), int(o.Side))); client.Hosted() {
			s.task = ofHost
		} else if h.tasks != nil {
			h.tasks.open[s.task]++
		}
		h.carry(s, at, client.StartSidecar(at, s.call))
	}
}
