package strategy

import "time"

// Leg is one request of a fetch.
type Leg struct {
	Resource uint32 // an index into the plan's resources
	// Token marks the request that brings a session token, which the later
	// legs carry. A fetch has one at most, and it comes first.
	Token bool
	// Extended is the resource that clients with Session.Extended ask for first,
	// if there is one.
	Extended    uint32
	HasExtended bool
}

// SessionToken is a session token of EC2 IMDS. An engine makes it, and it never
// changes; the machine reads Expires alone.
type SessionToken struct {
	Expires time.Duration // by the client's own count, since the run began
	Value   string        // what a live engine sends
	Ends    time.Duration // when a simulated server stops accepting the token
}

// Session is the policy for session tokens. The zero Session asks for a token at
// each fetch; if the token request fails, so does the fetch.
type Session struct {
	// TTL is the lifetime to ask for, in whole seconds; 0 means
	// DefaultTokenTTL.
	TTL time.Duration
	// Keep lets later fetches of the client use the token, until Early before
	// it expires.
	Keep  bool
	Early time.Duration
	// Every checks for a valid token before each request, not only the first:
	// one that has expired or been dropped meanwhile is renewed, and after a
	// fallback that is not sticky the next request asks again.
	Every bool
	// Timeout bounds each token request, in addition to Timeouts; 0 is no further
	// bound. (minio-go, whose other requests have none)
	Timeout time.Duration
	// OneUse makes each request ask for a token of its own, which only its retries
	// use again. It is for clients that do not Keep tokens. (Java v1, .NET)
	OneUse bool
	// Retry is the policy of the token request; nil is the strategy's.
	Retry Retry
	// FallBack are the failures of the token request upon which the fetch, once
	// the retries are used up, goes on without a token, as IMDSv1.
	FallBack Conditions
	// Sticky are the failures in FallBack upon which the client never asks for
	// a token again, unless a 401 tells it to (see Renew).
	Sticky Conditions
	// Renew makes a 401 drop the token, and a sticky fallback with it. If the
	// retry policy retries 401, the try after it asks for a new token first.
	Renew bool
	// ConnectFirst makes a connection before the token is asked for. If that is
	// refused, or takes too long, it is the fetch that has failed, and not the
	// token request: the strategy's Retry applies, and the fetch does not go on
	// without a token. (Ruby)
	ConnectFirst bool
	// NameOnce keeps the role's name, so that the legs between the token and
	// the document are skipped once it has come.
	NameOnce bool
	// Extended asks for the role's name below the extended path first, and if that
	// is not found below the other one. The client remembers where it found a name
	// and asks there from then on. If credentials are not found it forgets the name
	// and asks for it again, once in a fetch.
	// Source: the test cases of aws-sdk-go-v2 credentials/ec2rolecreds.
	Extended bool
}

// DefaultTokenTTL is the lifetime of a session token that most SDKs ask for, and
// the longest that the service grants.
// Source: EC2 User Guide, "Use the Instance Metadata Service".
const DefaultTokenTTL = 6 * time.Hour

// ttl is the lifetime that a token request asks for.
func (s *Session) ttl() time.Duration {
	if s.TTL == 0 {
		return DefaultTokenTTL
	}
	return s.TTL
}

// unconnected reports whether the outcome of a token request is a failure of the
// connection made before it (ConnectFirst).
func (s *Session) unconnected(o *Outcome) bool {
	return s.ConnectFirst && (o.Err == ConnRefused || o.Err == ConnectTimeout)
}

// shares reports whether a fetch can depend on what an earlier one of the client
// has learned: a token, that there is none to be had, or the role's name.
func (s *Session) shares() bool { return s.Keep || s.Sticky != 0 || s.NameOnce || s.Extended }

// roleState is what a client remembers of the role of an instance.
type roleState struct {
	named bool // its name is known: every leg between token and document is done
	found apiVersion
}

// apiVersion is below which path the role was found (Session.Extended).
type apiVersion uint8

const (
	unknownVersion apiVersion = iota
	extendedVersion
	legacyVersion
)

// sessionState is what a client remembers of session tokens from one fetch to
// the next.
type sessionState struct {
	token    *SessionToken // the last one that came, if Session.Keep; it may have expired
	fellBack bool          // Sticky: it asks for no token again
}
