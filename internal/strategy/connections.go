package strategy

import (
	"slices"
	"time"
)

// Connections is what a client does with its connections between requests. The
// zero Connections keeps each connection for as long as the server does.
type Connections struct {
	// PerRequest makes a connection for each request and closes it after the
	// answer. Nothing is kept then.
	PerRequest bool
	Keep       int           // the most idle connections it keeps; 0 is no limit
	Idle       time.Duration // how long it keeps one that is idle; 0 is no limit
}

// pool is the connections of a client that calls share.
type pool struct {
	idle  []time.Duration  // when each idle connection was last used, in order
	first [1]time.Duration // where idle is, until it grows: most clients keep one connection
	sends *Call            // the first of the calls whose attempts are still to be sent, in order of that instant
}

// connect decides whether an attempt that is sent after a wait has a kept
// connection. A client takes the one that it used last. If calls share the pool,
// the attempt takes its connection when it is sent (see dispatch), because others
// may take it, or leave one, meanwhile.
func (c *Client) connect(now, wait time.Duration, k *Call) {
	switch at := now + wait; {
	case c.perCall:
		o := k.owner()
		k.kept = o.hasConn && c.lives(o.connAt, at)
		o.hasConn = false
	case wait == 0:
		k.kept = c.takeIdle(at)
	default:
		k.connAt = at
		place := &c.extras().pool.sends
		for *place != nil && (*place).connAt <= at {
			place = &(*place).next
		}
		k.next, *place = *place, k
	}
}

// dispatch gives the attempts that have been sent by now their connections.
func (c *Client) dispatch(now time.Duration) {
	if c.extra == nil {
		return
	}
	p := &c.extra.pool
	for k := p.sends; k != nil && k.connAt <= now; k = p.sends {
		k.kept = c.takeIdle(k.connAt)
		p.sends, k.next = k.next, nil
	}
}

// unsend takes a call out of those whose attempts are still to be sent, if it is one.
func (c *Client) unsend(k *Call) {
	if c.extra == nil {
		return
	}
	for place := &c.extra.pool.sends; *place != nil; place = &(*place).next {
		if *place == k {
			*place, k.next = k.next, nil
			return
		}
	}
}

// takeIdle takes the connection that was used last, and reports whether there was
// one that still lives.
func (c *Client) takeIdle(at time.Duration) bool {
	p := &c.extras().pool
	n := len(p.idle)
	if n == 0 {
		return false
	}
	if !c.lives(p.idle[n-1], at) {
		p.idle = p.idle[:0] // the others are older
		return false
	}
	p.idle = p.idle[:n-1]
	return true
}

// release decides about the connection of an attempt that has ended: a whole answer
// leaves it idle, anything else ends it. A refused connection ends the idle ones too.
func (c *Client) release(now time.Duration, k *Call, o *Outcome) {
	whole := o.Err == NoFailure
	if c.perCall {
		k = k.owner()
		k.hasConn, k.connAt = whole, now
		return
	}
	p := &c.extras().pool
	switch {
	case whole:
		if p.idle == nil {
			p.idle = p.first[:0]
		}
		dead := 0
		for dead < len(p.idle) && !c.lives(p.idle[dead], now) {
			dead++
		}
		p.idle = slices.Delete(p.idle, 0, dead)
		if most := c.strategy.Connections.Keep; most == 0 || len(p.idle) < most {
			p.idle = append(p.idle, now)
		}
	case o.Err == ConnRefused:
		p.idle = p.idle[:0]
	}
}

// lives reports whether a connection that was last used at an instant is still
// open at a later one: neither side has found it idle for too long, and the server
// has not restarted meanwhile.
func (c *Client) lives(last, at time.Duration) bool {
	if at-last >= tighter(c.strategy.Connections.Idle, c.keepAlive) {
		return false
	}
	return !slices.ContainsFunc(c.restarts, func(r time.Duration) bool { return last <= r && r <= at })
}
