package control

import (
	"time"

	"tenement/internal/draw"
	"tenement/internal/strategy"
)

// stream makes the calls of a caller in a region: at random, or those of a deployment.
type stream struct {
	caller, region int32
	key            draw.Key
	n              uint64 // calls so far
	rate           int    // of the caller's, the one that holds
	deploy         *Deploy
}

// call is a call of RunTask under way, of a batch of tasks.
type call struct {
	strategy.Call
	client  *strategy.Client
	open    bool
	again   bool // in the place of a lost task
	number  int32
	region  int32
	gen     uint32 // of what it waits for
	attempt int32  // the job that serves it, −1 is none
	batch   int    // tasks that it asks for
	left    int    // of those, the ones that have no capacity yet
	key     draw.Key
	reason  State // why the last attempt failed
	step    Step  // at which
}

func (r *run) newClients(regions int) {
	var all []strategy.Clients
	for region := range regions {
		for i := range r.plan.Callers {
			c := &r.plan.Callers[i]
			s := c.Strategy
			if s == nil {
				s = new(strategy.Strategy)
			}
			key := draw.Key(0).Name(c.Name).With(uint64(region))
			all = append(all, strategy.Clients{
				Strategy: s, Tasks: 1, Processes: 1, Lasting: true, Key: func(int) draw.Key { return key },
			})
		}
	}
	r.clients = strategy.NewHost(r.plan.Seed, 0, all)
}

func (r *run) newStreams(key draw.Key, regions int) {
	for region := range int32(regions) {
		for i := range int32(len(r.plan.Callers)) {
			c := &r.plan.Callers[i]
			own := key.Name(c.Name).With(uint64(region))
			if len(c.Rates) > 0 {
				r.streams = append(r.streams, stream{caller: i, region: region, key: own, rate: -1})
				r.next(int32(len(r.streams)-1), 0)
			}
			for d := range c.Deploys {
				r.streams = append(r.streams, stream{caller: i, region: region, key: own.With(uint64(d)), deploy: &c.Deploys[d]})
				r.next(int32(len(r.streams)-1), c.Deploys[d].At)
			}
		}
	}
}

// next schedules the next call of a stream after now.
func (r *run) next(of int32, now time.Duration) {
	s := &r.streams[of]
	c := &r.plan.Callers[s.caller]
	bits := s.key.With(s.n).Bits()
	var at time.Duration
	if d := s.deploy; d != nil {
		batch := max(c.Batch, 1)
		calls := uint64((d.Tasks + batch - 1) / batch)
		if s.n >= calls {
			return
		}
		at = d.At + time.Duration(float64(d.Within)*(float64(s.n)/float64(calls)))
	} else {
		at = c.after(now, bits, &s.rate)
	}
	if at < r.plan.Duration {
		r.queue.add(event{at: at, order: uint32(bits), what: asks, of: of})
	}
}

// after is when the next call comes at random after now. An exponential time that the
// next rate cuts off begins anew there.
func (c *Caller) after(now time.Duration, bits uint64, rate *int) time.Duration {
	for {
		next := *rate + 1
		until := time.Duration(1<<63 - 1)
		if next < len(c.Rates) {
			until = c.Rates[next].At
		}
		if *rate >= 0 && c.Rates[*rate].Mean != nil {
			if at := now + c.Rates[*rate].Mean.At(bits); at < until {
				return at
			}
		}
		if next == len(c.Rates) {
			return until
		}
		now, *rate = max(now, until), next
		bits = draw.Key(bits).With(uint64(next)).Bits()
	}
}

// ask makes a stream's call, and schedules the one after it.
func (r *run) ask(of int32) {
	s := &r.streams[of]
	caller := &r.plan.Callers[s.caller]
	batch := max(caller.Batch, 1)
	if d := s.deploy; d != nil {
		batch = min(batch, d.Tasks-int(s.n)*batch)
	}
	c := r.newCall(s.region, s.caller, batch, s.key.With(s.n).With(1))
	s.n++
	r.next(of, r.now)
	r.begin(c)
}

// newCall takes a slot for a call.
func (r *run) newCall(region, caller int32, batch int, key draw.Key) *call {
	c, number := r.calls.take()
	*c = call{number: number, gen: c.gen, open: true, region: region, attempt: -1, batch: batch, left: batch, key: key}
	c.Group = uint32(caller)
	c.client = r.clients.Client(uint32(int(region)*len(r.plan.Callers)+int(caller)), 0, 0)
	n := &r.result.Callers[caller]
	n.Asked += uint64(batch)
	n.Calls++
	r.result.Regions[region].Asked += uint64(batch)
	return c
}

// begin begins a call.
func (r *run) begin(c *call) {
	if r.plan.Bucket > 0 {
		r.result.Series.Asked[r.bucket()] += uint32(c.left)
	}
	c.Scheduled = r.now
	r.carry(c, c.client.Begin(r.now, &c.Call))
}

// carry carries out a step of a call's strategy.
func (r *run) carry(c *call, step strategy.Step) {
	c.gen++
	switch step.Do {
	case strategy.Finish:
		r.finished(c)
	case strategy.Send:
		request := c.Request()
		sent := r.now + step.For
		r.queue.add(event{at: sent + request.Delay(), order: uint32(request.Order()), what: arrives, of: c.number, gen: c.gen})
		if request.Timeout > 0 {
			r.queue.add(event{at: sent + request.Timeout, order: uint32(request.Order()), what: patience, of: c.number, gen: c.gen})
		}
	case strategy.Sleep, strategy.Await:
		if step.Do == strategy.Sleep || step.For > 0 {
			r.queue.add(event{at: r.now + step.For, order: uint32(c.key.With(uint64(c.gen)).Bits()), what: wakes, of: c.number, gen: c.gen})
		}
	}
}

// finished ends a call: its caller has an answer for all its tasks, or has given up.
func (r *run) finished(c *call) {
	r.observer.Answered(int(c.Group), r.now, r.now-c.Scheduled)
	if c.left > 0 {
		state := c.reason
		switch c.Result {
		case strategy.Timeout:
			state = TimedOut
		case strategy.Withheld:
			state = Withheld
		}
		n := &r.result.Callers[c.Group]
		n.States[state] += uint64(c.left)
		if state == Failed {
			n.FailedAt[c.step] += uint64(c.left)
		}
		r.refused(c.left)
	}
	c.open = false
	r.calls.give(c.number)
}

// refused counts tasks that will not be RUNNING.
func (r *run) refused(tasks int) {
	if r.plan.Bucket > 0 {
		r.result.Series.Refused[r.bucket()] += uint32(tasks)
	}
}

// arrive begins the work on an attempt.
func (r *run) arrive(c *call) {
	r.result.Callers[c.Group].Attempts++
	j := r.newJob()
	j.caller, j.region, j.call = int32(c.Group), c.region, c.number
	j.key = c.key.With(2 + uint64(c.Attempts))
	c.attempt = j.number
	r.enter(j, Webhook)
}

// giveUp ends an attempt for a client that waits no longer. What the control plane is
// doing for it comes to nothing: a later attempt has the same client token.
func (r *run) giveUp(c *call) {
	if c.attempt >= 0 {
		j := r.jobs.all[c.attempt]
		j.dead, j.call = true, -1
		c.attempt = -1
	}
	r.answer(c, &strategy.Outcome{Err: strategy.ResponseTimeout})
}

// answer hands a call's client the outcome of an attempt.
func (r *run) answer(c *call, o *strategy.Outcome) {
	r.carry(c, c.client.Resume(r.now, &c.Call, strategy.Event{Kind: strategy.Replied, Outcome: o}))
}

// reply ends an attempt with an answer. The job is done with.
func (r *run) reply(j *job, state State) {
	c, step := r.calls.all[j.call], j.step
	r.freeJob(j)
	c.attempt, c.reason, c.step = -1, state, step
	o := strategy.Outcome{Status: 200}
	switch state {
	case Running:
	case Throttled: // ThrottlingException
		o = strategy.Outcome{Status: 400, Body: strategy.BodyThrottleJSON}
	case Denied: // AccessDeniedException
		o = strategy.Outcome{Status: 400, Body: strategy.BodyErrorJSON}
	case NoCapacity: // "Capacity is unavailable at this time": callers retry it like an error of the server
		o = strategy.Outcome{Status: 503, Body: strategy.BodyErrorJSON}
	default: // ServerException
		o = strategy.Outcome{Status: 500, Body: strategy.BodyErrorJSON}
	}
	r.answer(c, &o)
}
