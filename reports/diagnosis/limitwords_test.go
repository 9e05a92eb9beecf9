package diagnosis

import (
	"testing"

	"tenement/reports"
	"tenement/reports/reportstest"
)

func TestLimitLines(t *testing.T) {
	for i, want := range []string{
		"one bucket for the host: 40/s, burst 60",
		"one bucket for the host: 1024 packets/s, burst 2048, 10 packets per exchange, excess dropped",
		"one bucket per task: 2.5/s, burst 3, a refusal costs 1",
		"one window per tenant: 100 in each 10 s",
		"one window per source address and path: 7 in any 500 ms, excess answered 503",
		"one queue per path: 20/s evenly spaced, at most 0 waiting",
		"one limit per tenant and source address: 8 at a time, excess delayed",
	} {
		l := reportstest.Limit(reportstest.Limits[i])
		if got := line(&l, 1); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestLimitsOnSeveralHosts(t *testing.T) {
	for scope, want := range map[string]string{
		"host": "one bucket for each of 3 hosts", "task": "one bucket per task on each of 3 hosts",
		"tenant+path": "one bucket per tenant and path on each of 3 hosts", "moon": "one bucket per moon on each of 3 hosts",
	} {
		l := reports.Limit{Kind: "token-bucket", Scope: scope}
		if got := SharedBy(&l, 3); got != want {
			t.Errorf("%s: got %q, want %q", scope, got, want)
		}
	}
}
