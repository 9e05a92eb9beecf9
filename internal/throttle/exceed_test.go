package throttle_test

import (
	"testing"
	"time"

	"tenement/internal/throttle"
)

// Each limit may say what happens beyond it. If several refuse, the one with the
// longest wait decides.
func TestExceedByLimit(t *testing.T) {
	of := func(r string, burst int64, scope throttle.Scope, exceed *throttle.OnExceed) throttle.Limit {
		return throttle.Limit{Rate: rate(t, r), Burst: burst, Scope: scope, OnExceed: exceed}
	}
	drop, late := &throttle.OnExceed{Action: throttle.Drop}, &throttle.OnExceed{Action: throttle.Delay}
	busy := &throttle.OnExceed{Status: 503, Body: "busy", RetryAfter: throttle.RetryExactly}
	e := throttle.New(throttle.Config{
		OnExceed: throttle.OnExceed{Status: 418, RetryAfter: 90 * time.Second},
		Limits: []throttle.Limit{
			of("10/s", 1, throttle.HostScope, late),
			of("1/m", 2, throttle.TaskScope, nil),
			of("1/h", 3, throttle.IPScope, busy),
			of("1/h", 4, throttle.PathScope, drop),
		},
	})
	for i, s := range []struct {
		now    time.Duration
		task   uint64
		source uint64
		path   uint64
		want   throttle.Verdict
		body   string
		header int64
	}{
		{now: 0, task: 1, source: 1, path: 1, want: throttle.Verdict{Limit: -1}, header: 90},
		{now: 0, task: 1, source: 1, path: 1, want: throttle.Verdict{Kind: throttle.Delayed, After: 100 * ms, Limit: 0}},
		{now: 0, task: 1, source: 1, path: 1, want: throttle.Verdict{Kind: throttle.Rejected, Status: 418, RetryAfter: time.Minute, Limit: 1}, header: 90},
		{now: time.Second, task: 2, source: 1, path: 1, want: throttle.Verdict{Limit: -1}, header: 90},
		{now: 90*time.Second + 1, task: 2, source: 1, path: 2, want: throttle.Verdict{Kind: throttle.Rejected, Status: 503, RetryAfter: time.Hour - 90*time.Second - 1, Limit: 2}, body: "busy", header: 3510},
		{now: 90*time.Second + 1, task: 2, source: 2, path: 1, want: throttle.Verdict{Limit: -1}, header: 90},
		{now: 91 * time.Second, task: 2, source: 3, path: 1, want: throttle.Verdict{Kind: throttle.Dropped, RetryAfter: time.Hour - 91*time.Second, Limit: 3}},
	} {
		r := throttle.Request{Task: s.task, Source: s.source, Path: s.path, Slot: -1, Group: -1}
		got := decide(e, s.now, &r)
		if got != s.want {
			t.Errorf("request %d: got %+v, want %+v", i, got, s.want)
		}
		exceed := e.Exceed(&got)
		if got := exceed.RetrySeconds(got.RetryAfter); exceed.Body != s.body || got != s.header {
			t.Errorf("request %d: got body %q and retry after %d s, want %q, %d", i, exceed.Body, got, s.body, s.header)
		}
	}
}

func TestRetrySeconds(t *testing.T) {
	for _, tt := range []struct{ header, wait, want time.Duration }{
		{0, time.Minute, 0},
		{throttle.RetryExactly, 0, 0},
		{throttle.RetryExactly, 1, 1},
		{throttle.RetryExactly, time.Second, 1},
		{throttle.RetryExactly, time.Second + 1, 2},
		{30 * time.Second, time.Minute, 30},
		{1500 * ms, time.Minute, 2},
	} {
		if got := (throttle.OnExceed{RetryAfter: tt.header}).RetrySeconds(tt.wait); got != int64(tt.want) {
			t.Errorf("%v after %v: got %d, want %d", tt.header, tt.wait, got, tt.want)
		}
	}
}

// Only the limit that refuses takes its refusal cost, and no more than is left.
func TestRefusalCost(t *testing.T) {
	e := throttle.New(throttle.Config{Limits: []throttle.Limit{
		{Rate: rate(t, "10/s"), Burst: 4, Cost: 2, RefusalCost: 1, Scope: throttle.HostScope},
		{Rate: rate(t, "1/m"), Burst: 1, RefusalCost: 1, Scope: throttle.TaskScope},
	}})
	for i, s := range []struct {
		now   time.Duration
		task  uint64
		kind  throttle.Kind
		limit int
		after time.Duration
	}{
		{0, 1, throttle.Admitted, -1, 0},                         // the host has 2 left
		{0, 1, throttle.Rejected, 1, time.Minute},                // and keeps them
		{0, 2, throttle.Admitted, -1, 0},                         // so that they are there
		{100 * ms, 3, throttle.Rejected, 0, 200 * ms},            // one came, and the refusal takes it
		{299 * ms, 3, throttle.Rejected, 0, 101 * ms},            // 1.99: 0.99 left
		{400*ms - 1, 3, throttle.Rejected, 0, 100*ms + 1},        // just below 2: just below 1 left
		{500 * ms, 3, throttle.Admitted, -1, 0},                  // as promised
		{30 * time.Second, 1, throttle.Rejected, 1, time.Minute}, // half a token, gone
		{89 * time.Second, 1, throttle.Rejected, 1, time.Minute}, // 59 s on: gone again
		{149 * time.Second, 1, throttle.Admitted, -1, 0},
	} {
		got := decide(e, s.now, new(one(s.task, 1)))
		if got.Kind != s.kind || got.Limit != s.limit || got.RetryAfter != s.after {
			t.Errorf("request %d at %v: got %+v, want %v by %d, retry after %v", i, s.now, got, s.kind, s.limit, s.after)
		}
	}
}
