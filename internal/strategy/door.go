package strategy

import (
	"time"

	"tenement/internal/draw"
)

// The door. Whatever is asked before a send stands behind it as a policy: it may let
// the send pass, delay it or refuse it, and it hears how each attempt ends. The
// policies of a client are asked in the order of the constants below, one after the
// other, each as soon as the one before has let pass:
//
//   - about a retry, when that is decided, before its wait: there SDKs pay for it. A
//     refusal ends the fetch with the failure that the retry was for.
//   - about every attempt, first try or retry, at the instant at which it would be
//     sent. A refusal ends the fetch as withheld, and no request is made. What the HTTP
//     library sends again by itself is not asked about.
//
// A policy that has let pass is told if a later one refuses, or if the time for the call
// is over first, and takes back what it would miss: a breaker its trial, a bucket of
// tokens the token it has promised. What a real limiter does not give back, such as the
// token of AWS's adaptive mode, is gone here too.

// Door is the policies of a strategy that are asked before a send, beside its Quota. The
// zero Door has none.
type Door struct {
	Breaker    Breaker
	Throttling Throttling
	Budget     Budget
	Adaptive   Adaptive
	Bucket     Bucket
}

// Policy is the kind of a policy.
type Policy uint8

// The policies, in the order in which they are asked.
const (
	NoPolicy         Policy = iota
	BreakerPolicy           // Door.Breaker
	ThrottlingPolicy        // Door.Throttling
	QuotaPolicy             // Strategy.Quota
	BudgetPolicy            // Door.Budget
	AdaptivePolicy          // Door.Adaptive
	BucketPolicy            // Door.Bucket
	numPolicies             // at most 17: Call.passed has a bit for each but the first
)

var policyNames = [numPolicies]string{"none", "breaker", "throttling", "quota", "budget", "adaptive", "bucket"}

// String is the name of a policy in profiles and timelines.
func (p Policy) String() string { return policyNames[p] }

// of is the policy of a client with that strategy; nil if the strategy has none.
func (p Policy) of(s *Strategy) policy {
	d := &s.Door
	switch {
	case p == BreakerPolicy && d.Breaker.set():
		return &breaker{Breaker: &d.Breaker}
	case p == ThrottlingPolicy && d.Throttling.K > 0:
		return &throttling{Throttling: &d.Throttling}
	case p == QuotaPolicy && s.Quota.Tokens > 0:
		return retryQuota{}
	case p == BudgetPolicy && d.Budget != Budget{}:
		return &budget{Budget: &d.Budget}
	case p == AdaptivePolicy && d.Adaptive != NotAdaptive:
		return &adaptive{Adaptive: d.Adaptive}
	case p == BucketPolicy && d.Bucket.Tokens > 0:
		return &bucket{Bucket: &d.Bucket}
	}
	return nil
}

// policy is one of those that a client asks. Each client has its own.
type policy interface {
	// reset makes it as it is when the client's process starts.
	reset()
	// ask says what becomes of a send.
	ask(now time.Duration, a asking) verdict
	// heard tells how an attempt ended that was let pass.
	heard(now time.Duration, a asking, o *Outcome)
	// giveBack tells that a send was not made that was let pass.
	giveBack(a asking)
}

// asking is what a policy knows of a send.
type asking struct {
	client  *Client
	call    *Call
	first   bool          // it is no retry
	planned bool          // a retry that is decided, and not yet to be sent
	after   *Outcome      // of a planned retry: the failure that it is for
	sent    bool          // with giveBack: it was sent, but nobody will hear how it ends
	took    time.Duration // of an attempt that was heard of
	u       uint64        // the keyed draw of the attempt
}

// verdict is what a policy makes of a send. The zero verdict lets it pass.
type verdict struct {
	refused bool
	after   time.Duration // how long it is delayed
	again   bool          // the policy is asked again after the delay; else it has let pass
}

// passed is the verdict that lets a send pass.
var passed = verdict{}

// Hold is what a policy did to a send.
type Hold struct {
	By  Policy
	For time.Duration // how long it delays the send; 0 if it refuses it
}

// Hold is what a policy did to the send that the last step would have been. Its By is
// NoPolicy if none did anything.
func (k *Call) Hold() Hold { return Hold{k.holder, k.holding} }

// door is the policies of a client, or of a call whose client was built for it alone.
type door struct {
	policies []policy // by index into kind.policies
	next     *door    // of those that no call uses
}

// door is that of the client or, if it was built for a call alone, of the call.
func (c *Client) door(k *Call) *door {
	x := c.extras()
	k = k.owner()
	switch {
	case c.perCall && k.door != nil:
		return k.door
	case c.perCall && x.door != nil:
		k.door, x.door = x.door, x.door.next
		k.door.reset()
		return k.door
	case !c.perCall && x.door != nil:
		return x.door
	}
	d := &door{policies: make([]policy, len(c.policies))}
	for i, p := range c.policies {
		d.policies[i] = p.of(c.strategy)
	}
	d.reset()
	if c.perCall {
		k.door = d
	} else {
		x.door = d
	}
	return d
}

// reset makes the policies as they are at the start.
func (d *door) reset() {
	for _, p := range d.policies {
		p.reset()
	}
}

// leave ends what a call has at the door: it will send nothing more.
func (c *Client) leave(k *Call) {
	c.turnBack(k, false)
	if k.door != nil {
		x := c.extras()
		k.door.next, x.door, k.door = x.door, k.door, nil
	}
}

// turnBack tells the policies that have let a send pass, or a planned retry, that it is
// not made.
func (c *Client) turnBack(k *Call, planned bool) {
	if k.passed == 0 {
		return
	}
	d := c.door(k)
	for i, p := range d.policies {
		if k.passed&(1<<i) != 0 {
			p.giveBack(asking{client: c, call: k, planned: planned, first: !planned && !k.again, sent: !planned && k.phase == sent})
		}
	}
	k.passed, k.asked = 0, 0
}

// mayRetry asks about a retry after the failure o, before its wait.
func (c *Client) mayRetry(now time.Duration, k *Call, o *Outcome) bool {
	switch {
	case len(c.policies) == 0:
		return true
	case !c.guarded: // the quota of an SDK: no door is needed
		if !c.pay(k, o) {
			k.holder, k.holding = QuotaPolicy, 0
			return false
		}
		return true
	}
	a := asking{client: c, call: k, planned: true, after: o}
	for i, p := range c.door(k).policies {
		if p.ask(now, a).refused {
			c.turnBack(k, true)
			k.holder, k.holding = c.policies[i], 0
			return false
		}
		k.passed |= 1 << i
	}
	k.passed, k.again = 0, true
	return true
}

// A delayed send asks again up to staggers × staggerStep later. Sends that wait for the same
// token would all ask at the instant at which it comes.
const (
	staggers    = 1000
	staggerStep = 100 * time.Nanosecond
)

// stagger is how much later a call asks again, given its draw. Sends of a client never ask
// at the same nanosecond, or nothing would say which comes first: those that draw the same
// step are apart by their numbers.
func (k *Call) stagger(u uint64) time.Duration {
	return 1 + time.Duration(draw.Below(u, staggers))*staggerStep + time.Duration(k.fetch+k.Attempts)%staggerStep
}

// maySend asks about an attempt that would be sent now. If it is not, ok is false and the
// step says what is done instead.
func (c *Client) maySend(now time.Duration, k *Call) (step Step, ok bool) {
	d := c.door(k)
	a := asking{client: c, call: k, first: !k.again, u: c.draw(drawDoor, k, k.Attempts^uint32(k.uses)<<12)}
	for int(k.asked) < len(d.policies) {
		v := d.policies[k.asked].ask(now, a)
		by := c.policies[k.asked]
		if v.refused {
			c.turnBack(k, false)
			k.asked, k.holder, k.holding = 0, by, 0
			return c.failed(now, k, &Outcome{Err: HeldBack}), false
		}
		if !v.again {
			k.passed |= 1 << k.asked
			k.asked++
		}
		if v.after <= 0 {
			continue
		}
		if v.again {
			v.after += k.stagger(a.u)
		}
		return c.hold(now, k, by, v.after), false
	}
	k.asked, k.entered = 0, now
	return Step{}, true
}

// hold delays a send. If the time for it ends within the delay, the client waits until
// then and the leg fails with a timeout.
func (c *Client) hold(now time.Duration, k *Call, by Policy, wait time.Duration) Step {
	k.phase, k.entered = held, now+wait
	if left := k.until() - now; wait >= left {
		c.turnBack(k, false)
		k.asked = 0
		k.last = Outcome{Err: OutOfTime}
		k.phase, wait = finalWait, left
	}
	k.holder, k.holding = by, wait
	return Step{Do: Sleep, For: wait}
}

// heard tells the policies how an attempt ended.
func (c *Client) heard(now time.Duration, k *Call, o *Outcome) {
	if !c.guarded {
		retryQuota{}.heard(now, asking{client: c, call: k}, o)
		return
	}
	a := asking{client: c, call: k, first: !k.again, took: now - k.entered}
	for _, p := range c.door(k).policies {
		p.heard(now, a, o)
	}
	k.passed, k.again = 0, false
}
