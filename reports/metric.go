package reports

import (
	"fmt"
	"slices"

	"tenement/internal/gate"
)

// Figure is a metric of package gate in a case, in the metric's unit: of the group of
// that name, of UnderTest, of Neighbours, or of gate.Endpoint, which is all groups. It
// is nil without a sample. Of a simulated report it is over all seeds, as its table
// shows. The error is a target that the case does not have, or an unknown metric.
func (r *Report) Figure(c *Case, target, metric string) (*float64, error) {
	read, known := readings[metric]
	if !known {
		return nil, fmt.Errorf("unknown metric %q", metric)
	}
	var places []int
	for i := range c.Groups {
		if c.has(&c.Groups[i], target) {
			places = append(places, i)
		}
	}
	if !slices.ContainsFunc(c.Groups, func(g Group) bool { return g.Name == target }) && target != UnderTest && target != Neighbours && target != gate.Endpoint {
		return nil, fmt.Errorf("the case %q has no group %q", c.Name, target)
	}
	f := read(r.sampleOf(c, places))
	if f == nil {
		return nil, nil
	}
	return &f.value, nil
}

// has reports whether a group belongs to a target. Without a group under test, all
// groups are it.
func (c *Case) has(g *Group, target string) bool {
	switch target {
	case g.Name, gate.Endpoint:
		return true
	case UnderTest, Neighbours:
		tests := false
		for i := range c.Groups {
			tests = tests || c.Groups[i].UnderTest
		}
		return (g.UnderTest || !tests) == (target == UnderTest)
	}
	return false
}
