package control

import "tenement/internal/strategy"

// finish closes the account at the horizon.
func (r *run) finish() {
	r.now = r.horizon
	for _, c := range r.calls.all {
		if c.open {
			c.client.Abandon(r.now, &c.Call, strategy.Unfinished)
			r.result.Callers[c.Group].States[UnderWay] += uint64(c.left)
		}
	}
	for _, j := range r.jobs.all {
		if j.open && !j.dead && j.task && j.phase != living {
			r.result.Callers[j.caller].States[UnderWay]++
		}
	}
	last := r.buckets() - 1
	if last >= 0 {
		r.alive.reach(last)
		r.result.Series.Alive = r.alive.high
	}
	for i := range r.zones {
		if l := &r.zones[i].level; last >= 0 {
			l.reach(last)
			r.result.Series.Level = append(r.result.Series.Level, l.low)
		}
	}
	for i := range r.regions {
		if r.regions[i].fresh {
			r.result.Regions[i].To = r.now
		}
	}
	r.account()
}

// account works out what was paid for and what was used.
func (r *run) account() {
	u := &r.result.Capacity
	r.cpu.move(r.now, 0)
	r.mem.move(r.now, 0)
	u.UsedCPU, u.UsedMemory = r.cpu.sum, r.mem.sum
	for i := range r.zones {
		z := &r.zones[i]
		if z.hosts != nil {
			seconds := float64(len(z.hosts.free)) * r.now.Seconds()
			u.PaidCPU += float64(seconds * float64(r.plan.MicroVMs.Host.CPU))
			u.PaidMemory += float64(seconds * float64(r.plan.MicroVMs.Host.Memory))
			continue
		}
		for k := range z.pools {
			q, size := &z.pools[k], &r.plan.Instances.Sizes[k]
			q.idle.move(r.now, 0)
			q.used.move(r.now, 0)
			idle := q.idle.sum + q.boot.Seconds()
			u.IdleCPU += float64(idle * float64(size.CPU))
			u.IdleMemory += float64(idle * float64(size.Memory))
			u.PaidCPU += float64((idle + q.used.sum) * float64(size.CPU))
			u.PaidMemory += float64((idle + q.used.sum) * float64(size.Memory))
		}
	}
	if r.plan.MicroVMs != nil {
		u.IdleCPU, u.IdleMemory = u.PaidCPU-u.UsedCPU, u.PaidMemory-u.UsedMemory
	}
}
