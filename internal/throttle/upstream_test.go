package throttle_test

import (
	"testing"
	"time"

	"tenement/internal/draw"
	"tenement/internal/service"
	"tenement/internal/throttle"
)

// of is a request for credentials with a token.
func of(token uint64) *throttle.Request {
	r := one(token, 1)
	r.CacheKey, r.Route = token, service.CredentialsRoute
	return &r
}

func served(after time.Duration) throttle.Verdict { return throttle.Verdict{After: after, Limit: -1} }

func upstreamFailed(status int, after time.Duration) throttle.Verdict {
	return throttle.Verdict{
		Kind: throttle.Failed, Status: status, After: after, Limit: -1,
		Effect: throttle.Effect{Kind: throttle.StatusFault, Index: -1},
	}
}

func TestUpstream(t *testing.T) {
	type step struct {
		now   time.Duration
		token uint64
		want  throttle.Verdict
	}
	polling := throttle.Upstream{Latency: constant(50 * ms), PollEvery: 200 * ms, Polls: 9}
	with := func(change func(u *throttle.Upstream)) throttle.Upstream {
		u := polling
		change(&u)
		return u
	}
	hourly := &throttle.Limit{Rate: rate(t, "1/h"), Burst: 1}
	tests := []struct {
		name     string
		upstream throttle.Upstream
		steps    []step
		want     throttle.UpstreamCounts
	}{
		{"the zero upstream answers at once, for ever", throttle.Upstream{},
			[]step{{0, 1, served(0)}, {0, 1, served(0)}, {time.Hour, 1, served(0)}, {time.Hour, 2, served(0)}},
			throttle.UpstreamCounts{Requests: 2}},
		{"the first waits, others look", polling, []step{
			{0, 1, served(50 * ms)},
			{0, 1, served(200 * ms)},
			{49 * ms, 1, served(200 * ms)},
			{50 * ms, 1, served(0)},
			{50 * ms, 2, served(50 * ms)},
		}, throttle.UpstreamCounts{Requests: 2}},
		{"looking ends", with(func(u *throttle.Upstream) { u.Latency = constant(2 * time.Second) }), []step{
			{0, 1, served(2 * time.Second)},
			{100 * ms, 1, served(1800*ms + 2*time.Second)}, // 1.9 s: one look too early
			{200 * ms, 1, served(1800 * ms)},               // the ninth look finds it
			{2 * time.Second, 1, served(0)},
		}, throttle.UpstreamCounts{Requests: 2}},
		{"without looks each asks", with(func(u *throttle.Upstream) { u.Polls = 0 }), []step{
			{0, 1, served(50 * ms)}, {10 * ms, 1, served(50 * ms)}, {50 * ms, 1, served(0)},
		}, throttle.UpstreamCounts{Requests: 2}},
		{"what is refused is asked again by those who wait", with(func(u *throttle.Upstream) { u.Limit, u.Status = hourly, 400 }), []step{
			{0, 1, served(50 * ms)},
			{0, 2, upstreamFailed(400, 50*ms)},
			{10 * ms, 2, upstreamFailed(400, 250*ms)}, // looks at 210 ms and asks then
			{50 * ms, 2, upstreamFailed(400, 50*ms)},  // the first is gone, the second has not begun
			{100 * ms, 1, served(0)},
			{time.Hour, 2, served(50 * ms)},
		}, throttle.UpstreamCounts{Requests: 5, Throttled: 3}},
		{"a refusal is 429 if nothing is said", with(func(u *throttle.Upstream) { u.Limit = hourly }),
			[]step{{0, 1, served(50 * ms)}, {0, 2, upstreamFailed(429, 50*ms)}}, throttle.UpstreamCounts{Requests: 2, Throttled: 1}},
		{"a timeout", with(func(u *throttle.Upstream) { u.Timeout = 30 * ms }), []step{
			{0, 1, upstreamFailed(500, 30*ms)}, {30 * ms, 1, upstreamFailed(500, 30*ms)},
		}, throttle.UpstreamCounts{Requests: 2, Failed: 2}},
		{"just in time", with(func(u *throttle.Upstream) { u.Timeout = 50 * ms }),
			[]step{{0, 1, served(50 * ms)}}, throttle.UpstreamCounts{Requests: 1}},
		{"kept for a while", with(func(u *throttle.Upstream) { u.Keep = time.Second }), []step{
			{0, 1, served(50 * ms)}, {1050*ms - 1, 1, served(0)}, {1050 * ms, 1, served(50 * ms)}, {1100 * ms, 1, served(0)},
		}, throttle.UpstreamCounts{Requests: 2}},
		{"two are kept", with(func(u *throttle.Upstream) { u.Size = 2 }), []step{
			{0, 1, served(50 * ms)}, {0, 2, served(50 * ms)},
			{time.Second, 1, served(0)},
			{time.Second, 3, served(50 * ms)}, // in place of 2
			{2 * time.Second, 1, served(0)},
			{2 * time.Second, 2, served(50 * ms)}, // in place of 3
			{3 * time.Second, 1, served(0)},
			{3 * time.Second, 3, served(50 * ms)},
		}, throttle.UpstreamCounts{Requests: 5}},
		{"one at a time, with a queue", with(func(u *throttle.Upstream) {
			u.Limit = &throttle.Limit{Kind: throttle.Concurrency, Count: 1, OnExceed: &throttle.OnExceed{Action: throttle.Delay}}
		}), []step{
			{0, 1, served(50 * ms)}, {0, 2, served(100 * ms)}, {60 * ms, 3, served(90 * ms)},
		}, throttle.UpstreamCounts{Requests: 3}},
		{"a place upstream is held until the answer, however late it was asked", with(func(u *throttle.Upstream) {
			u.Polls, u.Latency = 1, constant(time.Second)
			u.Limit = &throttle.Limit{Kind: throttle.Concurrency, Count: 2}
		}), []step{
			{0, 1, served(time.Second)},
			{100 * ms, 1, served(1200 * ms)}, // asks at 300 ms
			{time.Second, 2, served(time.Second)},
			{1300*ms - 1, 3, upstreamFailed(429, time.Second)},
			{1300 * ms, 4, served(time.Second)},
		}, throttle.UpstreamCounts{Requests: 5, Throttled: 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.upstream.Check(); err != nil {
				t.Fatal(err)
			}
			e := throttle.New(throttle.Config{Upstream: &tt.upstream})
			for i, s := range tt.steps {
				if got := decide(e, s.now, of(s.token)); got != s.want {
					t.Errorf("step %d at %v: got %+v, want %+v", i, s.now, got, s.want)
				}
			}
			if got := e.Counts().Upstream; got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

// Only requests for credentials ask the upstream, and only if neither a limit
// nor a fault ends them before. The wait for a limit and the service time are
// added.
func TestUpstreamAmongTheRest(t *testing.T) {
	e := throttle.New(throttle.Config{
		Latency:  constant(ms),
		Limits:   []throttle.Limit{{Rate: rate(t, "10/s"), Burst: 1, OnExceed: &throttle.OnExceed{Action: throttle.Delay}}},
		Upstream: &throttle.Upstream{Latency: constant(50 * ms), PollEvery: 200 * ms, Polls: 9},
		Faults: []throttle.Fault{
			{Kind: throttle.StatusFault, Status: 502, From: 2 * time.Second, For: time.Second},
			{Kind: throttle.ExpiryFault, Shift: time.Hour, From: 4 * time.Second, For: time.Second},
			{Kind: throttle.RestartFault, From: 10 * time.Second, For: time.Second},
		},
	})
	delayed := throttle.Verdict{Kind: throttle.Delayed, After: 101 * ms, Limit: 0}
	failed := throttle.Verdict{Kind: throttle.Failed, Status: 502, After: ms, Limit: -1, Effect: throttle.Effect{Kind: throttle.StatusFault}}
	shifted := served(51 * ms)
	shifted.Effect = throttle.Effect{Kind: throttle.ExpiryFault, Index: 1, Shift: time.Hour}
	for _, s := range []struct {
		name string
		now  time.Duration
		r    *throttle.Request
		want throttle.Verdict
	}{
		{"asks", 0, of(1), served(51 * ms)},
		{"waits for the limit, and by then it has come", 0, of(1), delayed},
		{"no token that it could ask with", time.Second, asking(service.CredentialsRoute), served(ms)},
		{"metadata", 1500 * ms, asking(service.MetadataRoute), served(ms)},
		{"a fault comes before the upstream", 2 * time.Second, of(2), failed},
		{"so it was not asked", 3 * time.Second, of(2), served(51 * ms)},
		{"expired credentials come from it", 4 * time.Second, of(3), shifted},
		{"a restart forgets them", 11 * time.Second, of(3), served(51 * ms)},
	} {
		if got := decide(e, s.now, s.r); got != s.want {
			t.Errorf("%s: got %+v, want %+v", s.name, got, s.want)
		}
	}
	if got, want := e.Counts().Upstream, (throttle.UpstreamCounts{Requests: 4}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	e.Reset(false)
	if got := decide(e, 0, of(3)); got != served(51*ms) {
		t.Errorf("after a reset: got %+v, want it asked again", got)
	}
}

// Many requests for one token ask once. Tokens that are no longer used take no
// memory.
func TestUpstreamHerds(t *testing.T) {
	e := throttle.New(throttle.Config{Upstream: &throttle.Upstream{
		Latency: draw.LogNormal(80*ms, 900*ms), Keep: time.Minute, PollEvery: 200 * ms, Polls: 9,
	}})
	const herds, members = 2000, 20
	for h := range uint64(herds) {
		for m := range time.Duration(members) {
			now := time.Duration(h)*time.Second + m*ms
			if v := decide(e, now, of(h+1)); !v.Kind.Served() {
				t.Fatalf("herd %d: got %+v", h, v)
			}
		}
	}
	counts := e.Counts().Upstream
	if counts.Requests < herds || counts.Requests > herds+herds/20*members {
		t.Errorf("got %d requests for %d herds, want one each but for a few slow ones", counts.Requests, herds)
	}
	if got := e.Cached(); got > 70 {
		t.Errorf("got %d cached tokens, want those of the last minute or so", got)
	}
}

func TestUpstreamCheck(t *testing.T) {
	tests := []struct {
		name     string
		upstream throttle.Upstream
		want     string
	}{
		{"a status that is fine", throttle.Upstream{Status: 200}, "upstream: status 200: want 400 to 599"},
		{"a negative time", throttle.Upstream{Keep: -1}, "upstream: a time below 0"},
		{"a negative size", throttle.Upstream{Size: -1}, "upstream: size -1: want 0 or more"},
		{"many polls", throttle.Upstream{PollEvery: 1, Polls: 1001}, "upstream: polls 1001: want 0 to 1000"},
		{"polls without a pause", throttle.Upstream{Polls: 9}, "upstream: polls 9: want how often"},
		{"a limit that is none", throttle.Upstream{Limit: &throttle.Limit{}}, "upstream: rate 0 per 0 s: want more than 0"},
		{"a limit that drops", throttle.Upstream{Limit: &throttle.Limit{Rate: rate(t, "1/s"), Burst: 1, OnExceed: &throttle.OnExceed{Action: throttle.Drop}}},
			"upstream: a limit that drops: want one that rejects or delays"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.upstream.Check(); err == nil || err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}
