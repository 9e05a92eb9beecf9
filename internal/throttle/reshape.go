package throttle

import (
	"fmt"
	"slices"
	"time"
)

// MaxLimits bounds the limits that an endpoint has at a time.
const MaxLimits = 100

// place is where a limit stands among those of an endpoint.
type place struct {
	number   int
	set      bool // by SetLimit, AddLimit or ReplaceLimit, so it is not that of the Config
	replaced bool // it has no scheduled changes
}

// Numbers are the numbers of the limits in force, by index.
func (e *Endpoint) Numbers() []int {
	numbers := make([]int, len(e.places))
	for i := range e.places {
		numbers[i] = e.places[i].number
	}
	return numbers
}

// Number is the number of the limit with an index.
func (e *Endpoint) Number(index int) int { return e.places[index].number }

// AddLimit adds a limit at now, unused and behind the others. The error says what is
// wrong with it.
func (e *Endpoint) AddLimit(now time.Duration, l Limit) error {
	if err := l.Check(); err != nil {
		return err
	}
	if len(e.limits) >= MaxLimits {
		return fmt.Errorf("there are %d limits already", MaxLimits)
	}
	e.advance(now)
	e.reshape()
	e.limits = append(e.limits, newKeyed(l, e.config.OnExceed))
	e.places = append(e.places, place{number: e.nextNumber, set: true, replaced: true})
	e.nextNumber++
	e.turnedAway = append(e.turnedAway, 0)
	e.choosePath()
	return nil
}

// ReplaceLimit puts another limit, unused, in the place and under the number of the
// one with that index. Scheduled changes of the old one no longer come. The error
// says what is wrong with the new one.
func (e *Endpoint) ReplaceLimit(now time.Duration, index int, l Limit) error {
	if err := e.checkIndex(index); err != nil {
		return err
	}
	if err := l.Check(); err != nil {
		return err
	}
	e.advance(now)
	e.reshape()
	e.limits[index] = newKeyed(l, e.config.OnExceed)
	e.places[index].set, e.places[index].replaced = true, true
	e.forgetChanges(index)
	e.choosePath()
	return nil
}

// RemoveLimit removes a limit at now, and its scheduled changes.
func (e *Endpoint) RemoveLimit(now time.Duration, index int) error {
	if err := e.checkIndex(index); err != nil {
		return err
	}
	e.advance(now)
	e.reshape()
	e.limits = slices.Delete(e.limits, index, index+1)
	e.places = slices.Delete(e.places, index, index+1)
	e.turnedAway = slices.Delete(e.turnedAway, index, index+1)
	e.forgetChanges(index)
	for i := range e.changes {
		if e.changes[i].Index > index {
			e.changes[i].Index--
		}
	}
	e.choosePath()
	return nil
}

func (e *Endpoint) checkIndex(index int) error {
	if index < 0 || index >= len(e.limits) {
		return fmt.Errorf("limit %d: there are %d", index, len(e.limits))
	}
	return nil
}

// forgetChanges drops the scheduled changes of a limit. Those that stay are a copy:
// the Config keeps its own.
func (e *Endpoint) forgetChanges(index int) {
	e.changes = slices.DeleteFunc(slices.Clone(e.changes), func(c Change) bool { return c.Index == index })
	e.edge = 0 // the next call finds out what comes next
}

// reshape prepares for other limits than those of the Config: from now on what each
// turns away is counted for each, and the series tells no level.
func (e *Endpoint) reshape() {
	e.revision++
	e.series.level = nil
	if e.reshaped {
		return
	}
	e.reshaped = true
	if len(e.turnedAway) == 1 {
		e.turnedAway[0] = e.soleTurnedAway()
	}
}

// soleTurnedAway is what an endpoint's only limit has turned away.
func (e *Endpoint) soleTurnedAway() uint64 {
	var n uint64
	for i := range e.tallies {
		n += e.tallies[i][Rejected] + e.tallies[i][Dropped]
	}
	return n
}
