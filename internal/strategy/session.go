package strategy

import "time"

// Leg is one request of a fetch.
type Leg struct {
	Resource uint32 // an index of the plan's resources
	// Token marks the request that brings a session token, which the later
	// legs carry. A fetch has one at most, and it comes first.
	Token bool
}

// Token is a session token of EC2 IMDS, as an engine keeps it for the machine.
// Nobody changes one that has been handed out.
type Token struct {
	Expires time.Duration // by the client's own count, since the run began
	Value   string        // the engine's own
	Ends    time.Duration // the engine's own: when a server that it simulates forgets the token
}

// Session is how a client deals with session tokens. The zero Session asks for
// one at each fetch, and fails with it.
type Session struct {
	// TTL is asked for, in whole seconds; 0 means 6 h, the most there is.
	TTL time.Duration
	// Keep lets later fetches of the client use the token, until Early before
	// it expires.
	Keep  bool
	Early time.Duration
	// Every looks for a token before each request rather than before the
	// first: one that has expired or been dropped on the way is renewed, and
	// after a fallback that is not sticky the next request asks again.
	Every bool
	// Retry is the policy of the token request; nil is the strategy's.
	Retry Retry
	// FallBack are the failures of the token request, after its retries, after
	// which the fetch goes on without a token, as IMDSv1.
	FallBack Conditions
	// Sticky are those of them after which the client never asks for a token
	// again, unless a 401 tells it to (see Renew).
	Sticky Conditions
	// Renew makes a 401 drop the token, and a sticky fallback with it. If the
	// retry policy retries 401, the try after it asks for a new token first.
	Renew bool
	// NameOnce asks for what stands between the token and the document, the
	// name of the role, until it has come once.
	NameOnce bool
}

// DefaultTokenTTL is the lifetime that SDKs ask for unless they say otherwise,
// and the longest that the service grants.
// Source: EC2 User Guide, "Use the Instance Metadata Service".
const DefaultTokenTTL = 6 * time.Hour

// ttl is the lifetime that a request for a token asks for.
func (s *Session) ttl() time.Duration {
	if s.TTL == 0 {
		return DefaultTokenTTL
	}
	return s.TTL
}

// shares reports whether a fetch can depend on what another of its client has
// learned: a token, that there is none to be had, or the name.
func (s *Session) shares() bool { return s.Keep || s.Sticky != 0 || s.NameOnce }

// session is what a client remembers of tokens from one fetch to the next.
type session struct {
	token    *Token // the last one that came, if Session.Keep; it may have expired
	fellBack bool   // Sticky: it asks for no token again
}
