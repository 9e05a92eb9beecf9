package throttle

import (
	"fmt"
	"time"
)

// Action is what happens to a request beyond a limit.
type Action uint8

// The actions.
const (
	Reject Action = iota // answer with an error status at once
	Drop                 // do not answer
	Delay                // admit it late: it waits for its turn, in order of arrival; see OnExceed
	numActions
)

var actionNames = [numActions]string{"reject", "drop", "delay"}

// String is the action's name.
func (a Action) String() string {
	if a < numActions {
		return actionNames[a]
	}
	return fmt.Sprintf("Action(%d)", uint8(a))
}

// OnExceed is what an endpoint does with a request beyond a limit. The zero
// value rejects with status 429.
//
// If several limits Delay a request, it waits for the one that lets it start
// last. Each limit counts it from the instant at which that limit alone would
// let it start, not from the common one, as the zones of nginx's limit_req do
// (nginx/nginx src/http/modules/ngx_http_limit_req_module.c:
// ngx_http_limit_req_account).
type OnExceed struct {
	Action Action
	Status int    // of a rejection; 0 means 429
	Body   string // of a rejection; "" is the server's own for that status
	// RetryAfter is the header of that name in a rejection, in whole seconds,
	// rounded up. 0 is no header, and RetryExactly is the time left to wait.
	RetryAfter time.Duration
}

// RetryExactly is a Retry-After of the time left to wait.
const RetryExactly time.Duration = -1

// defaultStatus is Too Many Requests, RFC 6585 section 4.
const defaultStatus = 429

// Code is the status of a rejection.
func (o OnExceed) Code() int {
	if o.Status == 0 {
		return defaultStatus
	}
	return o.Status
}

// String is the value as reports show it: the status of a rejection, or "drop"
// or "delay".
func (o OnExceed) String() string {
	if o.Action == Reject {
		return fmt.Sprint(o.Code())
	}
	return o.Action.String()
}

// Check says what is wrong with it: an unknown action, a status that is no
// error, or a negative time.
func (o OnExceed) Check() error {
	switch {
	case o.Action >= numActions:
		return fmt.Errorf("%v: not an action", o.Action)
	case o.Status != 0 && (o.Status < 400 || o.Status > 599):
		return fmt.Errorf("status %d: want 400 to 599", o.Status)
	case o.RetryAfter < 0 && o.RetryAfter != RetryExactly:
		return fmt.Errorf("retry after %v: want 0s or more", o.RetryAfter)
	}
	return nil
}

// RetrySeconds is the value of the header Retry-After in a rejection after
// which a lone request would have to wait for so long; 0 is no header. It is
// rounded up.
func (o OnExceed) RetrySeconds(wait time.Duration) int64 {
	if o.RetryAfter != RetryExactly {
		wait = o.RetryAfter
	}
	return int64((wait + time.Second - 1) / time.Second)
}

// Exceed is what happens beyond the limit that a verdict names, for the body
// and the headers of a rejection. It is valid until the next change of a limit.
// Do not modify it.
func (e *Endpoint) Exceed(v *Verdict) *OnExceed {
	if v.Limit < 0 || v.Limit >= len(e.limits) {
		return &e.config.OnExceed
	}
	return &e.limits[v.Limit].exceed
}
