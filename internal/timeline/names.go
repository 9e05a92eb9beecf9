package timeline

import (
	"strings"

	"tenement/internal/service"
)

// The reasons why no whole answer came, for Attempt.Err.
const (
	Timeout    = "timeout"    // the client gave up
	Refused    = "refused"    // the connection was refused
	Reset      = "reset"      // the connection broke before an answer came
	Truncated  = "truncated"  // the connection broke within the body of an answer
	Cancelled  = "cancelled"  // another copy of the request got a good answer first
	Unanswered = "unanswered" // nothing had come when nobody watched any more
)

// Unfinished is the Result of a call that was still open when nobody watched any
// more.
const Unfinished = "unfinished"

// Leg is the name of what a request for a path of a service asks for: its route,
// such as credentials, role or token, and for the extended path of an instance
// that with "-extended".
func Leg(of service.Service, path string) string {
	path, _, _ = strings.Cut(path, "?")
	names := of.Route(path).Names()
	if len(names) == 0 {
		return "other"
	}
	if of == service.IMDS && strings.Contains(path+"/", service.ExtendedPath+"/") {
		return names[0] + "-extended"
	}
	return names[0]
}

// Withheld is the Result of a call that ended without the request it wanted, because a
// policy of the client refused that.
const Withheld = "withheld"
