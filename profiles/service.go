package profiles

import (
	"fmt"
	"slices"

	"tenement/internal/form"
	"tenement/internal/plan"
	"tenement/internal/throttle"
)

// service is a kind of server, and what can be asked of it.
type service struct {
	name   string
	flows  []flow
	routes throttle.Routes
	fields []string // of its credentials
}

// flow is what calls ask for: its requests in turn, the last of which brings
// the document.
type flow struct {
	name string
	legs []plan.Leg
}

// alone is a flow of one request.
func alone(name, path string) flow { return flow{name, []plan.Leg{{Method: "GET", Path: path}}} }

// withToken is a flow of requests that carry a session token.
func withToken(name string, paths ...string) flow {
	legs := []plan.Leg{askToken}
	for _, path := range paths {
		legs = append(legs, plan.Leg{Method: "GET", Path: path})
	}
	return flow{name, legs}
}

// askToken is the request for a session token of EC2.
var askToken = plan.Leg{Method: "PUT", Path: tokenPath, Token: true}

// The services.
const (
	ecs         = "ecs"
	imds        = "imds"
	podIdentity = "eks-pod-identity"
)

// The paths of credentials. {role} stands for the role of the instance.
const (
	credentialsPath = "/v2/credentials/{credentials_id}"
	rolePath        = "/latest/meta-data/iam/security-credentials/"
	tokenPath       = "/latest/api/token"
	podPath         = "/v1/credentials"
)

// services are the servers, the default one first.
var services = []service{
	{
		name: ecs,
		flows: []flow{
			alone(credentialsFlow, credentialsPath),
			alone("metadata", "/v4/{endpoint_id}"),
			alone("task", "/v4/{endpoint_id}/task"),
			alone("stats", "/v4/{endpoint_id}/stats"),
			alone("tags", "/v4/{endpoint_id}/taskWithTags"),
		},
		routes: throttle.CredentialsRoute | throttle.MetadataRoute | throttle.TagsRoute | throttle.StatsRoute | throttle.ProtectionRoute,
		fields: []string{"RoleArn", "AccessKeyId", "SecretAccessKey", "Token", "Expiration"},
	},
	{
		name: imds,
		flows: []flow{
			withToken(credentialsFlow, rolePath, rolePath+"{role}"),
			withToken("metadata", "/latest/meta-data/instance-id"),
			withToken("document", "/latest/dynamic/instance-identity/document"),
			withToken("token"),
		},
		routes: throttle.CredentialsRoute | throttle.RoleRoute | throttle.TokenRoute | throttle.MetadataRoute,
		fields: []string{"Code", "LastUpdated", "Type", "AccessKeyId", "SecretAccessKey", "Token", "Expiration"},
	},
	{
		name:   podIdentity,
		flows:  []flow{alone(credentialsFlow, podPath)},
		routes: throttle.CredentialsRoute,
		fields: []string{"AccessKeyId", "SecretAccessKey", "Token", "AccountId", "Expiration"},
	},
}

// credentialsFlow is what calls ask for unless told otherwise.
const credentialsFlow = "credentials"

// serviceNamed is the service of that name, or the default one: a name that
// there is not has been refused.
func serviceNamed(name string) *service {
	i := slices.IndexFunc(services, func(s service) bool { return s.name == name })
	return &services[max(i, 0)]
}

// flow is the flow of that name, and whether the service has it.
func (s *service) flow(name string) (flow, bool) {
	i := slices.IndexFunc(s.flows, func(f flow) bool { return f.name == name })
	if i < 0 {
		return flow{}, false
	}
	return s.flows[i], true
}

func (s *service) flowNames() []string {
	names := make([]string, len(s.flows))
	for i := range s.flows {
		names[i] = s.flows[i].name
	}
	return names
}

// flowNames and credentialFields are those of all services, each once.
var (
	flowNames        = ofAll((*service).flowNames)
	credentialFields = ofAll(func(s *service) []string { return s.fields })
)

func ofAll(of func(*service) []string) []string {
	var all []string
	for i := range services {
		for _, name := range of(&services[i]) {
			if !slices.Contains(all, name) {
				all = append(all, name)
			}
		}
	}
	return all
}

// checkService reports what a profile wants and its service does not have.
func (v *document) checkService(r *form.Reader, n *form.Node) {
	s := serviceNamed(v.Endpoint.Service)
	for i := range v.Strategies {
		c := &v.Strategies[i]
		if all := n.Get("strategies"); all != nil && all.Get(c.name) != nil {
			c.checkPreset(r, all.Get(c.name), "strategies."+c.name, s)
		}
	}
	for i := range v.Fleet {
		g, path := &v.Fleet[i], "fleet."+v.Fleet[i].Name
		item := n.Item("fleet", i)
		if _, ok := s.flow(g.Flow); g.Flow != "" && !ok {
			r.Fail(item.At("flow"), form.Join(path, "flow"), "the service %s has no flow %q: want %s",
				s.name, g.Flow, form.Enumerate(s.flowNames(), "or"))
		}
		if given := item.Get("hops"); given != nil && s.name != imds {
			r.Fail(given, form.Join(path, "hops"), "is for the service imds only, and this is %s", s.name)
		}
		if g.Strategy != nil {
			g.Strategy.checkPreset(r, item.At("strategy"), form.Join(path, "strategy"), s)
		}
		if g.Arrivals.Trace != nil && s.name != ecs {
			r.Fail(item.At("arrivals"), form.Join(path, "arrivals.trace"), "a recording is of the service %s, and this is %s", ecs, s.name)
		}
	}
}

// checkPreset is an error if a strategy's preset is of a provider that asks
// another service.
func (v *strategyKeys) checkPreset(r *form.Reader, n *form.Node, path string, s *service) {
	preset, ok := presetNamed(v.Preset)
	if !ok || preset.Asks(s.name) {
		return
	}
	hint := ""
	if other, ok := preset.Elsewhere(s.name); ok {
		hint = fmt.Sprintf(": want %s", other)
	}
	r.Fail(n.At("preset"), form.Join(path, "preset"), "%s asks the service %s, and this is %s%s", v.Preset, preset.Service, s.name, hint)
}

// checkFaults reports the faults that could befall nothing the service has.
func (v *endpoint) checkFaults(r *form.Reader, n *form.Node, path string) {
	s := serviceNamed(v.Service)
	for i := range v.Faults {
		f := &v.Faults[i]
		s.checkFault(r, n.Item("faults", i), form.Join(form.Join(path, "faults"), f.Name), f)
	}
}

// checkFault is an error if a fault could befall nothing that the service has.
func (s *service) checkFault(r *form.Reader, n *form.Node, path string, f *fault) {
	if f.Kind == throttle.TagsFault.String() && s.routes&throttle.TagsRoute == 0 {
		r.Fail(n.At(form.KindKey), form.Join(path, form.KindKey), "the service %s has no documents with tags", s.name)
	}
	if f.Routes&^s.routes != 0 {
		var known []string
		for _, name := range routeNames {
			if s.routes&throttle.RouteNames[name] != 0 {
				known = append(known, name)
			}
		}
		r.Fail(n.At("routes"), form.Join(path, "routes"), "the service %s has only %s", s.name, form.Enumerate(known, "and"))
	}
	if f.Field != "" && !slices.Contains(s.fields, f.Field) {
		r.Fail(n.At("field"), form.Join(path, "field"), "the credentials of the service %s have no %s: want %s",
			s.name, f.Field, form.Enumerate(s.fields, "or"))
	}
}
