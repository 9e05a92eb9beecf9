package throttle

import (
	"fmt"
	"time"
)

// Change replaces a limit of an endpoint from an instant on. Kind and Scope
// stay. What has been taken stays taken, as far as the new limit has room for
// it: the tokens of a bucket, the requests in a window, the requests in service
// of a concurrency limit. A request that waits already still waits as long as
// it was told to.
//
// If a fixed window changes its length, the requests in the current window
// count in the new window of the same instant.
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
