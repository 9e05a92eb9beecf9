package reports

import (
	"sync"
	"testing"
	"time"

	"tenement/internal/draw"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
)

// The tests' reports come from a model of the noisy neighbour small enough to
// stand here: retries on a token bucket, in virtual time, with keyed draws. Its
// figures are plausible, not faithful.

// fakeClient is how a group of the model fetches.
type fakeClient struct {
	attempts  int           // 0 asks nothing
	base, cap time.Duration // of full jitter
	stays     bool          // keeps one answer per task for good
}

// fakeGroup is a group of the model: tasks that call at random, or once within
// the run if rate is 0.
type fakeGroup struct {
	info   GroupInfo
	rate   float64
	client fakeClient
}

// fakeCase is one case of the model.
type fakeCase struct {
	name, title, kind string
	set               map[string]string
	limit             string
	burst             int64
	scope             throttle.Scope
	limits            []throttle.Limit // after that one
	changes           []throttle.Change
	faults            []throttle.Fault
	groups            []fakeGroup
	duration          time.Duration
}

// all are the limits of the case.
func (c *fakeCase) all() []throttle.Limit {
	rate, err := throttle.ParseRate(c.limit)
	if err != nil {
		panic(err)
	}
	return append([]throttle.Limit{{Rate: rate, Burst: c.burst, Scope: c.scope}}, c.limits...)
}

const fakeDrain = 30 * time.Second

// The model's distributions, tabulated so that every processor draws the same.
var (
	gaps    = draw.Exponential(float64(time.Second))
	service = draw.LogNormal(500*time.Microsecond, 3*time.Millisecond)
)

// calls are all arrivals of the case with this seed.
func (c *fakeCase) calls(seed draw.Key) []*strategy.Call {
	var out []*strategy.Call
	for g, group := range c.groups {
		for task := range group.info.Tasks {
			key := seed.Name(group.info.Name).With(uint64(task))
			at, n := time.Duration(0), uint64(0)
			for {
				u := key.With(n).Float()
				if group.rate == 0 {
					at = time.Duration(u * float64(c.duration) * 0.92)
				} else {
					at += time.Duration(float64(gaps.At(key.With(n).Bits())) / group.rate)
				}
				if at >= c.duration || group.rate == 0 && n > 0 {
					break
				}
				out = append(out, &strategy.Call{Group: uint32(g), Task: uint32(task), N: uint32(n), Scheduled: at})
				n++
			}
		}
	}
	return out
}

// run plays the case with a seed. late is how late each call begins at most.
func (c *fakeCase) run(seed uint64, r strategy.Observer, bucket, late time.Duration) throttle.Counts {
	root := draw.Seed(seed)
	endpoint := throttle.New(throttle.Config{
		Seed: root, Limits: c.all(), Changes: c.changes, Faults: c.faults,
		Groups: len(c.groups), Bucket: bucket, Horizon: c.duration + fakeDrain,
	})
	var h fakeHeap
	for _, k := range c.calls(root) {
		key := c.key(root, k)
		k.Begun = k.Scheduled + time.Duration(key.With(9).Float()*float64(late))
		h.push(fakeEvent{k.Begun, key.Bits(), k})
	}
	held := map[[2]uint32]bool{}
	for len(h) > 0 {
		e := h.pop()
		k, client := e.k, c.groups[e.k.Group].client
		task := [2]uint32{k.Group, k.Task}
		if client.attempts == 0 || client.stays && held[task] {
			k.Ended, k.Served = e.at, strategy.Cached
			r.Finished(k)
			continue
		}
		key := c.key(root, k).With(uint64(k.Attempts))
		ended := e.at + time.Millisecond + service.At(key.With(1).Bits())
		o := answered(endpoint, e.at, &throttle.Request{
			Task: uint64(k.Group)<<32 | uint64(k.Task), Source: uint64(k.Group)<<32 | uint64(k.Task),
			Tenant: uint64(k.Group), Slot: -1, Group: int32(k.Group),
			Key: c.key(root, k), Route: throttle.CredentialsRoute,
		})
		r.Attempted(k, e.at, ended, o)
		k.Attempts++
		if !o.Good() && int(k.Attempts) < client.attempts {
			wait := min(client.base<<(k.Attempts-1), client.cap)
			at := ended + time.Duration(key.With(2).Float()*float64(wait))
			h.push(fakeEvent{at, key.Bits(), k})
			continue
		}
		held[task] = o.Good()
		k.Ended, k.Result = ended, o.Result()
		r.Finished(k)
	}
	return endpoint.Counts()
}

func (c *fakeCase) key(root draw.Key, k *strategy.Call) draw.Key {
	return root.Name("attempt").With(uint64(k.Group)).With(uint64(k.Task)).With(uint64(k.N))
}

// infos are the groups as a report knows them.
func (c *fakeCase) infos() []GroupInfo {
	var out []GroupInfo
	for _, g := range c.groups {
		out = append(out, g.info)
	}
	return out
}

// build is the case as a report of an engine has it, estimated over so many
// seeds.
func (c *fakeCase) build(engine string, seed uint64, seeds int) Case {
	bucket := 500 * time.Millisecond // as profiles choose it for a minute
	if c.duration < time.Minute {
		bucket = 200 * time.Millisecond
	}
	r := NewRecorder(len(c.groups), bucket, c.duration+fakeDrain)
	late := time.Duration(0)
	if engine == Live {
		late = 400 * time.Microsecond
	}
	counts := c.run(seed, r, bucket, late)
	in := CaseInput{
		Name: c.name, Title: c.title, Kind: c.kind, Set: c.set, Service: "ecs",
		Limits: c.all(), Changes: c.changes, Faults: c.faults,
		Duration: c.duration, Groups: c.infos(), Counts: &counts, Recorder: r,
	}
	if seeds > 0 {
		in.Estimate = NewEstimate(len(c.groups))
		first := uint64(1000)
		if engine == Sim {
			first = seed
		}
		for n := range seeds {
			c.run(first+uint64(n), in.Estimate.Observer(), 0, 0)
			in.Estimate.End(first + uint64(n))
		}
	}
	return NewCase(in)
}

// noisyNeighbour are the nine cases of the model, after a change to each.
func noisyNeighbour(change func(*fakeCase)) []fakeCase {
	base := fakeCase{
		kind: StrategyCase, limit: "40/s", burst: 60, duration: time.Minute,
		groups: []fakeGroup{
			{GroupInfo{Name: "neighbours", Tenant: "neighbours", Tasks: 20, Processes: 1, Flow: "credentials"}, 3,
				fakeClient{attempts: 3, base: 500 * time.Millisecond, cap: 20 * time.Second}},
			{GroupInfo{Name: "batch", Tenant: "batch", UnderTest: true, Tasks: 400, Processes: 1, Flow: "credentials"}, 0,
				fakeClient{attempts: 1}},
		},
	}
	var out []fakeCase
	with := func(name, title string, set map[string]string, alter func(*fakeCase)) {
		c := base
		c.groups = append([]fakeGroup{}, base.groups...)
		c.name, c.title, c.set = name, title, set
		if set != nil {
			c.kind = WhatIfCase
		}
		if change != nil {
			change(&c)
		}
		if alter != nil {
			alter(&c)
		}
		out = append(out, c)
	}
	you := func(client fakeClient) func(*fakeCase) {
		return func(c *fakeCase) { c.groups[1].client = client }
	}
	with("php-sdk", "php SDK as it is", nil, nil)
	with("botocore", "botocore", nil, you(fakeClient{attempts: 3, base: 2 * time.Second, cap: 20 * time.Second}))
	with("aws-sdk-go-v2", "aws-sdk-go-v2", nil, you(fakeClient{attempts: 3, base: 4 * time.Second, cap: 20 * time.Second}))
	with("full-jitter", "full jitter, 8 tries", nil, you(fakeClient{attempts: 8, base: 100 * time.Millisecond, cap: 5 * time.Second}))
	with("static", "static keys", nil, you(fakeClient{}))
	with("they do not retry", "neighbours do not retry", map[string]string{"fleet.neighbours.strategy.retry": "none"},
		func(c *fakeCase) { c.groups[0].client.attempts = 1 })
	with("they keep one client", "neighbours keep one client", map[string]string{"fleet.neighbours.client": "per-process"},
		func(c *fakeCase) { c.groups[0].client.stays = true })
	with("limit 80,120", "limit 80,120", map[string]string{"endpoint.limit.rate": "80/s", "endpoint.limit.burst": "120"},
		func(c *fakeCase) { c.limit, c.burst = "80/s", 120 })
	with("ip+path", "ip+path (the ECS agent)", map[string]string{"endpoint.limit.scope": "ip+path"},
		func(c *fakeCase) { c.scope = throttle.IPPathScope })
	return out
}

// sampleInput is everything about the sample but its cases.
func sampleInput(engine string) Input {
	return Input{
		Model:   1,
		Profile: Profile{Name: "noisy-neighbour", Digest: "sha256:0f3c9a51d2", Description: "A batch task fetches its credentials once; another tenant's tasks hammer the endpoint."},
		Engine:  engine, Seed: 1, DurationS: 60,
		Generator: Generator{Version: "0.1.0", Go: "go1.26", System: "linux/amd64", CPUs: 2, Began: "2026-01-02T03:04:05Z", WallS: 61.5},
	}
}

func mustNew(t testing.TB, in Input) *Report {
	t.Helper()
	r, err := New(in)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// simSeeds is how many seeds the tests' simulated reports are of.
const simSeeds = 8

// reportOf builds the cases and the report.
func reportOf(t testing.TB, engine string, cases []fakeCase) *Report {
	t.Helper()
	in, seeds := sampleInput(engine), 50
	if engine == Sim {
		seeds = simSeeds
	}
	for i := range cases {
		in.Cases = append(in.Cases, cases[i].build(engine, 1, seeds))
	}
	return mustNew(t, in)
}

var sampleCases = sync.OnceValue(func() []Case {
	var out []Case
	for _, c := range noisyNeighbour(nil) {
		out = append(out, c.build(Live, 1, 50))
	}
	return out
})

// sample is the live report of the noisy neighbour, made once.
func sample(t testing.TB) *Report {
	t.Helper()
	in := sampleInput(Live)
	in.Cases = sampleCases()
	in.Gates = []Gate{
		{Expr: "batch.failure_rate < 1%", Target: "batch", Metric: "failure_rate", Op: "<", Value: 0.01, Cases: []string{"full-jitter", "static"}},
	}
	return mustNew(t, in)
}
