package control

import "tenement/internal/draw"

// choose picks the zone that a job asks next, and reports false if there is none left.
func (r *run) choose(j *job) bool {
	zones := len(r.zones) / len(r.regions)
	first := int(draw.Below(j.key.With(1<<24).Bits(), uint64(zones)))
	for i := range zones {
		z := (first + i) % zones
		at := int(j.region)*zones + z
		if j.tried&(1<<z) == 0 && r.zones[at].avoided == 0 {
			j.tried |= 1 << z
			j.zone = int32(at)
			return true
		}
	}
	return false
}

// grant gives the tasks of an attempt capacity in its zone, as far as it goes.
func (r *run) grant(j *job) {
	c := r.calls.all[j.call]
	caller := &r.plan.Callers[j.caller]
	limit := r.launches[r.accountOf(j)]
	for c.left > 0 {
		if !j.paid && !ask(limit, r.now).OK {
			r.refuse(j)
			return
		}
		j.paid = true
		key := c.key.With(1<<32 | uint64(c.batch-c.left))
		p, own, others, ok := r.pick(j.zone, caller.Task, caller.Account, key.With(1<<24).Bits())
		if !ok {
			break
		}
		j.paid = false
		c.left--
		r.placed(j, c, p, key, own, others)
	}
	switch {
	case c.left == 0:
		r.reply(j, Running)
	case r.plan.Fallback:
		r.enter(j, Capacity)
	default:
		r.reply(j, NoCapacity)
	}
}

// placed begins a task that has capacity.
func (r *run) placed(of *job, c *call, p place, key draw.Key, own, others int) {
	t := r.newJob()
	t.task, t.caller, t.region, t.zone, t.place, t.key = true, of.caller, of.region, of.zone, p, key
	t.asked, t.again = c.Scheduled, c.again
	task := r.plan.Callers[t.caller].Task
	r.cpu.move(r.now, int64(task.CPU))
	r.mem.move(r.now, int64(task.Memory))
	n := &r.result.Callers[t.caller]
	n.Placed++
	n.Own += uint64(own)
	n.Others += uint64(others)
	n.MostOnHost = max(n.MostOnHost, uint64(own+others+1))
	if own+others == 0 {
		n.Alone++
	}
	zone := &r.result.Zones[p.zone]
	zone.Least = min(zone.Least, r.zones[p.zone].level.n)
	if p.cell >= 0 {
		zone.Cells[p.cell].Most = max(zone.Cells[p.cell].Most, uint64(r.zones[p.zone].cells[p.cell].used))
	}
	r.enter(t, MicroVM)
}
