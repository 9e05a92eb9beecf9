package trace

import "io"

// Trace is a recording of requests, all of them in memory. It
// holds at least one event, sorted by T.
type Trace struct {
	Header Header
	Events []Event
}

// Write writes the trace as a Writer does. A trace that cannot be written is an
// error, and nothing sound is written.
func (t *Trace) Write(w io.Writer) error {
	out, err := NewWriter(w, t.Header)
	if err != nil {
		return err
	}
	for i := range t.Events {
		if err := out.Write(&t.Events[i]); err != nil {
			return err
		}
	}
	return out.Flush()
}
