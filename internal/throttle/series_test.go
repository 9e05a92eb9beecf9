package throttle_test

import (
	"reflect"
	"testing"
	"time"

	"tenement/internal/service"
	"tenement/internal/throttle"
)

// seriesConfig is four intervals of a second, the last of them short, on a
// 40/60 host with two groups.
func seriesConfig(t *testing.T, scope throttle.Scope) throttle.Config {
	return throttle.Config{
		Groups: 2, Bucket: time.Second, Horizon: 3500 * ms,
		Limits: []throttle.Limit{{Rate: rate(t, "40/s"), Burst: 60, Scope: scope}},
	}
}

// send asks n times at one instant.
func send(e *throttle.Endpoint, now time.Duration, group int32, n int) {
	r := one(1, 1)
	r.Group = group
	for range n {
		decide(e, now, &r)
	}
}

func TestSeries(t *testing.T) {
	e := throttle.New(seriesConfig(t, throttle.HostScope))
	send(e, 0, 0, 70)               // 60 served
	send(e, 500*ms, 1, 10)          // of 20 tokens
	send(e, 2*time.Second, -1, 61)  // on the edge: the later interval; 60 served
	send(e, 2500*ms+12500000, 0, 1) // 20.5 tokens: 19.5 left
	send(e, 4*time.Second, 1, 5)    // past the last interval
	got := e.Counts()
	want := throttle.Series{
		Bucket:         time.Second,
		Admitted:       []uint32{70, 0, 61, 0},
		Throttled:      []uint32{10, 0, 1, 0},
		Level:          []int64{30_000, 60_000, 39_000, 60_000},
		LevelHosts:     1,
		GroupAdmitted:  [][]uint32{{60, 0, 1, 0}, {10, 0, 0, 0}},
		GroupThrottled: [][]uint32{{10, 0, 0, 0}, {0, 0, 0, 0}},
	}
	if !reflect.DeepEqual(got.Series, want) {
		t.Errorf("got  %+v\nwant %+v", got.Series, want)
	}
	if want := (throttle.Tally{Requests: 147, Admitted: 136, Throttled: 11}); got.Tally != want {
		t.Errorf("got %+v, want %+v: requests after the series count too", got.Tally, want)
	}
}

// A copy taken during a run does not change the run, nor does the run change
// the copy.
func TestCountsAreACopy(t *testing.T) {
	undisturbed, e := throttle.New(seriesConfig(t, throttle.HostScope)), throttle.New(seriesConfig(t, throttle.HostScope))
	send(undisturbed, 0, 0, 70)
	send(e, 0, 0, 70)
	early, again := e.Counts(), e.Counts()
	if want := []int64{40_000, 60_000, 60_000, 60_000}; !reflect.DeepEqual(early.Series.Level, want) {
		t.Errorf("got levels %v, want %v as if nothing followed", early.Series.Level, want)
	}
	send(undisturbed, 1500*ms, 1, 70)
	send(e, 1500*ms, 1, 70)
	if !reflect.DeepEqual(early, again) {
		t.Errorf("a copy changed: got %+v, want %+v", early, again)
	}
	if got, want := e.Counts(), undisturbed.Counts(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// Levels are those of the first limit, if its scope is the host.
func TestLevelNeedsHostScope(t *testing.T) {
	for _, scope := range []throttle.Scope{throttle.TenantScope, throttle.TaskScope, throttle.IPPathScope} {
		if got := throttle.New(seriesConfig(t, scope)).Counts().Series; got.Level != nil || got.LevelHosts != 0 {
			t.Errorf("%v: got levels %v of %d hosts, want none", scope, got.Level, got.LevelHosts)
		}
	}
	if got := throttle.New(throttle.Config{Bucket: time.Second, Horizon: time.Second}).Counts().Series; got.Level != nil {
		t.Errorf("no limit: got levels %v, want none", got.Level)
	}
}

// A level below zero is what a bucket has lent, rounded down.
func TestLevelOfLentTokens(t *testing.T) {
	c := seriesConfig(t, throttle.HostScope)
	c.OnExceed.Action = throttle.Delay
	c.Limits[0].Rate = rate(t, "0.3/s")
	e := throttle.New(c)
	send(e, 0, 0, 62)
	send(e, 100*ms, 0, 1) // −2.97
	if got, want := e.Counts().Series.Level, []int64{-2_700, -2_400, -2_100, -1_800}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	c.Limits[0].Rate = rate(t, "20/m")
	e = throttle.New(c)
	send(e, 0, 0, 61)
	if got, want := e.Counts().Series.Level, []int64{-667, -334, 0, 333}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// Dropped requests are turned away in the series, but not throttled in the sums.
func TestSeriesOfDropped(t *testing.T) {
	c := seriesConfig(t, throttle.HostScope)
	c.OnExceed.Action = throttle.Drop
	e := throttle.New(c)
	send(e, 0, 0, 70)
	got := e.Counts()
	if want := []uint32{10, 0, 0, 0}; !reflect.DeepEqual(got.Series.Throttled, want) {
		t.Errorf("got %v, want %v", got.Series.Throttled, want)
	}
	if want := (throttle.Tally{Requests: 70, Admitted: 60, Dropped: 10}); got.Tally != want {
		t.Errorf("got %+v, want %+v", got.Tally, want)
	}
}

// No series counts a request that a fault decides.
func TestSeriesOfFailed(t *testing.T) {
	c := seriesConfig(t, throttle.HostScope)
	c.Faults = []throttle.Fault{{Kind: throttle.ResetFault}}
	e := throttle.New(c)
	send(e, 0, 0, 70)
	got := e.Counts()
	if !reflect.DeepEqual(got.Series.Admitted, []uint32{0, 0, 0, 0}) || !reflect.DeepEqual(got.Series.Throttled, []uint32{10, 0, 0, 0}) {
		t.Errorf("got %v admitted, %v throttled", got.Series.Admitted, got.Series.Throttled)
	}
	if want := (throttle.Tally{Requests: 70, Throttled: 10, Failed: 60}); got.Tally != want {
		t.Errorf("got %+v, want %+v", got.Tally, want)
	}
}

// One endpoint that goes from host to host counts as much as one per host.
func TestNextHost(t *testing.T) {
	config := seriesConfig(t, throttle.HostScope)
	config.Seed, config.Slots = 11, 3
	config.Latency = drawLatency
	config.Limits = append(config.Limits,
		throttle.Limit{Kind: throttle.FixedWindow, Count: 40, Window: time.Second},
		throttle.Limit{Kind: throttle.SlidingWindow, Count: 50, Window: time.Second, Scope: throttle.TaskScope},
		throttle.Limit{Kind: throttle.Concurrency, Count: 2})
	slower := config.Limits[0]
	slower.Burst = 20
	config.Changes = []throttle.Change{{At: time.Second, To: slower}}
	config.Faults = []throttle.Fault{
		{Kind: throttle.SlowFault, Latency: drawLatency, Share: 0.2},
		{Kind: throttle.MalformedFault, Share: 0.1},
		{Kind: throttle.RestartFault, From: 600 * ms, For: 100 * ms},
	}
	config.Upstream = &throttle.Upstream{Latency: drawLatency, Keep: 50 * ms, PollEvery: 2 * ms, Polls: 3, Limit: &throttle.Limit{Rate: rate(t, "5/s"), Burst: 1}}
	traffic := func(e *throttle.Endpoint, host int) (served time.Duration) {
		for i := range 400 {
			r := one(uint64(i%5), 1)
			r.Slot, r.Group, r.Route = int32(i%5)-2, int32(i%3)-1, service.CredentialsRoute
			r.CacheKey = 1
			served += decide(e, time.Duration(i*(host+1))*2*ms, &r).After
		}
		return served
	}
	var want throttle.Counts
	reused := throttle.New(config)
	for host := range 4 {
		config.Host = uint32(host)
		single := throttle.New(config)
		if host > 0 {
			reused.NextHost(uint32(host))
		}
		if a, b := traffic(single, host), traffic(reused, host); a != b {
			t.Errorf("host %d: service times in all: got %v, want %v", host, b, a)
		}
		want.Merge(single.Counts())
	}
	if got := reused.Counts(); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if want.Failed == 0 || want.Throttled == 0 || want.Upstream.Throttled == 0 || want.Upstream.Requests == want.Upstream.Throttled {
		t.Errorf("got %+v, %+v: the test says little", want.Tally, want.Upstream)
	}
	if want.Series.LevelHosts != 4 {
		t.Errorf("got levels of %d hosts, want 4", want.Series.LevelHosts)
	}
}
