package imds

import (
	"sync"
	"sync/atomic"
	"time"

	"tenement/internal/throttle"
)

// cycle is the life of the credentials of a server: in turn, and out of turn. It is
// safe for concurrent use.
type cycle struct {
	throttle.Credentials
	mu     sync.Mutex // held by issue
	latest atomic.Pointer[issue]
}

// issue is credentials that all tasks got out of turn. The serial tells them from
// others that expire at the same second.
type issue struct {
	throttle.Reissue
	serial time.Duration
}

// issue issues credentials to all tasks at now, with so much life left, and returns
// when they expire.
func (c *cycle) issue(now, left time.Duration) (expires time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	next := &issue{Reissue: c.Reissue(now, left), serial: 1}
	if last := c.latest.Load(); last != nil {
		next.serial += last.serial
	}
	c.latest.Store(next)
	return next.Expires
}

// expiresAt is when the credentials expire that are served at now to a task that
// started at that instant. Documents tell it in whole seconds. The nanoseconds beyond
// tell issues apart: values in documents descend from them.
func (c *cycle) expiresAt(now, started time.Duration) time.Duration {
	i := c.latest.Load()
	if i == nil || started > i.At {
		return c.ExpiresAt(now, started)
	}
	return c.ReissuedAt(max(now, i.At), i.Reissue) + i.serial
}
