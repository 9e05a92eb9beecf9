package strategy

import (
	"time"

	"tenement/internal/draw"
)

// Sidecar refreshes the document of a client ahead of its end, at its own schedule from
// the task's start on, whether or not anybody calls. Calls are served from the cache
// while the document is good, and start no refresh; so after the first load nobody waits,
// unless refreshes fail until the end. It differs from Refresh.Behind, which a call has
// to start: a document that nobody has asked for in time is gone there. The zero Sidecar
// is none. It needs a cache, a joint or serial flight, and PerTask or PerHost.
type Sidecar struct {
	On bool
	// Ahead is how long before the cache wants a refresh the sidecar makes it.
	Ahead time.Duration
	// Again is how long after a failed refresh it makes the next; 0 means
	// DefaultAgain.
	Again time.Duration
}

// DefaultAgain is how long a sidecar waits after a failed refresh unless told otherwise.
const DefaultAgain = 5 * time.Second

// WantsSidecar reports whether the client has a sidecar that has not been started.
func (c *Client) WantsSidecar() bool { return c.tended && !c.extras().tending }

// StartSidecar starts the client's sidecar, with a call that the engine has filled in
// and carries out like others. It never finishes; its Begun is when its last fetch did.
func (c *Client) StartSidecar(now time.Duration, k *Call) Step {
	c.extras().tending = true
	k.Scheduled, k.Begun, k.Background = now, now, true
	k.deadline, k.slot, k.sidecar, k.phase = noDeadline, c.slotOf(k.Resource), true, pausing
	if c.hosted {
		k.Task, k.Process, k.Life = 0, 0, 0
	}
	// The tasks of a host that start together do not ask in the same nanosecond, nor a sidecar
	// with the first calls of its task, which are a nanosecond apart from its start on: in the
	// first microsecond it does not ask.
	apart := 1 + time.Duration(draw.Below(c.key.With(drawSidecar<<56).Bits(), uint64(maxDelay)))
	if apart < time.Microsecond {
		apart += maxDelay // and not to the end of the microsecond, where all such sidecars would meet
	}
	return Step{Do: Sleep, For: apart}
}

// tend has a sidecar look whether there is something to do.
func (c *Client) tend(now time.Duration, k *Call) Step {
	s := c.slot(k.slot)
	switch wait := s.entry.Refresh - c.strategy.Sidecar.Ahead - now; {
	case s.entry.Held && wait > 0:
		return c.passTurn(s, c.pause(k, Step{}, wait))
	case c.remembers && now < c.aside(k.slot).failed.until:
		return c.passTurn(s, c.pause(k, Step{}, c.aside(k.slot).failed.until-now))
	case s.led:
		s.enqueue(k)
		k.phase = waiting
		return Step{Do: Await}
	}
	k.Begun = now
	if d := c.strategy.Timeouts.Call; d > 0 {
		k.deadline = now + d
	}
	k.advisory = s.entry.Held && c.valid(now, &s.entry)
	s.lead(k)
	return c.fetch(now, k)
}

// rest has a sidecar wait after a fetch, which has ended with that step.
func (c *Client) rest(now time.Duration, k *Call, step Step) Step {
	e := &c.slot(k.slot).entry
	wait := e.Refresh - c.strategy.Sidecar.Ahead - now
	if !e.Held || wait <= 0 {
		if wait = c.strategy.Sidecar.Again; wait == 0 {
			wait = DefaultAgain
		}
	}
	k.link, k.tries, k.prev, k.cost, k.uses, k.hidden = 0, 0, 0, 0, 0, k.Attempts
	k.loaded, k.advisory = false, false
	return c.pause(k, step, wait)
}

// pause makes of a step one that has a sidecar wait, and somewhat longer, so that it does
// not wake at the instant at which a task starts: documents end on whole seconds.
func (c *Client) pause(k *Call, step Step, wait time.Duration) Step {
	k.phase = pausing
	apart := draw.Below(c.key.With(drawSidecar<<56|uint64(k.Attempts)+1).Bits(), uint64(maxDelay))
	step.Do, step.For = Sleep, wait+1+time.Duration(apart)
	return step
}
