package throttle

import "slices"

// Reset begins anew, at time 0: no limit is used, nothing is counted, the upstream is
// asked anew, the schedule of changes and the faults are those of the Config, and
// requests are numbered from 0. Initial says that so are the limits. Otherwise those
// that were set, added, replaced or removed since stay so.
func (e *Endpoint) Reset(initial bool) {
	was := *e
	*e = *New(e.config)
	e.revision = was.revision + 1
	if initial {
		return
	}
	e.places, e.nextNumber, e.reshaped = was.places, was.nextNumber, was.reshaped
	if e.reshaped {
		e.series.level = nil
	}
	e.turnedAway = make([]uint64, len(e.places))
	e.limits = make([]keyed, len(e.places))
	for i, p := range e.places {
		l := was.limits[i].limit
		if !p.set {
			l = e.config.Limits[p.number]
		}
		e.limits[i] = newKeyed(l, e.config.OnExceed)
	}
	e.changes = nil
	for _, c := range e.config.Changes {
		c.Index = slices.IndexFunc(e.places, func(p place) bool { return p.number == c.Index && !p.replaced })
		if c.Index >= 0 {
			e.limits[c.Index].expect(c.To)
			e.changes = append(e.changes, c)
		}
	}
	e.choosePath()
}
