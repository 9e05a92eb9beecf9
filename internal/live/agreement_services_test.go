package live

import "testing"

// EC2 instances: session tokens that expire, get lost or are refused, fallbacks,
// and every provider that asks an instance.
func TestAgreementOnInstances(t *testing.T) {
	const base = `
version: 1
name: instances
description: an instance, and clients of its metadata
duration: 20s
drain: 10s
endpoint:
  service: imds
  latency: {p50: 20ms, p99: 400ms}
  credentials: {lifetime: 12s, renew_before: 4s}
  %s
fleet:
  - {group: others, tasks: 3, arrivals: {poisson: 2/s}, flow: metadata, strategy: {preset: aws-sdk-go-v2@imds}}
  - {group: documents, tasks: 2, arrivals: {poisson: 1/s}, flow: document, strategy: {preset: botocore@imds}}
  - {group: tokens, tasks: 1, arrivals: {poisson: 1/s}, flow: token, strategy: {timeouts: {attempt: 1s}}}
  - {group: far, tasks: 2, hops: 3, arrivals: {poisson: 1/s}, strategy: {preset: aws-sdk-go-v2@imds}}
  - {group: tested, tasks: 3, processes: 3, arrivals: {poisson: 1.5/s}, under_test: true}
strategies:
  plain: {timeouts: {attempt: 3s}}
  short: {session: {ttl: 2s, keep: true, renew: true}, flight: join, retry: {fixed: {wait: 200ms, attempts: 3}, retry_on: [401, 429, 5xx, timeout]}, timeouts: {attempt: 1s}}
  every: {cache: {ttl: 500ms}, session: {ttl: 1s, keep: true, every: true, early: 300ms, fall_back: [429, 5xx, timeout], retry: none}, flight: serial, timeouts: {attempt: 1s, leg: 3s}}
  sticky: {session: {fall_back: [4xx, timeout], sticky: [429], renew: true}, retry: {fixed: {wait: 100ms, attempts: 3}, retry_on: [401, 5xx]}, timeouts: {attempt: 500ms, call: 4s}}
  go: {preset: aws-sdk-go-v2@imds}
  botocore: {preset: botocore@imds}
  js: {preset: aws-sdk-js-v3@imds}
  php: {preset: aws-sdk-php@imds}
  ruby: {preset: aws-sdk-ruby@imds}
`
	agreeOn(t, base, map[string]string{
		"v1 and v2":   "imds: {role: app}",
		"v2 only":     "imds: {tokens: required, role: app, hop_limit: 2}",
		"no role":     "imds: {role: none}",
		"throttled":   "limit: {rate: 20/s, burst: 5, scope: host}",
		"busy":        "limit: {rate: 20/s, burst: 5, scope: host}\n  on_exceed: {status: 503}",
		"packets":     "limit: {kind: packet-rate, rate: 300/s, burst: 60, packets: 10, scope: host}",
		"tokens only": "faults: [{fault: a, kind: status, status: 503, share: 40%, routes: [token]}, {fault: b, kind: malformed, share: 20%, routes: [token]}]\n  imds: {tokens: required}",
		"no tokens":   "faults: [{fault: a, kind: empty, share: 30%, routes: [token, role, metadata]}]",
		"documents":   "faults: [{fault: a, kind: malformed, share: 10%}, {fault: b, kind: empty, share: 10%}, {fault: c, kind: missing-field, field: Token, share: 10%}, {fault: d, kind: expiry, shift: -20s, share: 20%}, {fault: e, kind: truncate, share: 10%}]",
		"connections": "faults: [{fault: a, kind: reset, share: 20%}, {fault: b, kind: hang, share: 10%, routes: [token, role]}]",
		"restart":     "limit: {kind: packet-rate, rate: 300/s, burst: 60, packets: 10, scope: host}\n  faults: [{fault: a, kind: restart, from: 5s, for: 1s}, {fault: b, kind: restart, from: 9s, for: 500ms}]",
	})
}

// Pods: service account tokens that are renewed during the run, and an agent that
// has to ask for the credentials of each.
func TestAgreementOnPods(t *testing.T) {
	const base = `
version: 1
name: pods
description: pods, the agent of their node, and EKS Auth
duration: 40s
drain: 10s
endpoint:
  service: eks-pod-identity
  latency: {p50: 20ms, p99: 400ms}
  credentials: {lifetime: 12s, renew_before: 4s}
  %s, upstream: {limit: {rate: 2/s, burst: 2}, latency: {p50: 300ms, p99: 2s}}}
fleet:
  - {group: others, tasks: 3, arrivals: {poisson: 1/s}, strategy: {preset: botocore}}
  - {group: tested, tasks: 5, processes: 3, arrivals: {poisson: 1/s}, under_test: true}
strategies:
  plain: {timeouts: {attempt: 3s}}
  go: {preset: aws-sdk-go-v2}
  js: {preset: aws-sdk-js-v3@eks-pod-identity}
`
	const pods = "pod_identity: {token_lifetime: 10m, token_renewal: "
	agreeOn(t, base, map[string]string{
		"aligned": pods + "aligned, token_age: 7m55s",
		"spread":  "limit: {rate: 20/s, burst: 10, scope: path}\n  " + pods + "spread",
		"faults":  "faults: [{fault: a, kind: status, status: 500, share: 20%}, {fault: b, kind: restart, from: 8s, for: 2s}, {fault: c, kind: malformed, share: 10%}]\n  " + pods + "spread, cache: {keep: 2s, size: 4}",
	})
}

// Faults and limits that no built-in covers, one endpoint each.
func TestAgreementOnEndpoints(t *testing.T) {
	const base = `
version: 1
name: endpoints
description: an endpoint in trouble
duration: 20s
drain: 10s
endpoint:
  service: ecs
  latency: {p50: 20ms, p99: 400ms}
  credentials: {lifetime: 12s, renew_before: 4s}
  %s
fleet:
  - {group: others, tasks: 3, arrivals: {poisson: 2/s}, flow: tags, strategy: {retry: {fixed: {wait: 200ms, attempts: 2}}}}
  - {group: tested, tasks: 3, processes: 3, arrivals: {poisson: 1.5/s}, under_test: true}
strategies:
  none: {timeouts: {attempt: 3s}}
  join: {cache: {refresh: {window: 3s, mode: behind}}, flight: join, retry: {exponential: {base: 100ms, cap: 1s, jitter: full, attempts: 4}, retry_after: honour}, timeouts: {attempt: 2s}}
  serial: {cache: {ttl: 500ms}, flight: serial, retry: {fixed: {wait: 150ms, attempts: 3}}}
  botocore: {preset: botocore}
  ruby: {preset: aws-sdk-ruby}
`
	agreeOn(t, base, map[string]string{
		"fixed window":   "limit: {kind: fixed-window, count: 9, window: 1s, scope: host}",
		"sliding window": "limit: {kind: sliding-window, count: 3, window: 500ms, scope: task}",
		"leaky bucket":   "limit: {kind: leaky-bucket, rate: 12/s, queue: 6, scope: host}",
		"concurrency":    "limit: {kind: concurrency, count: 2, scope: host, on_exceed: {status: 503, body: '{\"code\":\"SlowDown\"}', retry_after: 2s}}",
		"packets":        "limit: {kind: packet-rate, rate: 60/s, burst: 60, packets: 10, scope: host}",
		"paths":          "limit: {rate: 1/s, burst: 2, scope: path}",
		"tenant's paths": "limit: {rate: 1/s, burst: 2, scope: tenant+path}\n  limits: [{limit: host, rate: 20/s, burst: 5, scope: host}]",
		"refusals cost":  "limit: {rate: 5/s, burst: 5, refusal_cost: 1, scope: ip}",
		"together":       "limit: {rate: 15/s, burst: 5, scope: host}\n  limits: [{limit: task, rate: 2/s, burst: 2, scope: task+path, on_exceed: {status: 503, retry_after: exact}}, {limit: at-once, kind: concurrency, count: 3, scope: tenant}]",
		"a schedule":     "limit: {rate: 15/s, burst: 5, scope: host, schedule: [{at: 5s, rate: 2/s}, {at: 12s, rate: 30/s, burst: 1}]}",
		"slow":           "faults: [{fault: a, kind: slow, latency: {p50: 1s, p99: 4s}, from: 3s, for: 5s, share: 50%}]\n  write_timeout: 2s",
		"status":         "faults: [{fault: a, kind: status, status: 500, share: 30%}, {fault: b, kind: status, status: 503, body: busy, from: 8s, for: 4s, routes: [credentials]}]",
		"hang":           "faults: [{fault: a, kind: hang, from: 3s, for: 2s, share: 40%}]",
		"connections":    "faults: [{fault: a, kind: reset, share: 20%}, {fault: b, kind: cut, after: 1s, share: 10%}, {fault: c, kind: truncate, share: 10%}]",
		"documents":      "faults: [{fault: a, kind: malformed, share: 10%}, {fault: b, kind: empty, share: 10%}, {fault: c, kind: missing-field, field: Token, share: 10%}, {fault: d, kind: expiry, shift: -20s, share: 20%}]",
		"tags":           "faults: [{fault: a, kind: tags, latency: {p50: 1s, p99: 9s}}]\n  write_timeout: 5s",
		"restart":        "limit: {rate: 8/s, burst: 3, scope: host}\n  faults: [{fault: a, kind: restart, from: 5s, for: 3s, pending: 4s}, {fault: b, kind: restart, from: 15s, for: 1s}]",
		"unanswered":     "limit: {rate: 8/s, burst: 3, scope: host}\n  on_exceed: drop\n  faults: [{fault: a, kind: restart, from: 5s, for: 3s}, {fault: b, kind: hang, share: 10%}, {fault: c, kind: restart, from: 15s, for: 1s}]",
	})
}

// Every route of an agent, from a trace: what a fault does to a request depends on
// the route.
func TestAgreementOnRoutes(t *testing.T) {
	const base = `
version: 1
name: routes
description: requests of every kind, and an agent in trouble
duration: 10s
drain: 5s
endpoint:
  service: ecs
  latency: {p50: 20ms, p99: 400ms}
  %s
fleet:
  - {group: tested, arrivals: {trace: testdata/routes.jsonl}, under_test: true}
strategies:
  busy: {retry: {fixed: {wait: 50ms, attempts: 3}, retry_on: [503]}}
  refused: {retry: {fixed: {wait: 50ms, attempts: 3}, retry_on: [4xx]}}
  codes: {preset: aws-sdk-js-v3}
`
	endpoints := map[string]string{"restart": "faults: [{fault: a, kind: restart, from: 1s, for: 500ms, pending: 5s}]"}
	for _, status := range []string{"400", "403", "404", "429", "500", "502", "503", "504"} {
		endpoints[status] = "faults: [{fault: a, kind: status, status: " + status + ", share: 50%}]"
	}
	agreeOn(t, base, endpoints)
}
