package throttle

import (
	"fmt"
	"time"
)

// Change replaces a limit of an endpoint from an instant on. Kind and Scope
// stay. A change gives nothing away and takes nothing:
//
//   - a token bucket keeps the tokens that are left, up to the new burst. A
//     larger burst makes room and grants nothing, for keys not used so far too
//     (as SetBurst and SetLimit of golang.org/x/time/rate);
//   - a leaky bucket keeps its queue, even if that is longer than the new one;
//   - the requests in the current fixed window count in the new window of the
//     same instant, even if they are more than that admits;
//   - a sliding window counts the requests within the new length. It remembers
//     them for as long as the longest window that it has had or is scheduled to
//     have;
//   - a concurrency limit keeps the requests in service.
//
// A request that waits already still waits as long as it was told to. What a
// bucket owes it stays owed, in tokens.
type Change struct {
	At    time.Duration
	Index int // of the limit
	To    Limit
}

// check says what is wrong with a change of one of these limits.
func (c Change) check(limits []Limit) error {
	switch {
	case c.At < 0:
		return fmt.Errorf("at %v: a time below 0", c.At)
	case c.Index < 0 || c.Index >= len(limits):
		return fmt.Errorf("limit %d: there are %d", c.Index, len(limits))
	}
	was := limits[c.Index]
	switch {
	case c.To.Kind != was.Kind:
		return fmt.Errorf("%v: the limit is a %v: a change keeps the kind", c.To.Kind, was.Kind)
	case c.To.Scope != was.Scope:
		return fmt.Errorf("scope %v: the scope of the limit is %v: a change keeps the scope", c.To.Scope, was.Scope)
	}
	return c.To.Check()
}
