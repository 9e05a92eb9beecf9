package profiles

import (
	"fmt"
	"slices"

	"tenement/internal/strategy"
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
	legs []leg
}

// leg is one request of a flow.
type leg struct {
	method, path string
	token        bool // it brings a session token
}

// alone is a flow of one request.
func alone(name, path string) flow { return flow{name, []leg{{method: "GET", path: path}}} }

// withToken is a flow of requests that carry a session token.
func withToken(name string, paths ...string) flow {
	legs := []leg{askToken}
	for _, path := range paths {
		legs = append(legs, leg{method: "GET", path: path})
	}
	return flow{name, legs}
}

// askToken is the request for a session token of EC2.
var askToken = leg{method: "PUT", path: tokenPath, token: true}

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
func (v *document) checkService(r *reader, n *node) {
	s := serviceNamed(v.Endpoint.Service)
	for i := range v.Strategies {
		c := &v.Strategies[i]
		if all := n.get("strategies"); all != nil && all.get(c.name) != nil {
			c.checkPreset(r, all.get(c.name), "strategies."+c.name, s)
		}
	}
	for i := range v.Fleet {
		g, path := &v.Fleet[i], "fleet."+v.Fleet[i].Name
		item := n.item("fleet", i)
		if _, ok := s.flow(g.Flow); g.Flow != "" && !ok {
			r.fail(item.at("flow"), join(path, "flow"), "the service %s has no flow %q: want %s",
				s.name, g.Flow, list(s.flowNames(), "or"))
		}
		if given := item.get("hops"); given != nil && s.name != imds {
			r.fail(given, join(path, "hops"), "is for the service imds only, and this is %s", s.name)
		}
		if g.Strategy != nil {
			g.Strategy.checkPreset(r, item.at("strategy"), join(path, "strategy"), s)
		}
		if g.Arrivals.Trace != nil && s.name != ecs {
			r.fail(item.at("arrivals"), join(path, "arrivals.trace"), "a recording is of the service %s, and this is %s", ecs, s.name)
		}
	}
}

// checkPreset is an error if a strategy's preset is of a provider that asks
// another service.
func (v *client) checkPreset(r *reader, n *node, path string, s *service) {
	preset, ok := strategy.PresetNamed(v.Preset)
	if !ok || preset.Asks(s.name) {
		return
	}
	hint := ""
	if other, ok := preset.Elsewhere(s.name); ok {
		hint = fmt.Sprintf(": want %s", other)
	}
	r.fail(n.at("preset"), join(path, "preset"), "%s asks the service %s, and this is %s%s", v.Preset, preset.Service, s.name, hint)
}

// checkFaults reports the faults that could befall nothing the service has.
func (v *endpoint) checkFaults(r *reader, n *node, path string) {
	s := serviceNamed(v.Service)
	for i := range v.Faults {
		f := &v.Faults[i]
		s.checkFault(r, n.item("faults", i), join(join(path, "faults"), f.Name), f)
	}
}

// checkFault is an error if a fault could befall nothing that the service has.
func (s *service) checkFault(r *reader, n *node, path string, f *fault) {
	if f.Kind == throttle.TagsFault.String() && s.routes&throttle.TagsRoute == 0 {
		r.fail(n.at(kindKey), join(path, kindKey), "the service %s has no documents with tags", s.name)
	}
	if f.Routes&^s.routes != 0 {
		var known []string
		for _, name := range routeNames {
			if s.routes&throttle.RouteNames[name] != 0 {
				known = append(known, name)
			}
		}
		r.fail(n.at("routes"), join(path, "routes"), "the service %s has only %s", s.name, list(known, "and"))
	}
	if f.Field != "" && !slices.Contains(s.fields, f.Field) {
		r.fail(n.at("field"), join(path, "field"), "the credentials of the service %s have no %s: want %s",
			s.name, f.Field, list(s.fields, "or"))
	}
}
