package strategy

import "time"

// fetch begins the work behind a call that the cache cannot answer.
func (c *Client) fetch(now time.Duration, k *Call) Step {
	k.looked = false
	if k.uses > 0 {
		return c.fetchAgain(now, k)
	}
	k.first = c.solo || !c.slot(k.slot).used
	k.fetch = c.fetches
	c.fetches++
	c.bound(now, k)
	if c.single {
		return c.send(now, k, 0)
	}
	k.walk = c.newWalk(k)
	return c.begin(now, k, 0)
}

// bound notes when a fetch begins, which is now, and when the time for it ends.
func (c *Client) bound(now time.Duration, k *Call) {
	if c.hurries && !c.solo {
		c.aside(k.slot).began = now
	}
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
	k.holder = NoPolicy
	if wait > 0 && (c.guarded || c.hedges) {
		k.phase = held
		return Step{Do: Sleep, For: wait}
	}
	if c.guarded && k.resent == 0 {
		if step, ok := c.maySend(now, k); !ok {
			return step
		}
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
	if c.hedges {
		if c.mayRace(k, limit) {
			return c.startRace(now, k)
		}
		if k.parent != nil {
			k.number()
		}
	}
	if c.pooled {
		c.connect(now, wait, k)
	}
	k.request = Request{Timeout: limit, Draw: c.draw(drawAttempt, k, k.Attempts)}
	return Step{Do: Send, For: wait}
}

// replied decides what follows an attempt: after a success, the next leg or the
// end; after a failure that the HTTP library does not hide, see attemptFailed.
func (c *Client) replied(now time.Duration, k *Call, o *Outcome) Step {
	k.Attempts++
	if c.pooled {
		c.release(now, k, o)
	}
	if o.Err == CutShort && c.strategy.IgnoreEOF {
		o.Err, o.Status = NoFailure, 200
	}
	good := o.Good()
	if !good && c.resends(k, o) && now < k.until() {
		k.resent++
		k.hidden++
		return c.send(now, k, 0)
	}
	k.resent = 0
	if len(c.policies) > 0 {
		c.heard(now, k, o)
	}
	switch {
	case k.parent != nil:
		return c.copyReplied(now, k, o)
	case !good:
		return c.attemptFailed(now, k, o)
	case k.walk != nil && !k.walk.last():
		return c.advance(now, k, o)
	}
	return c.succeeded(now, k, o)
}

// attemptFailed decides what follows an attempt that failed: another one, if the
// retry policy wants it and the quota pays for it, or the end of its leg.
func (c *Client) attemptFailed(now time.Duration, k *Call, o *Outcome) Step {
	session := &c.strategy.Session
	if o.Status == 404 && session.Extended && k.walk != nil && now < k.until() {
		if step, ok := c.notFound(now, k); ok {
			return step
		}
	}
	retry, tries := c.retry, &k.tries
	if w := k.walk; w != nil {
		if w.asking() && !session.unconnected(o) {
			retry, tries = c.askRetry, &w.asks
		} else if o.Status == 401 && session.Renew {
			c.unauthorized(k)
		}
	}
	*tries++
	if now >= k.until() {
		return c.failed(now, k, &Outcome{Err: OutOfTime})
	}
	if c.strategy.HangOn.Has(o) {
		return c.hang(now, k)
	}
	after, move := retry.Next(Try{
		Link: int(k.link), N: int(*tries), Total: int(k.Attempts - k.hidden),
		Prev: k.prev, Outcome: o, U: c.draw(drawBackoff, k, k.Attempts-1),
	})
	switch {
	case move == Again && c.mayRetry(now, k, o):
		k.prev = after
		return c.sendLeg(now, k, after)
	case move == Restart && c.mayRetry(now, k, o):
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
	k.link, k.tries, k.prev, k.cost, k.hidden = 0, 0, 0, 0, k.Attempts
	c.bound(now, k)
	if k.walk != nil {
		k.walk.restarted, k.walk.relisted = false, false
	}
	return c.begin(now, k, 0)
}
