package reports

import (
	"fmt"
	"slices"

	"tenement/internal/gate"
)

// Figure is a metric of package gate in a case, in the metric's unit: of the group of
// that name, of TargetUnderTest, of TargetNeighbours, or of gate.Endpoint, which is all groups. It
// is nil without a sample. Of a simulated report it is over all seeds, as its table
// shows. The error is a target that the case does not have, or an unknown metric.
func (r *Report) Figure(c *Case, target, metric string) (*float64, error) {
	read, known := readings[metric]
	if !known {
		return nil, fmt.Errorf("unknown metric %q", metric)
	}
	var places []int
	named := false
	for i, whose := range WhoseGroups(c.Groups) {
		g := &c.Groups[i]
		named = named || g.Name == target
		if g.Name == target || target == gate.Endpoint || whoseTarget(c, whose) == target {
			places = append(places, i)
		}
	}
	if !named && target != TargetUnderTest && target != TargetNeighbours && target != gate.Endpoint {
		return nil, fmt.Errorf("the case %q has no group %q", c.Name, target)
	}
	f := read(r.sampleOf(c, places))
	if f == nil {
		return nil, nil
	}
	return &f.value, nil
}

// whoseTarget is the target that a group counts towards, "" for none. Without a group
// under test, every group is.
func whoseTarget(c *Case, whose Whose) string {
	switch {
	case whose == Tested, !slices.ContainsFunc(c.Groups, func(g Group) bool { return g.UnderTest }):
		return TargetUnderTest
	case whose == Neighbours:
		return TargetNeighbours
	}
	return ""
}
