package strategy

import "time"

// walk is the state of a fetch on its way through its legs, one of which is
// current. In a client whose fetches are single requests there is none.
type walk struct {
	legs    []Leg
	wants   Wants
	token   *SessionToken // sent with the requests of this fetch; nil is none
	session sessionState  // used in place of the client's if that was built for this call alone
	until   time.Duration // end of the time for the current leg, at most that of the fetch
	asks    uint16        // failed attempts to get a token since one was last needed
	leg     uint8         // index of the current leg
	resume  uint8         // the leg to go on with once there is a token; 0 is the one after the token's
	asked   uint8         // a bit for each leg that has sent a request

	void      bool      // a 401 has just made the token void, so the next request needs a new one
	role      roleState // used in place of the slot's if the client was built for this call alone
	extended  bool      // the last attempt asked for the extended resource of its leg
	relisted  bool      // the name has been asked for again in this fetch, because credentials were not found
	restarted bool      // a Restart has begun the fetch again: failures on all legs count together
	fresh     bool      // the last attempt was the first of its leg
}

// Wants is what an attempt asks for.
type Wants struct {
	Resource uint32        // an index into the plan's resources: the call's, or that of a leg of its fetch
	Token    *SessionToken // to send along; nil is none
	TTL      time.Duration // of the session token to ask for; 0 if this is no token request
}

// Wants is what the call's last attempt asks for. It holds until the next step.
func (k *Call) Wants() Wants {
	if k.walk == nil {
		return Wants{Resource: k.Resource}
	}
	return k.walk.wants
}

// First reports whether the attempt under way is no retry: it asks for something
// that the call has not asked for before.
func (k *Call) First() bool {
	return k.Attempts == 0 || k.walk != nil && k.walk.fresh
}

// until is when the time for the call's current leg ends, or for its fetch if that
// has no legs; noDeadline if nothing bounds it.
func (k *Call) until() time.Duration {
	if k.walk == nil {
		return k.ends
	}
	return k.walk.until
}

// asking reports whether the current leg is the token request.
func (w *walk) asking() bool { return w.legs[w.leg].Token }

// last reports whether the current leg is the one that brings the document.
func (w *walk) last() bool { return int(w.leg) == len(w.legs)-1 }

// setWants fills in what an attempt of the current leg asks for.
func (w *walk) setWants(s *Session, role roleState) {
	leg := &w.legs[w.leg]
	w.wants = Wants{Resource: leg.Resource}
	if w.extended = s.Extended && leg.HasExtended && role.found != legacyVersion; w.extended {
		w.wants.Resource = leg.Extended
	}
	if w.asking() {
		w.wants.TTL = s.ttl()
	} else {
		w.wants.Token = w.token
	}
	bit := uint8(1) << w.leg
	w.fresh = w.asked&bit == 0
	w.asked |= bit
}

// newWalk returns the walk of a call's fetch, in a client whose fetches can have
// several legs.
func (c *Client) newWalk(k *Call) *walk {
	var legs []Leg
	if int(k.Resource) < len(c.legs) {
		legs = c.legs[k.Resource]
	}
	if len(legs) == 0 {
		legs = []Leg{{Resource: k.Resource}}
	}
	return &walk{legs: legs}
}

// sessionState points to what the call's client remembers of session tokens: kept
// in the call if the client was built for it alone.
func (c *Client) sessionState(k *Call) *sessionState {
	if c.perCall {
		return &k.walk.session
	}
	return &c.extras().session
}

// roleState points to what the call's client remembers of the role: kept in the call
// if the client shares nothing.
func (c *Client) roleState(k *Call) *roleState {
	if c.solo {
		return &k.walk.role
	}
	return &c.aside(k.slot).role
}

// begin sends the first request of a fetch after a wait. It also restarts a fetch
// from its first leg.
func (c *Client) begin(now time.Duration, k *Call, wait time.Duration) Step {
	if w := k.walk; w != nil {
		w.leg, w.resume, w.asks, w.token = 0, 0, 0, nil
		c.startLeg(now+wait, k)
	}
	return c.sendLeg(now, k, wait)
}

// startLeg bounds the current leg, which begins at that instant, by Timeouts.Leg.
func (c *Client) startLeg(at time.Duration, k *Call) {
	k.walk.until = k.ends
	if limit := c.strategy.Timeouts.Leg; limit > 0 {
		k.walk.until = min(k.walk.until, at+limit)
	}
}

// sendLeg sends, after a wait, the request of the current leg or, if that is not
// needed, of the next leg that is: a token is not asked for while a valid one is
// held, nor the role's name once it is known. If a later leg needs a new token,
// the token request goes first and the leg follows it (see resume).
func (c *Client) sendLeg(now time.Duration, k *Call, wait time.Duration) Step {
	w := k.walk
	if w == nil {
		return c.send(now, k, wait)
	}
	for !w.last() && (w.asking() && !c.lacksToken(now+wait, k) || !w.asking() && c.knowsName(k)) {
		w.leg++
	}
	if w.leg > 0 && w.legs[0].Token && (c.strategy.Session.Every || c.strategy.Session.OneUse || w.void) && c.lacksToken(now+wait, k) {
		w.resume, w.leg, w.asks = w.leg, 0, 0
	}
	w.void = false
	return c.send(now, k, wait)
}

// lacksToken reports whether a request sent at that instant needs a token and
// the client holds no valid one. If it holds one, the fetch uses it.
func (c *Client) lacksToken(at time.Duration, k *Call) bool {
	w, s := k.walk, c.sessionState(k)
	if s.fellBack {
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

// knowsName reports whether the client keeps the role's name and has it already,
// so that no leg has to ask for it.
func (c *Client) knowsName(k *Call) bool {
	return c.strategy.Session.NameOnce && c.roleState(k).named
}

// advance goes on to the next leg after an attempt that succeeded but did not
// bring the document: it brought a token or the role's name.
func (c *Client) advance(now time.Duration, k *Call, o *Outcome) Step {
	w := k.walk
	k.prev, k.cost = 0, 0
	if w.asking() {
		w.token = o.Token
		if c.strategy.Session.Keep {
			c.sessionState(k).token = o.Token
		}
		return c.afterToken(now, k)
	}
	if !w.restarted {
		k.tries = 0
	}
	role := c.roleState(k)
	role.named = true
	if w.extended {
		role.found = extendedVersion
	}
	if c.strategy.Session.OneUse {
		w.token = nil
	}
	w.leg++
	c.startLeg(now, k)
	return c.sendLeg(now, k, 0)
}

// afterToken sends the request that the token was asked for, with the token or,
// after a fallback, without.
func (c *Client) afterToken(now time.Duration, k *Call) Step {
	w := k.walk
	w.leg, w.resume = max(w.resume, 1), 0
	for !w.last() && c.knowsName(k) {
		w.leg++
	}
	return c.send(now, k, 0)
}

// legFailed ends the fetch because its current leg has failed and is not tried
// again. But if the leg was the token request and the strategy falls back, the
// fetch goes on without a token.
func (c *Client) legFailed(now time.Duration, k *Call, o *Outcome) Step {
	w, s := k.walk, &c.strategy.Session
	if w == nil || !w.asking() || w.last() || !s.FallBack.Has(o) || s.unconnected(o) || now >= w.until {
		return c.failed(now, k, o)
	}
	if s.Sticky.Has(o) {
		*c.sessionState(k) = sessionState{fellBack: true}
	}
	k.prev, k.cost = 0, 0
	return c.afterToken(now, k)
}

// notFound handles a 404 of a client that knows extended paths (Session.Extended):
// it asks below the other path, or for the role's name again. It reports false if
// the 404 is a failure like others.
func (c *Client) notFound(now time.Duration, k *Call) (Step, bool) {
	w, role := k.walk, c.roleState(k)
	switch {
	case !w.legs[w.leg].HasExtended:
		return Step{}, false
	case !w.last() && w.extended && role.found != extendedVersion:
		role.found = legacyVersion
		w.asked &^= 1 << w.leg
	case w.last() && w.leg > 0 && w.legs[w.leg-1].HasExtended && !w.relisted:
		w.relisted, role.named = true, false
		w.leg--
		c.startLeg(now, k)
	default:
		return Step{}, false
	}
	return c.sendLeg(now, k, 0), true
}

// unauthorized handles a 401 of a client that renews tokens: it forgets the
// token, and any fallback to requests without one.
func (c *Client) unauthorized(k *Call) {
	*c.sessionState(k) = sessionState{}
	k.walk.token, k.walk.void = nil, true
}
