package profiles

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tenement/internal/plan"
	"tenement/internal/throttle"
)

// planOf is the plan of the first case of a profile's text.
func planOf(t *testing.T, text string) *plan.Plan {
	t.Helper()
	p, err := Load("p.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p.Plan(p.Cases()[0], 1)
}

// withLimit is a profile with that limit.
func withLimit(t *testing.T, limit string) string {
	t.Helper()
	return edited(t, "{rate: 40/s, burst: 60}", limit)
}

func TestLimits(t *testing.T) {
	perSecond := func(n int64) throttle.Rate { return throttle.Rate{Tokens: n, Seconds: 1} }
	tests := []struct {
		limit string
		want  throttle.Limit
	}{
		{"{rate: 40/s, burst: 60}", throttle.Limit{Rate: perSecond(40), Burst: 60}},
		{"{kind: token-bucket, rate: 40/s, burst: 60, scope: path+ip, refusal_cost: 2}",
			throttle.Limit{Rate: perSecond(40), Burst: 60, Scope: throttle.IPPathScope, RefusalCost: 2}},
		{"{kind: fixed-window, count: 100, window: 1m, scope: tenant+path}",
			throttle.Limit{Kind: throttle.FixedWindow, Count: 100, Window: 60e9, Scope: throttle.TenantScope | throttle.PathScope}},
		{"{kind: sliding-window, count: 100, window: 1m}", throttle.Limit{Kind: throttle.SlidingWindow, Count: 100, Window: 60e9}},
		{"{kind: leaky-bucket, rate: 10/s, queue: 5}", throttle.Limit{Kind: throttle.LeakyBucket, Rate: perSecond(10), Burst: 5}},
		{"{kind: concurrency, count: 8, scope: task}", throttle.Limit{Kind: throttle.Concurrency, Count: 8, Scope: throttle.TaskScope}},
		{"{kind: packet-rate, rate: 1024/s, burst: 1024}",
			throttle.Limit{Rate: perSecond(1024), Burst: 1024, Cost: 11, OnExceed: &throttle.OnExceed{Action: throttle.Drop}}},
		{"{kind: packet-rate, rate: 1024/s, burst: 1024, packets: 4, on_exceed: {status: 503, body: busy, retry_after: exact}}",
			throttle.Limit{Rate: perSecond(1024), Burst: 1024, Cost: 4,
				OnExceed: &throttle.OnExceed{Status: 503, Body: "busy", RetryAfter: throttle.RetryExactly}}},
	}
	for _, test := range tests {
		t.Run(test.limit, func(t *testing.T) {
			plan := planOf(t, withLimit(t, test.limit))
			if len(plan.Limits) != 1 {
				t.Fatalf("got %d limits", len(plan.Limits))
			}
			if got, want := limitText(plan.Limits[0]), limitText(test.want); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

// limitText is a limit with what its pointer points to.
func limitText(l throttle.Limit) string {
	exceed := l.OnExceed
	l.OnExceed = nil
	return fmt.Sprintf("%+v %+v", l, exceed)
}

// TestLimitsTogether lists the one limit before the named ones, and all
// changes in order of time.
func TestLimitsTogether(t *testing.T) {
	plan := planOf(t, edited(t, "  limit: {rate: 40/s, burst: 60}", `
  limit: {rate: 40/s, burst: 60, schedule: [{at: 2s, rate: 20/s}, {at: 4s, burst: 30}]}
  limits:
    - {limit: task, rate: 5/s, burst: 5, scope: task, schedule: [{at: 3s, rate: 1/s, burst: 1}]}
    - {limit: total, rate: 1000/s, burst: 1000}`))
	var names []string
	for _, l := range plan.Limits {
		names = append(names, fmt.Sprintf("%q %v", l.Name, l.Rate))
	}
	if got, want := strings.Join(names, ", "), `"" 40/s, "task" 5/s, "total" 1000/s`; got != want {
		t.Errorf("got limits %s, want %s", got, want)
	}
	var changes []string
	for _, c := range plan.Changes {
		changes = append(changes, fmt.Sprintf("%v: %d to %v,%d", c.At, c.Index, c.To.Rate, c.To.Burst))
	}
	if got, want := strings.Join(changes, "; "), "2s: 0 to 20/s,60; 3s: 1 to 1/s,1; 4s: 0 to 20/s,30"; got != want {
		t.Errorf("got changes %s, want %s", got, want)
	}
	if got := len(planOf(t, withLimit(t, "none")).Limits); got != 0 {
		t.Errorf("got %d limits, want none", got)
	}
}

func TestLimitErrors(t *testing.T) {
	tests := []struct{ name, limit, want string }{
		{"another kind's key", "{rate: 40/s, burst: 60, window: 1s}",
			`5:34: endpoint.limit: kind token-bucket has no "window"; there is kind, rate, burst, scope, refusal_cost, on_exceed and schedule`},
		{"a burst for a window", "{kind: fixed-window, count: 4, window: 1s, burst: 60}",
			`5:53: endpoint.limit: kind fixed-window has no "burst"; there is kind, count, window, scope, on_exceed and schedule`},
		{"a burst for a queue", "{kind: leaky-bucket, rate: 4/s, burst: 60}",
			`5:10: endpoint.limit: queue is missing`},
		{"no kind", "{kind: bucket, rate: 4/s, burst: 60}",
			`5:17: endpoint.limit.kind: want token-bucket, fixed-window, sliding-window, leaky-bucket, concurrency or packet-rate, got "bucket"`},
		{"no window", "{kind: sliding-window, count: 4}", `5:10: endpoint.limit: window is missing`},
		{"no room for an exchange", "{kind: packet-rate, rate: 10/s, burst: 9}",
			`5:49: endpoint.limit.burst: 9 is below packets, 11: nothing would ever be admitted`},
		{"a change of nothing", "{rate: 40/s, burst: 60, schedule: [{at: 1s}]}",
			`5:45: endpoint.limit.schedule[0]: changes nothing`},
		{"changes out of order", "{rate: 40/s, burst: 60, schedule: [{at: 2s, burst: 1}, {at: 2s, burst: 2}]}",
			`5:70: endpoint.limit.schedule[1].at: 2s is not after the change before it, 2s`},
		{"a change of another kind", "{rate: 40/s, burst: 60, schedule: [{at: 2s, count: 1}]}",
			`5:54: endpoint.limit.schedule[0]: kind token-bucket has no "count"`},
		{"a change for the worse", "{kind: packet-rate, rate: 40/s, burst: 60, schedule: [{at: 2s, packets: 100}]}",
			`5:64: endpoint.limit.schedule[0].burst: 60 is below packets, 100: nothing would ever be admitted`},
		{"too fine a rate", "{rate: 0.000001/h, burst: 60}", `5:10: endpoint.limit: rate 0.000001/h: too fine to be counted exactly: want fewer digits`},
		{"a header of a fraction", "{rate: 40/s, burst: 60, on_exceed: {retry_after: 1.5s}}",
			`5:59: endpoint.limit.on_exceed.retry_after: 1.5s: want whole seconds`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Load("p.yaml", []byte(withLimit(t, test.limit)))
			if err == nil {
				t.Fatal("got no error")
			}
			var lines []string
			for line := range strings.Lines(err.Error()) {
				if strings.HasPrefix(line, "p.yaml:") {
					lines = append(lines, strings.TrimSpace(strings.TrimPrefix(line, "p.yaml:")))
				}
			}
			if !slices.Contains(lines, test.want) {
				t.Errorf("got  %s\nwant %s", strings.Join(lines, "\n     "), test.want)
			}
		})
	}
}
