package profiles

import (
	"fmt"
	"strings"
	"time"

	"tenement/internal/form"
	"tenement/internal/plan"
	"tenement/internal/service"
	"tenement/internal/strategy"
)

// compile makes the plan of a document without a seed, in which the strategy of
// that number is tried.
func (s *shared) compile(d *document, number int) *plan.Plan {
	p := &plan.Plan{
		Duration: d.Duration, Drain: d.Drain,
		Hosts: d.Endpoint.Hosts, Service: d.Endpoint.Service,
		OnExceed: d.Endpoint.OnExceed, Credentials: d.Endpoint.Credentials,
		WriteTimeout: d.Endpoint.WriteTimeout, Latency: s.latency(d.Endpoint.Latency),
	}
	p.KeepAlive = d.Endpoint.Service.Row().KeepAlive
	if own := d.Endpoint.KeepAlive; own != nil {
		p.KeepAlive = *own
	}
	p.Limits, p.Changes = d.Endpoint.limits()
	for i := range d.Endpoint.Faults {
		p.Faults = append(p.Faults, d.Endpoint.Faults[i].compiled(s.latency))
	}
	switch e := &d.Endpoint; e.Service {
	case service.ECS:
		p.Flavour = e.Flavour
	case service.IMDS:
		p.Instance = e.Instance
	case service.PodIdentity:
		p.PodTokens = &e.PodAgent.Tokens
		p.Upstream = e.PodAgent.compiled(s.latency)
	}
	tested := new(strategy.Strategy)
	if len(d.Strategies) > 0 {
		tested = &d.Strategies[number].Strategy
	}
	// The resources of flows come before those of traces.
	resources := make([]uint32, len(d.Fleet))
	for i := range d.Fleet {
		if g := &d.Fleet[i]; g.recording == nil {
			resources[i] = p.AddFlow(d.Endpoint.legs(g.Flow))
		}
	}
	for i := range d.Fleet {
		g := &d.Fleet[i]
		out := plan.Group{
			Name: g.Name, Tenant: g.Tenant,
			Processes: g.Processes, PerCall: g.PerCall, UnderTest: g.UnderTest, Hops: g.Hops,
			Strategy: tested, Start: g.Start, Stop: g.Stop,
		}
		if !g.UnderTest {
			out.Strategy = &g.Strategy.Strategy
		}
		if r := g.replayed; r != nil {
			out.Pattern = r.replay
		} else {
			out.Tasks, out.Flow, out.Resource, out.Pattern = *g.Tasks, g.Flow, resources[i], s.pattern(&g.Arrivals)
		}
		p.AddGroup(out)
		if r := g.replayed; r != nil {
			added := &p.Groups[i]
			added.Recorded = g.recording.recorded(g.Arrivals.Trace, r.replay, added.Stop-added.Start)
			p.Registered = append(p.Registered, r.registered...)
			p.Warnings = append(p.Warnings, r.in(added.Stop-added.Start)...)
		}
	}
	p.Warnings = append(p.Warnings, missed(p)...)
	return p
}

// legs are the requests of a flow of the endpoint's service.
func (v *endpoint) legs(flow string) []service.Leg {
	f, _ := v.Service.Row().Flow(flow)
	role := "none" // which does not exist
	if v.Service == service.IMDS && v.Instance.Role != "" {
		role = v.Instance.Role
	}
	legs := make([]service.Leg, len(f.Legs))
	for i, l := range f.Legs {
		l.Path = strings.Replace(l.Path, service.Role, role, 1)
		l.Extended = strings.Replace(l.Extended, service.Role, role, 1)
		legs[i] = l
	}
	return legs
}

// missed warns of faults and changes that are scheduled after the end of the run:
// gates that pass without them have tested nothing.
func missed(p *plan.Plan) (warnings []string) {
	miss := func(what string, at time.Duration) {
		if at >= p.Horizon() {
			warnings = append(warnings, fmt.Sprintf("%s at %s never comes: the run, its drain included, ends at %s",
				what, form.FormatDuration(at), form.FormatDuration(p.Horizon())))
		}
	}
	for i := range p.Faults {
		miss("the fault "+p.Faults[i].Name, p.Faults[i].From)
	}
	for _, c := range p.Changes {
		miss(strings.TrimSpace("the change of the limit "+c.To.Name), c.At)
	}
	return warnings
}
