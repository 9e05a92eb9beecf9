package throttle

import (
	"time"

	"tenement/internal/draw"
	"tenement/internal/service"
)

// CredentialsOf is the life of the credentials that a service hands out unless told
// otherwise.
func CredentialsOf(s service.Service) Credentials {
	return Credentials{Lifetime: s.Row().Lifetime, RenewBefore: s.Row().RenewBefore}
}

// RenewBefore is how long before their expiry credentials that live for a time are
// renewed unless told otherwise: a sixth of it, as with the ECS agent's own, in whole
// seconds.
func RenewBefore(lifetime time.Duration) time.Duration {
	return (lifetime / 6).Truncate(time.Second)
}

// Credentials is the life of the credentials that an endpoint hands out. The server
// issues those of a task when the task starts and renews them periodically, whether or
// not a client asks. A restart of the server keeps them.
type Credentials struct {
	Lifetime    time.Duration // from issue to expiry
	RenewBefore time.Duration // how long before expiry the server replaces them; 0 is at expiry
	Grace       time.Duration // how long past its expiry a call may use a set and not fail; no server knows of it
}

// ExpiresAt is when the credentials expire that are served at now to a task whose
// first ones were issued at that instant, both as the time since the run began. They
// are issued on the whole second, rounded down. With a period of Lifetime −
// RenewBefore, the set served from the k-th period on expires at k periods + Lifetime
// after that. If RenewBefore is Lifetime or more, every answer is a new set.
func (c Credentials) ExpiresAt(now, issued time.Duration) time.Duration {
	issued = issued.Truncate(time.Second)
	past := max(now-issued, 0)
	period := c.Lifetime - c.RenewBefore
	if period > 0 {
		past -= past % period
	}
	return issued + past + c.Lifetime
}

// LifeKey is the key of a task that is not the first in its place: the life-th after
// it. Task is the key of the first.
func LifeKey(task draw.Key, life uint32) draw.Key {
	if life == 0 {
		return task
	}
	return task.With(drawLife).With(uint64(life))
}

// drawLife is beyond the numbers of processes, which derive from a task's key too.
const drawLife = 1 << 32
