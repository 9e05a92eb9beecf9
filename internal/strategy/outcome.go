package strategy

import "time"

// Outcome is how one attempt ended, as the client can see it. Durations and
// instants count from the start of the run.
type Outcome struct {
	Status uint16   // HTTP status, 0 if no whole response came
	Err    Failure  // why no response came
	Body   BodyKind // what kind of body came

	RetryAfter    time.Duration // Retry-After, as a wait; 0 if absent
	AmzRetryAfter time.Duration // x-amz-retry-after, as a wait; 0 if absent
	Expires       time.Duration // when the document expires, from ExpiresAt; 0 if it says nothing
	Token         *SessionToken // what a token request brought; else nil
}

// ExpiresAt is the Expires of a document that expires at that instant. It differs
// for 0 alone, which is taken.
func ExpiresAt(at time.Duration) time.Duration {
	if at == 0 {
		return 1
	}
	return at
}

// Good reports whether the attempt brought a usable document.
func (o *Outcome) Good() bool { return o.Status == 200 && o.Body == BodyOK }

// Failure is why an attempt got no response.
type Failure uint8

// The reasons for getting no response.
const (
	NoFailure       Failure = iota
	ConnectTimeout          // the connection was not made in time
	ResponseTimeout         // connected, and no whole answer came in time
	ConnRefused             // nobody listens, or the host is unreachable
	ConnReset               // closed or reset before an answer came
	OutOfTime               // the time for the call, its fetch or a leg is over; no attempt ends so, but a fetch
	HeldBack                // a policy refused to send; no attempt ends so, but a fetch
	CutShort                // closed within the body of a good answer; Body and Token are of what came
)

// BodyKind is what a client's parser takes a body for.
type BodyKind uint8

// The kinds of body.
const (
	BodyOK           BodyKind = iota // a document with every field it needs
	BodyMissingField                 // JSON that lacks a field
	BodyEmpty                        // an empty object
	BodyMalformed                    // not JSON, cut short, or nothing
	BodyText                         // text, as the ECS agent's 429 and 404 are
	BodyErrorJSON                    // a JSON error object or string
	BodyThrottleJSON                 // a JSON error whose code means throttling
)

// Result is how a call ended.
type Result uint8

// The results of a call. All but OK, Stale and Stopped are failures.
const (
	OK         Result = iota
	Stale             // served past the expiry, within the grace that the profile allows
	Empty             // the SDK reported success and handed out nothing
	Expired           // served further past the expiry, or an error because of it
	Throttled         // the last answer was a throttle
	Rejected          // the last answer was another 4xx
	Timeout           // the attempt or the call ran out of time
	Refused           // the connection was refused
	Reset             // the connection broke
	Truncated         // the answer was cut short
	Malformed         // the answer could not be used
	Error             // the last answer was a 5xx
	Unfinished        // still open when the run ended
	Stopped           // still open when its task was stopped
	Withheld          // a policy of the client refused to send
	NumResults
)

var resultNames = [NumResults]string{
	"ok", "stale", "empty", "expired", "throttled", "rejected", "timeout", "refused",
	"reset", "truncated", "malformed", "error", "unfinished", "stopped", "withheld",
}

// String is the result's name in reports.
func (r Result) String() string { return resultNames[r] }

// Failed reports whether the application got no credentials that it can use.
func (r Result) Failed() bool { return r > Stale && r != Stopped }

// Result is the result of a call whose last attempt had this outcome.
func (o *Outcome) Result() Result {
	switch o.Err {
	case NoFailure:
	case ConnectTimeout, ResponseTimeout, OutOfTime:
		return Timeout
	case ConnRefused:
		return Refused
	case ConnReset:
		return Reset
	case CutShort:
		return Truncated
	case HeldBack:
		return Withheld
	}
	switch {
	case o.Status == 429 || o.Body == BodyThrottleJSON:
		return Throttled
	case o.Good():
		return OK
	case o.Status >= 500:
		return Error
	case o.Status >= 400:
		return Rejected
	}
	return Malformed
}

// Served is where a call's answer came from.
type Served uint8

// The ways to serve a call.
const (
	Fetched Served = iota // by attempts of its own
	Cached                // from the cache, or static keys
	Joined                // from the fetch of another call
	NumServed
)

var servedNames = [NumServed]string{"fetched", "cached", "joined"}

// String is the name in reports.
func (s Served) String() string { return servedNames[s] }
