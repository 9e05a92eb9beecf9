package throttle

import "time"

// The life of the credentials of an ECS task unless told otherwise: six hours
// from issue to expiry, renewed by the agent an hour before that.
const (
	DefaultCredentialsLifetime = 6 * time.Hour
	DefaultRenewBefore         = time.Hour
)

// Credentials is the life of the credentials that an endpoint hands out. The
// server issues all of them at time 0 and renews them periodically, whether or
// not a client asks.
type Credentials struct {
	Lifetime    time.Duration // from issue to expiry
	RenewBefore time.Duration // how long before expiry the server replaces them; 0 is at expiry
	Grace       time.Duration // how long past its expiry a call may use a set and not fail; no server knows of it
}

// ExpiresAt is when the credentials served at now expire, as the time since
// the run began. With a period of Lifetime − RenewBefore, the set served
// from the k-th period on expires at k periods + Lifetime. If RenewBefore is
// Lifetime or more, every answer is a new set.
func (c Credentials) ExpiresAt(now time.Duration) time.Duration {
	now = max(now, 0)
	period := c.Lifetime - c.RenewBefore
	if period <= 0 {
		return now + c.Lifetime
	}
	return now - now%period + c.Lifetime
}
