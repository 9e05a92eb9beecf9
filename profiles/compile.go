package profiles

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tenement/internal/form"
	"tenement/internal/plan"
	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
)

// compile makes the plan of a document without a seed, in which the strategy of
// that number is tried.
func (s *shared) compile(d *document, number int) *plan.Plan {
	p := &plan.Plan{
		Duration: d.Duration, Drain: d.Drain,
		Hosts: d.Endpoint.Hosts.Count, StartWithin: d.Endpoint.Hosts.Within,
		Endpoint: d.Endpoint.compiled(s),
	}
	for i := range d.all {
		p.Endpoints = append(p.Endpoints, d.all[i].compiled(s))
	}
	for i := range d.Endpoint.Hosts.Differ {
		p.Differ = append(p.Differ, s.differ(&d.Endpoint, &d.Endpoint.Hosts.Differ[i]))
	}
	tested := new(strategy.Strategy)
	if len(d.Strategies) > 0 {
		tested = &d.Strategies[number].Strategy
	}
	// The resources of flows come before those of traces.
	activities := make([][]plan.Activity, len(d.Fleet))
	for i := range d.Fleet {
		if g := &d.Fleet[i]; g.recording == nil {
			activities[i] = s.activities(p, d, g)
		}
	}
	for i := range d.Fleet {
		g := &d.Fleet[i]
		out := plan.Group{
			Name: g.Name, Tenant: g.Tenant,
			Processes: g.Processes, PerCall: g.PerCall, UnderTest: g.UnderTest, Hops: g.Hops,
			Strategy: tested, Start: g.Start.At, StartWithin: g.Start.Within, Stop: g.Stop, Lives: g.Lives.compiled(),
		}
		if !g.UnderTest {
			out.Strategy = &g.Strategy.Strategy
		}
		if r := g.replayed; r != nil {
			out.Pattern = r.replay
		} else {
			out.Tasks, out.Placed = g.most(), g.placed
			first := &activities[i][0]
			out.Flow, out.Resource, out.Pattern = first.Flow, first.Resource, first.Pattern
			if len(g.Activities)+len(g.started) > 0 {
				out.Activities = activities[i]
			}
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
	p.Warnings = append(p.Warnings, leaks(p)...)
	p.Warnings = append(p.Warnings, idle(p)...)
	p.Warnings = append(p.Warnings, d.cutOff()...)
	p.Warnings = append(p.Warnings, d.Network.idle(d, p.Horizon())...)
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

// activities are the things that a task of a group does, whose resources the plan
// gets.
func (s *shared) activities(p *plan.Plan, d *document, g *group) []plan.Activity {
	var out []plan.Activity
	for _, a := range g.does() {
		after := 0
		for i := range out {
			if a.After != "" && out[i].Name == a.After {
				after = i + 1
			}
		}
		var own *strategy.Strategy
		if a.Strategy != nil {
			own = &a.Strategy.Strategy
		}
		e, number := d.endpointOf(&a)
		out = append(out, plan.Activity{
			Strategy: own,
			Name:     a.Name, Flow: a.Flow, Resource: p.AddFlowTo(number, e.legs(a.Flow)), Pattern: s.pattern(&a.Arrivals),
			After: after, Required: a.Required, Reasons: a.Reasons,
		})
	}
	return out
}

// differ is the endpoint of hosts that differ.
func (s *shared) differ(e *endpoint, d *differing) plan.Differ {
	other := *e
	if d.Limit != nil {
		other.Limit = *d.Limit
	}
	if d.Limits != nil {
		other.Limits = *d.Limits
	}
	if d.Latency != nil {
		other.Latency = *d.Latency
	}
	if d.Faults != nil {
		other.Faults = *d.Faults
	}
	out := plan.Differ{Name: d.Name, Share: d.Share, OnExceed: e.OnExceed, Latency: s.latency(other.Latency), Faults: s.faults(other.Faults)}
	out.Limits, out.Changes = other.limits()
	return out
}

// faults are those of a plan.
func (s *shared) faults(all []fault) (out []throttle.Fault) {
	for i := range all {
		out = append(out, all[i].compiled(s.latency))
	}
	return out
}

// compiled is the lives as a plan has them.
func (v *lives) compiled() plan.Lives {
	out := plan.Lives{Lifetime: v.Lifetime}
	switch r := v.Relaunch; {
	case r == nil:
	case r.None: // the wait is longer than every run
		out.Relaunch = plan.Backoff{Base: maxDuration, Cap: maxDuration}
	default:
		out.Relaunch = r.Backoff
	}
	if d := v.Deploy; d != nil {
		out.Deploy = plan.Deploy{At: d.At, Within: d.Within}
		if d.Rolling != nil {
			out.Deploy.Batch, out.Deploy.Every = d.Rolling.Batch, d.Rolling.Every
		}
	}
	return out
}

// leaks warns of agents that hand the credentials of one task to others.
func leaks(p *plan.Plan) (warnings []string) {
	for i := range p.Groups {
		g := &p.Groups[i]
		for activity := range max(len(g.Activities), 1) {
			flow := g.Flow
			if len(g.Activities) > 0 {
				flow = g.Activities[activity].Flow
			}
			if p.Hosted(i, activity) && p.Numbered(p.Asked(i, activity)).Service != service.IMDS && (flow == service.CredentialsFlow || flow == "") {
				warnings = append(warnings, fmt.Sprintf("all tasks of %s on a host share the credentials of the first one (scope: host): their roles would leak, which is only fine if they have the same", g.Name))
				break
			}
		}
	}
	return warnings
}

// missed warns of what is scheduled after the end of the run: gates that pass without it
// have tested nothing.
func missed(p *plan.Plan) (warnings []string) {
	warn := func(format string, args ...any) { warnings = append(warnings, fmt.Sprintf(format, args...)) }
	miss := func(what string, at time.Duration) {
		if at >= p.Horizon() {
			warn("%s at %s never comes: the run, its drain included, ends at %s", what, form.FormatDuration(at), form.FormatDuration(p.Horizon()))
		}
	}
	look := func(faults []throttle.Fault, changes []throttle.Change, of string) {
		for i := range faults {
			miss("the fault "+faults[i].Name+of, faults[i].From)
		}
		for _, c := range changes {
			miss(strings.TrimSpace("the change of the limit "+c.To.Name)+of, c.At)
		}
	}
	for number := range len(p.Endpoints) + 1 {
		e, of := p.Numbered(number), ""
		if number > 0 {
			of = " of " + e.Name
		}
		look(e.Faults, e.Changes, of)
	}
	for i := range p.Differ {
		d := &p.Differ[i] // which has all faults and changes of the profile that it does not replace
		faults := slices.DeleteFunc(slices.Clone(d.Faults), func(f throttle.Fault) bool {
			return slices.ContainsFunc(p.Faults, func(own throttle.Fault) bool { return own.Name == f.Name && own.From == f.From })
		})
		changes := slices.DeleteFunc(slices.Clone(d.Changes), func(c throttle.Change) bool {
			return slices.ContainsFunc(p.Changes, func(own throttle.Change) bool { return own.To.Name == c.To.Name && own.At == c.At })
		})
		look(faults, changes, " of the hosts "+d.Name)
	}
	for i := range p.Groups {
		g := &p.Groups[i]
		stop := form.FormatDuration(g.Stop)
		if last := max(g.Start, p.StartWithin) + g.StartWithin; last > g.Stop {
			warn("tasks of %s start until %s, and stop at %s: those that come later never start", g.Name, form.FormatDuration(last), stop)
		}
		d := &g.Lives.Deploy
		_, places := p.Present(p.Hosts, i)
		for j, at := range d.At {
			over := d.Over(j, places)
			switch {
			case at >= g.Stop:
				warn("the deployment of %s at %s never comes: its tasks stop at %s", g.Name, form.FormatDuration(at), stop)
			case over > g.Stop, over == g.Stop && d.Batch > 0:
				warn("the deployment of %s at %s does not come to every task: they stop at %s", g.Name, form.FormatDuration(at), stop)
			case j+1 < len(d.At) && over > d.At[j+1]:
				warn("the deployment of %s at %s is not over when the next one begins, at %s: both go on", g.Name, form.FormatDuration(at), form.FormatDuration(d.At[j+1]))
			}
		}
	}
	return warnings
}
