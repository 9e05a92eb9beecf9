package strategy

import "time"

// The walk through the legs of a fetch. A fetch without legs is one leg, of
// the call's own resource.

// flow is the legs of the call's resource.
func (c *Client) flow(k *Call) []Leg {
	if int(k.Resource) < len(c.legs) {
		return c.legs[k.Resource]
	}
	return nil
}

// session is where the call's client keeps what it knows of tokens.
func (c *Client) session(k *Call) *session {
	if c.perCall {
		return &k.session
	}
	return &c.tokens
}

// asking reports whether the call's leg is the request for a token.
func (c *Client) asking(k *Call) bool {
	flow := c.flow(k)
	return len(flow) > 0 && flow[k.leg].Token
}

// begin starts the fetch, or starts it again, after a wait.
func (c *Client) begin(now time.Duration, k *Call, wait time.Duration) Step {
	k.leg, k.asks, k.without, k.token = 0, 0, false, nil
	c.arm(now+wait, k)
	return c.walk(now, k, wait)
}

// arm sets the end of the leg that begins at an instant.
func (c *Client) arm(at time.Duration, k *Call) {
	k.until = k.deadline
	if limit := c.strategy.Timeouts.Leg; limit > 0 {
		k.until = min(k.until, at+limit)
	}
}

// address fills in what the call's leg asks for, and with what.
func (c *Client) address(k *Call) {
	flow := c.flow(k)
	switch {
	case len(flow) == 0:
	case flow[k.leg].Token:
		k.Wants = Wants{Resource: flow[k.leg].Resource, TTL: c.strategy.Session.ttl()}
	default:
		k.Wants = Wants{Resource: flow[k.leg].Resource, Token: k.token}
	}
}

// walk sends the first request from the call's leg on that is not spared: that
// for a token is while one is at hand, that for a name when it is known.
func (c *Client) walk(now time.Duration, k *Call, wait time.Duration) Step {
	flow := c.flow(k)
	last := len(flow) - 1
	for int(k.leg) < last && (flow[k.leg].Token && !c.lacksToken(now+wait, k) ||
		!flow[k.leg].Token && c.named(k)) {
		k.leg++
	}
	if k.leg > 0 && flow[0].Token && (c.strategy.Session.Every || k.void) && c.lacksToken(now+wait, k) {
		k.back, k.leg, k.asks = k.leg, 0, 0
	}
	k.void = false
	return c.send(now, k, wait)
}

// lacksToken reports whether the call needs a token that is not at hand at an
// instant, and takes the one that is.
func (c *Client) lacksToken(at time.Duration, k *Call) bool {
	s := c.session(k)
	if k.without || s.plain {
		return false
	}
	early := c.strategy.Session.Early
	if k.token == nil || at >= k.token.Expires-early {
		k.token = s.token
	}
	if k.token != nil && at < k.token.Expires-early {
		return false
	}
	k.token = nil
	return true
}

// named reports whether the name that the call's leg asks for is known.
func (c *Client) named(k *Call) bool {
	return c.strategy.Session.NameOnce && !c.solo && c.slots[k.slot].named
}

// advance goes on from a leg that has brought what it was for.
func (c *Client) advance(now time.Duration, k *Call, o *Outcome) Step {
	c.repay(k)
	k.prev, k.cost = 0, 0
	if c.asking(k) {
		k.token = o.Token
		if c.strategy.Session.Keep {
			c.session(k).token = o.Token
		}
		return c.afterToken(now, k)
	}
	if !k.restarted {
		k.tries = 0
	}
	if !c.solo {
		c.slots[k.slot].named = true
	}
	k.leg++
	c.arm(now, k)
	return c.walk(now, k, 0)
}

// afterToken sends what the token was asked for, with it or without.
func (c *Client) afterToken(now time.Duration, k *Call) Step {
	k.leg, k.back = max(k.back, 1), 0
	for int(k.leg) < len(c.flow(k))-1 && c.named(k) {
		k.leg++
	}
	return c.send(now, k, 0)
}

// renounced is what becomes of a call whose leg has failed for good: a token
// can be done without.
func (c *Client) renounced(now time.Duration, k *Call, o *Outcome) Step {
	s := &c.strategy.Session
	if !c.asking(k) || len(c.flow(k)) < 2 || !s.FallBack.Has(o) || now >= k.until {
		return c.failed(now, k, o)
	}
	if s.Sticky.Has(o) {
		*c.session(k) = session{plain: true}
	}
	k.token, k.without = nil, !s.Every
	k.prev, k.cost = 0, 0
	return c.afterToken(now, k)
}

// unauthorized takes a 401 in: the token is void, and so is the decision to do
// without one.
func (c *Client) unauthorized(k *Call) {
	*c.session(k) = session{}
	k.token, k.without, k.void = nil, false, true
}
