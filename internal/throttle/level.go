package throttle

import "time"

// Level is what a limit whose scope is the host has left at now, in
// thousandths of a token, of a request of a window, or of a place. ok is false
// for a limit of any other scope, which has as many levels as keys.
func (e *Endpoint) Level(now time.Duration, index int) (milli int64, ok bool) {
	if index < 0 || index >= len(e.limits) || e.limits[index].limit.Scope != HostScope {
		return 0, false
	}
	e.advance(now)
	return e.limits[index].level(now), true
}
