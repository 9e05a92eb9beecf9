package throttle

import (
	"fmt"
	"time"
)

// Verdict is what an endpoint answers one request.
type Verdict struct {
	Kind Kind
	// Status is that of a rejection, of a StatusFault, or of an upstream that
	// refused. It is 0 where the wire layer knows what a route answers.
	Status int
	// After is the time from the request's arrival to the first byte of the
	// answer, or to what happens instead: the waits for a limit and an
	// upstream, and the service time. It is 0 for a request that is dropped or
	// hangs, which has no answer.
	After time.Duration
	// RetryAfter is, for a request turned away by a limit, the least wait after
	// which a lone request would be admitted. The wire layer decides whether a
	// client is told; the ECS agent does not tell.
	RetryAfter time.Duration
	// Limit is the index of the limit that refused or delayed the request (the
	// one with the longest wait, the first among equals), or −1.
	Limit int
	// Effect is what a fault does to a request that Failed, or to one that is
	// served nevertheless; the zero Effect is nothing.
	Effect Effect
}

// Kind is the kind of a Verdict.
type Kind uint8

// The kinds of verdict.
const (
	Admitted Kind = iota // served at once
	Delayed              // served, after a wait for a limit
	Rejected             // answered with the verdict's status
	Dropped              // not answered
	Failed               // a fault or the upstream decides what is answered, if anything: see Effect
	numKinds
)

var kindNames = [numKinds]string{"admitted", "delayed", "rejected", "dropped", "failed"}

// String is the kind's name.
func (k Kind) String() string {
	if k < numKinds {
		return kindNames[k]
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

// hangs reports whether the request is accepted and not answered.
func (v *Verdict) hangs() bool { return v.Kind == Failed && v.Effect.Kind == HangFault }

// Served reports whether the request reaches the resource it asks for.
func (k Kind) Served() bool { return k <= Delayed }
