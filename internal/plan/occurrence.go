package plan

import (
	"time"

	"tenement/internal/strategy"
)

// Occurrence is what happens next on a host, apart from what its clients and its
// endpoint do: a call is due, or a task starts or stops.
type Occurrence struct {
	Arrival // of a call; of a task only At, Group and Task
	Kind    OccurrenceKind
	Life    uint32 // which of the tasks in this place it is
	Slot    int32  // of the task, see Plan.Slot
	Lane    uint32 // of a call: that of its client, see Plan.Lane
	// Side tells the two tasks apart that can live in a place at the same time: 0 or 1.
	Side     uint8
	Activity uint8
	// Watch is not 0 if the engine has to call Ended with it when the call has ended.
	Watch Watch
}

// OccurrenceKind is what happens.
type OccurrenceKind uint8

// The kinds of occurrence.
const (
	CallDue OccurrenceKind = iota
	// TaskStarts: a new task is on Side. The one that was there before has stopped.
	TaskStarts
	// TaskStops: what is still open of the task is cut off. What of it ends at this very
	// instant is not open any more.
	TaskStops
)

// Watch says why the end of a call matters.
type Watch uint8

const (
	watchStart   Watch = 1 << iota // it is the first call of a required activity
	watchSuccess                   // another activity waits for it
)

// unknown stands for what is upcoming, after something has changed that.
const unknown = time.Duration(-1)

// Happens is the instant of what Occur would return, or later than every run if that is
// nothing, and whether it is the start or the stop of a task. Ended may make it earlier.
func (a *Arrivals) Happens() (at time.Duration, task bool) {
	if a.upcoming == unknown {
		a.look()
	}
	return a.upcoming, a.event
}

// look finds out what is upcoming. Without it, Happens is inlined.
//
//go:noinline
func (a *Arrivals) look() {
	at := a.next.at
	if a.places != nil {
		at = min(at, a.places.calls.top.at)
	}
	if at = max(at, a.last+1); a.places != nil {
		if due := a.places.events.top.at; due <= at && due != never {
			a.upcoming, a.event = due, true
			return
		}
	}
	if at >= a.end {
		at = never
	}
	a.upcoming, a.event = at, false
}

// Occur puts into o the next occurrence, and returns false if there is none unless a
// call of Ended brings one. They come in order of time, events of tasks before calls of the same
// instant, and no two calls at the same nanosecond. What Ended brings may be due
// already.
//
// A plan in which no task comes or goes has calls only, and Take is faster.
func (a *Arrivals) Occur(o *Occurrence) bool {
	for {
		at, event := a.Happens()
		a.upcoming = unknown
		switch {
		case at == never:
			return false
		case event:
			if !a.places.step(o) {
				continue
			}
			return true
		case a.places != nil && a.dynamicFirst():
			a.last = at
			a.places.call(at, o)
			return true
		}
		a.Take(&o.Arrival)
		g := &a.lanes[o.Group]
		o.Kind, o.Life, o.Side, o.Activity, o.Watch = CallDue, 0, 0, 0, 0
		o.Slot, o.Lane = g.first+int32(o.Task), g.clients
		return true
	}
}

// dynamicFirst reports whether the next call is one of a task that comes and goes.
func (a *Arrivals) dynamicFirst() bool {
	number, at := a.places.calls.first()
	if at != a.next.at {
		return at < a.next.at
	}
	return at != never && a.places.tie(a.places.leading(number)) < a.tie(a.next)
}

// Ended takes note of the end of a call whose Occurrence had that Watch, which is not
// 0: it may begin the calls of another activity, and start or stop tasks. Now is the
// instant at which the call ended. A call of a task that has stopped changes nothing.
func (a *Arrivals) Ended(now time.Duration, k *strategy.Call, w Watch) {
	a.upcoming = unknown
	a.places.ended(now, k, w)
}

// Until is an instant before which a task that lives cannot stop, whatever its calls
// do.
func (a *Arrivals) Until(group, task, life uint32) time.Duration {
	return a.places.until(group, task, life)
}

// Dynamic reports whether tasks come and go, or wait for each other's calls: then an
// engine has to use Occur in place of Next, and to call Ended.
func (p *Plan) Dynamic() bool { return p.dynamic }
