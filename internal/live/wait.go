package live

import (
	"context"
	"time"
)

// Waiter waits for the instant at which a call is due.
type Waiter interface {
	// Until returns true at the deadline, or false as soon as ctx ends.
	Until(ctx context.Context, deadline time.Time) bool
}

// Timer waits with a plain timer, which is up to about a millisecond late in an
// idle Linux process. In a testing/synctest bubble it is exact, and the only way
// to wait: a yielding loop would never let the bubble's time advance.
type Timer struct{}

// Until implements Waiter.
func (Timer) Until(ctx context.Context, deadline time.Time) bool {
	return sleepUntil(ctx, deadline)
}

func sleepUntil(ctx context.Context, deadline time.Time) bool {
	wait := time.Until(deadline)
	if wait <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
