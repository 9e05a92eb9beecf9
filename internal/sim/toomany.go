package sim

import (
	"fmt"
	"time"

	"tenement/internal/words"
)

// TooManyError is the error of a host on which as many calls and timers are open at once as a
// simulation has room for.
type TooManyError struct {
	At    time.Duration // since the run began
	Host  int
	Group string // whose most of them are
	Open  int    // of that group
	All   int
}

// Error implements error.
func (e *TooManyError) Error() string {
	return fmt.Sprintf("simulating host %d: after %s, %s calls and timers are open at once, and there is no room for more: %s are of the group %s; want fewer of its tasks or calls, or a strategy whose calls end sooner (its timeouts, its retries)",
		e.Host, words.Span(e.At.Seconds()), words.Number(uint64(e.All)), words.Number(uint64(e.Open)), e.Group)
}

// tooMany is the error for what is open now.
func (h *host) tooMany() error {
	open, all := make([]int, len(h.plan.Groups)), 0
	for s := range h.slab.all() {
		if s.what != vacant {
			all++
		}
		if s.call != nil && s.what != vacant && s.what != timer {
			open[s.call.Group]++
		}
	}
	most := 0
	for i := range open {
		if open[i] > open[most] {
			most = i
		}
	}
	return &TooManyError{At: h.now, Host: int(h.number), Group: h.plan.Groups[most].Name, Open: open[most], All: all}
}
