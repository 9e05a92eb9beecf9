package control

import (
	"time"

	"tenement/internal/draw"
)

// started makes a task RUNNING.
func (r *run) started(j *job) {
	caller := &r.plan.Callers[j.caller]
	took := r.now - j.asked
	r.observer.Started(int(j.caller), r.now, took)
	n := &r.result.Callers[j.caller]
	n.States[Running]++
	if j.again {
		n.Again++
	}
	r.result.Regions[j.region].Started++
	if r.plan.Bucket > 0 {
		b := r.bucket()
		r.result.Series.Started[b]++
		r.result.Series.SlowSum[b] += took
	}
	r.alive.move(r, 1)
	j.phase = living
	if caller.Lifetime != nil {
		u := j.key.With(1 << 25).Bits()
		r.queue.add(event{at: r.now + caller.Lifetime.At(u), order: uint32(u), what: lives, of: j.number, gen: j.gen})
	}
}

// end ends a task that was RUNNING.
func (r *run) end(j *job) {
	r.alive.move(r, -1)
	r.giveBack(j)
	r.freeJob(j)
}

// giveBack gives back the capacity of a task.
func (r *run) giveBack(j *job) {
	caller := &r.plan.Callers[j.caller]
	r.cpu.move(r.now, -int64(caller.Task.CPU))
	r.mem.move(r.now, -int64(caller.Task.Memory))
	r.release(j.place, caller.Task, caller.Account)
	j.place = nowhere
}

// lostTask ends a task that will not be RUNNING. If it is at a step, its server or its
// place in the queue is freed later.
func (r *run) lostTask(j *job, state State) {
	n := &r.result.Callers[j.caller]
	n.States[state]++
	if state == Failed {
		n.FailedAt[j.step]++
	}
	r.refused(1)
	r.giveBack(j)
	if state == Failed {
		r.freeJob(j)
	} else {
		j.dead = true
	}
}

// lose takes a zone or a cell away, with all tasks in it.
func (r *run) lose(l *Loss) {
	at := r.lossAt(l)
	z := &r.zones[at]
	if l.Cell < 0 {
		z.lost++
	} else {
		z.cells[l.Cell].failed++
		z.closeHosts(l.Cell)
	}
	r.show(z)
	counts := &r.result.Zones[at]
	for _, j := range r.jobs.all {
		if !j.open || j.dead || !j.task || j.place.zone != at || l.Cell >= 0 && j.place.cell != int32(l.Cell) {
			continue
		}
		counts.Died++
		if j.place.cell >= 0 {
			counts.Cells[j.place.cell].Died++
		}
		caller, region, key := j.caller, j.region, j.key
		if j.phase == living {
			r.result.Callers[caller].Died++
			r.end(j)
		} else {
			r.lostTask(j, Lost)
		}
		r.replace(caller, region, key)
	}
}

// replace asks for a task in the place of a lost one.
func (r *run) replace(caller, region int32, key draw.Key) {
	c := &r.plan.Callers[caller]
	u := key.With(1 << 26).Bits()
	at := r.now + 1 + time.Duration(draw.Below(u, uint64(c.ReplaceWithin)+1))
	if !c.Replace || at >= r.horizon {
		return
	}
	r.result.Callers[caller].Replaced++
	again := r.newCall(region, caller, 1, key.With(1<<27))
	again.again = true
	r.queue.add(event{at: at, order: uint32(u), what: begins, of: again.number, gen: again.gen})
}

// lossAt is the number of the zone of a loss.
func (r *run) lossAt(l *Loss) int32 {
	return int32(l.Region*(len(r.zones)/len(r.regions)) + l.Zone)
}

// notice has the cluster manager ask a lost zone no longer.
func (r *run) notice(l *Loss) {
	if l.Cell < 0 && l.Noticed < l.For {
		r.zones[r.lossAt(l)].avoided++
	}
}

// restore brings a zone or a cell back.
func (r *run) restore(l *Loss) {
	z := &r.zones[r.lossAt(l)]
	if l.Cell >= 0 {
		z.cells[l.Cell].failed--
		z.closeHosts(l.Cell)
	} else {
		z.lost--
		if l.Noticed < l.For {
			z.avoided--
		}
	}
	r.show(z)
}

// rollOut brings new software to a region, looks at it, or takes it back.
func (r *run) rollOut(e *event) {
	ro := r.plan.Rollout
	region := &r.regions[e.of]
	counts := &r.result.Regions[e.of]
	switch e.what {
	case roll:
		if r.stopped {
			return
		}
		region.fresh, counts.From = true, r.now
		r.queue.add(event{at: r.now + ro.Watch, what: watch, of: e.of})
	case watch:
		if r.stopped || !region.fresh {
			return
		}
		if region.visits > 0 && float64(region.failed) > ro.Alarm*float64(region.visits) {
			r.stopped, r.result.RolledBack = true, r.now
			for i := range r.regions {
				r.queue.add(event{at: r.now + ro.Revert, what: revert, of: int32(i)})
			}
			return
		}
		region.visits, region.failed = 0, 0
		r.queue.add(event{at: r.now + ro.Watch, what: watch, of: e.of})
	case revert:
		if region.fresh {
			region.fresh, counts.To = false, r.now
		}
	}
}
