package sim

import (
	"net/http"
	"time"

	"tenement/internal/strategy"
	"tenement/internal/throttle"
)

// ask has the endpoint decide an attempt, and schedules how it ends. order is the
// attempt's: a client that gets several answers at the same instant, for example
// when a restart breaks all hung connections, sees them in that order.
func (h *host) ask(s *slot, order uint64) {
	k := s.call
	wants := k.Wants()
	resource := wants.Resource
	a := &h.wire.answers[resource]
	h.requests++
	var verdict throttle.Verdict // of a request that the limiter never sees
	switch {
	case h.restarts && h.asked(a).Refuses(h.now):
		verdict.Kind = throttle.Failed
		s.outcome = strategy.Outcome{Err: strategy.ConnRefused}
	case a.limited:
		h.decide(s, k, a, resource, &verdict)
	}
	h.decided(s, a, &wants, order, &verdict)
}

// asked is the endpoint that answers.
func (h *host) asked(a *answer) *throttle.Endpoint {
	if a.endpoint > 0 {
		return h.further[a.endpoint-1]
	}
	return h.endpoint
}

// decide has the endpoint decide about an attempt for a resource.
func (h *host) decide(s *slot, k *strategy.Call, a *answer, resource uint32, verdict *throttle.Verdict) {
	e := h.asked(a)
	if s.task != ofHost && e.Bare() {
		e.DecideBare(h.now, h.keys[s.task], s.task, int32(k.Group), verdict)
		return
	}
	r := &h.request
	if s.task == ofHost {
		first := h.firsts.At(k.Group, s.sent)
		h.plan.FillRequest(r, int(k.Group), first.Key, first.Slot)
		k.Task, k.Life = first.Place, first.Life
	} else {
		h.plan.FillRequest(r, int(k.Group), h.keys[s.task], s.task)
	}
	r.Path, r.Route = h.plan.Resources[resource].PathOf(r.Key), a.route
	if a.tokens {
		// A pod's client reads its service account token when it sends.
		r.CacheKey = h.plan.CacheKey(int(h.number), a.endpoint, r.Key, h.issuedTo(a, s), s.sent)
	}
	e.Decide(h.now, r, verdict)
}

// decided schedules the end of an attempt, with the outcome that the endpoint's verdict gives
// it.
func (h *host) decided(s *slot, a *answer, wants *strategy.Wants, order uint64, verdict *throttle.Verdict) {
	k, resource := s.call, wants.Resource
	ended := h.now + verdict.After
	switch verdict.Kind {
	case throttle.Admitted, throttle.Delayed:
		s.outcome = a.outcome
		if a.instance {
			s.outcome = h.wire.served(a, wants, h.now, ended, h.issuedTo(a, s))
		}
		if a.expires && s.outcome.Status == http.StatusOK {
			expires := a.credentials.ExpiresAt(h.now, h.issuedTo(a, s))
			if verdict.Effect.Kind == throttle.LifeFault {
				expires = h.now
			}
			s.outcome.Expires = strategy.ExpiresAt(expires + verdict.Effect.Shift)
		}
	case throttle.Rejected:
		exceed := h.asked(a).Exceed(verdict)
		s.outcome = *h.wire.mishap(limited, resource, verdict.Status, exceed.Body)
		if exceed.RetryAfter != 0 {
			s.outcome.RetryAfter = time.Duration(exceed.RetrySeconds(verdict.RetryAfter)) * time.Second
		}
	case throttle.Dropped:
		ended = unanswered
	case throttle.Failed:
		switch verdict.Effect.Kind {
		case throttle.NoFault: // refused
		case throttle.HangFault:
			ended = unanswered
		default:
			fault, _ := h.asked(a).Blame(*verdict)
			s.outcome = h.wire.failed(resource, *verdict, fault, h.wire.served(a, wants, h.now, ended, h.issuedTo(a, s)))
		}
	}
	if a.instance && h.wire.loses(a, k.Group, verdict) {
		ended = unanswered
	}
	h.ends(s, ended, order)
}

// ends schedules the end of a slot's attempt, whose outcome is known unless it takes longer
// than the client waits.
func (h *host) ends(s *slot, ended time.Duration, order uint64) {
	if s.timeout > 0 && ended > s.sent+s.timeout {
		ended = s.sent + s.timeout
		s.outcome = strategy.Outcome{Err: strategy.ResponseTimeout}
	}
	switch {
	case ended > h.horizon:
		s.what = hangs
	case s.client.Solo() && h.aside(s, ended):
		h.reply(s, ended)
	case ended < h.due && ended < h.queue.next():
		// Nothing else happens on the host before the answer.
		h.now = ended
		h.reply(s, ended)
	default:
		s.what = replies
		h.schedule(ended, order, s)
	}
}

// aside reports whether nothing else can touch the client of an attempt, which is Solo,
// until that instant, so that the answer needs no event.
func (h *host) aside(s *slot, until time.Duration) bool {
	return h.tasks == nil || h.tasks.apart(s, until)
}

// issuedTo is when the credentials were issued that an answer to a slot's call holds:
// those of an instance with its host, all others with the task.
func (h *host) issuedTo(a *answer, s *slot) time.Duration {
	switch {
	case a.instance:
		return h.started
	case s.task == ofHost:
		return h.firsts.At(s.call.Group, s.sent).Issued
	case h.tasks != nil:
		return h.tasks.issued[s.task]
	}
	return h.issued[s.call.Group]
}

// reply hands an attempt's outcome to the client.
func (h *host) reply(s *slot, now time.Duration) {
	h.observer.Attempted(s.call, s.sent, now, &s.outcome)
	step := s.client.Resume(now, s.call, strategy.Event{Kind: strategy.Replied, Outcome: &s.outcome})
	if step.Do == strategy.Send && step.Wake == nil {
		h.send(s, now+step.For) // as carry does
		return
	}
	h.carry(s, now, step)
}
