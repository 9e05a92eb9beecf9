package throttle_test

import (
	"math"
	"testing"
	"time"

	"tenement/internal/draw"
	"tenement/internal/service"
	"tenement/internal/throttle"
)

// constant is a distribution of one value.
func constant(d time.Duration) *draw.Table { return draw.LogNormal(d, d) }

// asking is a request of task 1 for something.
func asking(route service.Routes) *throttle.Request {
	r := one(1, 1)
	r.Route = route
	return &r
}

// Each row is one fault, on from 10 s to 20 s, and the verdicts on requests for
// credentials and others with a service time of 3 ms.
func TestFaults(t *testing.T) {
	const on = 15 * time.Second
	failed := func(kind throttle.FaultKind, after time.Duration) throttle.Verdict {
		return throttle.Verdict{Kind: throttle.Failed, After: after, Limit: -1, Effect: throttle.Effect{Kind: kind}}
	}
	fine := throttle.Verdict{After: 3 * ms, Limit: -1}
	slow := throttle.Verdict{After: 103 * ms, Limit: -1, Effect: throttle.Effect{Kind: throttle.SlowFault}}
	status := failed(throttle.StatusFault, 3*ms)
	status.Status = 503
	expired := fine
	expired.Effect = throttle.Effect{Kind: throttle.ExpiryFault, Shift: -time.Hour}
	untagged := slow
	untagged.Effect = throttle.Effect{Kind: throttle.TagsFault}
	const (
		credentials = service.CredentialsRoute
		role        = service.RoleRoute
		token       = service.TokenRoute
		metadata    = service.MetadataRoute
		tags        = service.TagsRoute
	)
	type answers map[service.Routes]throttle.Verdict
	tests := []struct {
		name  string
		fault throttle.Fault
		want  answers
	}{
		{"slow", throttle.Fault{Kind: throttle.SlowFault, Latency: constant(100 * ms)}, answers{credentials: slow, token: slow, 0: slow}},
		{"slow, some routes", throttle.Fault{Kind: throttle.SlowFault, Latency: constant(100 * ms), Routes: credentials | role}, answers{credentials: slow, role: slow, token: fine, 0: fine}},
		{"status", throttle.Fault{Kind: throttle.StatusFault, Status: 503}, answers{credentials: status, token: status, tags: status, 0: status}},
		{"hang", throttle.Fault{Kind: throttle.HangFault}, answers{credentials: failed(throttle.HangFault, 0), metadata: failed(throttle.HangFault, 0)}},
		{"reset", throttle.Fault{Kind: throttle.ResetFault}, answers{credentials: failed(throttle.ResetFault, 0)}},
		{"cut", throttle.Fault{Kind: throttle.CutFault, After: 5 * time.Second}, answers{credentials: failed(throttle.CutFault, 5*time.Second)}},
		{"truncate", throttle.Fault{Kind: throttle.TruncateFault}, answers{credentials: failed(throttle.TruncateFault, 3*ms), token: failed(throttle.TruncateFault, 3*ms)}},
		{"malformed", throttle.Fault{Kind: throttle.MalformedFault}, answers{credentials: failed(throttle.MalformedFault, 3*ms), metadata: failed(throttle.MalformedFault, 3*ms), token: fine, role: fine}},
		{"malformed tokens", throttle.Fault{Kind: throttle.MalformedFault, Routes: token}, answers{credentials: fine, token: failed(throttle.MalformedFault, 3*ms)}},
		{"empty", throttle.Fault{Kind: throttle.EmptyFault}, answers{credentials: failed(throttle.EmptyFault, 3*ms), metadata: fine}},
		{"empty metadata", throttle.Fault{Kind: throttle.EmptyFault, Routes: metadata}, answers{credentials: fine, metadata: failed(throttle.EmptyFault, 3*ms)}},
		{"missing field", throttle.Fault{Kind: throttle.MissingFieldFault}, answers{credentials: failed(throttle.MissingFieldFault, 3*ms), metadata: fine}},
		{"expiry", throttle.Fault{Kind: throttle.ExpiryFault, Shift: -time.Hour}, answers{credentials: expired, metadata: fine}},
		{"tags", throttle.Fault{Kind: throttle.TagsFault, Latency: constant(100 * ms)}, answers{tags: untagged, metadata: fine}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.fault.From, tt.fault.For = 10*time.Second, 10*time.Second
			if err := tt.fault.Check(); err != nil {
				t.Fatal(err)
			}
			config := throttle.Config{Latency: constant(3 * ms), Faults: []throttle.Fault{tt.fault}}
			for route, want := range tt.want {
				e := throttle.New(config)
				for _, step := range []struct {
					now  time.Duration
					want throttle.Verdict
				}{{0, fine}, {10*time.Second - 1, fine}, {10 * time.Second, want}, {on, want}, {20*time.Second - 1, want}, {20 * time.Second, fine}} {
					if got := decide(e, step.now, asking(route)); got != step.want {
						t.Errorf("route %b at %v: got %+v, want %+v", route, step.now, got, step.want)
					}
				}
				counts := e.Counts().Tally
				if want := (throttle.Tally{Requests: 6, Admitted: 6}); want != counts && counts != (throttle.Tally{Requests: 6, Admitted: 3, Failed: 3}) {
					t.Errorf("got %+v, want three failed or none", counts)
				}
			}
		})
	}
}

func TestFaultCheck(t *testing.T) {
	tests := []struct {
		name  string
		fault throttle.Fault
		want  string
	}{
		{"nothing", throttle.Fault{}, "none: not a kind of fault"},
		{"what a restart leaves", throttle.Fault{Kind: throttle.PendingFault}, "pending: not a kind of fault"},
		{"a negative time", throttle.Fault{Kind: throttle.HangFault, From: -1}, "hang: a time below 0"},
		{"more than all", throttle.Fault{Kind: throttle.HangFault, Share: 1.5}, "share 1.5: want 0 to 1"},
		{"no number", throttle.Fault{Kind: throttle.HangFault, Share: math.NaN()}, "share NaN: want 0 to 1"},
		{"an unknown route", throttle.Fault{Kind: throttle.HangFault, Routes: 1 << 31}, "routes 2147483648: unknown"},
		{"slow by nothing", throttle.Fault{Kind: throttle.SlowFault}, "slow: want by how much"},
		{"a status that is fine", throttle.Fault{Kind: throttle.StatusFault, Status: 200}, "status 200: want 400 to 599"},
		{"an expiry not moved", throttle.Fault{Kind: throttle.ExpiryFault}, "expiry: want by how much it is moved"},
		{"an expiry of a token", throttle.Fault{Kind: throttle.ExpiryFault, Shift: 1, Routes: service.TokenRoute}, "expiry: changes none of those routes"},
		{"tags of statistics", throttle.Fault{Kind: throttle.TagsFault, Routes: service.StatsRoute}, "tags: changes none of those routes"},
		{"a restart in no time", throttle.Fault{Kind: throttle.RestartFault}, "restart: want how long it takes"},
		{"half a restart", throttle.Fault{Kind: throttle.RestartFault, For: 1, Share: 0.5}, "restart: applies to everything: want no routes and no share"},
		{"a cut at once", throttle.Fault{Kind: throttle.CutFault}, "cut: want after how long"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.fault.Check(); err == nil || err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

// No fault applies to a refused request. A request that a fault applies to has
// taken its token.
func TestLimitsComeBeforeFaults(t *testing.T) {
	e := throttle.New(throttle.Config{
		Limits: []throttle.Limit{{Rate: rate(t, "1/s"), Burst: 2}},
		Faults: []throttle.Fault{{Kind: throttle.ResetFault}},
	})
	var got []throttle.Kind
	for range 3 {
		got = append(got, decide(e, 0, asking(0)).Kind)
	}
	if got[0] != throttle.Failed || got[1] != throttle.Failed || got[2] != throttle.Rejected {
		t.Errorf("got %v, want two failed and one rejected", got)
	}
}

// Slow faults add up, and the first of the others decides. If that fault
// answers, the answer is as late as a good one.
func TestFaultsOverlap(t *testing.T) {
	e := throttle.New(throttle.Config{
		Limits:   []throttle.Limit{{Rate: rate(t, "10/s"), Burst: 1}},
		OnExceed: throttle.OnExceed{Action: throttle.Delay},
		Faults: []throttle.Fault{
			{Name: "a", Kind: throttle.SlowFault, Latency: constant(20 * ms)},
			{Name: "b", Kind: throttle.StatusFault, Status: 500},
			{Name: "c", Kind: throttle.HangFault},
			{Name: "d", Kind: throttle.SlowFault, Latency: constant(4 * ms)},
		},
	})
	decide(e, 0, asking(0))
	want := throttle.Verdict{Kind: throttle.Failed, Status: 500, After: 124 * ms, Limit: 0, Effect: throttle.Effect{Kind: throttle.StatusFault, Index: 1}}
	got := decide(e, 0, asking(0))
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if f, ok := e.Blame(got); !ok || f.Name != "b" {
		t.Errorf("got %+v, %v to blame, want b", f, ok)
	}
	if !e.Lift(10*time.Second, "b") {
		t.Error("b cannot be lifted")
	}
	if got := decide(e, 10*time.Second, asking(0)); got.Effect != (throttle.Effect{Kind: throttle.HangFault, Index: 2}) || got.After != 0 {
		t.Errorf("without it: got %+v, want it to hang", got)
	}
	if e.Lift(10*time.Second, "b") {
		t.Error("b can be lifted twice")
	}
}

// A fault's share is of requests. Neither other tasks nor other faults nor the
// order of requests change the draw.
func TestFaultShare(t *testing.T) {
	const requests = 100_000
	config := throttle.Config{Seed: 5, Slots: 2, Faults: []throttle.Fault{
		{Kind: throttle.SlowFault, Latency: constant(ms)},
		{Kind: throttle.HangFault, Share: 0.3},
		{Kind: throttle.ResetFault, Share: 0.3},
	}}
	run := func(host uint32, interleaved bool) (failed [2][]bool) {
		config.Host = host
		e := throttle.New(config)
		for i := range requests {
			tasks := []int32{0}
			if interleaved {
				tasks = []int32{1, 0, 1}
			}
			for _, task := range tasks {
				r := throttle.Request{Slot: task, Group: -1, Key: draw.Key(task + 1)}
				failed[task] = append(failed[task], decide(e, time.Duration(i), &r).Kind == throttle.Failed)
			}
		}
		return failed
	}
	alone, among, other := run(1, false), run(1, true), run(2, false)
	n, same := 0, 0
	for i := range requests {
		if alone[0][i] != among[0][i] {
			t.Fatalf("request %d: got %v alone, %v among others", i, alone[0][i], among[0][i])
		}
		if alone[0][i] {
			n++
		}
		if alone[0][i] == other[0][i] {
			same++
		}
	}
	if share := float64(n) / requests; math.Abs(share-0.51) > 0.006 {
		t.Errorf("got %.4f of them, want 1 − 0.7²: the two apply independently", share)
	}
	if share := float64(same) / requests; math.Abs(share-0.5002) > 0.006 {
		t.Errorf("another host agrees on %.4f of them, want 0.51² + 0.49²", share)
	}
}

// An answer that is due after the write timeout is not written.
func TestWriteTimeout(t *testing.T) {
	cut := func(by int) throttle.Verdict {
		return throttle.Verdict{Kind: throttle.Failed, After: 5 * time.Second, Limit: -1, Effect: throttle.Effect{Kind: throttle.CutFault, Index: by}}
	}
	tests := []struct {
		name   string
		config throttle.Config
		want   throttle.Verdict
	}{
		{"in time", throttle.Config{Latency: constant(5 * time.Second)}, throttle.Verdict{After: 5 * time.Second, Limit: -1}},
		{"too late by itself", throttle.Config{Latency: constant(5*time.Second + 1)}, cut(-1)},
		{"slow", throttle.Config{Faults: []throttle.Fault{{Kind: throttle.ResetFault, From: 1}, {Kind: throttle.SlowFault, Latency: constant(6 * time.Second)}}}, cut(1)},
		{"tags", throttle.Config{Faults: []throttle.Fault{{Kind: throttle.TagsFault, Latency: constant(6 * time.Second)}}}, cut(0)},
		{"a bad answer", throttle.Config{Latency: constant(6 * time.Second), Faults: []throttle.Fault{{Kind: throttle.MalformedFault}}}, cut(0)},
		{"a hang is for ever", throttle.Config{Latency: constant(6 * time.Second), Faults: []throttle.Fault{{Kind: throttle.HangFault}}},
			throttle.Verdict{Kind: throttle.Failed, Limit: -1, Effect: throttle.Effect{Kind: throttle.HangFault}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.config.WriteTimeout = 5 * time.Second
			if got := decide(throttle.New(tt.config), 0, asking(service.TagsRoute)); got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}
