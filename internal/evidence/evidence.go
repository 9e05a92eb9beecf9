// Package evidence concludes from a recording what its lines do not say: which of
// several tasks of one address asked, which path a cut one was, what was admitted
// between two refusals, which limit explains the refusals, and when within a coarse
// second each request came. Every conclusion follows a documented rule, can be
// overridden, and is counted in the trace's header.
//
// The package opens no file and reads no clock. It reads a Source several times
// instead of keeping it: its memory grows with the distinct tasks, paths and buckets
// of a recording, and not with its requests.
package evidence

import (
	"errors"
	"time"

	"tenement/internal/recording"
	"tenement/internal/throttle"
)

// Source gives the entries of a recording in order of time, every time it is called.
// The entry is valid until the next; yield returns false to stop.
type Source func(yield func(*recording.Entry) bool) error

// Options override what the rules conclude. The zero Options override nothing.
type Options struct {
	// By is what tells tasks apart.
	By By
	// Limit is the token bucket under which times are placed and refusals are
	// attributed; nil is the one that Fit finds.
	Limit *throttle.Limit
	// SpreadEvenly spreads the requests of a coarse step evenly, whatever was answered.
	SpreadEvenly bool
	// NoInferred leaves out the requests that no line is about.
	NoInferred bool
}

// errEmpty is the error of a recording without entries.
var errEmpty = errors.New("the recording holds no requests")

// refused reports whether the limit of the entry's service turned it away.
func refused(e *recording.Entry) bool {
	return e.Status != 0 && e.Status == e.Service.Row().Limit.Status
}

// each calls f with the entries and how long after the first one each came.
func each(src Source, f func(e *recording.Entry, at time.Duration) error) error {
	var start time.Time
	var failed error
	err := src(func(e *recording.Entry) bool {
		if start.IsZero() {
			start = e.At
		}
		failed = f(e, e.At.Sub(start))
		return failed == nil
	})
	if failed != nil {
		return failed
	}
	return err
}
