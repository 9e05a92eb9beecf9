package sim

import (
	"tenement/internal/plan"
	"tenement/internal/strategy"
)

// beginSidecar starts a sidecar of a task that starts, unless it is that of an agent of
// the host and has been started.
func (h *host) beginSidecar(o plan.Occurrence) {
	client := h.clients.Client(o.Lane, o.Task, 0)
	if !client.WantsSidecar() {
		return
	}
	s := h.slab.take()
	s.client, s.task, s.watch = client, o.Slot, 0
	if client.Hosted() {
		s.task = ofHost
	} else if h.tasks != nil {
		h.tasks.open[s.task]++
	}
	s.arrived = strategy.Call{
		Host: h.number, Group: o.Group, Task: o.Task, Life: o.Life, Activity: o.Activity, Resource: o.Resource, Tag: uint32(s.number),
	}
	s.call, s.straight = &s.arrived, false
	h.carry(s, o.At, client.StartSidecar(o.At, s.call))
}
