package live

import (
	"testing"

	"tenement/profiles"
)

// Tasks that ask several endpoints of their host, each with a service, limits and faults
// of its own: the region from the instance, then credentials from the agent.
func TestAgreementOnSeveralEndpoints(t *testing.T) {
	const base = `
version: 1
name: several
description: two agents and the instance
duration: 20s
drain: 10s
endpoint:
  service: ecs
  hosts: {count: 2, differ: [{hosts: slow, share: 0.5, latency: {p50: 300ms}}]}
  limit: {rate: 10/s, burst: 5, scope: host}
  latency: {p50: 20ms, p99: 400ms}
  credentials: {lifetime: 12s, renew_before: 4s}
endpoints:
  - endpoint: instance
    service: imds
    limit: {rate: 6/s, burst: 4, scope: host}
    on_exceed: {status: 503}
    latency: {p50: 5ms, p99: 50ms}
    %s
  - endpoint: pods
    service: eks-pod-identity
    limits: [{limit: busy, kind: concurrency, count: 2}, {limit: each, rate: 1/s, burst: 2, scope: task}]
    latency: {p50: 150ms, p99: 900ms}
    keep_alive: 2s
    faults: [{fault: broken, kind: reset, from: 4.0007s, for: 3s, share: 40%%}]
  - endpoint: stopped
    service: ecs
    faults: [{fault: deploy, kind: restart, from: 7.00031s, for: 2s, pending: 1s}]
fleet:
  - group: others
    tasks: 3
    hops: 2
    strategy: {preset: aws-sdk-js-v3}
    activities:
      - {activity: region, endpoint: instance, flow: document, arrivals: {poisson: 2/s}, strategy: {preset: botocore@imds}}
      - {activity: credentials, arrivals: {poisson: 1/s}, after: region}
  - group: tested
    tasks: 4
    processes: 2
    under_test: true
    lifetime: 9.00071s
    activities:
      - {activity: region, endpoint: instance, flow: metadata, arrivals: {once: {within: 900.07ms}}, required: true, strategy: {preset: aws-sdk-go-v2@imds}}
      - {activity: credentials, arrivals: {poisson: 1.5/s}, after: region, required: true}
      - {activity: pods, endpoint: pods, arrivals: {poisson: 1/s}}
      - {activity: tags, endpoint: stopped, flow: tags, arrivals: {poisson: 1/s}}
strategies:
  go: {preset: aws-sdk-go-v2}
  plain: {cache: {ttl: 2s}, flight: join, retry: {fixed: {wait: 300.07ms, attempts: 3}}, resend: kept}
  hosted: {cache: {ttl: 1.07s, scope: host}, flight: join, retry: {fixed: {wait: 70.03ms, attempts: 4}}, timeouts: {call: 2.00031s}}
`
	agreeOn(t, base, map[string]string{
		"sound": "", "hanging": "faults: [{fault: hole, kind: hang, from: 5.0003s, for: 6s}]",
		"tokens": "faults: [{fault: no, kind: status, status: 403, routes: [token], share: 50%}]",
	})
}

// One endpoint's figures do not depend on what another does.
func TestEndpointsAreApart(t *testing.T) {
	const text = `
version: 1
name: apart
duration: 30s
endpoint:
  limit: {rate: 5/s, burst: 5, scope: host}
  latency: {p50: 20ms, p99: 400ms}
endpoints:
  - {endpoint: instance, service: imds, latency: {p50: 20ms, p99: 400ms}, limit: {rate: 5/s, burst: 5, scope: host}}
fleet:
  - {group: one, tasks: 4, activities: [{activity: a, arrivals: {poisson: 3/s}}]}
  - {group: two, tasks: 4, activities: [{activity: a, endpoint: instance, flow: metadata, arrivals: {poisson: 3/s}}]}
`
	counts := func(sets ...string) [2]uint64 {
		p, err := profiles.Load("apart.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(sets); i += 2 {
			if p, err = p.With(sets[i], sets[i+1]); err != nil {
				t.Fatal(err)
			}
		}
		_, c := virtual(t, p.Plan(p.Cases()[0], 1))
		return [2]uint64{c.Throttled, c.Further[0].Throttled}
	}
	as := counts()
	more := counts("endpoints.instance.limit.rate", "1000/s", "endpoints.instance.limit.burst", "1000")
	fewer := counts("fleet.one.tasks", "1")
	if as[0] == 0 || as[1] == 0 || more[0] != as[0] || more[1] != 0 || fewer[1] != as[1] || fewer[0] >= as[0] {
		t.Errorf("got %v refused by each, %v with a higher limit of the instance, %v with fewer tasks at the agent", as, more, fewer)
	}
}
