package reports

import (
	"fmt"

	"tenement/internal/throttle"
)

// Differ is a share of the hosts whose endpoint is another one.
type Differ struct {
	Name   string  `json:"hosts"`            // the name of this kind of host
	Share  float64 `json:"share"`            // of all hosts, from 0 to 1
	Limits []Limit `json:"limits"`           // as many as the endpoint has
	Faults []Fault `json:"faults,omitempty"` // in place of the endpoint's
	// Latency is set if the service times are others.
	Latency bool `json:"latency,omitempty"`
}

// DifferInfo is what NewCase makes a Differ of.
type DifferInfo struct {
	Name    string
	Share   float64
	Limits  []throttle.Limit
	Faults  []throttle.Fault
	Latency bool // others than the endpoint's
}

func newDiffer(in *DifferInfo, exceed throttle.OnExceed) Differ {
	d := Differ{Name: in.Name, Share: in.Share, Limits: []Limit{}, Latency: in.Latency}
	for _, l := range in.Limits {
		d.Limits = append(d.Limits, newLimit(l, exceed))
	}
	for i := range in.Faults {
		d.Faults = append(d.Faults, newFault(&in.Faults[i]))
	}
	return d
}

// checkDiffer refuses hosts that renderers could not work with.
func (e *Endpoint) checkDiffer() error {
	if !plausible(e.StartWithinS) {
		return fmt.Errorf("start_within_s: %g is no time", e.StartWithinS)
	}
	if n := len(e.Differ); n > mostParts {
		return fmt.Errorf("differ: %d of them: want at most %d", n, mostParts)
	}
	for i := range e.Differ {
		d := &e.Differ[i]
		if err := first(text("hosts", d.Name), figure("share", d.Share, 0, 1), (atMost{"faults", len(d.Faults), mostParts}).check()); err != nil {
			return fmt.Errorf("differ[%d].%w", i, err)
		}
		if len(d.Limits) != len(e.Limits) {
			return fmt.Errorf("differ[%d].limits: %d of them: want as many as the endpoint has, %d", i, len(d.Limits), len(e.Limits))
		}
		for j := range d.Limits {
			if err := d.Limits[j].check(); err != nil {
				return fmt.Errorf("differ[%d].limits[%d].%w", i, j, err)
			}
			if d.Limits[j].Kind != e.Limits[j].Kind {
				return fmt.Errorf("differ[%d].limits[%d].kind: %q: want %q, as the endpoint's", i, j, d.Limits[j].Kind, e.Limits[j].Kind)
			}
		}
		for j := range d.Faults {
			if err := d.Faults[j].check(); err != nil {
				return fmt.Errorf("differ[%d].faults[%d].%w", i, j, err)
			}
		}
	}
	return nil
}

// Mix is what the hosts' first limit admits a second on average, as a multiple of
// what it admits where nothing differs; 1 without a rate.
func (e *Endpoint) Mix() float64 {
	if len(e.Limits) == 0 || e.Limits[0].Capacity() == 0 {
		return 1
	}
	mix := 1.0
	for i := range e.Differ {
		mix += e.Differ[i].Share * (e.Differ[i].Limits[0].Capacity()/e.Limits[0].Capacity() - 1)
	}
	return max(mix, 0)
}
