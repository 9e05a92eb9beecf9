// Package evidence concludes from a recording what its lines do not say: which of
// several tasks of one address asked, which path a cut one was, what was admitted
// between two refusals, which limit explains the refusals, and when within a coarse
// second each request came. Every conclusion follows a documented rule, can be
// overridden, and is counted in the trace's header.
package evidence

import (
	"tenement/internal/recording"
	"tenement/internal/trace"
)

// Source gives the entries of a recording in order of time, every time it is called.
// The entry is valid until the next; yield returns false to stop.
type Source func(yield func(*recording.Entry) bool) error

// Options override what the rules conclude.
type Options struct{}

// Trace passes the recording on as events of a trace, in order of time, and returns
// the header that says what was concluded.
func Trace(src Source, o Options, emit func(*trace.Event) error) (trace.Header, error) {
	panic("evidence: to be written")
}
