package throttle_test

import (
	"testing"

	"tenement/internal/throttle"
	"tenement/internal/throttle/limitertest"
)

// A bucket of its own and a bucket among many are the two ways a limit is
// kept; both keep every promise of a Limiter.
func TestLimiters(t *testing.T) {
	t.Run("bucket", func(t *testing.T) {
		limitertest.Run(t, func(l throttle.Limit) throttle.Limiter { return throttle.NewBucket(l, false) })
	})
	t.Run("bucket, delay", func(t *testing.T) {
		limitertest.RunDelay(t, func(l throttle.Limit) throttle.Limiter { return throttle.NewBucket(l, true) })
	})
	t.Run("keyed", func(t *testing.T) {
		limitertest.Run(t, func(l throttle.Limit) throttle.Limiter {
			l.Scope = throttle.IPPathScope
			return throttle.NewKeyed(l, false)
		})
	})
	t.Run("keyed, delay", func(t *testing.T) {
		limitertest.RunDelay(t, func(l throttle.Limit) throttle.Limiter {
			l.Scope = throttle.TaskScope
			return throttle.NewKeyed(l, true)
		})
	})
}
