package throttle

import "time"

// An endpoint's schedule is what it does without a request: limits change,
// faults restart the server, and the series goes on to the next interval. All
// of this happens in advance, which every method that takes now calls when now
// has reached e.edge.

// advance does what is scheduled up to now, everything as of the instant for
// which it is scheduled, and finds the next such instant.
func (e *Endpoint) advance(now time.Duration) {
	e.restart = e.nextRestart()
	for at := e.nextEvent(); at <= now && at < never; at = e.nextEvent() {
		if len(e.changes) > 0 && e.changes[0].At == at {
			c := e.changes[0]
			e.changes = e.changes[1:]
			e.change(c)
			continue
		}
		e.faults[e.restart].begun = true
		e.clear(at)
		e.restart = e.nextRestart()
	}
	if now >= e.series.edge {
		e.series.advance(now, e.tallies, e.limits)
	}
	e.edge = min(e.series.edge, e.nextEvent())
}

// nextEvent is when a limit changes or the server restarts next, or never.
func (e *Endpoint) nextEvent() time.Duration {
	at := never
	if len(e.changes) > 0 {
		at = e.changes[0].At
	}
	if e.restart >= 0 {
		at = min(at, e.faults[e.restart].From)
	}
	return at
}

// nextRestart is the index of the fault that restarts the server next, or −1.
func (e *Endpoint) nextRestart() int {
	next := -1
	for i := range e.faults {
		f := &e.faults[i]
		if f.Kind == RestartFault && !f.begun && !f.lifted && (next < 0 || f.From < e.faults[next].From) {
			next = i
		}
	}
	return next
}

// change makes a change of a limit.
func (e *Endpoint) change(c Change) {
	e.revision++
	e.series.upTo(c.At, e.limits)
	e.limits[c.Index].become(c.At, c.To, e.config.OnExceed)
}

// clear makes every limit unused and empties the cache, as a restart at now
// does.
func (e *Endpoint) clear(now time.Duration) {
	e.series.upTo(now, e.limits)
	for i := range e.limits {
		e.limits[i].clear()
	}
	if e.fetches != nil {
		e.fetches.forget()
	}
}
