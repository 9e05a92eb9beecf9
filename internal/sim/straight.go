package sim

import (
	"time"

	"tenement/internal/strategy"
	"tenement/internal/throttle"
)

// The straight way through the engine, of a call that takes the straight way through its
// client (strategy.BeginStraight). What turns out not to be so plain goes on in ask, carry
// and step.

// beginStraight begins a slot's call, and returns false if it cannot.
func (h *host) beginStraight(s *slot, now time.Duration) bool {
	k := &s.arrived
	s.answer = &h.wire.answers[k.Resource]
	if h.restarts || !s.answer.plain {
		return false
	}
	do, ok := s.client.BeginStraight(now, k)
	if !ok {
		return false
	}
	if do == strategy.Finish {
		h.observer.Finished(k)
		h.finished(s, now)
		return true
	}
	what := k.Request()
	s.sent, s.timeout = now, what.Timeout
	delay := what.Delay()
	at := now + delay
	switch {
	case s.timeout > 0 && delay >= s.timeout:
		s.straight = false
		h.step(s, now, do, 0)
	case at < h.due && at < h.queue.next() && at <= h.horizon:
		// Nothing else happens on the host before the attempt reaches the endpoint.
		h.now = at
		h.askStraight(s, what.Order())
	default:
		s.what = arrives
		h.schedule(at, what.Order(), s)
	}
	return true
}

// askStraight is ask for an attempt on the straight way.
func (h *host) askStraight(s *slot, order uint64) {
	k, a := &s.arrived, s.answer
	h.requests++
	var verdict throttle.Verdict
	h.decide(s, k, a, k.Resource, &verdict)
	ended := h.now + verdict.After
	if verdict.Kind != throttle.Admitted || verdict.Effect.Kind != throttle.NoFault ||
		s.timeout > 0 && ended > s.sent+s.timeout || ended > h.horizon {
		s.straight = false
		wants := k.Wants()
		h.decided(s, a, &wants, order, &verdict)
		return
	}
	s.outcome.Expires = 0
	if a.expires {
		s.outcome.Expires = strategy.ExpiresAt(a.credentials.ExpiresAt(h.now, h.issuedTo(a, s)))
	}
	switch {
	case s.client.Solo() && h.aside(s, ended):
		h.replyStraight(s, ended)
	case ended < h.due && ended < h.queue.next():
		h.now = ended
		h.replyStraight(s, ended)
	default:
		s.what = replies
		h.schedule(ended, order, s)
	}
}

// replyStraight is reply for an attempt on the straight way.
func (h *host) replyStraight(s *slot, now time.Duration) {
	k := &s.arrived
	good := &s.answer.good
	good.Expires = s.outcome.Expires
	if h.straight == nil {
		h.observer.Attempted(k, s.sent, now, good)
	}
	switch {
	case s.client.EndStraight(now, k, good.Expires):
		if h.straight != nil {
			h.straight.Straight(k, good)
		} else {
			h.observer.Finished(k)
		}
		h.finished(s, now)
	default:
		s.straight = false
		if h.straight != nil {
			h.observer.Attempted(k, s.sent, now, good)
		}
		h.carry(s, now, s.client.Resume(now, k, strategy.Event{Kind: strategy.Replied, Outcome: good}))
	}
}
