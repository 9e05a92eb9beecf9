package profiles

import (
	"fmt"
	"slices"
	"time"

	"tenement/internal/form"
	"tenement/internal/startup"
)

// idle warns of what a network says and no start of the document can notice. A way that
// begins after the end is one that is not there, as some what-ifs want it.
func (n *network) idle(d *document, end time.Duration) (warnings []string) {
	if n == nil {
		return nil
	}
	miss := func(what string, at time.Duration) {
		if at >= end {
			warnings = append(warnings, fmt.Sprintf("%s at %s never comes: the run, its drain included, ends at %s",
				what, form.FormatDuration(at), form.FormatDuration(end)))
		}
	}
	for _, l := range n.LostZones {
		miss("the loss of the zone "+l.Zone, l.Span.From)
		if !slices.ContainsFunc(n.Endpoints, func(e startup.Endpoint) bool { return slices.Contains(e.Zones, l.Zone) }) {
			warnings = append(warnings, fmt.Sprintf("the loss of the zone %s changes nothing: no VPC endpoint has it among its zones", l.Zone))
		}
	}
	for _, at := range n.AgentStarts {
		miss("the restart of the agents", at)
	}
	for _, list := range []struct {
		key  string
		legs []startup.Leg
	}{{"denied", n.Denied}, {"missing", n.Missing}} {
		for _, leg := range list.legs {
			if !slices.ContainsFunc(d.Fleet, func(g group) bool { return g.Startup != nil && g.Startup.calls(leg) > 0 }) {
				warnings = append(warnings, fmt.Sprintf("network.%s: %s changes nothing: no start asks for it", list.key, leg))
			}
		}
	}
	return warnings
}
