package throttle_test

import (
	"testing"

	"tenement/internal/throttle"
	"tenement/internal/throttle/limitertest"
)

// A limit has a single state or one per key. Both keep every promise of a
// Limiter.
func TestLimiters(t *testing.T) {
	keyed := func(scope throttle.Scope) limitertest.Make {
		return func(l throttle.Limit) throttle.Limiter {
			l.Scope = scope
			return throttle.NewKeyed(l)
		}
	}
	t.Run("alone", func(t *testing.T) { limitertest.Run(t, throttle.NewLimiter) })
	t.Run("alone, delay", func(t *testing.T) { limitertest.RunDelay(t, throttle.NewLimiter) })
	t.Run("keyed", func(t *testing.T) { limitertest.Run(t, keyed(throttle.IPPathScope)) })
	t.Run("keyed, delay", func(t *testing.T) { limitertest.RunDelay(t, keyed(throttle.TaskScope)) })
}

// A limit that changes keeps every promise, too, while other keys come and go.
func TestChangingLimiters(t *testing.T) {
	limitertest.RunChanging(t, func(l throttle.Limit, changes []throttle.Change) throttle.Limiter {
		scoped := make([]throttle.Change, len(changes))
		for i, c := range changes {
			c.To.Scope = throttle.TaskScope
			scoped[i] = c
		}
		l.Scope = throttle.TaskScope
		return throttle.NewKeyed(l, scoped...)
	})
}
