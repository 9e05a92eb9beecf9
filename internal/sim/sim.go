// Package sim is the engine in virtual time: it carries out the decisions of
// strategy and throttle from a heap of events, without HTTP and without a
// clock. It decides nothing.
//
// Hosts do not interact, so each is run from 0 to its horizon alone: only that
// host's few hundred events are pending, and they fit the first-level cache.
// The counts of different hosts are integers that add up, so a caller may spread
// the hosts over processors in any way.
package sim

import (
	"context"
	"errors"
	"slices"
	"time"

	"tenement/internal/draw"
	"tenement/internal/plan"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
)

// InterruptedError is the error of a run that was stopped.
type InterruptedError struct {
	Hosts int           // that have run to their end
	At    time.Duration // how far the next one came, in virtual time
	Cause error         // of the context
}

func (e *InterruptedError) Error() string { return "simulating: " + e.Cause.Error() }

func (e *InterruptedError) Unwrap() error { return e.Cause }

// Hosts are the hosts First..First+N-1 of a plan.
type Hosts struct{ First, N int }

// AllHosts are the hosts of a plan.
func AllHosts(p *plan.Plan) Hosts { return Hosts{N: p.Hosts} }

// Watch is told, every few milliseconds, how many requests a run has made and which
// share of its work is done, from 0 to 1. After the last host it is told once more.
type Watch func(requests uint64, share float64)

// Run simulates some hosts of a plan, one after the other, and reports to the
// observer. It returns what the hosts' endpoints counted. When ctx ends, the run
// stops, open calls count as unfinished, and Run returns the counts so far with
// an InterruptedError.
func Run(ctx context.Context, plan *plan.Plan, hosts Hosts, observer strategy.Observer) (throttle.Counts, error) {
	return RunWatched(ctx, plan, hosts, observer, func(uint64, float64) {})
}

// RunWatched is Run, watched.
func RunWatched(ctx context.Context, plan *plan.Plan, hosts Hosts, observer strategy.Observer, watch Watch) (throttle.Counts, error) {
	h := host{plan: plan, wire: newWire(plan), observer: observer, horizon: plan.Horizon()}
	h.door, _ = observer.(strategy.DoorObserver)
	h.straight, _ = observer.(strategy.StraightObserver)
	for done := range hosts.N {
		h.reset(hosts.First + done)
		one := func() {
			part := min(float64(h.now)/float64(max(h.horizon, 1)), 1)
			watch(h.requests, (float64(done)+part)/float64(hosts.N))
		}
		if err := h.run(ctx, one); err != nil {
			if early := (*InterruptedError)(nil); errors.As(err, &early) {
				early.Hosts = done
			}
			return h.counts(), err
		}
	}
	watch(h.requests, 1)
	return h.counts(), nil
}

// host is the run of one host; reset makes it the run of the next.
type host struct {
	plan       *plan.Plan
	number     uint32
	clients    *strategy.Host
	endpoint   *throttle.Endpoint
	further    []*throttle.Endpoint // by number less 1
	kinds      []kept               // by the kind of host
	request    throttle.Request     // the one that is decided
	requests   uint64               // so far, of all hosts
	keys       []draw.Key           // by slot of a task: its TaskKey
	issued     []time.Duration      // by group: the credentials of the tasks that live as long as the run
	started    time.Duration        // the host
	arrivals   plan.Arrivals
	occurrence plan.Occurrence // the next arrival, or the occurrence that is carried out
	tasks      *tasks          // that come and go; nil if none do
	firsts     plan.Firsts     // whom its agents ask as
	restarts   bool            // an endpoint refuses connections at times
	wire       *wire
	observer   strategy.Observer
	door       strategy.DoorObserver     // observer, if it is one; else nil
	straight   strategy.StraightObserver // likewise

	queue   queue
	slab    slab
	calls   uint32
	now     time.Duration
	client  *strategy.Client // of the next arrival, if no task comes or goes
	touched uint64           // means nothing: see arrive
	due     time.Duration    // when the next arrival comes, or the next occurrence of a task
	horizon time.Duration
}

// taskKeys are the keys of the first tasks of all places.
func taskKeys(p *plan.Plan) []draw.Key {
	keys := make([]draw.Key, p.Slots())
	for group := range p.Groups {
		for place := range p.Groups[group].Tasks {
			keys[p.Slot(group, place, 0)] = p.TaskKey(group, place, 0)
		}
	}
	return keys
}

// reset turns h into another host at time 0, and reuses its memory.
func (h *host) reset(number int) {
	h.number = uint32(number)
	if h.keys == nil {
		h.keys = taskKeys(h.plan)
	}
	h.resetKind(number)
	h.started = h.plan.HostStart(number)
	h.issued = h.issued[:0]
	for group := range h.plan.Groups {
		h.issued = append(h.issued, h.plan.Started(number, group))
	}
	h.firsts.Reset(h.plan, number)
	h.queue.reset()
	h.calls, h.now = 0, 0
}

// kept is what all hosts of a kind use, one after the other.
type kept struct {
	endpoint *throttle.Endpoint
	further  []*throttle.Endpoint
	clients  *strategy.Host
	restarts bool
}

// resetKind makes what is kept for the kind of a host that of this host.
func (h *host) resetKind(number int) {
	if h.kinds == nil {
		h.kinds = make([]kept, len(h.plan.Differ)+1)
	}
	k := &h.kinds[h.plan.Kind(number)]
	if k.endpoint == nil {
		lasting := true
		for i := range len(h.plan.Endpoints) + 1 {
			config := h.plan.Config(number, i)
			lasting = lasting && len(config.Faults) == 0 && config.WriteTimeout == 0
			k.restarts = k.restarts || slices.ContainsFunc(config.Faults, func(f throttle.Fault) bool { return f.Kind == throttle.RestartFault })
			if i == 0 {
				k.endpoint = throttle.New(config)
			} else {
				k.further = append(k.further, throttle.New(config))
			}
		}
		clients := h.plan.Clients(number)
		for i := range clients {
			clients[i].Lasting = lasting
		}
		k.clients = strategy.NewHost(h.plan.Seed, h.number, clients)
	} else {
		k.clients.Reset(h.plan.Seed, h.number)
		k.endpoint.NextHost(h.number)
		for _, e := range k.further {
			e.NextHost(h.number)
		}
	}
	h.endpoint, h.further, h.clients, h.restarts = k.endpoint, k.further, k.clients, k.restarts
}

// counts is what the endpoints of the hosts so far counted.
func (h *host) counts() (sum throttle.Counts) {
	for i := range h.kinds {
		k := &h.kinds[i]
		if k.endpoint == nil {
			continue
		}
		c := k.endpoint.Counts()
		for _, e := range k.further {
			c.Further = append(c.Further, e.Counts())
		}
		sum.Merge(c)
	}
	return sum
}

// checkEvery is how many events pass between two checks of the context.
const checkEvery = 1 << 13

// run handles arrivals and events in order of time, and calls watch now and then.
func (h *host) run(ctx context.Context, watch func()) error {
	arrivals := h.plan.NextArrivals(int(h.number), &h.arrivals)
	if h.plan.Dynamic() {
		h.beginTasks(arrivals)
	} else {
		h.arrive(arrivals)
	}
	h.plan.FirstSidecars(int(h.number), h.beginSidecar)
	task := false // what comes next is the start or the stop of one
	for n := 0; ; n++ {
		if n%checkEvery == 0 {
			watch()
			if ctx.Err() != nil {
				h.abandon(h.now)
				return &InterruptedError{At: h.now, Cause: context.Cause(ctx)}
			}
		}
		e, pending := h.queue.peek()
		if h.tasks != nil {
			h.due, task = arrivals.Happens()
		}
		// Of one instant, calls begin first; then what was under way goes on; then tasks
		// start and stop.
		if h.due < never && (!pending || h.due < e.at || h.due == e.at && !task) {
			if h.slab.full() {
				err := h.tooMany()
				h.abandon(h.now)
				return err
			}
			h.now = h.due
			if h.tasks == nil {
				s := h.slab.take()
				s.client, s.task = h.client, h.occurrence.Slot
				h.fill(s, &h.occurrence.Arrival)
				h.arrive(arrivals)
				h.begin(s)
			} else {
				arrivals.Occur(&h.occurrence)
				h.due, _ = arrivals.Happens()
				h.occur(&h.occurrence)
			}
			continue
		}
		if !pending || e.at > h.horizon {
			break
		}
		h.now = e.at
		h.queue.take()
		h.act(e)
		h.queue.done()
	}
	h.abandon(h.horizon)
	return nil
}

// arrive takes the next arrival, of a plan in which no task comes or goes: it is due at
// h.due, unless that is never. What it will need is touched while the call before it is
// carried out: on a host with thousands of tasks it is not in the processor's cache.
func (h *host) arrive(arrivals *plan.Arrivals) {
	h.due = never
	o := &h.occurrence
	if arrivals.Take(&o.Arrival) {
		h.due = o.At
		h.client = h.clients.Client(o.Group, o.Task, o.Process)
		o.Slot = int32(h.plan.Groups[o.Group].First) + int32(o.Task)
		h.touched += h.client.Touch() + h.endpoint.Touch(o.Slot)
	}
}

// fill says in a slot's call who wants what, and when. What the slot's last call left in
// memory stays if that kept to the straight way: BeginStraight can begin with it. Begin
// cannot: see begin.
func (h *host) fill(s *slot, a *plan.Arrival) {
	k := &s.arrived
	s.call = k
	if !s.straight {
		*k = strategy.Call{}
	}
	k.Host, k.Group, k.Task, k.Process = h.number, a.Group, a.Task, a.Process
	k.N, k.Resource, k.Tag, k.Scheduled = h.calls, a.Resource, uint32(s.number), a.At
	h.calls++
}

// begin begins the call of a slot, which has been filled in and has a client and a task.
func (h *host) begin(s *slot) {
	used, k := s.straight, &s.arrived
	if s.straight = true; h.beginStraight(s, h.now) {
		return
	}
	if s.straight = false; used {
		*k = k.Unbegun()
	}
	h.carry(s, h.now, s.client.Begin(h.now, k))
}

// adopt gives a background call a slot. Of is that of the call which caused it.
func (h *host) adopt(k *strategy.Call, of *slot) *slot {
	s := h.slab.take()
	s.client, s.task, s.watch, s.straight = of.client, of.task, 0, false
	if s.client.Hosted() {
		s.task = ofHost
	}
	s.call = k
	k.Tag = uint32(s.number)
	if h.tasks != nil && s.task != ofHost {
		h.tasks.open[s.task]++
	}
	return s
}

// act does what a slot was waiting for.
func (h *host) act(e event) {
	s := h.slab.at(e.slot())
	switch s.what {
	case arrives:
		if s.straight {
			h.askStraight(s, e.order())
		} else {
			h.ask(s, e.order())
		}
	case replies:
		if s.straight {
			h.replyStraight(s, h.now)
		} else {
			h.reply(s, h.now)
		}
	case sleeps:
		h.carry(s, h.now, s.client.Resume(h.now, s.call, strategy.Event{Kind: strategy.Due}))
	case cutOff:
		h.slab.give(s)
	case timer:
		waiter := h.slab.at(s.waiter)
		live := waiter.what == awaits && waiter.turn == s.of
		h.slab.give(s)
		if live {
			h.carry(waiter, h.now, waiter.client.Resume(h.now, waiter.call, strategy.Event{Kind: strategy.Due}))
		}
	}
}

// carry carries out a step, then the steps of the calls that it wakes.
func (h *host) carry(s *slot, now time.Duration, step strategy.Step) {
	h.step(s, now, step.Do, step.For)
	for k := step.Wake; k != nil; {
		next := k.Unlink()
		w := h.slab.at(int32(k.Tag))
		if k.Background && w.call != k {
			w = h.adopt(k, s)
		}
		woken := w.client.Resume(now, k, strategy.Event{Kind: strategy.Woken})
		if w.what == awaits || w.what == vacant {
			h.step(w, now, woken.Do, woken.For)
		} else {
			h.lose(w, now)
		}
		if woken.Wake != nil {
			next = woken.Wake.Before(next)
		}
		k = next
	}
}

// step carries out one step of one call.
func (h *host) step(s *slot, now time.Duration, do strategy.Do, wait time.Duration) {
	if h.door != nil && do != strategy.Send {
		if hold := s.call.Hold(); hold.By != strategy.NoPolicy {
			h.door.Held(s.call, now, hold)
		}
	}
	switch do {
	case strategy.Finish:
		if !s.call.Background {
			h.observer.Finished(s.call)
		}
		k := s.call
		h.finished(s, now)
		if k.Parent() != nil {
			s.client.Recycle(k)
		}
	case strategy.Send:
		h.send(s, now+wait)
	case strategy.Sleep:
		s.what = sleeps
		h.schedule(now+wait, 0, s)
	case strategy.Await:
		s.what = awaits
		s.turn++
		if wait > 0 {
			t := h.slab.take()
			t.what, t.waiter, t.of = timer, s.number, s.turn
			h.schedule(now+wait, 0, t)
		}
	}
}

// send sends an attempt of a slot's call at an instant.
func (h *host) send(s *slot, at time.Duration) {
	what := s.call.Request()
	s.sent, s.timeout, s.what = at, what.Timeout, arrives
	delay := what.Delay()
	if s.timeout > 0 && delay >= s.timeout {
		// The client gives up before the attempt reaches the endpoint.
		s.outcome = strategy.Outcome{Err: strategy.ResponseTimeout}
		s.what, delay = replies, s.timeout
	}
	h.schedule(at+delay, what.Order(), s)
}

// finished gives back the slot of a call that has ended.
func (h *host) finished(s *slot, now time.Duration) {
	if h.tasks != nil {
		h.tasks.ended(now, s)
	}
	h.slab.give(s)
}

// schedule adds an event for a slot.
func (h *host) schedule(at time.Duration, order uint64, s *slot) {
	h.queue.add(newEvent(at, order, s.number))
}

// abandon ends what is still open.
func (h *host) abandon(now time.Duration) {
	for s := range h.slab.all() {
		s.straight = false
		if (s.what == arrives || s.what == replies || s.what == hangs) && s.sent <= now {
			h.observer.Attempted(s.call, s.sent, now, &strategy.Outcome{})
		}
		if s.what != vacant && s.what != timer && s.what != cutOff && !s.call.Background {
			s.client.Abandon(now, s.call, strategy.Unfinished)
			h.observer.Finished(s.call)
		}
		if s.what != vacant {
			h.slab.give(s)
		}
	}
}
