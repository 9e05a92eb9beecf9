// Package reportstest makes reports for tests: of a model of the noisy neighbour
// small enough to stand here (retries on a token bucket, in virtual time, with
// keyed draws), and of figures set by hand. The model's figures are plausible,
// not faithful.
package reportstest

import (
	"sync"
	"testing"
	"time"

	"tenement/internal/draw"
	"tenement/internal/gate"
	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
	"tenement/reports"
)

// Client is how a group of the model fetches.
type Client struct {
	Attempts  int           // 0 sends nothing
	Base, Cap time.Duration // of full jitter
	Stays     bool          // keeps one answer per task for good
}

// Group is a group of the model: tasks that call at random, or once within
// the run if rate is 0.
type Group struct {
	Info   reports.GroupInfo
	Rate   float64
	Client Client
}

// Case is one case of the model.
type Case struct {
	Name, Title, Kind string
	Set               map[string]string
	Rate              string // of a token bucket
	Burst             int64
	Scope             throttle.Scope
	More              []throttle.Limit // after that one
	Changes           []throttle.Change
	Faults            []throttle.Fault
	Groups            []Group
	Duration          time.Duration
}

// Limits are all of the case.
func (c *Case) Limits() []throttle.Limit {
	rate, err := throttle.ParseRate(c.Rate)
	if err != nil {
		panic(err)
	}
	return append([]throttle.Limit{{Rate: rate, Burst: c.Burst, Scope: c.Scope}}, c.More...)
}

const drain = 30 * time.Second

// The model's distributions, tabulated so that every processor draws the same.
var (
	gaps        = draw.Exponential(float64(time.Second))
	serviceTime = draw.LogNormal(500*time.Microsecond, 3*time.Millisecond)
)

// calls are all arrivals of the case with this seed.
func (c *Case) calls(seed draw.Key) []*strategy.Call {
	var out []*strategy.Call
	for g, group := range c.Groups {
		for task := range group.Info.Tasks {
			key := seed.Name(group.Info.Name).With(uint64(task))
			at, n := time.Duration(0), uint64(0)
			for {
				u := key.With(n).Float()
				if group.Rate == 0 {
					at = time.Duration(u * float64(c.Duration) * 0.92)
				} else {
					at += time.Duration(float64(gaps.At(key.With(n).Bits())) / group.Rate)
				}
				if at >= c.Duration || group.Rate == 0 && n > 0 {
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
func (c *Case) run(seed uint64, r strategy.Observer, bucket, late time.Duration) throttle.Counts {
	root := draw.Seed(seed)
	endpoint := throttle.New(throttle.Config{
		Seed: root, Limits: c.Limits(), Changes: c.Changes, Faults: c.Faults,
		Groups: len(c.Groups), Bucket: bucket, Horizon: c.Duration + drain,
	})
	var h heap
	for _, k := range c.calls(root) {
		key := c.key(root, k)
		k.Begun = k.Scheduled + time.Duration(key.With(9).Float()*float64(late))
		h.push(event{k.Begun, key.Bits(), k})
	}
	held := map[[2]uint32]bool{}
	for len(h) > 0 {
		e := h.pop()
		k, client := e.k, c.Groups[e.k.Group].Client
		task := [2]uint32{k.Group, k.Task}
		if client.Attempts == 0 || client.Stays && held[task] {
			k.Ended, k.Served = e.at, strategy.Cached
			r.Finished(k)
			continue
		}
		key := c.key(root, k).With(uint64(k.Attempts))
		ended := e.at + time.Millisecond + serviceTime.At(key.With(1).Bits())
		o := answered(endpoint, e.at, &throttle.Request{
			Task: uint64(k.Group)<<32 | uint64(k.Task), Source: uint64(k.Group)<<32 | uint64(k.Task),
			Tenant: uint64(k.Group), Slot: -1, Group: int32(k.Group),
			Key: c.key(root, k), Route: service.CredentialsRoute,
		})
		r.Attempted(k, e.at, ended, o)
		k.Attempts++
		if !o.Good() && int(k.Attempts) < client.Attempts {
			wait := min(client.Base<<(k.Attempts-1), client.Cap)
			at := ended + time.Duration(key.With(2).Float()*float64(wait))
			h.push(event{at, key.Bits(), k})
			continue
		}
		held[task] = o.Good()
		k.Ended, k.Result = ended, o.Result()
		r.Finished(k)
	}
	return endpoint.Counts()
}

func (c *Case) key(root draw.Key, k *strategy.Call) draw.Key {
	return root.Name("attempt").With(uint64(k.Group)).With(uint64(k.Task)).With(uint64(k.N))
}

// infos are the groups as a report knows them.
func (c *Case) infos() []reports.GroupInfo {
	var out []reports.GroupInfo
	for _, g := range c.Groups {
		out = append(out, g.Info)
	}
	return out
}

// Build is the case as a report of an engine has it, estimated over so many
// seeds.
func (c *Case) Build(engine string, seed uint64, seeds int) reports.Case {
	bucket := 500 * time.Millisecond // as profiles choose it for a minute
	if c.Duration < time.Minute {
		bucket = 200 * time.Millisecond
	}
	r := reports.NewRecorder(len(c.Groups), bucket, c.Duration+drain)
	late := time.Duration(0)
	if engine == reports.Live {
		late = 400 * time.Microsecond
	}
	counts := c.run(seed, r, bucket, late)
	in := reports.CaseInput{
		Name: c.Name, Title: c.Title, Kind: c.Kind, Set: c.Set, Service: service.ECS.String(),
		Limits: c.Limits(), Changes: c.Changes, Faults: c.Faults,
		Duration: c.Duration, Groups: c.infos(), Counts: &counts, Recorder: r,
	}
	if seeds > 0 {
		in.Estimate = reports.NewEstimate(len(c.Groups))
		first := uint64(1000)
		if engine == reports.Sim {
			first = seed
		}
		for n := range seeds {
			c.run(first+uint64(n), in.Estimate.Observer(), 0, 0)
			in.Estimate.End(first + uint64(n))
		}
	}
	return reports.NewCase(in)
}

// NoisyNeighbour are the nine cases of the model, after a change to each.
func NoisyNeighbour(change func(*Case)) []Case {
	base := Case{
		Kind: reports.StrategyCase, Rate: "40/s", Burst: 60, Duration: time.Minute,
		Groups: []Group{
			{reports.GroupInfo{Name: "neighbours", Tenant: "neighbours", Tasks: 20, Processes: 1, Flow: "credentials"}, 3,
				Client{Attempts: 3, Base: 500 * time.Millisecond, Cap: 20 * time.Second}},
			{reports.GroupInfo{Name: "batch", Tenant: "batch", UnderTest: true, Tasks: 400, Processes: 1, Flow: "credentials"}, 0,
				Client{Attempts: 1}},
		},
	}
	var out []Case
	with := func(name, title string, set map[string]string, alter func(*Case)) {
		c := base
		c.Groups = append([]Group{}, base.Groups...)
		c.Name, c.Title, c.Set = name, title, set
		if set != nil {
			c.Kind = reports.WhatIfCase
		}
		if change != nil {
			change(&c)
		}
		if alter != nil {
			alter(&c)
		}
		out = append(out, c)
	}
	you := func(client Client) func(*Case) {
		return func(c *Case) { c.Groups[1].Client = client }
	}
	with("php-sdk", "php SDK as it is", nil, nil)
	with("botocore", "botocore", nil, you(Client{Attempts: 3, Base: 2 * time.Second, Cap: 20 * time.Second}))
	with("aws-sdk-go-v2", "aws-sdk-go-v2", nil, you(Client{Attempts: 3, Base: 4 * time.Second, Cap: 20 * time.Second}))
	with("full-jitter", "full jitter, 8 tries", nil, you(Client{Attempts: 8, Base: 100 * time.Millisecond, Cap: 5 * time.Second}))
	with("static", "static keys", nil, you(Client{}))
	with("they do not retry", "neighbours do not retry", map[string]string{"fleet.neighbours.strategy.retry": "none"},
		func(c *Case) { c.Groups[0].Client.Attempts = 1 })
	with("they keep one client", "neighbours keep one client", map[string]string{"fleet.neighbours.client": "per-process"},
		func(c *Case) { c.Groups[0].Client.Stays = true })
	with("limit 80,120", "limit 80,120", map[string]string{"endpoint.limit.rate": "80/s", "endpoint.limit.burst": "120"},
		func(c *Case) { c.Rate, c.Burst = "80/s", 120 })
	with("ip+path", "ip+path (the ECS agent)", map[string]string{"endpoint.limit.scope": "ip+path"},
		func(c *Case) { c.Scope = throttle.IPPathScope })
	return out
}

// Input is everything about the sample but its cases.
func Input(engine string) reports.Input {
	return reports.Input{
		Model:   1,
		Profile: reports.Profile{Name: "noisy-neighbour", Digest: "sha256:0f3c9a51d2", Description: "A batch task fetches its credentials once; another tenant's tasks hammer the endpoint."},
		Engine:  engine, Seed: 1, DurationS: 60,
		Generator: reports.Generator{Version: "0.1.0", Go: "go1.26", System: "linux/amd64", CPUs: 2, Began: "2026-01-02T03:04:05Z", WallS: 61.5},
	}
}

// MustNew is the report of an input that must be good.
func MustNew(t testing.TB, in reports.Input) *reports.Report {
	t.Helper()
	r, err := reports.New(in)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// SimSeeds is how many seeds the tests' simulated reports are of.
const SimSeeds = 8

// ReportOf builds the cases and the report.
func ReportOf(t testing.TB, engine string, cases []Case) *reports.Report {
	t.Helper()
	in, seeds := Input(engine), 50
	if engine == reports.Sim {
		seeds = SimSeeds
	}
	for i := range cases {
		in.Cases = append(in.Cases, cases[i].Build(engine, 1, seeds))
	}
	return MustNew(t, in)
}

var sampleCases = sync.OnceValue(func() []reports.Case {
	var out []reports.Case
	for _, c := range NoisyNeighbour(nil) {
		out = append(out, c.Build(reports.Live, 1, 50))
	}
	return out
})

// Sample is the live report of the noisy neighbour, made once.
func Sample(t testing.TB) *reports.Report {
	t.Helper()
	in := Input(reports.Live)
	in.Cases = sampleCases()
	in.Gates = []gate.Gate{
		{Expr: "batch.failure_rate < 1%", Target: "batch", Metric: "failure_rate", Op: "<", Value: 0.01, Cases: []string{"full-jitter", "static"}},
	}
	return MustNew(t, in)
}

// Small is a report short enough to be read: one case, ten seconds.
func Small(t testing.TB) *reports.Report {
	c := NoisyNeighbour(func(c *Case) {
		c.Duration = 10 * time.Second
		c.Groups[1].Info.Tasks = 60
		c.Groups[0].Rate = 5
	})[:1]
	in := Input(reports.Sim)
	in.DurationS = 10
	in.Cases = []reports.Case{c[0].Build(reports.Sim, 1, 0)}
	return MustNew(t, in)
}

// Run is a report of some cases of the model with a seed, with a gate and a
// given warning.
func Run(t testing.TB, engine string, seed uint64, cases []Case) *reports.Report {
	t.Helper()
	in, seeds := Input(engine), 50
	if engine == reports.Sim {
		seeds = SimSeeds
	}
	in.Seed, in.DurationS = seed, cases[0].Duration.Seconds()
	for i := range cases {
		in.Cases = append(in.Cases, cases[i].Build(engine, seed, seeds))
	}
	in.Gates = []gate.Gate{Gate(t, "batch.failure_rate < 50%")}
	in.Given = reports.Given{Warnings: []string{"given"}}
	return MustNew(t, in)
}

// Gate is the gate of an expression.
func Gate(t testing.TB, expr string, cases ...string) gate.Gate {
	t.Helper()
	g, err := gate.Parse(expr)
	if err != nil {
		t.Fatal(err)
	}
	g.Cases = cases
	return g
}
