package sim

import (
	"time"

	"tenement/internal/strategy"
)

// lose cancels what is under way of a copy that has lost (strategy.Hedge). Its slot stays
// taken until its event has come.
func (h *host) lose(s *slot, now time.Duration) {
	if s.what != sleeps && s.sent <= now {
		s.outcome = strategy.Outcome{}
		h.observer.Attempted(s.call, s.sent, now, &s.outcome)
	}
	if h.tasks != nil {
		h.tasks.ended(now, s)
	}
	s.client.Recycle(s.call)
	if s.what == hangs {
		h.slab.give(s)
		return
	}
	s.what, s.call = cutOff, nil
}
