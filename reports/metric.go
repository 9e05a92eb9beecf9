package reports

import (
	"fmt"
	"slices"
	"strings"

	"tenement/internal/gate"
	"tenement/internal/words"
)

// Figure is a metric of package gate in a case, in the metric's unit: of the group of
// that name, of TargetUnderTest, of TargetNeighbours, or of gate.Endpoint, which is all groups. It
// is nil without a sample. Of a simulated report it is over all seeds, as its table
// shows. The error is a target that the case does not have, or an unknown metric, also one that
// no control plane has where the case has one.
func (r *Report) Figure(c *Case, target, metric string) (*float64, error) {
	read, known := readings[metric]
	if !known {
		return nil, fmt.Errorf("unknown metric %q", metric)
	}
	if p := c.ControlPlane; p != nil {
		if !slices.Contains(gate.ControlPlane(), metric) {
			return nil, fmt.Errorf("%s is no metric of a control plane: want %s", metric, words.List(gate.ControlPlane(), "or"))
		}
		f, known := p.figure(target, metric)
		switch {
		case !known:
			return nil, fmt.Errorf("the case %q has no caller %q: its callers are %s", c.Name, target, strings.Join(words.Some(c.GroupNames()), ", "))
		case f == nil:
			return nil, nil
		}
		return &f.value, nil
	}
	var s *sample
	switch target {
	case TargetUnderTest, TargetNeighbours:
		s = r.sampleOf(c, c.Places(target))
	default:
		if s = r.target(c, target); s == nil {
			return nil, fmt.Errorf("the case %q has no group %q: its groups are %s", c.Name, target, strings.Join(words.Some(c.GroupNames()), ", "))
		}
	}
	f := read(s)
	if f == nil {
		return nil, nil
	}
	return &f.value, nil
}
