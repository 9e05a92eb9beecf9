package sim

import (
	"net/http"
	"reflect"
	"testing"
	"time"

	"tenement/internal/plan"
	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
)

// The resources of the plans below, by their number.
const (
	credentials = iota
	document    // JSON without an expiry
	unknown     // no such resource
	moved       // a redirect, which no limiter sees
	token       // a session token of an instance; so are the others from here on
	role        // text
	role404     // credentials of a role that does not exist
)

// newECS is the wire of an ECS agent with the first four resources.
func newECS() *wire {
	return newWire(&plan.Plan{
		Endpoint: plan.Endpoint{Service: service.ECS, Credentials: throttle.Credentials{Lifetime: time.Hour}},
		Resources: []plan.Resource{
			credentials: {Method: http.MethodGet, Path: "/v2/credentials/{credentials_id}"},
			document:    {Method: http.MethodGet, Path: "/v4/{endpoint_id}/task"},
			unknown:     {Method: http.MethodGet, Path: "/v2/credentials/none"},
			moved:       {Method: http.MethodGet, Path: "//v2/credentials/{credentials_id}"},
		},
	})
}

// newInstance is the wire of an instance. Group 0 is within the hop limit, group
// 1 is one hop beyond it.
func newInstance(tokensRequired bool) *wire {
	const below = "/latest/meta-data/iam/security-credentials/"
	return newWire(&plan.Plan{
		Endpoint: plan.Endpoint{
			Service: service.IMDS, Credentials: throttle.Credentials{Lifetime: time.Hour},
			Instance: &plan.Instance{TokensRequired: tokensRequired, HopLimit: 1, Role: "web"},
		},
		Groups: []plan.Group{{Hops: 1}, {Hops: 2}},
		Resources: []plan.Resource{
			credentials: {Method: http.MethodGet, Path: below + "web"},
			document:    {Method: http.MethodGet, Path: "/latest/dynamic/instance-identity/document"},
			unknown:     {Method: http.MethodGet, Path: "/latest/meta-data/none"},
			moved:       {Method: http.MethodGet, Path: "/latest"},
			token:       {Method: http.MethodPut, Path: "/latest/api/token"},
			role:        {Method: http.MethodGet, Path: below},
			role404:     {Method: http.MethodGet, Path: below + "none"},
		},
	})
}

// The outcomes of attempts that no fault affects: at 10 min, with credentials
// that expire after an hour.
func TestServed(t *testing.T) {
	const now, ended, ttl = 10 * time.Minute, 10*time.Minute + time.Second, time.Minute
	good := &strategy.SessionToken{Ends: now + 1}
	old := &strategy.SessionToken{Expires: time.Hour, Ends: now} // its client still believes in it
	unauthorized := strategy.Outcome{Status: 401, Body: strategy.BodyText}
	notFound := strategy.Outcome{Status: 404, Body: strategy.BodyText}
	fine := strategy.Outcome{Status: 200, Body: strategy.BodyOK}
	fresh := strategy.Outcome{Status: 200, Body: strategy.BodyOK, Expires: time.Hour}
	issued := strategy.Outcome{Status: 200, Body: strategy.BodyOK, Token: &strategy.SessionToken{Expires: ended + ttl, Ends: now + ttl}}
	agent, optional, required := newECS(), newInstance(false), newInstance(true)
	for _, tt := range []struct {
		name     string
		wire     *wire
		resource int
		shows    *strategy.SessionToken
		want     strategy.Outcome
	}{
		{"credentials of the agent", agent, credentials, nil, fresh},
		{"a document of the agent", agent, document, nil, fine},
		{"no such credentials", agent, unknown, nil, strategy.Outcome{Status: 400, Body: strategy.BodyErrorJSON}},
		{"a redirect", agent, moved, nil, strategy.Outcome{Status: 301, Body: strategy.BodyText}},
		{"without a token", optional, credentials, nil, fresh},
		{"with one", optional, credentials, good, fresh},
		{"with one that is over", optional, credentials, old, unauthorized},
		{"without one that is wanted", required, credentials, nil, unauthorized},
		{"with it", required, credentials, good, fresh},
		{"with it, over", required, credentials, old, unauthorized},
		{"a document of the instance", required, document, good, fine},
		{"a document without a token", required, document, nil, unauthorized},
		{"the name of the role", required, role, good, fine},
		{"nothing there", required, unknown, good, notFound},
		{"nothing there, without a token", required, unknown, nil, unauthorized},
		{"no such role", required, role404, good, notFound},
		{"a token", required, token, nil, issued},
		{"a token in spite of an old one", required, token, old, issued},
	} {
		t.Run(tt.name, func(t *testing.T) {
			wants := strategy.Wants{Token: tt.shows, TTL: ttl}
			if got := tt.wire.served(&tt.wire.answers[tt.resource], &wants, now, ended, 0); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

// What each fault does to each answer: to a good one, and to a 401 or a 404,
// which has no document to spoil.
func TestFailed(t *testing.T) {
	agent, instance := newECS(), newInstance(true)
	good := strategy.Outcome{Status: 200, Body: strategy.BodyOK}
	fresh := strategy.Outcome{Status: 200, Body: strategy.BodyOK, Expires: time.Hour}
	issued := strategy.Outcome{Status: 200, Body: strategy.BodyOK, Token: &strategy.SessionToken{Expires: time.Minute, Ends: time.Minute}}
	answer := func(status uint16, body strategy.BodyKind) strategy.Outcome {
		return strategy.Outcome{Status: status, Body: body}
	}
	resources := []struct {
		name   string
		wire   *wire
		number uint32
		served strategy.Outcome
	}{
		{"agent: credentials", agent, credentials, fresh},
		{"agent: task", agent, document, good},
		{"agent: no such credentials", agent, unknown, answer(400, strategy.BodyErrorJSON)},
		{"instance: credentials", instance, credentials, fresh},
		{"instance: document", instance, document, good},
		{"instance: role", instance, role, good},
		{"instance: token", instance, token, issued},
		{"instance: nothing there", instance, unknown, answer(404, strategy.BodyText)},
		{"instance: credentials without a token", instance, credentials, answer(401, strategy.BodyText)},
		{"instance: role without a token", instance, role, answer(401, strategy.BodyText)},
	}

	broken := strategy.Outcome{Err: strategy.ConnReset}
	// Half a session token and {} both look like a token, but no server knows it.
	worthless := strategy.Outcome{Status: 200, Token: &strategy.SessionToken{Expires: time.Minute}}
	malformed := answer(200, strategy.BodyMalformed)
	half := func(body strategy.BodyKind) strategy.Outcome {
		return strategy.Outcome{Err: strategy.CutShort, Body: body}
	}
	halfToken := strategy.Outcome{Err: strategy.CutShort, Token: worthless.Token}
	empty := answer(200, strategy.BodyEmpty)
	lacking := answer(200, strategy.BodyMissingField)
	type outcomes map[string]strategy.Outcome
	for _, tt := range []struct {
		name   string
		effect throttle.FaultKind
		status int
		fault  throttle.Fault
		rest   *strategy.Outcome // of the answers that want does not name; nil: what was served
		want   outcomes
	}{
		{name: "reset", effect: throttle.ResetFault, rest: &broken},
		{name: "cut", effect: throttle.CutFault, rest: &broken},
		{name: "truncate", effect: throttle.TruncateFault, want: outcomes{
			"agent: credentials": half(strategy.BodyMalformed), "agent: task": half(strategy.BodyMalformed),
			"instance: credentials": half(strategy.BodyMalformed), "instance: document": half(strategy.BodyMalformed),
			"instance: role": half(strategy.BodyOK), "instance: token": halfToken,
		}},
		{name: "status", effect: throttle.StatusFault, status: 500, rest: new(answer(500, strategy.BodyText)), want: outcomes{
			"agent: credentials": answer(500, strategy.BodyErrorJSON), "agent: no such credentials": answer(500, strategy.BodyErrorJSON),
			"agent: task": answer(500, strategy.BodyErrorJSON),
		}},
		{name: "status, with a text", effect: throttle.StatusFault, status: 503, fault: throttle.Fault{Body: "busy"}, rest: new(answer(503, strategy.BodyText))},
		{name: "status, with a code", effect: throttle.StatusFault, status: 400, fault: throttle.Fault{Body: `{"code":"SlowDown"}`}, rest: new(answer(400, strategy.BodyThrottleJSON))},
		{name: "pending, whatever the fault says", effect: throttle.PendingFault, fault: throttle.Fault{Body: `{"code":"SlowDown"}`}, rest: new(answer(503, strategy.BodyText)), want: outcomes{
			"agent: credentials": answer(503, strategy.BodyErrorJSON), "agent: no such credentials": answer(400, strategy.BodyErrorJSON),
		}},
		{name: "malformed", effect: throttle.MalformedFault, want: outcomes{
			"agent: credentials": malformed, "agent: task": malformed,
			"instance: credentials": malformed, "instance: document": malformed, "instance: token": worthless,
		}},
		{name: "empty", effect: throttle.EmptyFault, want: outcomes{
			"agent: credentials": empty, "instance: credentials": empty, "instance: token": worthless,
		}},
		{name: "missing field", effect: throttle.MissingFieldFault, want: outcomes{"agent: credentials": lacking, "instance: credentials": lacking}},
		{name: "missing field that nobody needs", effect: throttle.MissingFieldFault, fault: throttle.Fault{Field: "RoleArn"}},
	} {
		for _, r := range resources {
			if only := tt.effect == throttle.PendingFault || tt.effect == throttle.MissingFieldFault; only && r.wire.answers[r.number].route != service.CredentialsRoute {
				continue // these faults affect credentials only
			}
			t.Run(tt.name+", "+r.name, func(t *testing.T) {
				want, ok := tt.want[r.name]
				switch {
				case ok:
				case tt.rest != nil:
					want = *tt.rest
				default:
					want = r.served
				}
				verdict := throttle.Verdict{Kind: throttle.Failed, Status: tt.status, Effect: throttle.Effect{Kind: tt.effect}}
				if got := r.wire.failed(r.number, verdict, tt.fault, r.served); !reflect.DeepEqual(got, want) {
					t.Errorf("got %+v, want %+v", got, want)
				}
			})
		}
	}
}

// No answer to a PUT gets as far as two hops, but the end of a connection does.
// The answer to a GET gets there too.
func TestLoses(t *testing.T) {
	failed := func(kind throttle.FaultKind) throttle.Verdict {
		return throttle.Verdict{Kind: throttle.Failed, Effect: throttle.Effect{Kind: kind}}
	}
	w := newInstance(true)
	for _, tt := range []struct {
		name    string
		verdict throttle.Verdict
		want    bool
	}{
		{"admitted", throttle.Verdict{}, true},
		{"late", throttle.Verdict{Kind: throttle.Delayed}, true},
		{"slow", throttle.Verdict{Effect: throttle.Effect{Kind: throttle.SlowFault}}, true},
		{"rejected", throttle.Verdict{Kind: throttle.Rejected}, true},
		{"dropped", throttle.Verdict{Kind: throttle.Dropped}, true},
		{"an error", failed(throttle.StatusFault), true},
		{"half an answer", failed(throttle.MalformedFault), true},
		{"a connection that ends in the middle", failed(throttle.TruncateFault), true},
		{"none at all", failed(throttle.HangFault), true},
		{"refused", failed(throttle.NoFault), false},
		{"reset", failed(throttle.ResetFault), false},
		{"cut", failed(throttle.CutFault), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for resource := range w.answers {
				for group := range w.plan.Groups {
					want := tt.want && resource == token && group == 1
					if got := w.loses(&w.answers[resource], uint32(group), &tt.verdict); got != want {
						t.Errorf("resource %d, group %d: got %v, want %v", resource, group, got, want)
					}
				}
			}
		})
	}
}

// An error is read once per resource, cause, status and text, in whatever order they
// come.
func TestMishaps(t *testing.T) {
	agent, instance := newECS(), newInstance(true)
	const throttled = `{"code":"ThrottlingException"}`
	for range 2 {
		for _, tt := range []struct {
			name     string
			wire     *wire
			cause    cause
			resource uint32
			status   int
			text     string
			want     strategy.Outcome
		}{
			{"the agent's own", agent, limited, credentials, 429, "", strategy.Outcome{Status: 429, Body: strategy.BodyText}},
			{"the agent's own of a document", agent, limited, document, 429, "", strategy.Outcome{Status: 429, Body: strategy.BodyText}},
			{"with a text", agent, limited, credentials, 429, "busy", strategy.Outcome{Status: 429, Body: strategy.BodyText}},
			{"with another", agent, limited, credentials, 429, throttled, strategy.Outcome{Status: 429, Body: strategy.BodyThrottleJSON}},
			{"with that and another status", agent, limited, credentials, 503, throttled, strategy.Outcome{Status: 503, Body: strategy.BodyThrottleJSON}},
			{"of a fault", agent, failing, credentials, 503, throttled, strategy.Outcome{Status: 503, Body: strategy.BodyThrottleJSON}},
			{"of a fault, the agent's own", agent, failing, credentials, 500, "", strategy.Outcome{Status: 500, Body: strategy.BodyErrorJSON}},
			{"no credentials yet", agent, pending, credentials, 0, "", strategy.Outcome{Status: 503, Body: strategy.BodyErrorJSON}},
			{"with an error", agent, limited, document, 429, `{"code":"NotNow"}`, strategy.Outcome{Status: 429, Body: strategy.BodyErrorJSON}},
			{"the instance's own", instance, limited, token, 503, "", strategy.Outcome{Status: 503, Body: strategy.BodyText}},
			{"with a text of an instance", instance, limited, credentials, 503, throttled, strategy.Outcome{Status: 503, Body: strategy.BodyThrottleJSON}},
		} {
			if got := tt.wire.mishap(tt.cause, tt.resource, tt.status, tt.text); *got != tt.want {
				t.Errorf("%s: got %+v, want %+v", tt.name, got, tt.want)
			}
		}
	}
	for w, want := range map[*wire]map[uint32]int{agent: {credentials: 7, document: 2}, instance: {credentials: 1, token: 1}} {
		for resource, got := range w.mishaps {
			if len(got) != want[uint32(resource)] {
				t.Errorf("resource %d of %s: got %d errors kept, want %d", resource, w.plan.Service, len(got), want[uint32(resource)])
			}
		}
	}
}
