package throttle

import (
	"fmt"
	"time"
)

// Limits are the limits in force at now, by index. Numbers, of the same length, name
// them in a way that outlives the removal of others: the limits of the Config are
// numbered from 0, later ones from there on.
func (e *Endpoint) Limits(now time.Duration) []Limit {
	if now >= e.edge {
		e.advance(now)
	}
	return e.inForce()
}

// inForce is Limits at the last instant to which the endpoint has advanced.
func (e *Endpoint) inForce() []Limit {
	limits := make([]Limit, len(e.limits))
	for i := range e.limits {
		limits[i] = e.limits[i].limit
	}
	return limits
}

// Revision counts the changes of limits so far. A server that caches Limits
// compares it to see whether they are still in force.
func (e *Endpoint) Revision() uint64 { return e.revision }

// Level is what a limit whose scope is the host has left at now, in
// thousandths of a token, a request or a place. Ok is false for any other
// scope, which has a level for each key.
func (e *Endpoint) Level(now time.Duration, index int) (milli int64, ok bool) {
	if index < 0 || index >= len(e.limits) || e.limits[index].limit.Scope != HostScope {
		return 0, false
	}
	e.advance(now)
	return e.limits[index].level(now), true
}

// SetLimit changes a limit from now on, as a Change does. Scheduled changes
// still come. The error says what is wrong with the new limit.
func (e *Endpoint) SetLimit(now time.Duration, index int, to Limit) error {
	c := Change{At: max(now, 0), Index: index, To: to}
	if err := c.check(e.inForce()); err != nil {
		return err
	}
	e.advance(now)
	e.change(c)
	e.places[index].set = true
	return nil
}

// Faults are the faults that are on at now and those that begin later.
func (e *Endpoint) Faults(now time.Duration) []Fault {
	var faults []Fault
	for i := range e.faults {
		if f := &e.faults[i]; !f.lifted && now < f.over() {
			faults = append(faults, f.Fault)
		}
	}
	return faults
}

// Inject adds a fault at now. As in a schedule, From counts from when the run
// began, but 0 means now. The error says what is wrong with the fault.
//
// A restart that begins now cannot cut the requests in flight, because they are
// already decided: the server closes their connections itself.
func (e *Endpoint) Inject(now time.Duration, f Fault) error {
	if err := f.Check(); err != nil {
		return err
	}
	if f.From == 0 {
		f.From = max(now, 0)
	}
	if f.over() <= now {
		return fmt.Errorf("%v: was over at %v", f.Kind, f.over())
	}
	e.advance(now)
	// A scheduled fault keeps its index. The index of an injected fault is used
	// again once that fault is over.
	i := len(e.config.Faults)
	for i < len(e.faults) && !e.faults[i].lifted && now < e.faults[i].over() {
		i++
	}
	switch {
	case i >= maxFaults:
		return fmt.Errorf("%v: there are %d faults already", f.Kind, i)
	case i == len(e.faults):
		e.faults = append(e.faults, liveFault{})
	}
	e.faults[i] = e.newFault(i, f)
	e.choosePath()
	e.advance(now)
	return nil
}

// Lift ends the faults of that name at now, including those that begin later,
// and reports whether there was one. Verdicts already given stay.
func (e *Endpoint) Lift(now time.Duration, name string) bool {
	e.advance(now)
	found := false
	for i := range e.faults {
		if f := &e.faults[i]; f.Name == name && !f.lifted && now < f.over() {
			f.lifted, found = true, true
		}
	}
	e.advance(now)
	return found
}
