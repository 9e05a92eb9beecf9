package strategy

import (
	"slices"
	"time"
)

// Hedge asks again while the answer to a request is slow, without giving that up: once
// a request has been under way for After, another copy of it is sent, and after After
// again another, until Copies are under way. The first good answer wins, and the client
// cancels the others; if all fail, that is one failed try for the Retry. Every copy is an
// attempt on the wire. One after the first asks the Door, and costs the Quota, as a retry
// does; if it is refused, no further one is sent. The zero Hedge is none.
//
// No copy is made of a request that times out by After, nor of one in a fetch of several
// legs.
// Source: Dean and Barroso, "The Tail at Scale", CACM 56(2), 2013: hedged requests.
type Hedge struct {
	After  time.Duration
	Copies int // the most of a try, the first included; 0 means 2
}

// most is the most requests of a try.
func (h *Hedge) most() int {
	if h.Copies == 0 {
		return 2
	}
	return h.Copies
}

// race is the copies of one request, each of which is a call in the background. The call
// that wants an answer, their parent, waits for them.
type race struct {
	copies   []*Call // that have not ended
	launched int     // copies
	sent     uint32  // requests: of copies, and those that the HTTP library has sent again
	outcome  Outcome // the good one, or that of the last copy that failed
	unknown  Outcome // of the request that a copy is made of: nobody knows it yet
	next     *race   // in the list of those that no call uses
}

// owner is the call that has the client, if that was built for one call alone: the
// call itself, or the one whose copy it is.
func (k *Call) owner() *Call {
	if k.parent != nil {
		return k.parent
	}
	return k
}

// Parent is the call whose request this one makes a copy of (Strategy.Hedge), or nil. Both
// use the same connections.
func (k *Call) Parent() *Call { return k.parent }

// mayRace reports whether copies of a request with this timeout may be sent.
func (c *Client) mayRace(k *Call, timeout time.Duration) bool {
	after := c.strategy.Hedge.After
	return k.parent == nil && (timeout == 0 || after < timeout) && (k.walk == nil || len(k.walk.legs) == 1 && !k.walk.asking())
}

// startRace begins a race in place of an attempt that the door has let pass: the first
// copy makes it.
func (c *Client) startRace(now time.Duration, k *Call) Step {
	x := c.extras()
	r := x.races
	if r == nil {
		r = new(race)
	} else {
		x.races = r.next
		*r = race{copies: r.copies[:0]}
	}
	k.race, k.phase = r, racing
	first := c.copy(now, k)
	first.asked, first.passed, first.again, first.cost = uint8(len(c.policies)), k.passed, k.again, k.cost
	k.passed, k.again = 0, false
	return Step{Do: Await, For: c.strategy.Hedge.After, Wake: first}
}

// copy adds a copy to a call's race.
func (c *Client) copy(now time.Duration, k *Call) *Call {
	x, r := c.extras(), k.race
	b := x.copies
	if b == nil {
		b = new(Call)
	} else {
		x.copies = b.next
	}
	*b = Call{
		Host: k.Host, Group: k.Group, Task: k.Task, Process: k.Process, N: k.N, Life: k.Life, Activity: k.Activity,
		Resource: k.Resource, Scheduled: now, Begun: now, Background: true, Attempts: k.Attempts + r.sent,
		state: state{
			parent: k, phase: spawning, deadline: noDeadline, ends: k.until(), slot: k.slot,
			fetch: k.fetch, link: k.link, uses: k.uses, prev: k.prev,
		},
	}
	r.copies = append(r.copies, b)
	r.launched++
	return b
}

// Recycle gives the client back the memory of a copy (see Call.Parent) that has finished.
// An engine that plays many calls does so.
func (c *Client) Recycle(k *Call) {
	x := c.extras()
	k.next, x.copies = x.copies, k
}

// hedge sends another copy of a request that has been under way for After.
func (c *Client) hedge(now time.Duration, k *Call) Step {
	r, step := k.race, Step{Do: Await}
	most := c.strategy.Hedge.most()
	if r.launched >= most || now >= k.until() {
		return step
	}
	b := c.copy(now, k)
	if !c.mayRetry(now, b, &r.unknown) {
		k.holder, k.holding = b.holder, 0
		r.drop(b)
		c.Recycle(b)
		return step
	}
	if step.Wake = b; r.launched < most {
		step.For = c.strategy.Hedge.After
	}
	return step
}

// drop takes out a copy that has ended.
func (r *race) drop(k *Call) {
	if i := slices.Index(r.copies, k); i >= 0 {
		r.copies = slices.Delete(r.copies, i, i+1)
	}
}

// number counts a request of a copy, and gives it the number that keys its draws:
// the one that an attempt of the parent would have.
func (k *Call) number() {
	r := k.parent.race
	k.Attempts = k.parent.Attempts + r.sent
	r.sent++
}

// copyReplied ends a copy that has an answer, unless it never notices that.
func (c *Client) copyReplied(now time.Duration, k *Call, o *Outcome) Step {
	if !o.Good() && now < k.until() && c.strategy.HangOn.Has(o) {
		return c.hang(now, k)
	}
	return c.copyEnded(now, k, o)
}

// copyEnded ends a copy. It wakes its parent if the answer is good, or if no other copy
// is under way.
func (c *Client) copyEnded(now time.Duration, k *Call, o *Outcome) Step {
	p := k.parent
	r := p.race
	r.drop(k)
	switch o.Err {
	case HeldBack:
		r.launched = c.strategy.Hedge.most() // no further one
	case OutOfTime:
	default:
		r.outcome = *o
	}
	step := finish(now, k, o.Result(), Fetched)
	if o.Good() || len(r.copies) == 0 {
		step.Wake = p
	}
	return step
}

// raced goes on with a call whose race is over. The copies that are still under way have
// lost: the step wakes them.
func (c *Client) raced(now time.Duration, k *Call) Step {
	r := k.race
	losers := c.endRace(k)
	k.holder = NoPolicy
	k.Attempts += r.sent
	k.hidden += r.sent - 1 // the copies are one try
	var step Step
	if o := &r.outcome; o.Good() {
		step = c.succeeded(now, k, o)
	} else {
		step = c.attemptFailed(now, k, o)
	}
	x := c.extras()
	r.next, x.races = x.races, r
	if losers != nil {
		step.Wake = losers.Before(step.Wake)
	}
	return step
}

// endRace has the copies lose that are under way, and returns them as a list. One that has
// been abandoned stays in the race until then, so that it does not matter whether another
// copy fails before or after it in the instant in which their task stops.
func (c *Client) endRace(k *Call) (losers *Call) {
	for _, b := range slices.Backward(k.race.copies) {
		if b.phase == idle {
			continue
		}
		c.turnBack(b, false)
		b.phase = lost
		b.next, losers = losers, b
	}
	k.race = nil
	return losers
}

// abandonRace is Abandon for a call that waits for copies. Those that were sent count.
func (c *Client) abandonRace(k *Call) {
	k.Attempts += k.race.sent
	for b := c.endRace(k); b != nil; {
		b = b.Unlink()
	}
}
