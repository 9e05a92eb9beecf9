package live

import (
	"fmt"
	"testing"

	"tenement/profiles"
)

// Connections that break while they are idle or in use, clients that keep them for
// long, briefly or not at all, and HTTP libraries that send again. Where the server
// keeps none, nothing breaks a kept one.
func TestAgreementOnConnections(t *testing.T) {
	const text = `
version: 1
name: connections
description: clients that keep connections
duration: 20s
drain: 10s
endpoint:
  service: %s
  latency: {p50: 20ms, p99: 400ms}
  credentials: {lifetime: 5s, renew_before: 1s}
  %s
fleet:
  - {group: others, tasks: 3, client: per-call, arrivals: {poisson: 2/s}, strategy: {resend: kept, retry: {fixed: {wait: 90ms, attempts: 4}}}}
  - {group: tested, tasks: 3, processes: 3, arrivals: {poisson: 4/s}, under_test: true}
strategies:
  kept: {resend: kept, retry: {exponential: {base: 100ms, cap: 1s, jitter: full, attempts: 4}}, timeouts: {attempt: 1.0007s}}
  few: {resend: kept, connections: {keep: 1, idle: 500.03ms}, retry: {fixed: {wait: 70ms, attempts: 3}}, timeouts: {attempt: 1.0007s}}
  cached: {resend: {kept: true, put: true}, cache: {ttl: 300ms, scope: task}, flight: serial, timeouts: {attempt: 2.0003s}}
  any: {resend: true, connections: per-request, retry: {fixed: {wait: 50ms, attempts: 2}}, timeouts: {attempt: 1.0007s}}
`
	const faults = "faults: [{fault: a, kind: reset, share: 20%}, {fault: b, kind: cut, after: 300ms, share: 10%}, {fault: c, kind: truncate, share: 5%}, {fault: d, kind: hang, share: 5%}, {fault: e, kind: restart, from: 7s, for: 1s}]"
	for name, e := range map[string]struct {
		service, endpoint string
		kept              bool
	}{
		"ecs":            {"ecs", faults, true},
		"for a moment":   {"ecs", faults + "\n  keep_alive: 900.01ms", true},
		"closed":         {"ecs", faults + "\n  keep_alive: none", false},
		"instance":       {"imds", faults, false},
		"kept instances": {"imds", faults + "\n  keep_alive: 20s", true},
	} {
		p, err := profiles.Load(name+".yaml", fmt.Appendf(nil, text, e.service, e.endpoint))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, c := range p.Cases() {
			t.Run(name+"/"+c.Name, func(t *testing.T) {
				t.Parallel()
				if l := agree(t, p.Plan(c, 7)); (l.resent > 0) != (e.kept || c.Name == "any") {
					t.Errorf("%d attempts were resent", l.resent)
				}
			})
		}
	}
}
