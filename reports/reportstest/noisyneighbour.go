package reportstest

import (
	"sync"
	"testing"
	"time"

	"tenement/internal/gate"
	"tenement/internal/throttle"
	"tenement/reports"
)

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
