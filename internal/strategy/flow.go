package strategy

import "time"

// walk is what the machine remembers of a fetch of several legs. A fetch of
// one request has none.
type walk struct {
	legs    []Leg
	wants   Wants
	token   *Token        // that the requests of this fetch show
	session session       // of a client built for this call
	until   time.Duration // end of the leg, never after the call's deadline
	asks    uint16        // attempts to get a token
	leg     uint8
	back    uint8 // the leg that a token is asked for, if it is not the next
	asked   uint8 // the legs that have been asked for, a bit each

	without   bool // this fetch goes without a token
	void      bool // a 401 has taken the token away
	restarted bool // the fetch has begun again
	fresh     bool // the leg had not been asked for before the last attempt
}

// Wants is what an attempt asks for.
type Wants struct {
	Resource uint32        // an index of the plan's: the call's own, or that of a leg of its fetch
	Token    *Token        // to show; nil is none
	TTL      time.Duration // of the session token to ask for; 0 if this is no request for one
}

// Wants is what the call's last attempt asks for, until its next step.
func (k *Call) Wants() Wants {
	if k.walk == nil {
		return Wants{Resource: k.Resource}
	}
	return k.walk.wants
}

// First reports whether the attempt under way asks for something that the call
// has not asked for before: that it is no retry.
func (k *Call) First() bool {
	return k.Attempts == 0 || k.walk != nil && k.walk.fresh
}

// until is the end of the call's leg, or of its budget, or never.
func (k *Call) until() time.Duration {
	if k.walk == nil {
		return k.deadline
	}
	return k.walk.until
}

// asking reports whether the leg is the request for a token.
func (w *walk) asking() bool { return w.legs[w.leg].Token }

// last reports whether the leg brings the document.
func (w *walk) last() bool { return int(w.leg) == len(w.legs)-1 }

// address fills in what the leg asks for.
func (w *walk) address(s *Session) {
	w.wants = Wants{Resource: w.legs[w.leg].Resource}
	if w.asking() {
		w.wants.TTL = s.ttl()
	} else {
		w.wants.Token = w.token
	}
	bit := uint8(1) << w.leg
	w.fresh = w.asked&bit == 0
	w.asked |= bit
}

// newWalk is the walk of a call's fetch, or nil if it is one request.
func (c *Client) newWalk(k *Call) *walk {
	if c.single {
		return nil
	}
	var legs []Leg
	if int(k.Resource) < len(c.legs) {
		legs = c.legs[k.Resource]
	}
	if len(legs) == 0 {
		legs = []Leg{{Resource: k.Resource}}
	}
	return &walk{legs: legs}
}

// session is where the call's client keeps what it knows of tokens.
func (c *Client) session(k *Call) *session {
	if c.perCall {
		return &k.walk.session
	}
	return &c.tokens
}

// begin starts the fetch, or starts it again, after a wait.
func (c *Client) begin(now time.Duration, k *Call, wait time.Duration) Step {
	if w := k.walk; w != nil {
		w.leg, w.back, w.asks, w.without, w.token = 0, 0, 0, false, nil
		c.arm(now+wait, k)
	}
	return c.onward(now, k, wait)
}

// arm sets the end of the leg that begins at an instant.
func (c *Client) arm(at time.Duration, k *Call) {
	k.walk.until = k.deadline
	if limit := c.strategy.Timeouts.Leg; limit > 0 {
		k.walk.until = min(k.walk.until, at+limit)
	}
}

// onward sends the first request from the call's leg on that is not spared:
// that for a token is while one is at hand, that for a name when it is known.
func (c *Client) onward(now time.Duration, k *Call, wait time.Duration) Step {
	w := k.walk
	if w == nil {
		return c.send(now, k, wait)
	}
	for !w.last() && (w.asking() && !c.lacksToken(now+wait, k) || !w.asking() && c.named(k)) {
		w.leg++
	}
	if w.leg > 0 && w.legs[0].Token && (c.strategy.Session.Every || w.void) && c.lacksToken(now+wait, k) {
		w.back, w.leg, w.asks = w.leg, 0, 0
	}
	w.void = false
	return c.send(now, k, wait)
}

// lacksToken reports whether the call needs a token that is not at hand at an
// instant, and takes the one that is.
func (c *Client) lacksToken(at time.Duration, k *Call) bool {
	w, s := k.walk, c.session(k)
	if w.without || s.plain {
		return false
	}
	at += c.strategy.Session.Early
	if w.token == nil || at >= w.token.Expires {
		w.token = s.token
	}
	if w.token != nil && at < w.token.Expires {
		return false
	}
	w.token = nil
	return true
}

// named reports whether the name that the call's leg asks for is known.
func (c *Client) named(k *Call) bool {
	return c.strategy.Session.NameOnce && !c.solo && c.slots[k.slot].named
}

// advance goes on from a leg that has brought what it was for.
func (c *Client) advance(now time.Duration, k *Call, o *Outcome) Step {
	w := k.walk
	c.repay(k)
	k.prev, k.cost = 0, 0
	if w.asking() {
		w.token = o.Token
		if c.strategy.Session.Keep {
			c.session(k).token = o.Token
		}
		return c.afterToken(now, k)
	}
	if !w.restarted {
		k.tries = 0
	}
	if !c.solo {
		c.slots[k.slot].named = true
	}
	w.leg++
	c.arm(now, k)
	return c.onward(now, k, 0)
}

// afterToken sends what the token was asked for, with it or without.
func (c *Client) afterToken(now time.Duration, k *Call) Step {
	w := k.walk
	w.leg, w.back = max(w.back, 1), 0
	for !w.last() && c.named(k) {
		w.leg++
	}
	return c.send(now, k, 0)
}

// renounced is what becomes of a call whose leg has failed for good: a token
// can be done without.
func (c *Client) renounced(now time.Duration, k *Call, o *Outcome) Step {
	w, s := k.walk, &c.strategy.Session
	if w == nil || !w.asking() || w.last() || !s.FallBack.Has(o) || now >= w.until {
		return c.failed(now, k, o)
	}
	if s.Sticky.Has(o) {
		*c.session(k) = session{plain: true}
	}
	w.token, w.without = nil, !s.Every
	k.prev, k.cost = 0, 0
	return c.afterToken(now, k)
}

// unauthorized takes a 401 in: the token is void, and so is the decision to do
// without one.
func (c *Client) unauthorized(k *Call) {
	*c.session(k) = session{}
	k.walk.token, k.walk.without, k.walk.void = nil, false, true
}
