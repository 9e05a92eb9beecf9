// Package recording reads what other programs wrote down about requests: logs,
// captures and results. Each format has a file of its own; a wrapper around lines,
// such as a log collector's, is peeled off before a format sees them.
//
// The package says what a recording says and concludes nothing from it: who asked,
// where a line cuts the path, and when within a coarse second a request came are
// settled by package evidence.
package recording

import (
	"time"

	"tenement/internal/service"
)

// longestLatency bounds the time until an answer: what took longer was no request.
const longestLatency = 24 * time.Hour

// Entry is what one line, or one record of another form, says about a request.
// What it does not say is the zero value.
type Entry struct {
	// At is when the request began; Step is the width of the steps in which the
	// recording counts time, 0 if they are exact to the nanosecond.
	At   time.Time
	Step time.Duration
	// Ended says that At is when the answer was written. Where Lat is known too,
	// the format has subtracted it and Ended is false.
	Ended bool

	Service service.Service
	Method  string // "" is not recorded
	// Path is the request target, escaped as a client sends it, with its query if
	// that is known. Cut says that a part of it, an ID or a query, was left out.
	Path   string
	Cut    bool
	Status int           // 0 is not recorded
	Lat    time.Duration // until the answer; 0 is not recorded

	Addr      string // source address, without its port
	Agent     string // User-Agent
	Task      string // the task's ARN, or the pod
	Instance  string // the container instance's ARN, or another name of the host
	ID        string // credentials ID or endpoint ID, if it is not in Path
	Execution bool   // it was for the credentials of the execution role
	// Headers are further request headers worth keeping; shared, read-only.
	Headers map[string]string
}
