package strategy

import "time"

// The Call machine. There is one, for every strategy: the rules for when an
// entry is stored, a quota is charged, waiters wake and the budget is checked
// stand once: here for a call between the cache and other calls' fetches, in
// fetch.go for its own fetch, in flow.go for the legs of that, and in fetched.go
// for what becomes of it.

// Begin starts a call and returns its first step.
func (c *Client) Begin(now time.Duration, k *Call) Step {
	k.Begun = now
	if c.pooled {
		c.dispatch(now)
	}
	k.deadline = noDeadline
	if d := c.strategy.Timeouts.Call; d > 0 {
		k.deadline = now + d
	}
	if c.perCall {
		k.quota = int32(c.strategy.Quota.Tokens)
	}
	if c.static {
		return finish(now, k, OK, Cached)
	}
	if c.solo {
		return c.fetch(now, k)
	}
	k.slot = c.slotOf(k.Resource)
	return c.enter(now, k)
}

// Resume continues a call after what happened to it.
func (c *Client) Resume(now time.Duration, k *Call, e Event) Step {
	if c.pooled {
		c.dispatch(now)
	}
	switch k.phase {
	case sent:
		if c.straight && !e.Outcome.Good() {
			if step, ok := c.failStraight(now, k, e.Outcome); ok {
				return step
			}
		}
		return c.replied(now, k, e.Outcome)
	case finalWait:
		k.holder = NoPolicy
		return c.legFailed(now, k, &k.last)
	case hanging:
		return c.legFailed(now, k, &Outcome{Err: ResponseTimeout})
	case pausing:
		return c.tend(now, k)
	case spawning:
		if k.parent != nil {
			return c.send(now, k, 0)
		}
		return c.fetch(now, k)
	case held:
		return c.send(now, k, 0)
	case racing:
		if e.Kind == Due {
			return c.hedge(now, k)
		}
		return c.raced(now, k)
	case lost:
		return finish(now, k, Unfinished, Fetched)
	case waiting:
		if k.sidecar {
			return c.tend(now, k)
		}
		if e.Kind == Due {
			return c.waitExpired(now, k)
		}
		if flight := &c.flight; flight.Kind == Serial || flight.LookAgain && !k.looked {
			k.looked = true
			return c.enter(now, k)
		}
		return finish(now, k, k.Result, Joined)
	}
	panic("strategy: resumed a call that waits for nothing")
}

// enter asks the cache whether it answers the call. If not, the flight decides
// whether the call fetches now or waits for another's fetch.
func (c *Client) enter(now time.Duration, k *Call) Step {
	s := c.slot(k.slot)
	k.advisory = false
	if s.gaveUp {
		return c.passTurn(s, finish(now, k, Empty, Cached))
	}
	answer := c.lookup(now, &s.entry)
	if c.hurries && answer == Hit {
		answer = c.early(now, k, s)
	}
	if c.tended && s.entry.Held && c.valid(now, &s.entry) {
		answer = Hit
	}
	switch {
	case answer == Hit, answer == HitOthersRefreshFirst && (s.led || k.waited && !c.flight.WaitersRefresh):
		return c.passTurn(s, finish(now, k, c.judge(now, s.entry.ends()), k.servedFromCache()))
	case c.remembers:
		if step, ok := c.spared(now, k, s, answer); ok {
			return c.passTurn(s, step)
		}
	}
	switch answer {
	case HitRefreshBehind:
		return c.refreshBehind(now, k, c.passTurn(s, finish(now, k, c.judge(now, s.entry.ends()), k.servedFromCache())))
	case HitOthersRefreshFirst:
		k.advisory = true
		return c.lead(now, k, s)
	}
	flight := &c.flight
	switch {
	case flight.Kind == Each, flight.FirstEach && !s.loaded:
		return c.fetch(now, k)
	case !s.led:
		return c.lead(now, k, s)
	}
	return c.wait(now, k, s)
}

// lead begins the fetch that other calls wait for: the call's own or, if an agent of the
// host makes it, one that the call waits for too.
func (c *Client) lead(now time.Duration, k *Call, s *slot) Step {
	if !c.hosted || k.Background {
		s.lead(k)
		return c.fetch(now, k)
	}
	b := c.background(now, k)
	if d := c.strategy.Timeouts.Call; d > 0 {
		// It ends before the calls that began with it, so that both engines see its end first.
		b.deadline = now + max(d-1, 1)
	}
	b.advisory = k.advisory
	s.lead(b)
	step := c.wait(now, k, s)
	step.Wake = b
	return step
}

// wait has a call wait for the fetch of another.
func (c *Client) wait(now time.Duration, k *Call, s *slot) Step {
	s.enqueue(k)
	k.phase, k.waited = waiting, true
	wait := c.flight.MaxWait
	if wait > 0 {
		if !k.looked {
			k.patience = now + wait
		}
		wait = max(k.patience-now, 1)
	}
	if k.deadline != noDeadline {
		wait = tighter(wait, max(k.deadline-now, 1))
	}
	return Step{Do: Await, For: wait}
}

// refreshBehind adds a background refresh to the step of a call that is served,
// unless one is under way.
func (c *Client) refreshBehind(now time.Duration, k *Call, step Step) Step {
	a := c.aside(k.slot)
	if a.behind == nil {
		a.behind = c.background(now, k)
		a.behind.next = step.Wake
		step.Wake = a.behind
	}
	return step
}

// background is a call that fetches the same as another and that the client makes by
// itself, once the engine has woken it.
func (c *Client) background(now time.Duration, k *Call) *Call {
	b := &Call{
		Host: k.Host, Group: k.Group, Task: k.Task, Process: k.Process, N: k.N, Life: k.Life, Activity: k.Activity,
		Resource: k.Resource, Scheduled: now, Begun: now, Background: true,
		state: state{deadline: noDeadline, slot: k.slot, phase: spawning},
	}
	if c.hosted {
		b.Task, b.Process, b.Life = 0, 0, 0
	}
	return b
}

// servedFromCache is how a call that the cache answers counts: Fetched if the
// call itself has loaded the document, Joined if it has waited for another's
// fetch, else Cached.
func (k *Call) servedFromCache() Served {
	switch {
	case k.loaded:
		return Fetched
	case k.waited:
		return Joined
	}
	return Cached
}

// passTurn wakes the next waiter of a serial flight, if nobody is fetching: a
// call that found its answer in the cache does not use its turn. step is that
// call's.
func (c *Client) passTurn(s *slot, step Step) Step {
	if c.flight.Kind == Serial && !s.led {
		step.Wake = s.takeFirst()
	}
	return step
}

// waitExpired takes a call out of the queue because Flight.MaxWait or the call's
// own time is over. In the first case the call fetches for itself.
func (c *Client) waitExpired(now time.Duration, k *Call) Step {
	c.slot(k.slot).remove(k)
	if now >= k.deadline {
		k.last = Outcome{Err: OutOfTime}
		return finish(now, k, Timeout, Joined)
	}
	return c.fetch(now, k)
}

// endFetch finishes the call that made a fetch. The step wakes the calls that
// waited for it: all of them with its result or, in a serial flight, the first.
func (c *Client) endFetch(now time.Duration, k *Call, r Result, served Served) Step {
	s := c.slot(k.slot)
	step := finish(now, k, r, served)
	if k.Background {
		if a := c.aside(k.slot); a.behind == k {
			a.behind = nil
		}
	}
	switch {
	case k.leads && c.flight.Kind == Serial:
		s.release(k)
		step.Wake = s.takeFirst()
	case k.leads:
		s.release(k)
		step.Wake = s.takeAll()
		for w := step.Wake; w != nil; w = w.next {
			w.Result, w.last = r, k.last
		}
	}
	if k.sidecar {
		return c.rest(now, k, step)
	}
	return step
}

// finish fills in how a call ended.
func finish(now time.Duration, k *Call, r Result, served Served) Step {
	k.Ended, k.Result, k.Served, k.phase = now, r, served, idle
	return Step{Do: Finish}
}
