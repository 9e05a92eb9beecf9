package throttle

import "time"

// Reissue is credentials that a server issues out of turn, at the instant At.
type Reissue struct {
	At      time.Duration
	Expires time.Duration
	Until   time.Duration // when the server replaces them; from then on they are renewed in turn
}

// Reissue issues credentials at now that expire after left, at the whole second,
// rounded down. They are replaced as long before that as all are (RenewBefore), or,
// if left is no longer than that, when a sixth of it remains.
func (c Credentials) Reissue(now, left time.Duration) Reissue {
	before := c.RenewBefore
	if before >= left {
		before = left / 6
	}
	r := Reissue{At: now, Expires: (now + left).Truncate(time.Second)}
	r.Until = max(r.Expires-before, now)
	return r
}

// ReissuedAt is as ExpiresAt, for tasks that got the credentials of r.
func (c Credentials) ReissuedAt(now time.Duration, r Reissue) time.Duration {
	if now < r.Until {
		return r.Expires
	}
	return c.ExpiresAt(now, r.Until)
}
