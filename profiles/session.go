package profiles

import (
	"time"

	"tenement/internal/throttle"
)

// Session is the token that a task of a host has at now, as a hash that is
// never 0, or 0 if tasks of the service have none. A renewed token is another
// session.
func (p *Plan) Session(host, group, task int, now time.Duration) uint64 {
	if p.PodTokens == nil {
		return 0
	}
	key := throttle.TokenKey(p.Seed, host, p.TaskKey(group, task))
	n, _ := p.PodTokens.At(key, now)
	return max(uint64(key.With(uint64(n))), 1)
}
