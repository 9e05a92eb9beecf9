package sim

import (
	"time"

	"tenement/internal/plan"
	"tenement/internal/strategy"
)

// tasks is what a host keeps of tasks that come and go.
type tasks struct {
	arrivals *plan.Arrivals
	open     []int32         // by slot: calls under way, background refreshes included
	issued   []time.Duration // by slot: credentials
}

// beginTasks is time 0 of a host whose tasks come and go.
func (h *host) beginTasks(arrivals *plan.Arrivals) {
	if h.tasks == nil {
		n := h.plan.Slots()
		h.tasks = &tasks{open: make([]int32, n), issued: make([]time.Duration, n)}
	}
	t := h.tasks
	t.arrivals = arrivals
	clear(t.open)
	for group := range h.plan.Groups {
		g := &h.plan.Groups[group]
		for place := range g.Tasks {
			t.issued[g.First+place] = h.issued[group]
			h.keys[g.First+place] = h.plan.TaskKey(group, place, 0)
		}
	}
	arrivals.Tell(h.observer)
}

// occur carries out what happens to tasks.
func (h *host) occur(o *plan.Occurrence) {
	switch o.Kind {
	case plan.TaskStarts:
		h.start(o)
		h.plan.Sidecars(o, h.beginSidecar)
	case plan.TaskStops:
		h.stop(o.At, o.Slot)
	case plan.CallDue:
		s := h.slab.take()
		s.client = h.clients.Client(o.Lane, o.Task, o.Process)
		s.task, s.watch = o.Slot, o.Watch
		h.tasks.open[o.Slot]++
		h.fill(s, &o.Arrival)
		s.arrived.Life, s.arrived.Activity = o.Life, o.Activity
		h.begin(s)
	}
}

// start makes a new task of the one that was in its slot before.
func (h *host) start(o *plan.Occurrence) {
	group, side, task := int(o.Group), int(o.Side), o.Slot
	h.tasks.issued[task] = o.At
	h.firsts.Start(o)
	if o.Life == 0 {
		return // all of it is new
	}
	h.keys[task] = o.Key
	h.endpoint.Renew(task)
	for _, e := range h.further {
		e.Renew(task)
	}
	for activity := range h.plan.Groups[group].Activities {
		lane := h.plan.Lane(group, side, activity)
		h.clients.Renew(uint32(lane), o.Task, h.plan.ClientKey(group, o.Key, activity))
	}
}

// stop cuts off what is open of a task.
func (h *host) stop(now time.Duration, task int32) {
	if h.tasks.open[task] == 0 {
		return
	}
	for s := range h.slab.all() {
		if s.task == task && s.what != vacant && s.what != timer && s.what != cutOff {
			h.cut(s, now)
		}
	}
	h.tasks.open[task] = 0
}

// cut ends a call whose task stops. A slot whose event is still to come stays taken
// until then. An attempt that was to be sent at that instant is not.
func (h *host) cut(s *slot, now time.Duration) {
	s.straight = false
	if (s.what == arrives || s.what == replies || s.what == hangs) && s.sent < now {
		h.observer.Attempted(s.call, s.sent, now, &strategy.Outcome{})
	}
	s.client.Abandon(now, s.call, strategy.Stopped)
	if !s.call.Background {
		h.observer.Finished(s.call)
	}
	if s.what == hangs || s.what == awaits {
		h.slab.give(s)
		return
	}
	s.what, s.call = cutOff, nil
}

// ended takes note of the end of a slot's call.
func (t *tasks) ended(now time.Duration, s *slot) {
	if s.task == ofHost {
		return
	}
	t.open[s.task]--
	if s.watch != 0 {
		t.arrivals.Ended(now, s.call, s.watch)
	}
}

// apart reports whether nothing that happens until an instant can matter to a slot's
// call, nor its end to anything else: its task is certain to live until then, and
// nobody waits for the call.
func (t *tasks) apart(s *slot, until time.Duration) bool {
	k := s.call
	return s.watch == 0 && until < t.arrivals.Until(k.Group, k.Task, k.Life)
}
