package strategy

import "time"

// The Call machine. There is one, for every strategy: the rules for when an
// entry is stored, a quota is charged, waiters wake and the budget is checked
// are here, once.

// Begin starts a call and returns its first step.
func (c *Client) Begin(now time.Duration, k *Call) Step {
	k.Begun = now
	if c.pool.sends != nil {
		c.dispatch(now)
	}
	k.deadline = noDeadline
	if d := c.strategy.Timeouts.Call; d > 0 {
		k.deadline = now + d
	}
	if c.perCall {
		k.quota = c.strategy.Quota.Tokens
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
	if c.pool.sends != nil {
		c.dispatch(now)
	}
	switch k.phase {
	case sent:
		return c.replied(now, k, e.Outcome)
	case finalWait:
		return c.legFailed(now, k, &k.last)
	case hanging:
		return c.legFailed(now, k, &Outcome{Err: ResponseTimeout})
	case spawning:
		return c.fetch(now, k)
	case waiting:
		if e.Kind == Due {
			return c.waitExpired(now, k)
		}
		if flight := &c.strategy.Flight; flight.Kind == Serial || flight.LookAgain && !k.looked {
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
	s := &c.slots[k.slot]
	k.advisory = false
	if s.given {
		return c.passTurn(s, finish(now, k, Empty, Cached))
	}
	answer := c.cache.Lookup(now, s.entry)
	switch {
	case answer == Hit, answer == HitOthersRefreshFirst && (s.leader != nil || k.waited && !c.strategy.Flight.WaitersRefresh):
		return c.passTurn(s, finish(now, k, c.judge(now, s.entry.ends()), k.servedFromCache()))
	case answer == HitRefreshBehind:
		return c.refreshBehind(now, k, c.passTurn(s, finish(now, k, c.judge(now, s.entry.ends()), k.servedFromCache())))
	case answer == HitOthersRefreshFirst:
		k.advisory = true
		s.leader = k
		return c.fetch(now, k)
	}
	flight := &c.strategy.Flight
	switch {
	case flight.Kind == Each, flight.FirstEach && !s.loaded:
		return c.fetch(now, k)
	case s.leader == nil:
		s.leader = k
		return c.fetch(now, k)
	}
	s.enqueue(k)
	k.phase, k.waited = waiting, true
	wait := flight.MaxWait
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
	s := &c.slots[k.slot]
	if s.behind == nil {
		s.behind = &Call{
			Host: k.Host, Group: k.Group, Task: k.Task, Process: k.Process, N: k.N,
			Resource: k.Resource, Scheduled: now, Begun: now, Background: true,
			state: state{deadline: noDeadline, slot: k.slot, phase: spawning, next: step.Wake},
		}
		step.Wake = s.behind
	}
	return step
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
	if c.strategy.Flight.Kind == Serial && s.leader == nil {
		step.Wake = s.takeFirst()
	}
	return step
}

// waitExpired takes a call out of the queue because Flight.MaxWait or the call's
// own time is over. In the first case the call fetches for itself.
func (c *Client) waitExpired(now time.Duration, k *Call) Step {
	c.slots[k.slot].remove(k)
	if now >= k.deadline {
		k.last = Outcome{Err: OutOfTime}
		return finish(now, k, Timeout, Joined)
	}
	return c.fetch(now, k)
}

// fetch begins the work behind a call that the cache cannot answer.
func (c *Client) fetch(now time.Duration, k *Call) Step {
	k.looked = false
	if k.uses > 0 {
		return c.fetchAgain(now, k)
	}
	k.first = c.solo || !c.slots[k.slot].used
	k.fetch = c.fetches
	c.fetches++
	c.bound(now, k)
	if c.single {
		return c.send(now, k, 0)
	}
	k.walk = c.newWalk(k)
	return c.begin(now, k, 0)
}

// bound sets when the time for a fetch that begins now ends.
func (c *Client) bound(now time.Duration, k *Call) {
	k.ends = k.deadline
	if d := c.strategy.Timeouts.Fetch; d > 0 {
		k.ends = min(k.ends, now+d)
	}
}

// send makes the next attempt after a wait. If the time for it ends within the
// wait, the client waits until then and the leg fails with a timeout.
func (c *Client) send(now time.Duration, k *Call, wait time.Duration) Step {
	until := k.until()
	if wait >= until-now {
		k.last = Outcome{Err: OutOfTime}
		k.phase = finalWait
		return Step{Do: Sleep, For: until - now}
	}
	k.phase = sent
	t := &c.strategy.Timeouts
	limit := tighter(t.Attempt, t.Response)
	if k.link > 0 && t.OtherLink > 0 {
		limit = tighter(t.Attempt, t.OtherLink)
	}
	if until != noDeadline {
		limit = tighter(limit, until-now-wait)
	}
	if k.walk != nil {
		k.walk.setWants(&c.strategy.Session, *c.roleState(k))
		if k.walk.asking() {
			limit = tighter(limit, c.strategy.Session.Timeout)
		}
	}
	if c.pooled {
		c.connect(now, wait, k)
	}
	return Step{Do: Send, For: wait, What: Request{Timeout: limit, Draw: c.draw(drawAttempt, k, k.Attempts)}}
}

// replied decides what follows an attempt: after a success, the next leg or the
// end; after a failure, another attempt if the HTTP library resends it or the
// retry policy wants it and the quota pays for it.
func (c *Client) replied(now time.Duration, k *Call, o *Outcome) Step {
	k.Attempts++
	if c.pooled {
		c.release(now, k, o)
	}
	if o.Err == CutShort && c.strategy.IgnoreEOF {
		o.Err, o.Status = NoFailure, 200
	}
	if o.Good() {
		k.resent = 0
		if k.walk != nil && !k.walk.last() {
			return c.advance(now, k, o)
		}
		return c.succeeded(now, k, o)
	}
	if c.resends(k, o) && now < k.until() {
		k.resent++
		k.before++ // no policy counts it
		return c.send(now, k, 0)
	}
	k.resent = 0
	retry, tries := c.retry, &k.tries
	if o.Status == 404 && c.strategy.Session.Extended && k.walk != nil && now < k.until() {
		if step, ok := c.notFound(now, k); ok {
			return step
		}
	}
	if w := k.walk; w != nil {
		if w.asking() && !c.strategy.Session.unconnected(o) {
			retry, tries = c.askRetry, &w.asks
		} else if o.Status == 401 && c.strategy.Session.Renew {
			c.unauthorized(k)
		}
	}
	*tries++
	if now >= k.until() {
		return c.failed(now, k, &Outcome{Err: OutOfTime})
	}
	if c.strategy.HangOn != 0 && c.strategy.HangOn.Has(o) {
		return c.hang(now, k)
	}
	after, move := retry.Next(Try{
		Link: int(k.link), N: int(*tries), Total: int(k.Attempts - k.before),
		Prev: k.prev, Outcome: o, U: c.draw(drawBackoff, k, k.Attempts-1),
	})
	switch {
	case move == Again && c.charge(k, o):
		k.prev = after
		if k.walk == nil {
			return c.send(now, k, after)
		}
		return c.sendLeg(now, k, after)
	case move == Restart && c.charge(k, o):
		k.prev = after
		if k.walk != nil {
			k.walk.restarted = true
		}
		return c.begin(now, k, after)
	case move == OtherLink:
		k.link++
		k.tries, k.prev = 0, 0
		return c.sendLeg(now, k, after)
	case move == GiveUp && after > 0:
		k.last = *o
		k.phase = finalWait
		return Step{Do: Sleep, For: min(after, k.until()-now)}
	case k.walk == nil:
		return c.failed(now, k, o)
	}
	return c.legFailed(now, k, o)
}

// hang waits for an attempt that has ended without the client's notice, until the
// time for it is over.
func (c *Client) hang(now time.Duration, k *Call) Step {
	if until := k.until(); until != noDeadline {
		k.last = Outcome{Err: OutOfTime}
		k.phase = finalWait
		return Step{Do: Sleep, For: until - now}
	}
	k.phase = hanging
	return Step{Do: Await}
}

// fetchAgain begins a further fetch of a first use.
func (c *Client) fetchAgain(now time.Duration, k *Call) Step {
	k.link, k.tries, k.prev, k.cost, k.before = 0, 0, 0, 0, k.Attempts
	c.bound(now, k)
	if k.walk != nil {
		k.walk.restarted, k.walk.relisted = false, false
	}
	return c.begin(now, k, 0)
}

// looksAgain reports whether the call's fetch, which has ended, was the load of a
// client's first use, so that a use follows (Strategy.FirstUse).
func (c *Client) looksAgain(now time.Duration, k *Call) bool {
	return k.first && int(k.uses) < c.strategy.FirstUse && now < k.deadline
}

// succeeded stores the document that came and ends the fetch. But in a client's
// first use, the use that follows the load may fetch again.
func (c *Client) succeeded(now time.Duration, k *Call, o *Outcome) Step {
	c.repay(k)
	if o.Token != nil && k.walk != nil && c.strategy.Session.Keep {
		c.sessionState(k).token = o.Token
	}
	k.uses++
	k.loaded = true
	if c.solo {
		return c.soloSucceeded(now, k, o)
	}
	s := &c.slots[k.slot]
	s.entry = c.cache.Store(now, s.entry, *o, c.draw(drawRefresh, k, k.Attempts))
	s.loaded, s.used = true, true
	result := c.judgeNew(now, s.entry, o)
	if !s.entry.Held || !c.looksAgain(now, k) {
		return c.endFetch(now, k, result, Fetched)
	}
	switch answer := c.cache.Lookup(now, s.entry); {
	case answer == Hit, answer == HitOthersRefreshFirst && s.leader != nil && s.leader != k:
		return c.endFetch(now, k, result, Fetched)
	case answer == HitRefreshBehind:
		return c.refreshBehind(now, k, c.endFetch(now, k, result, Fetched))
	}
	if s.leader == k {
		s.leader = nil // until enter makes it the leader again, at once
	}
	return c.enter(now, k)
}

// soloSucceeded is succeeded for a client that shares nothing.
func (c *Client) soloSucceeded(now time.Duration, k *Call, o *Outcome) Step {
	if c.strategy.FirstUse <= 1 && !c.strategy.RejectExpired {
		return finish(now, k, c.judge(now, o.Expires), Fetched)
	}
	k.held = c.cache.Store(now, k.held, *o, c.draw(drawRefresh, k, k.Attempts))
	if k.held.Held && c.looksAgain(now, k) {
		switch c.cache.Lookup(now, k.held) {
		case HitOthersRefreshFirst:
			k.advisory = true
			return c.fetchAgain(now, k)
		case Miss:
			k.advisory = false
			return c.fetchAgain(now, k)
		}
	}
	return finish(now, k, c.judgeNew(now, k.held, o), Fetched)
}

// failed ends a fetch that brought no document. The cache decides what its calls
// get: an error, or the held document. The first use of a client may fetch again
// instead (Strategy.FirstUse).
func (c *Client) failed(now time.Duration, k *Call, o *Outcome) Step {
	k.last = *o
	var s *slot
	var u uint64
	held := k.held
	if !c.solo {
		s = &c.slots[k.slot]
		held = s.entry
	}
	if held.Held {
		u = c.draw(drawExtend, k, k.Attempts)
	}
	entry, result := c.cache.Failed(now, held, *o, u)
	if c.strategy.AcceptEmpty && o.Status == 200 && o.Body == BodyEmpty && result.Failed() {
		result = Empty
	}
	if c.strategy.AcceptIncomplete && o.Status == 200 && o.Body == BodyMissingField {
		entry, result = held, Empty
	}
	k.uses++
	if result == Empty && !c.strategy.FailForGood && c.looksAgain(now, k) {
		return c.fetchAgain(now, k)
	}
	if result == OK {
		result = c.judge(now, held.ends())
	}
	serves := k.advisory && now < held.Expires
	switch {
	case c.solo && serves:
		return finish(now, k, c.judge(now, held.ends()), Fetched)
	case c.solo:
		return finish(now, k, result, Fetched)
	}
	s.given = s.given || c.strategy.FailForGood && result == Empty && !s.used
	s.used = s.used || result == Empty
	if serves {
		if c.gated && entry.Held {
			s.entry = entry
		}
		served := Cached
		if k.loaded {
			served = Fetched
		}
		return c.endFetch(now, k, c.judge(now, held.ends()), served)
	}
	s.entry = entry
	return c.endFetch(now, k, result, Fetched)
}

// judge is the result of a call that gets, at now, a document that expires at that
// instant, or never says (0). What the client believes does not matter: AWS refuses
// what has expired.
func (c *Client) judge(now, expires time.Duration) Result {
	switch past := now - expires; {
	case expires == 0 || past < 0:
		return OK
	case c.grace > 0 && past <= c.grace:
		return Stale
	}
	return Expired
}

// judgeNew is the result of a call that gets the document that o has brought, and
// of which e was made. A strategy can make an error of one that has expired.
func (c *Client) judgeNew(now time.Duration, e Entry, o *Outcome) Result {
	believed := o.Expires
	if e.Held && o.Expires != 0 {
		believed = e.Expires
	}
	if c.strategy.RejectExpired && believed != 0 && now >= believed {
		return Expired
	}
	return c.judge(now, o.Expires)
}

// endFetch finishes the call that made a fetch. The step wakes the calls that
// waited for it: all of them with its result or, in a serial flight, the first.
func (c *Client) endFetch(now time.Duration, k *Call, r Result, served Served) Step {
	s := &c.slots[k.slot]
	step := finish(now, k, r, served)
	switch {
	case s.behind == k:
		s.behind = nil
	case s.leader == k && c.strategy.Flight.Kind == Serial:
		s.leader = nil
		step.Wake = s.takeFirst()
	case s.leader == k:
		s.leader = nil
		step.Wake = s.takeAll()
		for w := step.Wake; w != nil; w = w.next {
			w.Result, w.last = r, k.last
		}
	}
	return step
}

// finish fills in how a call ended.
func finish(now time.Duration, k *Call, r Result, served Served) Step {
	k.Ended, k.Result, k.Served, k.phase = now, r, served, idle
	return Step{Do: Finish}
}
