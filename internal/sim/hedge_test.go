package sim

import (
	"context"
	"testing"

	"tenement/profiles"
)

// Copies of requests use the memory of those that have ended: a longer run allocates about
// as much as a short one. What grows are a few lists, for the most that is open at once.
func TestHedgeAllocatesNothingPerAttempt(t *testing.T) {
	for name, row := range map[string]struct{ client, strategy string }{
		"plain":                           {"per-process", "hedge: 20ms"},
		"several copies, retries":         {"per-process", "hedge: {after: 10ms, copies: 4}, retry: {fixed: {wait: 50ms, attempts: 3}}"},
		"with policies":                   {"per-process", "hedge: 20ms, quota: {tokens: 500, cost: 5}, bucket: {rate: 40/s, burst: 10}"},
		"a client for each call":          {"per-call", "hedge: 20ms, quota: {tokens: 500, cost: 5}, breaker: {failures: 5, open: 1s}"},
		"connections that are kept":       {"per-process", "hedge: 20ms, resend: kept"},
		"an answer that is never noticed": {"per-process", "hedge: 20ms, hang_on: [429], timeouts: {call: 2s}"},
	} {
		t.Run(name, func(t *testing.T) {
			attempts := 0
			allocated := func(duration string) float64 {
				profile, err := profiles.Load("test.yaml", []byte(`
version: 1
name: hedged
description: calls whose answers are often slow
duration: `+duration+`
endpoint: {service: ecs, limit: {rate: 12/s, burst: 20, scope: host}, latency: {p50: 20ms, p99: 200ms}}
fleet: [{group: a, tasks: 10, client: `+row.client+`, arrivals: {poisson: 1/s}, under_test: true}]
strategies: {s: {`+row.strategy+`}}
`))
				if err != nil {
					t.Fatal(err)
				}
				plan := profile.Plan(profile.Cases()[0], 1)
				return testing.AllocsPerRun(1, func() {
					var sum census
					if _, err := Run(context.Background(), plan, AllHosts(plan), &sum); err != nil {
						t.Fatal(err)
					}
					attempts = sum.attempts
				})
			}
			short := allocated("2m")
			before := attempts
			long := allocated("8m")
			more := attempts - before
			if more < 3500 {
				t.Fatalf("got %d attempts more in the longer run, want many", more)
			}
			if long-short > float64(more)/100 {
				t.Errorf("got %.0f allocations in two minutes and %.0f in eight, with %d attempts more: want about as many", short, long, more)
			}
		})
	}
}
