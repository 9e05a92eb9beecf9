package profiles

import (
	"strings"
	"testing"

	"tenement/internal/throttle"
)

// onService is a profile of a service; under are keys of its endpoint, of is
// what its group asks for.
func onService(service, under, of string) string {
	return strings.Replace(strings.Replace(sound, "endpoint:\n", "endpoint:\n  service: "+service+"\n"+under, 1),
		"    under_test: true\n", of, 1)
}

func TestFlows(t *testing.T) {
	tests := []struct {
		service, flow string
		want          Resource
	}{
		{"ecs", "credentials", Resource{Method: "GET", Path: "/v2/credentials/{credentials_id}", Route: throttle.CredentialsRoute}},
		{"ecs", "metadata", Resource{Method: "GET", Path: "/v4/{endpoint_id}", Route: throttle.MetadataRoute}},
		{"ecs", "task", Resource{Method: "GET", Path: "/v4/{endpoint_id}/task", Route: throttle.MetadataRoute}},
		{"ecs", "stats", Resource{Method: "GET", Path: "/v4/{endpoint_id}/stats", Route: throttle.StatsRoute}},
		{"ecs", "tags", Resource{Method: "GET", Path: "/v4/{endpoint_id}/taskWithTags", Route: throttle.TagsRoute}},
		{"imds", "credentials", Resource{Method: "GET", Path: "/latest/meta-data/iam/security-credentials/app-instance-role", Route: throttle.CredentialsRoute}},
		{"imds", "metadata", Resource{Method: "GET", Path: "/latest/meta-data/instance-id", Route: throttle.MetadataRoute}},
		{"imds", "document", Resource{Method: "GET", Path: "/latest/dynamic/instance-identity/document", Route: throttle.MetadataRoute}},
		{"imds", "token", Resource{Method: "PUT", Path: "/latest/api/token", Route: throttle.TokenRoute}},
		{"eks-pod-identity", "credentials", Resource{Method: "GET", Path: "/v1/credentials", Route: throttle.CredentialsRoute}},
	}
	for _, test := range tests {
		plan := planOf(t, onService(test.service, "", "    flow: "+test.flow+"\n"))
		test.want.Bucket = Bucket(test.want.Path)
		if len(plan.Resources) != 1 || plan.Resources[0] != test.want {
			t.Errorf("%s %s: got %+v, want %+v", test.service, test.flow, plan.Resources, test.want)
		}
		if plan.Service != test.service || plan.Groups[0].Flow != test.flow {
			t.Errorf("got service %s and flow %s, want %s and %s", plan.Service, plan.Groups[0].Flow, test.service, test.flow)
		}
	}
}

func TestRouteOf(t *testing.T) {
	tests := []struct {
		path string
		want throttle.Routes
	}{
		{"/v1/credentials?id=a/stats", throttle.CredentialsRoute},
		{"/v2/credentials", throttle.CredentialsRoute},
		{"/v2/credentials/0b1c", throttle.CredentialsRoute},
		{"/v2/metadata", throttle.MetadataRoute},
		{"/v2/metadataWithTags", throttle.TagsRoute},
		{"/v3/0b1c/taskWithTags", throttle.TagsRoute},
		{"/v2/stats", throttle.StatsRoute},
		{"/v2/stats/0b1c", throttle.StatsRoute},
		{"/v3/0b1c/task/stats", throttle.StatsRoute},
		{"/v4/0b1c/associations/elastic-inference", throttle.MetadataRoute},
		{"/api/0b1c/task-protection/v1/state", throttle.ProtectionRoute},
		{"/latest/meta-data/iam/security-credentials/", throttle.RoleRoute},
		{"/latest/meta-data/iam/security-credentials/web", throttle.CredentialsRoute},
		{"/latest/meta-data/", throttle.MetadataRoute},
		{"/", throttle.MetadataRoute},
		{"", throttle.MetadataRoute},
	}
	for _, test := range tests {
		if got := routeOf(test.path); got != test.want {
			t.Errorf("%s: got %b, want %b", test.path, got, test.want)
		}
	}
}

func TestServiceErrors(t *testing.T) {
	tests := []struct{ name, service, under, of, want string }{
		{"a flow of ecs", "imds", "", "    flow: stats\n",
			`fleet.batch.flow: the service imds has no flow "stats": want credentials, metadata, document or token`},
		{"a flow of imds", "ecs", "", "    flow: document\n",
			`fleet.batch.flow: the service ecs has no flow "document": want credentials, metadata, task, stats or tags`},
		{"a flow of nobody", "ecs", "", "    flow: credential\n",
			`fleet.batch.flow: want credentials, metadata, task, stats, tags, document or token, got "credential"; did you mean "credentials"?`},
		{"the flow of pods", "eks-pod-identity", "", "    flow: metadata\n",
			`fleet.batch.flow: the service eks-pod-identity has no flow "metadata": want credentials`},
		{"options of an instance", "ecs", "  imds: {tokens: required}\n", "",
			`endpoint.imds: is for the service imds only, and this is ecs`},
		{"options of an agent", "imds", "  pod_identity: {}\n", "",
			`endpoint.pod_identity: is for the service eks-pod-identity only, and this is imds`},
		{"a flavour of instance", "imds", "  flavour: ec2\n", "", `endpoint.flavour: is for the service ecs only, and this is imds`},
		{"tags of an instance", "imds", "  faults: [{fault: f, kind: tags, latency: {p50: 1s}}]\n", "",
			`endpoint.faults.f.kind: the service imds has no documents with tags`},
		{"many hops", "imds", "  imds: {hop_limit: 65}\n", "", `endpoint.imds.hop_limit: 65: want at most 64`},
		{"a role that is none", "imds", "  imds: {role: a/b}\n", "", `endpoint.imds.role: the role "a/b": want letters, digits and any of _+=,.@- only`},
		{"a short token", "eks-pod-identity", "  pod_identity: {token_lifetime: 1m}\n", "",
			`endpoint.pod_identity.token_lifetime: 1m: want at least 10m`},
		{"an old token", "eks-pod-identity", "  pod_identity: {token_lifetime: 1h, token_age: 48m}\n", "",
			`endpoint.pod_identity.token_age: 48m: the tokens are renewed every 48m`},
		{"an age of any token", "eks-pod-identity", "  pod_identity: {token_renewal: spread, token_age: 1h}\n", "",
			`endpoint.pod_identity.token_age: spread tokens are of any age`},
		{"a limit of another kind", "eks-pod-identity", "  pod_identity: {upstream: {limit: {rate: 1/s, burst: 1, scope: task}}}\n", "",
			`endpoint.pod_identity.upstream.limit: unknown key "scope"; there is rate and burst`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Load("p.yaml", []byte(onService(test.service, test.under, test.of)))
			if err == nil {
				t.Fatal("got no error")
			}
			if !strings.Contains(err.Error(), test.want+"\n") {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
	text := strings.Replace(onService("imds", "", ""), "{poisson: 3/s}", "{trace: testdata/exact.jsonl}", 1)
	if _, err := Load("p.yaml", []byte(text)); err == nil ||
		!strings.Contains(err.Error(), "fleet.batch.arrivals.trace: a recording is of the service ecs, and this is imds\n") {
		t.Errorf("got %v", err)
	}
}

// TestServicePlans reads what only one service has.
func TestServicePlans(t *testing.T) {
	if p := planOf(t, onService("ecs", "  flavour: fargate\n", "")); p.Flavour != "fargate" || p.Instance != nil || p.Upstream != nil || p.PodTokens != nil {
		t.Errorf("got a plan for ecs with %+v", p)
	}
	if p := planOf(t, onService("imds", "", "")); *p.Instance != (Instance{HopLimit: 1, Role: "app-instance-role"}) || p.Flavour != "" {
		t.Errorf("got an instance %+v", p.Instance)
	}
	p := planOf(t, onService("imds", "  imds: {tokens: required, hop_limit: 2, role: none}\n", ""))
	if *p.Instance != (Instance{TokensRequired: true, HopLimit: 2}) {
		t.Errorf("got an instance %+v", p.Instance)
	}
	p = planOf(t, onService("eks-pod-identity", "", ""))
	agent := throttle.Upstream{Status: 429, Timeout: 1e9, Keep: 3 * 3600e9, Size: 2000, PollEvery: 200e6, Polls: 9}
	if *p.Upstream != agent {
		t.Errorf("got an upstream %+v, want %+v", *p.Upstream, agent)
	}
	p = planOf(t, onService("eks-pod-identity",
		"  credentials: {lifetime: 1h}\n  pod_identity: {upstream: {limit: {rate: 5/s, burst: 9}, status: 400, timeout: none}}\n", ""))
	if l := p.Upstream.Limit; l == nil || l.Burst != 9 || l.Rate.String() != "5/s" {
		t.Errorf("got an upstream limit %+v", l)
	}
	if u := p.Upstream; u.Keep != 3600e9 || u.Status != 400 || u.Timeout != 0 {
		t.Errorf("got an upstream %+v", u)
	}
}
