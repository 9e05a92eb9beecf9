package profiles

import (
	"fmt"
	"slices"
	"time"

	"tenement/internal/form"
	"tenement/internal/startup"
)

// idle warns of what a network says and no start of the document can notice.
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
	span := func(what string, s startup.Span) {
		miss("the beginning of "+what, s.From)
		miss("the end of "+what, s.Until)
	}
	span("the default route", n.Internet.Span)
	for _, e := range n.Endpoints {
		span("the VPC endpoint "+vpcName(e.Service), e.Span)
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
