package throttle

import (
	"fmt"
	"time"
)

// Verdict is what an endpoint answers one request.
type Verdict struct {
	Kind Kind
	// Status is that of a rejection, of a StatusFault, or what an upstream
	// that refused answered. It is 0 where the wire layer knows what a route
	// answers.
	Status int
	// After is from the request's arrival to the first byte of the answer, or
	// to what happens instead: the wait for a token, for an upstream, and the
	// service time. Nothing of a dropped request, nor of one that a HangFault
	// befalls, is ever answered; its After is 0.
	After time.Duration
	// RetryAfter is, for a request turned away by a limit, the least wait after which a
	// lone request would be let in. Whether a client is told is the wire
	// layer's affair; the ECS agent does not.
	RetryAfter time.Duration
	// Limit is the index of the limit that stood in the way (the one with the
	// longest wait, the first among equals), or −1.
	Limit int
	// Effect is what goes wrong with a request that Failed, or with one that is
	// served all the same; the zero Effect is nothing.
	Effect Effect
}

// Kind is the kind of a Verdict.
type Kind uint8

// The kinds of verdict.
const (
	Admitted Kind = iota // served at once
	Delayed              // served, after a wait for a token
	Rejected             // answered with the verdict's status
	Dropped              // never answered
	Failed               // the endpoint's own fault decides what is answered, if anything: see Effect
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

// hangs reports whether the request is accepted and never answered.
func (v *Verdict) hangs() bool { return v.Kind == Failed && v.Effect.Kind == HangFault }

// Served reports whether the request reaches the resource it asks for.
func (k Kind) Served() bool { return k <= Delayed }
