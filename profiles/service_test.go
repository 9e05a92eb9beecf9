package profiles

import (
	"fmt"
	"strings"
	"testing"

	"tenement/internal/plan"
	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
)

// onService is a profile of a service; under are keys of its endpoint, of is
// what its group asks for.
func onService(service, under, of string) string {
	return strings.Replace(strings.Replace(sound, "endpoint:\n", "endpoint:\n  service: "+service+"\n"+under, 1),
		"    under_test: true\n", of, 1)
}

func TestFlows(t *testing.T) {
	const token = "PUT /latest/api/token"
	tests := []struct{ service, flow, want string }{
		{"ecs", "credentials", "GET /v2/credentials/{credentials_id}"},
		{"ecs", "metadata", "GET /v4/{endpoint_id}"},
		{"ecs", "task", "GET /v4/{endpoint_id}/task"},
		{"ecs", "stats", "GET /v4/{endpoint_id}/stats"},
		{"ecs", "tags", "GET /v4/{endpoint_id}/taskWithTags"},
		{"imds", "credentials", token + ", GET /latest/meta-data/iam/security-credentials/, " +
			"GET /latest/meta-data/iam/security-credentials/app-instance-role"},
		{"imds", "metadata", token + ", GET /latest/meta-data/instance-id"},
		{"imds", "document", token + ", GET /latest/dynamic/instance-identity/document"},
		{"imds", "token", token},
		{"eks-pod-identity", "credentials", "GET /v1/credentials"},
	}
	for _, test := range tests {
		plan := planOf(t, onService(test.service, "", "    flow: "+test.flow+"\n"))
		if got := walk(plan, plan.Groups[0].Resource); got != test.want {
			t.Errorf("%s %s: got %s, want %s", test.service, test.flow, got, test.want)
		}
		if plan.Service.String() != test.service || plan.Groups[0].Flow != test.flow {
			t.Errorf("got service %s and flow %s, want %s and %s", plan.Service, plan.Groups[0].Flow, test.service, test.flow)
		}
	}
}

// walk is what a call that asks for a resource asks for, in turn.
func walk(p *plan.Plan, resource uint32) string {
	legs := p.Clients(0)[0].Legs[resource]
	if len(legs) == 0 {
		legs = []strategy.Leg{{Resource: resource}}
	}
	var all []string
	for _, l := range legs {
		r := &p.Resources[l.Resource]
		all = append(all, r.Method+" "+r.Path)
		if l.Token != (r.Path == "/latest/api/token") || r.Bucket != plan.Bucket(r.Path) {
			all = append(all, fmt.Sprintf("wrong: %+v %+v", l, r))
		}
	}
	return strings.Join(all, ", ")
}

// TestFlowsShareLegs numbers each resource once, whoever asks for it.
func TestFlowsShareLegs(t *testing.T) {
	text := onService("imds", "", "") + `  - {group: token, flow: token, arrivals: {poisson: 1/s}}
  - {group: document, flow: document, arrivals: {poisson: 1/s}}
`
	p := planOf(t, text)
	if len(p.Resources) != 6 {
		t.Errorf("got %d resources, want a token, a role and credentials below both paths, and a document", len(p.Resources))
	}
	for i, want := range []int{3, 1, 2} {
		g := &p.Groups[i]
		if got := len(p.Resources[g.Resource].Legs); got != want {
			t.Errorf("%s: got %d legs, want %d", g.Name, got, want)
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
			`fleet.batch.flow: want credentials, metadata, task, stats, tags, document, token, login, image, layer-check, layer-url, manifest, layer, secret, secret-info, parameters, parameter, parameter-path, log-stream, log-group, log-groups, log-streams, log-retention or log-events, got "credential"; did you mean "credentials"?`},
		{"the flow of pods", "eks-pod-identity", "", "    flow: metadata\n",
			`fleet.batch.flow: the service eks-pod-identity has no flow "metadata": want credentials`},
		{"a preset of ecs", "imds", "", "    strategy: {preset: botocore}\n",
			`fleet.batch.strategy.preset: botocore asks the service ecs, and this is imds: want botocore@imds`},
		{"a preset of imds", "eks-pod-identity", "", "    strategy: {preset: aws-sdk-go-v2@imds}\n",
			`fleet.batch.strategy.preset: aws-sdk-go-v2@imds asks the service imds, and this is eks-pod-identity: want aws-sdk-go-v2`},
		{"a strategy of ecs", "eks-pod-identity", "", "    under_test: true\nstrategies: {js: {preset: aws-sdk-js-v3}}\n",
			`strategies.js.preset: aws-sdk-js-v3 asks the service ecs, and this is eks-pod-identity: want aws-sdk-js-v3@eks-pod-identity`},
		{"hops to an agent", "ecs", "", "    hops: 2\n", `fleet.batch.hops: is for the service imds only, and this is ecs`},
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
		!strings.Contains(err.Error(), "fleet.batch.arrivals.trace: the recording is of the service ecs, and this is imds\n") {
		t.Errorf("got %v", err)
	}
}

// TestServicePlans reads what only one service has.
func TestServicePlans(t *testing.T) {
	if p := planOf(t, onService("ecs", "  flavour: fargate\n", "")); p.Flavour != service.Fargate || p.Instance != nil || p.Upstream != nil || p.PodTokens != nil {
		t.Errorf("got a plan for ecs with %+v", p)
	}
	if p := planOf(t, onService("imds", "", "")); *p.Instance != (plan.Instance{HopLimit: 1, Role: "app-instance-role"}) || p.Flavour != service.EC2 {
		t.Errorf("got an instance %+v", p.Instance)
	}
	if p := planOf(t, onService("imds", "", "")); p.Groups[0].Hops != 1 {
		t.Errorf("got %d hops, want 1", p.Groups[0].Hops)
	}
	p := planOf(t, onService("imds", "  imds: {tokens: required, hop_limit: 2, role: none}\n", "    hops: 3\n"))
	if p.Groups[0].Hops != 3 {
		t.Errorf("got %d hops, want 3", p.Groups[0].Hops)
	}
	if *p.Instance != (plan.Instance{TokensRequired: true, HopLimit: 2}) {
		t.Errorf("got an instance %+v", p.Instance)
	}
	p = planOf(t, onService("eks-pod-identity", "", ""))
	agent := throttle.Upstream{Status: 429, Timeout: 1e9, Size: 2000, PollEvery: 200e6, Polls: 9}
	if *p.Upstream != agent {
		t.Errorf("got an upstream %+v, want %+v", *p.Upstream, agent)
	}
	p = planOf(t, onService("eks-pod-identity",
		"  credentials: {lifetime: 1h}\n  pod_identity: {upstream: {limit: {rate: 5/s, burst: 9}, status: 400, timeout: none}, cache: {keep: 3h}}\n", ""))
	if l := p.Upstream.Limit; l == nil || l.Burst != 9 || l.Rate.String() != "5/s" {
		t.Errorf("got an upstream limit %+v", l)
	}
	if u := p.Upstream; u.Keep != 3*3600e9 || u.Status != 400 || u.Timeout != 0 {
		t.Errorf("got an upstream %+v", u)
	}
}

// A profile can name every service, and ask it for each of its flows.
func TestEveryService(t *testing.T) {
	for _, s := range service.Issuers() {
		for _, f := range s.Row().Flows {
			p := planOf(t, onService(s.String(), "", "    flow: "+f.Name+"\n"))
			want := len(f.Legs)
			for _, l := range f.Legs {
				if l.Extended != "" {
					want++
				}
			}
			if p.Service != s || len(p.Resources) != want {
				t.Errorf("%s %s: got the service %s, and %d resources, want %d", s, f.Name, p.Service, len(p.Resources), want)
			}
		}
	}
}
