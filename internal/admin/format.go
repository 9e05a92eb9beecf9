package admin

import (
	"encoding/json"
	"errors"
	"time"

	"tenement/internal/service"
	"tenement/internal/throttle"
)

// Format reads limits and faults from the bodies of requests, and writes them
// into answers and logs. The keys and values are those of a profile, which
// this package does not know. All functions are needed.
type Format struct {
	// ReadLimit returns a limit after a change given as JSON.
	ReadLimit func(was throttle.Limit, text []byte) (throttle.Limit, error)
	// NewLimit reads a whole limit as JSON. Name is its name if the text has none.
	NewLimit func(name string, text []byte) (throttle.Limit, error)
	// IsWhole reports whether a text is a whole limit, rather than a change of one.
	IsWhole func(text []byte) bool
	// ReadFault reads a fault as JSON, for a service.
	ReadFault func(of service.Service, text []byte) (throttle.Fault, error)
	LimitJSON func(throttle.Limit) json.RawMessage
	// ReadLife reads how long credentials are to live, from the JSON of an object with the
	// one key expires_in; 0 if the text has none.
	ReadLife  func(text []byte) (time.Duration, error)
	FaultJSON func(throttle.Fault) json.RawMessage
}

// located is an error that says which field of a body it is about, such as
// latency.p50; "" is the body as a whole.
type located interface {
	error
	Problem() (field, message string)
}

// problemsOf returns the parts of an error that joins several, each about a field;
// for any other error, the error itself.
func problemsOf(err error) []problem {
	var all interface{ Unwrap() []error }
	if errors.As(err, &all) {
		var problems []problem
		for _, e := range all.Unwrap() {
			if l := located(nil); errors.As(e, &l) {
				field, message := l.Problem()
				problems = append(problems, problem{field, message})
			}
		}
		if len(problems) > 0 {
			return problems
		}
	}
	return []problem{{Message: err.Error()}}
}
