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
	"fmt"
	"slices"
	"time"

	"tenement/internal/plan"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
)

// InterruptedError is the error of a run that was stopped.
type InterruptedError struct {
	At    time.Duration // how far the run came, in virtual time
	Cause error         // of the context
}

func (e *InterruptedError) Error() string { return "simulating: " + e.Cause.Error() }

func (e *InterruptedError) Unwrap() error { return e.Cause }

// Hosts are the hosts First..First+N-1 of a plan.
type Hosts struct{ First, N int }

// AllHosts are the hosts of a plan.
func AllHosts(p *plan.Plan) Hosts { return Hosts{N: p.Hosts} }

// Run simulates some hosts of a plan, one after the other, and reports to the
// observer. It returns what the hosts' endpoints counted. When ctx ends, the run
// stops, open calls count as unfinished, and Run returns the counts so far with
// an InterruptedError.
func Run(ctx context.Context, plan *plan.Plan, hosts Hosts, observer strategy.Observer) (throttle.Counts, error) {
	h := host{plan: plan, wire: newWire(plan), observer: observer, horizon: plan.Horizon()}
	for number := hosts.First; number < hosts.First+hosts.N; number++ {
		h.reset(number)
		if err := h.run(ctx); err != nil {
			return h.counts(), err
		}
	}
	return h.counts(), nil
}

// host is the run of one host; reset makes it the run of the next.
type host struct {
	plan     *plan.Plan
	number   uint32
	clients  *strategy.Host
	endpoint *throttle.Endpoint
	kinds    []*throttle.Endpoint // by the kind of host, those used so far; nil for the others
	requests []throttle.Request   // by the task's slot: its requests, apart from path and route
	issued   []time.Duration      // by the task's slot: its credentials
	started  time.Duration        // the host
	tasks    *tasks               // that come and go; nil if none do
	restarts bool                 // the endpoint refuses connections at times
	wire     *wire
	refusals refusals
	observer strategy.Observer

	queue   queue
	slab    slab
	calls   uint32
	now     time.Duration
	horizon time.Duration
}

// reset turns h into another host at time 0, and reuses its memory.
func (h *host) reset(number int) {
	h.number = uint32(number)
	h.clients = strategy.NewHost(h.plan.Seed, h.number, h.plan.Clients(number))
	h.resetEndpoint(number)
	h.started = h.plan.HostStart(number)
	if h.requests == nil {
		h.requests = make([]throttle.Request, h.plan.Slots())
		h.issued = make([]time.Duration, h.plan.Slots())
		h.refusals = make(refusals, len(h.plan.Resources))
	}
	for group := range h.plan.Groups {
		g := &h.plan.Groups[group]
		start := h.plan.Started(number, group)
		for task := range g.Tasks {
			h.requests[g.First+task] = h.plan.Request(group, task)
			h.issued[g.First+task] = start
		}
	}
	h.queue.reset()
	h.calls, h.now = 0, 0
}

// resetEndpoint takes the endpoint of a host: one is used for all hosts of a kind.
func (h *host) resetEndpoint(number int) {
	kind := h.plan.Kind(number)
	if h.kinds == nil {
		h.kinds = make([]*throttle.Endpoint, len(h.plan.Differ)+1)
	}
	if h.endpoint = h.kinds[kind]; h.endpoint != nil {
		h.endpoint.NextHost(h.number)
	} else {
		h.endpoint = throttle.New(h.plan.Endpoint(number))
		h.kinds[kind] = h.endpoint
	}
	faults := h.plan.Faults
	if kind > 0 {
		faults = h.plan.Differ[kind-1].Faults
	}
	h.restarts = slices.ContainsFunc(faults, func(f throttle.Fault) bool { return f.Kind == throttle.RestartFault })
}

// counts is what the endpoints of the hosts so far counted.
func (h *host) counts() (sum throttle.Counts) {
	for _, e := range h.kinds {
		if e != nil {
			sum.Merge(e.Counts())
		}
	}
	return sum
}

// checkEvery is how many events pass between two checks of the context.
const checkEvery = 1 << 13

// run handles arrivals and events in order of time.
func (h *host) run(ctx context.Context) error {
	arrivals := h.plan.Arrivals(int(h.number))
	if h.plan.Dynamic() {
		return h.runTasks(ctx, arrivals)
	}
	arrival, more := arrivals.Next()
	for n := 0; ; n++ {
		if n%checkEvery == 0 && ctx.Err() != nil {
			return h.interrupted(ctx)
		}
		e, pending := h.queue.peek()
		if more && (!pending || arrival.At <= e.at) {
			if h.slab.full() {
				return h.overflow()
			}
			h.now = arrival.At
			h.begin(arrival)
			arrival, more = arrivals.Next()
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

// interrupted ends the run of a host in the middle.
func (h *host) interrupted(ctx context.Context) error {
	h.abandon(h.now)
	return &InterruptedError{At: h.now, Cause: context.Cause(ctx)}
}

// overflow ends the run of a host on which too much is open.
func (h *host) overflow() error {
	h.abandon(h.now)
	return fmt.Errorf("simulating host %d: more than %d calls and timers open at once", h.number, maxOpen)
}

// begin starts a call.
func (h *host) begin(a plan.Arrival) {
	s := h.slab.take()
	s.client = h.clients.Client(a.Group, a.Task, a.Process)
	s.task = int32(h.plan.Groups[a.Group].First) + int32(a.Task)
	h.fill(s, &a)
	h.carry(s, a.At, s.client.Begin(a.At, s.call))
}

// fill gives a slot its call.
func (h *host) fill(s *slot, a *plan.Arrival) {
	k := &s.arrived
	*k = strategy.Call{}
	k.Host, k.Group, k.Task, k.Process = h.number, a.Group, a.Task, a.Process
	k.N, k.Resource, k.Tag, k.Scheduled = h.calls, a.Resource, uint32(s.number), a.At
	s.call = k
	h.calls++
}

// adopt gives a background refresh a slot. Of is that of the call which caused it.
func (h *host) adopt(k *strategy.Call, of *slot) *slot {
	s := h.slab.take()
	s.client, s.task, s.watch = of.client, of.task, 0
	s.call = k
	k.Tag = uint32(s.number)
	if h.tasks != nil {
		h.tasks.open[s.task]++
	}
	return s
}

// act does what a slot was waiting for.
func (h *host) act(e event) {
	s := h.slab.at(e.slot())
	switch s.what {
	case arrives:
		h.ask(s, e.order())
	case replies:
		h.reply(s, h.now)
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
	h.step(s, now, step.Do, step.For, step.What)
	for k := step.Wake; k != nil; {
		next := k.Unlink()
		w := h.slab.at(int32(k.Tag))
		if k.Background && w.call != k {
			w = h.adopt(k, s)
		}
		woken := w.client.Resume(now, k, strategy.Event{Kind: strategy.Woken})
		h.step(w, now, woken.Do, woken.For, woken.What)
		if woken.Wake != nil {
			next = woken.Wake
		}
		k = next
	}
}

// step carries out one step of one call.
func (h *host) step(s *slot, now time.Duration, do strategy.Do, wait time.Duration, what strategy.Request) {
	switch do {
	case strategy.Finish:
		if !s.call.Background {
			h.observer.Finished(s.call)
		}
		if h.tasks != nil {
			h.tasks.ended(now, s)
		}
		h.slab.give(s)
	case strategy.Send:
		s.sent = now + wait
		s.timeout = what.Timeout
		delay := what.Delay()
		if s.timeout > 0 && delay >= s.timeout {
			// The client gives up before the attempt reaches the endpoint.
			s.outcome = strategy.Outcome{Err: strategy.ResponseTimeout}
			s.what = replies
			h.schedule(s.sent+s.timeout, what.Order(), s)
			return
		}
		s.what = arrives
		h.schedule(s.sent+delay, what.Order(), s)
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

// schedule adds an event for a slot.
func (h *host) schedule(at time.Duration, order uint64, s *slot) {
	h.queue.add(newEvent(at, order, s.number))
}

// abandon ends what is still open.
func (h *host) abandon(now time.Duration) {
	for s := range h.slab.all() {
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
