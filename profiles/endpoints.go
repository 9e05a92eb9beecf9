package profiles

import (
	"fmt"
	"slices"

	"tenement/internal/form"
	"tenement/internal/gate"
	"tenement/internal/plan"
	"tenement/internal/service"
	"tenement/internal/throttle"
)

// maxEndpoints bounds the further endpoints of a profile: live, each is a port of every
// host.
const maxEndpoints = 32

// furtherForm is an item of `endpoints`: a further endpoint of every host.
func furtherForm() form.Form[endpoint] {
	zero := newEndpoint()
	f := form.Object(zero, slices.Concat([]form.Key[endpoint]{
		form.Required(form.Field("endpoint", "Its name in paths and reports, and for activities.",
			form.Name(), func(v *endpoint) *string { return &v.Name })),
		form.Required(form.Field("service", "Whose endpoint it is. What else can be said of the endpoint of a host, such as the life of credentials, is here as the service has it by default.",
			serviceForm(service.All()), func(v *endpoint) *service.Service { return &v.Service })),
	}, furtherKeys()), nil)
	read := f.Read
	f.Read = func(r *form.Reader, n *form.Node, path string) endpoint {
		v := read(r, n, path)
		if n.Kind != form.Mapping {
			return v
		}
		if n.Get("on_exceed") == nil {
			v.OnExceed.Status = v.Service.Row().Limit.Status
		}
		v.Credentials = throttle.CredentialsOf(v.Service)
		v.completeService()
		v.checkAnswering(r, n, path)
		return v
	}
	return f
}

// furtherKeys are the answeringKeys, as further endpoints have them.
func furtherKeys() []form.Key[endpoint] {
	keys := answeringKeys()
	for i := range keys {
		if keys[i].Name == "on_exceed" {
			keys[i].Doc += " Left out: they are refused with the status of the service's own limit."
		}
	}
	return keys
}

// endpointOf is the endpoint that an activity asks, and its number in a plan. The host's
// own stands for one that does not exist, which is an error of its own.
func (v *document) endpointOf(a *activity) (*endpoint, int) {
	for i := range v.all {
		if a.Endpoint != "" && v.all[i].Name == a.Endpoint {
			return &v.all[i], i + 1
		}
	}
	return &v.Endpoint, 0
}

// checkEndpoints reports names of endpoints that are there twice, or not at all.
func (v *document) checkEndpoints(r *form.Reader, n *form.Node) {
	var names []string
	if len(v.Endpoints) > maxEndpoints {
		r.Fail(n.At("endpoints"), "endpoints", "more than %d endpoints", maxEndpoints)
	}
	for i := range v.Endpoints {
		name, item := v.Endpoints[i].Name, n.Item("endpoints", i)
		checkOnce(r, item, "endpoints", "endpoint", name, i, func(j int) string { return v.Endpoints[j].Name })
		if name == gate.Endpoint {
			r.Fail(item.At("endpoint"), "endpoints."+name+".endpoint", "the name %q is taken: it is that of the host's own", name)
		}
		names = append(names, name)
	}
	for i := range v.Fleet {
		g := &v.Fleet[i]
		for j := range g.Activities {
			a := &g.Activities[j]
			if a.Endpoint == "" || slices.Contains(names, a.Endpoint) {
				continue
			}
			hint := form.Hint(a.Endpoint, names)
			if len(names) == 0 {
				hint = ": endpoints names none"
			}
			at, path := g.at(n.Item("fleet", i), j)
			r.Fail(at.At("endpoint"), form.Join(path, "endpoint"), "there is no endpoint %q%s", a.Endpoint, hint)
		}
	}
}

// asked are the services that the clients of a group ask by a strategy that is the group's,
// or is tried on it, each once: not those of activities with a strategy of their own.
func (v *document) asked(g *group) (all []service.Service) {
	for _, a := range g.does() {
		if e, _ := v.endpointOf(&a); a.Strategy == nil && !slices.Contains(all, e.Service) {
			all = append(all, e.Service)
		}
	}
	return all
}

// tried are the services that the strategies are tried on, each once: the host's own if
// no group is under test, which is an error of its own.
func (v *document) tried() (all []service.Service) {
	for i := range v.Fleet {
		if !v.Fleet[i].UnderTest {
			continue
		}
		for _, s := range v.asked(&v.Fleet[i]) {
			if !slices.Contains(all, s) {
				all = append(all, s)
			}
		}
	}
	if len(all) == 0 {
		all = []service.Service{v.Endpoint.Service}
	}
	return all
}

// compiled is the endpoint as a plan has it.
func (v *endpoint) compiled(s *shared) plan.Endpoint {
	out := plan.Endpoint{
		Name: v.Name, Service: v.Service, OnExceed: v.OnExceed, Credentials: v.Credentials,
		WriteTimeout: v.WriteTimeout, Latency: s.latency(v.Latency), Faults: s.faults(v.Faults),
		KeepAlive: v.Service.Row().KeepAlive,
	}
	if own := v.KeepAlive; own != nil {
		out.KeepAlive = *own
	}
	out.Limits, out.Changes = v.limits()
	switch v.Service {
	case service.ECS:
		out.Flavour = v.Flavour
	case service.IMDS:
		out.Instance = v.Instance
	case service.PodIdentity:
		out.PodTokens = &v.PodAgent.Tokens
		out.Upstream = v.PodAgent.compiled(s.latency)
	}
	return out
}

// idle warns of endpoints that no activity asks.
func idle(p *plan.Plan) (warnings []string) {
	for i := range p.Endpoints {
		if !slices.ContainsFunc(p.Resources, func(r plan.Resource) bool { return r.Endpoint == i+1 }) {
			warnings = append(warnings, fmt.Sprintf("nothing asks the endpoint %s: no activity names it", p.Endpoints[i].Name))
		}
	}
	return warnings
}
