package profiles

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tenement/internal/draw"
	"tenement/internal/strategy"
	"tenement/internal/trace"
)

// Plan is a case under a seed. It is cheap: the case is compiled once. A Case
// that Cases did not return is a mistake of the program, and panics.
func (p *Profile) Plan(c Case, seed uint64) *Plan {
	if c.number >= len(p.cases) || p.cases[c.number].Name != c.Name {
		panic(fmt.Sprintf("profiles: %s has no case %q", p.Name, c.Name))
	}
	state := p.cases[c.number]
	state.once.Do(func() { state.plan = p.compile(state) })
	plan := *state.plan
	plan.Seed = seed
	return &plan
}

// compile makes the plan of a case, without a seed.
func (p *Profile) compile(c *caseState) *Plan {
	d := c.doc
	plan := &Plan{
		Duration: d.Duration, Drain: d.Drain,
		Hosts: d.Endpoint.Hosts, Service: d.Endpoint.Service,
		OnExceed: d.Endpoint.OnExceed, Credentials: d.Endpoint.Credentials,
		WriteTimeout: d.Endpoint.WriteTimeout, Latency: p.latency(d.Endpoint.Latency),
	}
	plan.Limits, plan.Changes = d.Endpoint.limits()
	for i := range d.Endpoint.Faults {
		plan.Faults = append(plan.Faults, d.Endpoint.Faults[i].compiled(p.latency))
	}
	switch e := &d.Endpoint; e.Service {
	case ecs:
		plan.Flavour = e.Flavour
	case imds:
		plan.Instance = e.Instance
	case podIdentity:
		plan.PodTokens = &e.PodAgent.Tokens
		plan.Upstream = e.PodAgent.compiled(p.latency)
	}
	tested := new(strategy.Strategy)
	if len(d.Strategies) > 0 {
		tested = &d.Strategies[c.strategy].Strategy
	}
	// The resources of flows come before those of traces.
	for i := range d.Fleet {
		if g := &d.Fleet[i]; g.recording == nil {
			plan.flowResource(g.Flow)
		}
	}
	for i := range d.Fleet {
		plan.add(p, &d.Fleet[i], tested)
	}
	plan.Warnings = append(plan.Warnings, plan.missed()...)
	return plan
}

// missed warns of what is on a schedule behind the end of the run: gates that
// pass without it have tested nothing.
func (p *Plan) missed() (warnings []string) {
	miss := func(what string, at time.Duration) {
		if at >= p.Horizon() {
			warnings = append(warnings, fmt.Sprintf("%s at %s never comes: the run, its drain included, ends at %s",
				what, formatDuration(at), formatDuration(p.Horizon())))
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

// add adds a group of a profile to the plan. tested is the strategy for a group
// under test.
func (p *Plan) add(profile *Profile, g *group, tested *strategy.Strategy) {
	out := Group{
		Name: g.Name, Tenant: g.Tenant, TenantIndex: slices.Index(p.Tenants, g.Tenant),
		Processes: g.Processes, PerCall: g.PerCall, UnderTest: g.UnderTest, Hops: g.Hops,
		Strategy: tested,
		key:      draw.Key(0).Name(g.Name),
		start:    g.Start, stop: p.Duration,
	}
	if out.TenantIndex < 0 {
		out.TenantIndex = len(p.Tenants)
		p.Tenants = append(p.Tenants, g.Tenant)
	}
	if !g.UnderTest {
		out.Strategy = &g.Strategy.Strategy
	}
	if g.Stop > 0 {
		out.stop = min(out.stop, g.Stop)
	}
	if len(p.Groups) > 0 {
		out.First = p.Tasks()
	}
	if g.recording != nil {
		t := profile.compiled(g.recording)
		out.replay, out.pattern = &t.replay, &t.replay
		out.Tasks = len(t.tasks)
		// A trace's resources follow those before it, all of them, so that
		// its events need no numbers of this plan's own.
		out.resource = uint32(len(p.Resources))
		p.Resources = append(p.Resources, t.resources...)
		p.Registered = append(p.Registered, t.registered...)
		p.Warnings = append(p.Warnings, t.warnings(out.stop-out.start)...)
	} else {
		out.Tasks = *g.Tasks
		out.pattern = profile.pattern(g)
		out.Flow = g.Flow
		out.resource = p.flowResource(g.Flow)
	}
	p.Groups = append(p.Groups, out)
}

func newResource(method, path string) Resource {
	plain, _, _ := strings.Cut(path, "?")
	r := Resource{Method: method, Path: path, Bucket: Bucket(path)}
	if strings.Contains(plain, "{credentials_id}") || strings.Contains(plain, "{endpoint_id}") {
		r.own = ^uint64(0)
	}
	return r
}

// flowResource is the number of the resource that a flow of the service brings.
// It adds that and the resources of the legs before it to the plan.
func (p *Plan) flowResource(name string) uint32 {
	f, _ := serviceNamed(p.Service).flow(name)
	role := "none" // which does not exist
	if p.Instance != nil && p.Instance.Role != "" {
		role = p.Instance.Role
	}
	var legs []strategy.Leg
	for _, l := range f.legs {
		r := newResource(l.method, strings.Replace(l.path, "{role}", role, 1))
		legs = append(legs, strategy.Leg{Resource: p.resource(r), Token: l.token})
	}
	last := legs[len(legs)-1].Resource
	if len(legs) > 1 || legs[0].Token {
		p.Resources[last].Legs = legs
	}
	return last
}

// resource is the number of a resource, which it adds if it is new.
func (p *Plan) resource(r Resource) uint32 {
	same := func(o Resource) bool { return o.Method == r.Method && o.Path == r.Path }
	if i := slices.IndexFunc(p.Resources, same); i >= 0 {
		return uint32(i)
	}
	p.Resources = append(p.Resources, r)
	return uint32(len(p.Resources) - 1)
}

// latency is the table of a service time, nil for 0.
func (p *Profile) latency(l latency) *draw.Table {
	if l == (latency{}) {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.latencies[l]
	if t == nil {
		t = draw.LogNormal(l.P50, l.P99)
		p.latencies[l] = t
	}
	return t
}

// pattern is the compiled form of a group's arrivals, made once per profile.
func (p *Profile) pattern(g *group) pattern {
	key := arrivalsForm().write(g.Arrivals, true).oneLine()
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.patterns[key]
	if c == nil {
		c = g.Arrivals.compile()
		p.patterns[key] = c
	}
	return c
}

// compiled is the compiled form of a trace, made once per profile.
func (p *Profile) compiled(t *trace.Trace) *compiled {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.replays[t]
	if c == nil {
		c = compileTrace(t)
		p.replays[t] = c
	}
	return c
}
