package reports

import (
	"fmt"
	"reflect"
	"slices"

	"tenement/internal/throttle"
)

// Endpoint is what answered, what limited it, what went wrong with it, and what
// it did. The counts are of the run itself, in a simulated report of the run's seed;
// they are absent where the endpoint was not ours to count.
type Endpoint struct {
	Service string `json:"service,omitempty"` // ecs, imds or eks-pod-identity
	Hosts   int    `json:"hosts"`             // that many endpoints, each with these limits
	// Limit is the first of Limits, for readers that know of one only; null is
	// no limit.
	Limit         *Limit    `json:"limit"`
	Limits        []Limit   `json:"limits"`                    // a request must pass all of them
	Changes       []Change  `json:"changes,omitempty"`         // of limits, in order of time
	Faults        []Fault   `json:"faults,omitempty"`          // what went wrong
	WriteTimeoutS float64   `json:"write_timeout_s,omitempty"` // after which an answer is cut off
	Upstream      *Upstream `json:"upstream,omitempty"`        // that it had to ask itself
	StartWithinS  float64   `json:"start_within_s,omitempty"`  // each host starts at its own instant of that time
	Differ        []Differ  `json:"differ,omitempty"`          // shares of the hosts where something is otherwise
	*throttle.Tally
	// TurnedAwayBy is how many requests each of several limits turned away,
	// throttled or dropped, by its place.
	TurnedAwayBy []uint64 `json:"turned_away_by,omitempty"`
}

// Change is a limit that is another from an instant on.
type Change struct {
	AtS   float64 `json:"at_s"`  // since the run began
	Limit int     `json:"limit"` // its place among the limits, from 0
	To    Limit   `json:"to"`    // what it is from then on
}

func newEndpoint(in *CaseInput) Endpoint {
	e := Endpoint{
		Service: in.Service, Hosts: max(in.Hosts, 1), Limits: []Limit{},
		WriteTimeoutS: tidy(in.WriteTimeout.Seconds()),
	}
	for _, l := range in.Limits {
		e.Limits = append(e.Limits, newLimit(l, in.OnExceed))
	}
	for _, c := range in.Changes {
		e.Changes = append(e.Changes, Change{tidy(c.At.Seconds()), c.Index, newLimit(c.To, in.OnExceed)})
	}
	for i := range in.Faults {
		e.Faults = append(e.Faults, newFault(&in.Faults[i]))
	}
	e.StartWithinS = tidy(in.StartWithin.Seconds())
	for i := range in.Differ {
		e.Differ = append(e.Differ, newDiffer(&in.Differ[i], in.OnExceed))
	}
	if n := in.Counts; n != nil {
		tally := n.Tally
		e.Tally = &tally
		if len(in.Limits) > 1 {
			e.TurnedAwayBy = slices.Clone(n.ByLimit)
		}
		if in.Upstream != nil {
			e.Upstream = newUpstream(in.Upstream, n.Upstream)
		}
	}
	e.Complete()
	return e
}

// Complete fills in what follows from the rest. A report of a version of the
// program that knew token buckets only has one limit at most, and no kind.
func (e *Endpoint) Complete() {
	if len(e.Limits) == 0 && e.Limit != nil {
		e.Limits = []Limit{*e.Limit}
	}
	for i := range e.Limits {
		if e.Limits[i].Kind == "" {
			e.Limits[i].Kind = throttle.TokenBucket.String()
		}
	}
	e.Limit = nil
	if len(e.Limits) > 0 {
		first := e.Limits[0]
		e.Limit = &first
	}
}

// mostParts bounds how many limits, changes and faults a report may name.
const mostParts = 1000

func (e *Endpoint) check() error {
	if err := e.checkCounts(); err != nil {
		return err
	}
	if err := figure("hosts", float64(e.Hosts), 0, mostHosts); err != nil {
		return err
	}
	if n := max(len(e.Limits), len(e.Changes), len(e.Faults)); n > mostParts {
		return fmt.Errorf("%d limits, changes or faults: want at most %d", n, mostParts)
	}
	if n := len(e.TurnedAwayBy); n != 0 && n != len(e.Limits) {
		return fmt.Errorf("turned_away_by: %d figures for %d limits", n, len(e.Limits))
	}
	for i := range e.Limits {
		if err := e.Limits[i].check(); err != nil {
			return fmt.Errorf("limits[%d].%w", i, err)
		}
	}
	for i := range e.Changes {
		c := &e.Changes[i]
		if c.Limit < 0 || c.Limit >= len(e.Limits) || c.To.Kind != e.Limits[c.Limit].Kind {
			return fmt.Errorf("changes[%d].limit: %d is no limit of that kind", i, c.Limit)
		}
		if !plausible(c.AtS) || i > 0 && c.AtS < e.Changes[i-1].AtS {
			return fmt.Errorf("changes[%d].at_s: %g is no time, or before the last one", i, c.AtS)
		}
		if err := c.To.check(); err != nil {
			return fmt.Errorf("changes[%d].to.%w", i, err)
		}
	}
	for i := range e.Faults {
		if err := e.Faults[i].check(); err != nil {
			return fmt.Errorf("faults[%d].%w", i, err)
		}
	}
	if err := e.checkDiffer(); err != nil {
		return err
	}
	if u := e.Upstream; u != nil && u.Limit != nil {
		if err := u.Limit.check(); err != nil {
			return fmt.Errorf("upstream.limit.%w", err)
		}
	}
	if !plausible(e.WriteTimeoutS) {
		return fmt.Errorf("write_timeout_s: %g is no time", e.WriteTimeoutS)
	}
	return nil
}

// alike reports whether two endpoints are the same except for their counts.
func (e *Endpoint) alike(o *Endpoint) bool {
	a, b := *e, *o
	a.Tally, b.Tally = nil, nil
	a.TurnedAwayBy, b.TurnedAwayBy = nil, nil
	if a.Upstream != nil && b.Upstream != nil {
		a.Upstream, b.Upstream = &Upstream{Limit: a.Upstream.Limit}, &Upstream{Limit: b.Upstream.Limit}
	}
	return (e.Tally == nil) == (o.Tally == nil) && reflect.DeepEqual(a, b)
}

// Stage is a limit for a part of the run.
type Stage struct {
	FromS float64 // since the run began
	Limit Limit
}

// Stages are what the limit at a place is from one instant on to the next, the
// first from the run's begin.
func (e *Endpoint) Stages(place int) []Stage {
	out := []Stage{{0, e.Limits[place]}}
	for i := range e.Changes {
		if c := &e.Changes[i]; c.Limit == place {
			out = append(out, Stage{c.AtS, c.To})
		}
	}
	return out
}

// MeanCapacity is the capacity of the limit at a place on average over so many seconds.
func (e *Endpoint) MeanCapacity(place int, seconds float64) float64 {
	stages := e.Stages(place)
	if len(stages) == 1 || seconds <= 0 {
		return stages[0].Limit.Capacity()
	}
	sum := 0.0
	for i := range stages {
		end := seconds
		if i+1 < len(stages) {
			end = min(end, stages[i+1].FromS)
		}
		sum += stages[i].Limit.Capacity() * max(end-stages[i].FromS, 0)
	}
	return sum / seconds
}

// Changing reports whether the limit at a place is not the same throughout.
func (e *Endpoint) Changing(place int) bool {
	return slices.ContainsFunc(e.Changes, func(c Change) bool { return c.Limit == place })
}
