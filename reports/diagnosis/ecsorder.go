package diagnosis

import (
	"fmt"
	"strings"

	"tenement/internal/startup"
	"tenement/internal/words"
	"tenement/reports"
)

// strictOrder is the setting of a profile that has the faults below, and what it assumes.
// Source: the description of the key in package profiles, and startup.Network.StrictOrder.
const strictOrder = "network.ecs_order: strict. That setting is an assumption: if the VPC endpoint of ecs is there when an agent starts, and that of ecs-agent or ecs-telemetry is not, " +
	"the agent reaches the missing one only after its next start, even through a NAT gateway"

// outOfOrder is when starts of a case first fail for nothing but a strict order of the VPC
// endpoints of ecs: "between 11 min and 15 min"; "" if none do.
func outOfOrder(c *reports.Case) string {
	for i := range c.Endpoints {
		for j := range c.Endpoints[i].Faults {
			f := &c.Endpoints[i].Faults[j]
			if (f.Name == startup.AgentOutOfOrder || strings.HasPrefix(f.Name, startup.AgentOutOfOrder+"-")) && failsIn(f, c) {
				return spanOf(f)
			}
		}
	}
	return ""
}

// failsIn reports whether starts of a case fail in the time of a fault.
func failsIn(f *reports.Fault, c *reports.Case) bool {
	if c.Series == nil {
		return false
	}
	from, to := faultBuckets(f, c.Series, 0)
	for i := range c.Groups {
		if l := c.Groups[i].Lives; l != nil && sum(l.Failures[min(from, len(l.Failures)):min(to, len(l.Failures))]) > 0 {
			return true
		}
	}
	return false
}

// spanOf is when a fault is on: "between 11 min and 15 min", "after 11 min".
func spanOf(f *reports.Fault) string {
	if f.ForS == 0 {
		return "after " + words.Span(f.FromS)
	}
	from, to := words.Spans(f.FromS, f.FromS+f.ForS)
	return fmt.Sprintf("between %s and %s", from, to)
}

// sayOrder says in which cases starts fail because the profile assumes that the order matters
// in which the VPC endpoints of an agent are made.
func (d *Diagnosis) sayOrder() string {
	var titles []string
	when, base := "", false
	for i := range d.Report.Cases {
		c := &d.Report.Cases[i]
		at := outOfOrder(c)
		if at == "" {
			continue
		}
		if base = base || c == d.Base; len(titles) == 0 {
			when = " " + at
		} else if when != " "+at {
			when = ""
		}
		titles = append(titles, fmt.Sprintf("%q", c.Title))
	}
	switch {
	case titles == nil:
		return ""
	case base && len(titles) == 1:
		return fmt.Sprintf("Starts%s fail because of %s.", when, strictOrder)
	}
	return fmt.Sprintf("With %s, starts%s fail because of %s.", words.List(words.Some(titles), "and"), when, strictOrder)
}
