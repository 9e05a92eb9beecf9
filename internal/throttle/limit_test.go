package throttle_test

import (
	"testing"
	"time"

	"tenement/internal/throttle"
)

// rate parses a rate that the test itself has written.
func rate(t testing.TB, s string) throttle.Rate {
	t.Helper()
	r, err := throttle.ParseRate(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestLimitCheck(t *testing.T) {
	tests := []struct {
		name  string
		limit throttle.Limit
		want  string // "" is fine
	}{
		{"the agent's default", throttle.Limit{Rate: rate(t, "40/s"), Burst: 60}, ""},
		{"a slow one", throttle.Limit{Rate: rate(t, "1/h"), Burst: 600_000}, ""},
		{"a fast one", throttle.Limit{Rate: rate(t, "999999999/s"), Burst: 1_000_000_000}, ""},
		{"the zero limit", throttle.Limit{}, "rate 0 per 0 s: want more than 0"},
		{"a negative rate", throttle.Limit{Rate: throttle.Rate{Tokens: -1, Seconds: 1}, Burst: 1}, "rate -1 per 1 s: want more than 0"},
		{"an age per token", throttle.Limit{Rate: throttle.Rate{Tokens: 1, Seconds: 1 << 60}, Burst: 1},
			"rate 1 per 1152921504606846976 s: want at most 9223372036 s"},
		{"no burst", throttle.Limit{Rate: rate(t, "40/s")}, "burst 0: want at least 1"},
		{"a negative burst", throttle.Limit{Rate: rate(t, "40/s"), Burst: -60}, "burst -60: want at least 1"},
		{"an unknown scope", throttle.Limit{Rate: rate(t, "40/s"), Burst: 60, Scope: 99}, "Scope(99): want host, or tenant, task, ip or path, or several with + between them, such as ip+path"},
		{"too large to count", throttle.Limit{Rate: rate(t, "39.999/s"), Burst: 10_000_000},
			"burst 10000000: want at most 2305843 at a rate of 39.999/s, or a rate with fewer digits"},
		{"too fine to count", throttle.Limit{Rate: rate(t, "0.000001/h"), Burst: 1},
			"rate 0.000001/h: too fine to be counted exactly: want fewer digits"},
		{"dear packets", throttle.Limit{Rate: rate(t, "1024/s"), Burst: 1024, Cost: 10, RefusalCost: 10}, ""},
		{"too dear", throttle.Limit{Rate: rate(t, "1024/s"), Burst: 9, Cost: 10}, "cost 10: want 0 to the burst, 9"},
		{"a negative cost", throttle.Limit{Rate: rate(t, "1024/s"), Burst: 9, Cost: -1}, "cost -1: want 0 to the burst, 9"},
		{"refusals too dear", throttle.Limit{Rate: rate(t, "1024/s"), Burst: 9, RefusalCost: 10}, "refusal cost 10: want 0 to the burst, 9"},
		{"a bucket with a count", throttle.Limit{Rate: rate(t, "40/s"), Burst: 60, Count: 5}, "count 5: a token-bucket has none"},
		{"a bucket with a window", throttle.Limit{Rate: rate(t, "40/s"), Burst: 60, Window: time.Second}, "window 1s: a token-bucket has none"},
		{"a leaky bucket without a queue", throttle.Limit{Kind: throttle.LeakyBucket, Rate: rate(t, "40/s")}, ""},
		{"a leaky bucket with less", throttle.Limit{Kind: throttle.LeakyBucket, Rate: rate(t, "40/s"), Burst: -1}, "burst -1: want at least 0"},
		{"a leaky bucket with a cost", throttle.Limit{Kind: throttle.LeakyBucket, Rate: rate(t, "40/s"), Cost: 2}, "cost 2: a leaky-bucket has none"},
		{"a window", throttle.Limit{Kind: throttle.FixedWindow, Count: 1_000_000, Window: time.Hour}, ""},
		{"a window that slides", throttle.Limit{Kind: throttle.SlidingWindow, Count: 100_000, Window: time.Hour}, ""},
		{"too many to be remembered", throttle.Limit{Kind: throttle.SlidingWindow, Count: 100_001, Window: time.Hour}, "count 100001: want at most 100000"},
		{"nothing in a window", throttle.Limit{Kind: throttle.FixedWindow, Window: time.Hour}, "count 0: want at least 1"},
		{"no window", throttle.Limit{Kind: throttle.FixedWindow, Count: 1}, "window 0s: want more than 0s"},
		{"an age of a window", throttle.Limit{Kind: throttle.FixedWindow, Count: 1, Window: 1 << 62}, "window 1281023h53m38.427387904s: want at most 320255h0m0s"},
		{"a window with a rate", throttle.Limit{Kind: throttle.FixedWindow, Count: 1, Window: 1, Rate: rate(t, "40/s")}, "rate 40/s: a fixed-window has none"},
		{"a window with a burst", throttle.Limit{Kind: throttle.SlidingWindow, Count: 1, Window: 1, Burst: 3}, "burst 3: a sliding-window has none"},
		{"a window with a refusal cost", throttle.Limit{Kind: throttle.SlidingWindow, Count: 1, Window: 1, RefusalCost: 3}, "refusal cost 3: a sliding-window has none"},
		{"some at a time", throttle.Limit{Kind: throttle.Concurrency, Count: 8}, ""},
		{"some at a time in a window", throttle.Limit{Kind: throttle.Concurrency, Count: 8, Window: 1}, "window 1ns: a concurrency has none"},
		{"another kind", throttle.Limit{Kind: 9}, "LimitKind(9): not a kind of limit"},
		{"an exceed that is none", throttle.Limit{Kind: throttle.Concurrency, Count: 8, OnExceed: &throttle.OnExceed{Status: 99}}, "status 99: want 400 to 599"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			if err := tt.limit.Check(); err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestNewRefusesBadLimits(t *testing.T) {
	defer func() {
		if got, want := recover(), "throttle: burst 0: want at least 1"; got != want {
			t.Errorf("panic: got %v, want %v", got, want)
		}
	}()
	throttle.New(throttle.Config{Limits: []throttle.Limit{{Rate: rate(t, "40/s")}}})
}

func TestScopeNames(t *testing.T) {
	for scope, name := range map[throttle.Scope]string{
		throttle.HostScope: "host", throttle.TenantScope: "tenant", throttle.TaskScope: "task", throttle.IPPathScope: "ip+path",
		throttle.TenantScope | throttle.PathScope: "tenant+path", throttle.IPScope: "ip",
	} {
		if got := scope.String(); got != name {
			t.Errorf("got %s, want %s", got, name)
		}
		if got, err := throttle.ParseScope(name); got != scope || err != nil {
			t.Errorf("%s: got %v, %v", name, got, err)
		}
	}
	_, err := throttle.ParseScope("ip+port")
	if want := `scope "ip+port": want host, or tenant, task, ip or path, or several with + between them, such as ip+path`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestOnExceedNames(t *testing.T) {
	tests := []struct {
		exceed throttle.OnExceed
		code   int
		want   string
	}{
		{throttle.OnExceed{}, 429, "429"},
		{throttle.OnExceed{Status: 503}, 503, "503"},
		{throttle.OnExceed{Action: throttle.Drop}, 429, "drop"},
		{throttle.OnExceed{Action: throttle.Delay}, 429, "delay"},
		{throttle.OnExceed{Action: 7}, 429, "Action(7)"},
	}
	for _, tt := range tests {
		if got := tt.exceed.String(); got != tt.want {
			t.Errorf("got %s, want %s", got, tt.want)
		}
		if got := tt.exceed.Code(); got != tt.code {
			t.Errorf("%s: got status %d, want %d", tt.want, got, tt.code)
		}
	}
}

func TestKindNames(t *testing.T) {
	for kind, want := range map[throttle.Kind]string{
		throttle.Admitted: "admitted", throttle.Delayed: "delayed", throttle.Rejected: "rejected", throttle.Dropped: "dropped", throttle.Failed: "failed", 9: "Kind(9)",
	} {
		if got := kind.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if got, want := kind.Served(), kind == throttle.Admitted || kind == throttle.Delayed; got != want {
			t.Errorf("%v: served: got %v, want %v", kind, got, want)
		}
	}
}

func TestLimitAndFaultKindNames(t *testing.T) {
	for kind, want := range map[throttle.LimitKind]string{throttle.TokenBucket: "token-bucket", throttle.Concurrency: "concurrency", 9: "LimitKind(9)"} {
		if got := kind.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	for kind, want := range map[throttle.FaultKind]string{throttle.NoFault: "none", throttle.MissingFieldFault: "missing-field", throttle.PendingFault: "pending", 99: "FaultKind(99)"} {
		if got := kind.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
