package limitertest

import (
	"testing"
	"time"

	"tenement/internal/throttle"
)

// wrong is a limiter that makes a mistake at each change.
type wrong struct {
	throttle.Limiter
	changes []throttle.Change
	change  func(old throttle.Limiter, c throttle.Change) throttle.Limiter
}

func (w *wrong) Ask(now time.Duration) throttle.Decision {
	for ; len(w.changes) > 0 && w.changes[0].At <= now; w.changes = w.changes[1:] {
		w.Limiter = w.change(w.Limiter, w.changes[0])
	}
	return w.Limiter.Ask(now)
}

// The suite must fail for limiters that make a mistake at a change.
func TestSuiteFindsWrongChanges(t *testing.T) {
	for name, change := range map[string]func(throttle.Limiter, throttle.Change) throttle.Limiter{
		"begins unused": func(_ throttle.Limiter, c throttle.Change) throttle.Limiter {
			return throttle.NewLimiter(c.To)
		},
		"does not change": func(old throttle.Limiter, _ throttle.Change) throttle.Limiter { return old },
		"forgets who was there": func(_ throttle.Limiter, c throttle.Change) throttle.Limiter {
			l := throttle.NewLimiter(c.To)
			for d := l.Ask(c.At); d.OK && d.Wait == 0; d = l.Ask(c.At) {
				l.Commit(c.At, service, true)
			}
			return l
		},
	} {
		for _, limits := range alternatives() {
			t.Run(name+", "+describe(limits[0]), func(t *testing.T) {
				err := changing(limits, func(l throttle.Limit, changes []throttle.Change) throttle.Limiter {
					return &wrong{Limiter: throttle.NewLimiter(l), changes: changes, change: change}
				})
				if err == nil {
					t.Errorf("a limiter that %s passes", name)
				}
			})
		}
	}
}
