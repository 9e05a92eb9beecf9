package strategy

import "time"

// The straight way. Most calls find a good document in the cache, or fetch one with a
// single attempt that succeeds, in a client that no other call waits for. For those,
// BeginStraight and EndStraight decide what Begin and Resume decide, in one piece, and
// failStraight what follows a failure. What is not so plain they leave to Begin and Resume,
// which go on from the same state.

// BeginStraight begins a call as Begin does, if the call takes the straight way: do is
// Finish or Send at once. If ok is false, nothing has been decided, and the call is to be
// begun with Begin. The call's own memory has to be zero, or to be left over from a call
// that kept to the straight way to its end.
func (c *Client) BeginStraight(now time.Duration, k *Call) (do Do, ok bool) {
	if !c.straight {
		return 0, false
	}
	k.Begun, k.Attempts, k.Result, k.Served = now, 0, OK, Fetched
	if c.solo {
		k.quota, k.first = c.tokens, true
	} else {
		s, flight := &c.first, &c.flight
		switch {
		case s.asked == 0:
			s.asked = k.Resource + 1
		case s.asked != k.Resource+1:
			return 0, false
		}
		switch answer := c.refresh.lookup(now, &s.entry); {
		case answer == Hit && s.last == nil:
			finish(now, k, c.judge(now, s.entry.ends()), Cached)
			return Finish, true
		case answer != Miss:
			return 0, false
		case flight.Kind == Each, flight.FirstEach && !s.loaded:
		case !s.led:
			s.lead(k)
		default:
			return 0, false
		}
		k.first = !s.used
	}
	k.slot, k.deadline, k.ends = 0, noDeadline, noDeadline
	k.fetch = c.fetches
	c.fetches++
	k.phase = sent
	k.request = Request{Timeout: c.limit, Draw: c.key.With(drawn(drawAttempt, k, 0)).Bits()}
	return Send, true
}

// EndStraight ends a call that BeginStraight has begun, and whose attempt has brought a
// good document, which expires at that instant or does not say when (0). Resume would say
// to finish, and wake nobody. If ok is false, nothing has been decided, and the call is to
// be resumed.
func (c *Client) EndStraight(now time.Duration, k *Call, expires time.Duration) (ok bool) {
	s := &c.first
	if !c.solo && (s.last != nil || k.first && c.strategy.FirstUse > 1) {
		return false
	}
	k.Attempts = 1
	if len(c.policies) > 0 {
		c.earn(k)
	}
	result := OK
	switch {
	case expires == 0: // such a document is not kept
	case c.solo:
		result = c.judge(now, expires)
	default:
		c.keep(now, &s.entry, k, expires)
		result = c.judgeNew(now, &s.entry, expires)
	}
	if !c.solo {
		s.loaded, s.used = true, true
		if k.leads {
			s.release(k)
		}
	}
	finish(now, k, result, Fetched)
	return true
}

// failStraight is Resume for a call whose attempt has failed, if that is retried or ends the
// fetch. If ok is false, nothing has been decided, and the call is to be resumed. It looks
// at no time limit: a client that has one for calls, fetches or legs has no straight way.
func (c *Client) failStraight(now time.Duration, k *Call, o *Outcome) (step Step, ok bool) {
	how := condition(o)
	if c.backoff == nil || k.link > 0 || o.Err == CutShort || c.oddly&how != 0 {
		return Step{}, false
	}
	tries, after := k.tries+1, time.Duration(0)
	move, waits := c.backoff.move(int(tries), int(k.Attempts+1-k.hidden), o, how)
	if move == Again {
		after = c.backoff.wait(int(tries), k.prev, o, how, c.key.With(drawn(drawBackoff, k, k.Attempts)).Bits())
	}
	switch {
	case after >= noDeadline-now: // it never ends
		return Step{}, false
	case move == GiveUp && !waits, move == Again && !c.mayRetry(now, k, o):
		k.Attempts++
		k.tries, k.resent = tries, 0
		return c.failed(now, k, o), true
	case move != Again:
		return Step{}, false
	}
	k.Attempts++
	k.tries, k.prev, k.resent, k.holder = tries, after, 0, NoPolicy
	k.request = Request{Timeout: c.limit, Draw: c.key.With(drawn(drawAttempt, k, k.Attempts)).Bits()}
	return Step{Do: Send, For: after}, true
}

// isStraight reports whether calls of a client of this kind may take the straight way.
func (c *kind) isStraight() bool {
	s, t := c.strategy, &c.strategy.Timeouts
	if !c.single || c.static || c.guarded || c.pooled || c.hurries || c.hedges || c.tended || c.remembers || c.hosted ||
		t.Call > 0 || t.Fetch > 0 || s.FailForGood {
		return false
	}
	if c.solo {
		return s.FirstUse <= 1 && !s.RejectExpired
	}
	return c.refresh != nil
}
