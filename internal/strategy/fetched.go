package strategy

import "time"

// looksAgain reports whether the call's fetch, which has ended, was the load of a
// client's first use, so that a use follows (Strategy.FirstUse).
func (c *Client) looksAgain(now time.Duration, k *Call) bool {
	return k.first && !k.sidecar && int(k.uses) < c.strategy.FirstUse && now < k.deadline
}

// succeeded stores the document that came and ends the fetch. But in a client's
// first use, the use that follows the load may fetch again.
func (c *Client) succeeded(now time.Duration, k *Call, o *Outcome) Step {
	if o.Token != nil && k.walk != nil && c.strategy.Session.Keep {
		c.sessionState(k).token = o.Token
	}
	k.uses++
	k.loaded = true
	if c.solo {
		return c.soloSucceeded(now, k, o)
	}
	s := c.slot(k.slot)
	c.store(now, &s.entry, k, o)
	if c.remembers {
		c.aside(k.slot).failed.until = 0
	}
	if c.hurries {
		a := c.aside(k.slot)
		a.took = now - a.began
	}
	s.loaded, s.used = true, true
	result := c.judgeNew(now, &s.entry, o.Expires)
	if !s.entry.Held || !c.looksAgain(now, k) {
		return c.endFetch(now, k, result, Fetched)
	}
	switch answer := c.lookup(now, &s.entry); {
	case answer == Hit, answer == HitOthersRefreshFirst && s.led && !k.leads:
		return c.endFetch(now, k, result, Fetched)
	case answer == HitRefreshBehind:
		return c.refreshBehind(now, k, c.endFetch(now, k, result, Fetched))
	}
	if k.leads {
		s.release(k) // until enter makes it the leader again, at once
	}
	return c.enter(now, k)
}

// lookup asks the cache about an entry.
func (c *Client) lookup(now time.Duration, e *Entry) Answer {
	if c.refresh != nil {
		return c.refresh.lookup(now, e)
	}
	return c.cache.Lookup(now, *e)
}

// store has the cache put the document that a call has fetched into an entry.
func (c *Client) store(now time.Duration, e *Entry, k *Call, o *Outcome) {
	if c.refresh != nil {
		c.keep(now, e, k, o.Expires)
		return
	}
	*e = c.cache.Store(now, *e, *o, c.draw(drawRefresh, k, k.Attempts))
}

// keep is store for a cache that is a Refresh.
func (c *Client) keep(now time.Duration, e *Entry, k *Call, expires time.Duration) {
	switch {
	case expires == 0: // it keeps no such document
	case c.alike && now <= expires:
		*e = Entry{Held: true, Expires: expires, Refresh: expires + c.ahead.Refresh, Must: expires + c.ahead.Must}
	case c.draws:
		c.refresh.store(now, e, expires, c.draw(drawRefresh, k, k.Attempts))
	default:
		c.refresh.store(now, e, expires, 0)
	}
}

// soloSucceeded is succeeded for a client that shares nothing.
func (c *Client) soloSucceeded(now time.Duration, k *Call, o *Outcome) Step {
	if c.strategy.FirstUse <= 1 && !c.strategy.RejectExpired {
		if c.guarded {
			c.leave(k)
		}
		return finish(now, k, c.judge(now, o.Expires), Fetched)
	}
	c.store(now, &k.held, k, o)
	if k.held.Held && c.looksAgain(now, k) {
		switch c.lookup(now, &k.held) {
		case HitOthersRefreshFirst:
			k.advisory = true
			return c.fetchAgain(now, k)
		case Miss:
			k.advisory = false
			return c.fetchAgain(now, k)
		}
	}
	if c.guarded {
		c.leave(k)
	}
	return finish(now, k, c.judgeNew(now, &k.held, o.Expires), Fetched)
}

// failed ends a fetch that brought no document. The cache decides what its calls
// get: an error, or the held document. The first use of a client may fetch again
// instead (Strategy.FirstUse).
func (c *Client) failed(now time.Duration, k *Call, o *Outcome) Step {
	if k.parent != nil {
		return c.copyEnded(now, k, o)
	}
	k.last = *o
	var s *slot
	var u uint64
	held := k.held
	if !c.solo {
		s = c.slot(k.slot)
		held = s.entry
	}
	if held.Held {
		u = c.draw(drawExtend, k, k.Attempts)
	}
	entry, result := c.leaves(now, held, o, u)
	k.uses++
	if result == Empty && !c.strategy.FailForGood && c.looksAgain(now, k) {
		return c.fetchAgain(now, k)
	}
	if result == OK {
		result = c.judge(now, held.ends())
	}
	if c.guarded {
		c.leave(k)
	}
	serves := k.advisory && c.valid(now, &held)
	switch {
	case c.solo && serves:
		return finish(now, k, c.judge(now, held.ends()), Fetched)
	case c.solo:
		return finish(now, k, result, Fetched)
	}
	if c.remembers && o.Err != HeldBack {
		c.remember(now, k, o, u)
	}
	s.gaveUp = s.gaveUp || c.strategy.FailForGood && result == Empty && !s.used
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

// leaves is what a failed fetch leaves in the cache, and what its calls get: see
// Cache.Failed. Some clients take a bad document for a success.
func (c *Client) leaves(now time.Duration, held Entry, o *Outcome, u uint64) (Entry, Result) {
	var entry Entry
	var result Result
	if c.refresh != nil {
		entry, result = c.refresh.failed(now, held, o, u)
	} else {
		entry, result = c.cache.Failed(now, held, *o, u)
	}
	if c.strategy.AcceptEmpty && o.Status == 200 && o.Body == BodyEmpty && result.Failed() {
		result = Empty
	}
	if c.strategy.AcceptIncomplete && o.Status == 200 && o.Body == BodyMissingField {
		entry, result = held, Empty
	}
	return entry, result
}

// valid reports whether a document is good as it is, whether or not a refresh of it is
// wanted.
func (c *Client) valid(now time.Duration, e *Entry) bool {
	if c.refresh != nil {
		return now < e.Expires
	}
	return now < e.Must
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

// judgeNew is the result of a call that gets a new document, which says that it expires
// at that instant, or nothing (0), and of which e was made. A strategy can make an error
// of one that has expired.
func (c *Client) judgeNew(now time.Duration, e *Entry, expires time.Duration) Result {
	believed := expires
	if e.Held && expires != 0 {
		believed = e.Expires
	}
	if c.strategy.RejectExpired && believed != 0 && now >= believed {
		return Expired
	}
	return c.judge(now, expires)
}
