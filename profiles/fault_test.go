package profiles

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tenement/internal/form"
	"tenement/internal/service"
	"tenement/internal/throttle"
)

// withFault is a profile with one fault named f.
func withFault(t *testing.T, keys string) string {
	t.Helper()
	return edited(t, "endpoint:\n", "endpoint:\n  faults: [{fault: f, "+keys+"}]\n")
}

func TestFaults(t *testing.T) {
	const always = time.Duration(0)
	tests := []struct {
		keys string
		want throttle.Fault
	}{
		{"kind: slow, latency: {p50: 200ms}", throttle.Fault{Kind: throttle.SlowFault, Share: 1}},
		{"kind: status, status: 503, from: 1s, for: 2s", throttle.Fault{Kind: throttle.StatusFault, Share: 1, Status: 503, From: 1e9, For: 2e9}},
		{"kind: status, status: 500, body: no", throttle.Fault{Kind: throttle.StatusFault, Share: 1, Status: 500, Body: "no"}},
		{"kind: hang, share: 30%", throttle.Fault{Kind: throttle.HangFault, Share: 0.3, For: always}},
		{"kind: hang, for: none", throttle.Fault{Kind: throttle.HangFault, Share: 1, For: always}},
		{"kind: reset, routes: all", throttle.Fault{Kind: throttle.ResetFault, Share: 1}},
		{"kind: cut, after: 5s", throttle.Fault{Kind: throttle.CutFault, Share: 1, After: 5e9}},
		{"kind: truncate, routes: [stats, credentials]",
			throttle.Fault{Kind: throttle.TruncateFault, Share: 1, Routes: service.StatsRoute | service.CredentialsRoute}},
		{"kind: malformed", throttle.Fault{Kind: throttle.MalformedFault, Share: 1}},
		{"kind: empty", throttle.Fault{Kind: throttle.EmptyFault, Share: 1}},
		{"kind: missing-field", throttle.Fault{Kind: throttle.MissingFieldFault, Share: 1, Field: "SecretAccessKey"}},
		{"kind: missing-field, field: Token", throttle.Fault{Kind: throttle.MissingFieldFault, Share: 1, Field: "Token"}},
		{"kind: expiry, shift: -1h", throttle.Fault{Kind: throttle.ExpiryFault, Share: 1, Shift: -time.Hour}},
		{"kind: expiry, shift: 90s", throttle.Fault{Kind: throttle.ExpiryFault, Share: 1, Shift: 90 * time.Second}},
		{"kind: tags, latency: {p50: 4s, p99: 6s}", throttle.Fault{Kind: throttle.TagsFault, Share: 1}},
		{"kind: answers, answers: [429, ok:15m, ok]", throttle.Fault{Kind: throttle.AnswersFault, Share: 1,
			Answers: []throttle.Answer{{Kind: throttle.StatusFault, Status: 429}, {Kind: throttle.LifeFault, Span: 15 * time.Minute}, {}}}},
		{"kind: answers, answers: [hang], stay: true", throttle.Fault{Kind: throttle.AnswersFault, Share: 1, Answers: []throttle.Answer{{Kind: throttle.HangFault}}, Stay: true}},
		{"kind: restart, for: 5s, pending: 10s", throttle.Fault{Kind: throttle.RestartFault, For: 5e9, After: 10e9}},
	}
	for _, test := range tests {
		t.Run(test.keys, func(t *testing.T) {
			plan := planOf(t, withFault(t, test.keys))
			got, want := plan.Faults[0], test.want
			if has := got.Latency != nil; has != strings.Contains(test.keys, "latency") {
				t.Errorf("it has a latency: %v", has)
			}
			got.Latency, want.Name = nil, "f"
			if got, want := fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestFaultErrors(t *testing.T) {
	tests := []struct{ name, keys, want string }{
		{"no kind", "share: 1%", `5:12: endpoint.faults.f: kind is missing`},
		{"a slip of a kind", "kind: hangs", `endpoint.faults.f.kind: want slow, status, hang, reset, cut, truncate, malformed, empty, missing-field, expiry, tags, restart or answers, got "hangs"; did you mean "hang"?`},
		{"another kind's key", "kind: hang, status: 500",
			`endpoint.faults.f: kind hang has no "status"; there is fault, kind, from, for, share, routes, after, count and scope`},
		{"a slip of a key", "kind: hang, form: 1s", `endpoint.faults.f: unknown key "form"; did you mean "from"?`},
		{"no latency", "kind: slow", `endpoint.faults.f: latency is missing`},
		{"a latency of nothing", "kind: slow, latency: {p50: 0s}", `endpoint.faults.f.latency.p50: want more than 0`},
		{"no status", "kind: status", `endpoint.faults.f: status is missing`},
		{"a status that is none", "kind: status, status: 200", `endpoint.faults.f.status: 200: want at least 400`},
		{"a share of nothing", "kind: hang, share: 0%", `endpoint.faults.f.share: nothing: want more than 0`},
		{"a share of a restart", "kind: restart, for: 1s, share: 10%", `endpoint.faults.f: kind restart has no "share"; there is fault, kind, from, for and pending`},
		{"an endless restart", "kind: restart, for: none", `endpoint.faults.f: restart: want how long it takes`},
		{"no shift", "kind: expiry, shift: 0s", `endpoint.faults.f.shift: 0s: want other than 0, such as -1h`},
		{"a shift that no document can tell", "kind: expiry, shift: -1500ms", `endpoint.faults.f.shift: 1500ms: want whole seconds`},
		{"a negative nothing", "kind: expiry, shift: -", `endpoint.faults.f.shift: -: want a duration that is not negative`},
		{"a route that there is not", "kind: hang, routes: [credential]", `endpoint.faults.f.routes[0]: want credentials, role, token, metadata, tags, stats, protection, login, image, layer-check, layer-url, manifest, layer, secret, parameters, log-stream, log-group, log-groups, parameter, parameter-path, log-events, secret-info, log-streams, log-retention or unknown, got "credential"; did you mean "credentials"?`},
		{"a route of another service", "kind: hang, routes: [token]", `endpoint.faults.f.routes: the service ecs has only credentials, metadata, tags, stats and protection`},
		{"no answers", "kind: answers, answers: []", "endpoint.faults.f.answers: is empty: want at least 1"},
		{"an answer of no kind", "kind: answers, answers: [429, maybe]", `endpoint.faults.f.answers[1]: "maybe": want 429, 429json, 429ra:S, badjson, empty, missing, truncate, hang, refuse, cut, reset, slow:S, expired:S, ok:LIFETIME or ok`},
		{"a mapping as an answer", "kind: answers, answers: [{ok: 1h}]", "endpoint.faults.f.answers[0]: want an answer, such as 429 or ok, got a mapping"},
		{"a status that is none", "kind: answers, answers: [200]", "endpoint.faults.f.answers[0]: status 200: want 400 to 599"},
		{"refused by a port that all share", "kind: answers, answers: [429, refuse]",
			"endpoint.faults.f.answers: answer 2: refuse: a port cannot refuse one connection and accept the next: want kind restart"},
		{"an answer that changes nothing there", "kind: answers, answers: [429, missing], routes: [metadata]", "answer 2: missing: changes nothing on metadata"},
		{"a field of another service", "kind: missing-field, field: Code",
			`endpoint.faults.f.field: the credentials of the service ecs have no Code: want RoleArn, AccessKeyId, SecretAccessKey, Token or Expiration`},
		{"one name twice", "kind: hang}, {fault: f, kind: reset", `endpoint.faults.f.fault: another item before it has fault "f"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Load("p.yaml", []byte(withFault(t, test.keys)))
			if err == nil {
				t.Fatal("got no error")
			}
			if !strings.Contains(err.Error(), test.want+"\n") {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

// TestFaultPaths sets parts of faults and limits, which paths select by name.
func TestFaultPaths(t *testing.T) {
	text := edited(t, "endpoint:\n", `endpoint:
  limits: [{limit: total, rate: 100/s, burst: 100}]
  faults: [{fault: blip, kind: slow, latency: {p50: 1s}}, {fault: restart, kind: restart, for: 2s}]
`)
	tests := []struct {
		set  string
		want string // an error, or ""
	}{
		{"endpoint.faults.blip.latency.p99=2s", ""},
		{"endpoint.faults.blip.share=1%", ""},
		{"endpoint.faults.blip={fault: blip, kind: hang}", ""},
		{"endpoint.faults=[]", ""},
		{"endpoint.limits.total.rate=50/s", ""},
		{"endpoint.limit.on_exceed.retry_after=exact", ""},
		{"endpoint.limit={kind: token-bucket, rate: 1/s, burst: 1}", ""},
		{"endpoint.faults.blib.share=1%", `there is no fault "blib"; did you mean "blip"?`},
		{"endpoint.limits.all.rate=1/s", `there is no limit "all"; there is total`},
		{"endpoint.faults.blip.shares=1%", `endpoint.faults.blip: unknown key "shares"; did you mean "share"?`},
		{"endpoint.faults.restart.share=1%", `endpoint.faults.restart: kind restart has no "share"; there is fault, kind, from, for and pending`},
		{"endpoint.limits.total.rate=100/s", ""}, // as it is already
	}
	for _, test := range tests {
		t.Run(test.set, func(t *testing.T) {
			_, err := load(form.NewSource("p.yaml", []byte(text)), besideFile("p.yaml"), []byte(text), Options{Sets: []string{test.set}})
			switch {
			case err == nil && test.want != "":
				t.Error("got no error")
			case err != nil && (test.want == "" || !strings.Contains(err.Error(), test.want)):
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

// What is wrong with a limit does not hide what is wrong with faults.
func TestEndpointErrorsAtOnce(t *testing.T) {
	_, err := Load("p.yaml", []byte(`version: 1
name: p
duration: 1s
endpoint:
  service: imds
  limit: {kind: packet-rate, rate: 1024/s, burst: 3}
  faults: [{fault: a, kind: hang}, {fault: a, kind: tags, latency: {p50: 1s}}]
fleet: [{group: g, arrivals: {constant: 1/s}}]
`))
	if err == nil {
		t.Fatal("got no error")
	}
	for _, want := range []string{"below packets", `another item before it has fault "a"`, "has no documents with tags"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s in it", err, want)
		}
	}
}
