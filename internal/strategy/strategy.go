// Package strategy decides what a client of a metadata endpoint does next:
// answer from its cache, send, wait, join another fetch, give up. A Strategy is
// the part of an SDK's credential provider that matters under throttling, as a
// value: cache × retry × timeouts × flight.
//
// The package is pure. Every decision takes now, the time since the run began,
// and every draw is keyed; nothing here reads a clock, sleeps, dials or knows
// of HTTP. Engines carry out the Steps: internal/sim in virtual time,
// internal/live over HTTP, both with the same decisions.
package strategy

import "time"

// Strategy is how a client fetches. It is a value; many clients share one.
// The zero Strategy asks every time, once, and waits for ever.
type Strategy struct {
	Cache    Cache
	Negative Negative
	Early    Early
	Sidecar  Sidecar
	Scope    Scope
	Flight   Flight
	Retry    Retry
	Quota    Quota
	Door     Door // what is asked before a send
	Hedge    Hedge
	Timeouts Timeouts
	Session  Session // of fetches that have a token leg

	// FirstUse is the most fetches that a client's first use makes, one after
	// another; 0 means 1. The first is a load. A use follows, which looks at what
	// the load has left, and fetches again if its failure was swallowed or its
	// document is within the refresh window already. (Ruby's constructor loads,
	// and the first access looks; botocore's get_credentials loads, and
	// get_frozen_credentials looks.)
	FirstUse int
	// FailForGood makes a first use whose failure is swallowed the last one: it does
	// not look again, and later calls of the client fail without a request. (Ruby's
	// default chain: a service client resolves it once, and stays without a provider.)
	FailForGood bool
	// Connections are kept or not, and Resend is what the HTTP library makes of
	// those that break.
	Connections Connections
	Resend      Resend
	// IgnoreEOF takes a body that was cut short for a whole one: a document does
	// not parse then, and a text looks right. (Ruby's Net::HTTP does so unless told
	// otherwise.)
	IgnoreEOF bool
	// HangOn are the failures of an attempt that the client never notices: it
	// waits until the call or its leg has no time left, or for ever. (JavaScript
	// v3 on IMDS, if a body is cut short.)
	HangOn Conditions
	// AcceptEmpty accepts an empty object as credentials, as Go v2 and Ruby
	// do: the SDK reports success and hands out nothing.
	AcceptEmpty bool
	// AcceptIncomplete hands out a document that lacks a field, as Go's SDKs do. The
	// SDK reports success, and does not keep the document.
	AcceptIncomplete bool
	// RejectExpired makes an error of a fetched document that has expired when it
	// arrives, as far as the client knows. (botocore: "the refreshed credentials
	// are still expired".)
	RejectExpired bool
}

// Scope is how widely a cache, its flight and the state of policies are shared.
type Scope uint8

// The scopes of a cache.
const (
	PerProcess Scope = iota // client state of one worker process
	PerTask                 // a file or sidecar that a task's processes share
	// PerHost is an agent on the host that all tasks of a group share. It fetches by
	// itself, as the task that has started first in the group, and then as those that
	// follow in its place. The calls of the tasks join its fetches, and a task that stops
	// ends none. Each and Serial mean Join, and MaxWait and FirstEach mean nothing,
	// because no task can fetch for itself. Timeouts.Call bounds a call's wait, and each
	// fetch of the agent.
	PerHost
)

// Flight is what concurrent calls of one sharing domain do while one fetches.
type Flight struct {
	Kind FlightKind
	// MaxWait bounds how long a call waits for the fetches of others, all together;
	// then it fetches for itself. 0 waits for ever.
	MaxWait time.Duration
	// FirstEach lets every call fetch for itself until the first success
	// (botocore takes its lock only from then on).
	FirstEach bool
	// LookAgain makes a call that finds a fetch under way wait until that has
	// ended, and then look at the cache again. If it has no answer, all such calls
	// join one more fetch, whose result they take. (Go v1, whose callers look at
	// the cache under a lock that a fetch holds.) It is for Join; Serial does so
	// anyway, with a fetch for each.
	LookAgain bool
	// WaitersRefresh makes a call that has waited for its turn refresh a document
	// that is due, and not only one that must be refreshed. (Java)
	WaitersRefresh bool
}

// FlightKind is the kind of a Flight.
type FlightKind uint8

// The kinds of flight.
const (
	Each   FlightKind = iota // everyone fetches
	Join                     // one fetches, the others take its result
	Serial                   // one fetches at a time; each checks the cache again first
)

// Timeouts are how long a client waits; 0 is for ever, as in some real SDKs.
type Timeouts struct {
	Connect  time.Duration // to make a connection
	Response time.Duration // from the send to the whole answer
	Attempt  time.Duration // one attempt in all
	Call     time.Duration // the call with all its attempts and waits
	// Fetch bounds a fetch with all its attempts and waits, but not the wait for
	// another call's fetch. (Rust: the load timeout of the identity cache)
	Fetch time.Duration

	// OtherLink replaces Response for the chain's next provider.
	OtherLink time.Duration
	// Leg bounds each leg of a fetch, including the token request that it
	// needs and all attempts and waits. When this time is over, the fetch
	// fails. (Go v2 gives each operation of its IMDS client 5 s.)
	Leg time.Duration
}
