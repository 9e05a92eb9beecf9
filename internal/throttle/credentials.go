package throttle

import "time"

// The life of the credentials of an ECS task unless told otherwise: six hours
// from issue to expiry, renewed by the agent an hour before that.
const (
	DefaultCredentialsLifetime = 6 * time.Hour
	DefaultRenewBefore         = time.Hour
)

// Credentials is the life of the credentials an endpoint hands out. All are
// issued at time 0 and renewed by the server on its own schedule, whether or
// not anybody asks.
type Credentials struct {
	Lifetime    time.Duration // from issue to expiry
	RenewBefore time.Duration // how long before expiry the server replaces them; 0 is at expiry
}

// ExpiresAt is when the credentials served at now expire, as the time since
// the run began. With a period of Lifetime − RenewBefore, the set served from
// k periods on expires at k periods + Lifetime. If RenewBefore is not below
// Lifetime, every answer is a set of its own.
func (c Credentials) ExpiresAt(now time.Duration) time.Duration {
	now = max(now, 0)
	period := c.Lifetime - c.RenewBefore
	if period <= 0 {
		return now + c.Lifetime
	}
	return now - now%period + c.Lifetime
}
