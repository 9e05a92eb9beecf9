package control

import (
	"math/bits"
	"time"

	"tenement/internal/draw"
)

// phase is what a job is doing.
type phase uint8

// The phases.
const (
	queued  phase = iota // for a server
	pausing              // until the limit of its step lets it begin
	asking               // until that limit can say how long it must wait
	serving
	living // a task that is RUNNING
)

// job is what goes through the steps: an attempt of a call up to Capacity, and from there
// on each of its tasks.
type job struct {
	number  int32
	gen     uint32
	open    bool
	dead    bool // nobody waits for it; it still holds its server or its place in a queue
	task    bool
	again   bool // in the place of a lost one
	paid    bool // a token of the launches was taken for its next task
	phase   phase
	step    Step
	caller  int32
	region  int32
	zone    int32 // of all regions; that it asks for capacity
	tried   uint32
	call    int32 // of an attempt
	place   place // of a task
	key     draw.Key
	asked   time.Duration // when the call of a task began
	entered time.Duration // its step
	began   time.Duration // to be served
}

// newJob takes a slot for a job.
func (r *run) newJob() *job {
	j, number := r.jobs.take()
	*j = job{number: number, gen: j.gen, open: true, zone: -1, call: -1, place: nowhere}
	return j
}

func (r *run) freeJob(j *job) {
	j.open = false
	j.gen++
	r.jobs.give(j.number)
}

// station is where a job is served at its step.
func (r *run) station(j *job) *station {
	region := &r.regions[j.region]
	if j.step.Zonal() {
		return &region.zonal[r.zones[j.zone].number]
	}
	return &region.stations[j.step]
}

// skips reports whether a job does not have the step.
func (r *run) skips(j *job, step Step) bool {
	switch step {
	case Webhook, Scheduler:
		return !r.plan.Callers[j.caller].EKS
	case MicroVM:
		return r.plan.MicroVMs == nil
	}
	return false
}

// enter takes a job to a step, or to the first after it that it has.
func (r *run) enter(j *job, step Step) {
	for r.skips(j, step) {
		step++
	}
	j.step, j.entered = step, r.now
	if step == Capacity && !r.choose(j) {
		r.reply(j, NoCapacity)
		return
	}
	caller := &r.plan.Callers[j.caller]
	if step == FrontEnd && !caller.EKS && !ask(r.api[r.accountOf(j)], r.now).OK {
		r.refuse(j)
		return
	}
	r.pace(j)
}

// pace asks the limit of a job's step.
func (r *run) pace(j *job) {
	switch d := ask(r.station(j).limit, r.now); {
	case !d.OK && j.step.Answered(): // the wait is longer than a limiter counts
		j.phase = asking
		r.schedule(j, d.RetryAfter)
	case !d.OK:
		r.refuse(j)
	case d.Wait > 0:
		j.phase = pausing
		r.schedule(j, d.Wait)
	default:
		r.line(j)
	}
}

// accountOf is the number of a job's account in its region.
func (r *run) accountOf(j *job) int {
	return int(j.region)*r.accounts + r.plan.Callers[j.caller].Account
}

// refuse throttles an attempt.
func (r *run) refuse(j *job) {
	r.result.Steps[j.step].Refused++
	r.reply(j, Throttled)
}

// line lets a job be served, or wait for a server.
func (r *run) line(j *job) {
	s := r.station(j)
	if s.servers > 0 && s.busy == s.servers {
		if s.queue > 0 && s.waiting.len() >= s.queue && !j.step.Answered() {
			r.refuse(j)
			return
		}
		j.phase = queued
		s.waiting.add(j.number)
		return
	}
	r.serve(j, s)
}

// serve begins to serve a job.
func (r *run) serve(j *job, s *station) {
	j.phase, j.began = serving, r.now
	s.busy++
	t := r.plan.Steps[j.step].Latency
	if t == nil {
		r.served(j)
		return
	}
	u := j.key.With(uint64(j.step)<<8 | uint64(bits.OnesCount32(j.tried))).Bits()
	r.queue.add(event{at: r.now + t.At(u), order: uint32(u), what: served, of: j.number, gen: j.gen})
}

// schedule resumes a job after a time.
func (r *run) schedule(j *job, after time.Duration) {
	r.queue.add(event{at: r.now + after, order: uint32(j.key.With(uint64(j.step) | 1<<16).Bits()), what: served, of: j.number, gen: j.gen})
}

// served goes on with a job whose visit, or whose pause before it, has ended.
func (r *run) served(j *job) {
	if j.phase == pausing || j.phase == asking {
		switch {
		case j.dead:
			r.freeJob(j)
		case j.phase == pausing:
			r.line(j)
		default:
			r.pace(j)
		}
		return
	}
	s := r.station(j)
	s.busy--
	if j.dead {
		r.freeJob(j)
	} else {
		r.observer.Stepped(int(j.step), r.now, j.began-j.entered, r.now-j.entered)
		r.visited(j)
	}
	for s.waiting.len() > 0 && s.busy < s.servers {
		next := r.jobs.all[s.waiting.take()]
		if next.dead {
			r.freeJob(next)
			continue
		}
		r.serve(next, s)
	}
}

// visited takes a job on after a visit of its step.
func (r *run) visited(j *job) {
	step := j.step
	n := &r.result.Steps[step]
	n.Visits++
	if r.fails(j) {
		n.Failed++
		switch {
		case j.task:
			r.lostTask(j, Failed)
		case step == IAM:
			r.reply(j, Denied)
		default:
			r.reply(j, Failed)
		}
		return
	}
	switch step {
	case Capacity:
		r.grant(j)
	case Report:
		r.started(j)
	default:
		r.enter(j, step+1)
	}
}

// fails draws whether a visit fails.
func (r *run) fails(j *job) bool {
	share := r.plan.Steps[j.step].Fails
	region := &r.regions[j.region]
	fresh := r.plan.Rollout != nil && region.fresh && r.plan.Rollout.Step == j.step
	if fresh {
		share = max(share, r.plan.Rollout.Fails)
	}
	failed := share > 0 && j.key.With(uint64(j.step)<<8|uint64(bits.OnesCount32(j.tried))|1<<20).Float() < share
	if fresh {
		region.visits++
		r.result.Regions[j.region].Visits++
		if failed {
			region.failed++
			r.result.Regions[j.region].Failed++
		}
	}
	return failed
}
