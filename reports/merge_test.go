package reports_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"tenement/reports"
	"tenement/reports/reportstest"
)

func TestMergeAddsSeeds(t *testing.T) {
	cases := reportstest.NoisyNeighbour(func(c *reportstest.Case) { c.Duration = 20 * time.Second })[:2]
	a, b := reportstest.Run(t, reports.Live, 1, cases), reportstest.Run(t, reports.Live, 2, cases)
	m, err := reports.Merge([]*reports.Report{a, b})
	if err != nil {
		t.Fatal(err)
	}
	one, other, sum := &a.Cases[0].Groups[1], &b.Cases[0].Groups[1], &m.Cases[0].Groups[1]
	if sum.Calls != one.Calls+other.Calls || sum.Attempts != one.Attempts+other.Attempts || sum.Failures() != one.Failures()+other.Failures() {
		t.Errorf("counts were not added: %d calls, %d attempts", sum.Calls, sum.Attempts)
	}
	if got, want := samples(sum), int64(one.Successes()+other.Successes()); got != want {
		t.Errorf("histogram: got %d values, want %d", got, want)
	}
	if got, want := sum.OfferedPerS, float64(sum.Calls)/40; math.Abs(got-want) > 1e-9 {
		t.Errorf("offered: got %v/s, want %v/s", got, want)
	}
	if m.Cases[0].Endpoint.Requests != a.Cases[0].Endpoint.Requests+b.Cases[0].Endpoint.Requests {
		t.Error("the endpoint's counts were not added")
	}
	if got := total32(m.Cases[0].Series.Attempts); got != total32(a.Cases[0].Series.Attempts)+total32(b.Cases[0].Series.Attempts) {
		t.Errorf("series: got %d attempts", got)
	}
	if m.Cases[0].Series.LevelHosts != 2 {
		t.Errorf("level: got %d hosts, want 2", m.Cases[0].Series.LevelHosts)
	}
	if sum.Simulated.Seeds != 50 || sum.Simulated.Agrees == nil || !*sum.Simulated.Agrees {
		t.Errorf("simulated: got %+v", *sum.Simulated)
	}
	if len(m.Gates) != 2 || m.Gates[0].OK || !m.Gates[1].OK {
		t.Errorf("gates: got %+v", m.Gates)
	}
	if strings.Join(m.Given.Warnings, "|") != "given" {
		t.Errorf("given: got %q", m.Given.Warnings)
	}
	// What was merged is left as it was, and merging does not depend on order
	// but for whose seed comes first.
	if diff := differing(a, reportstest.Run(t, reports.Live, 1, cases)); diff != "" {
		t.Errorf("merging changed its input:\n%s", diff)
	}
	back, err := reports.Merge([]*reports.Report{b, a})
	if err != nil {
		t.Fatal(err)
	}
	back.Seed, back.Generator = m.Seed, m.Generator
	for i := range back.Cases {
		back.Cases[i].Seeds = m.Cases[i].Seeds
	}
	if diff := differing(back, m); diff != "" {
		t.Errorf("order matters:\n%s", diff)
	}
	// A merged report can be written, read and merged again.
	read, err := reports.Read("m.json", strings.NewReader(written(t, m)))
	if err != nil {
		t.Fatal(err)
	}
	third, err := reports.Merge([]*reports.Report{read, reportstest.Run(t, reports.Live, 3, cases)})
	if err != nil {
		t.Fatal(err)
	}
	if len(third.Cases[0].Seeds) != 3 {
		t.Errorf("seeds: got %v, want three", third.Cases[0].Seeds)
	}
}

// samples is how many successes the histogram holds.
func samples(g *reports.Group) int64 {
	n, _ := g.Histograms.Latency.Percentiles()
	return n
}

func total32(row []uint32) (n uint64) {
	for _, v := range row {
		n += uint64(v)
	}
	return n
}

func TestMergeJoinsCases(t *testing.T) {
	cases := reportstest.NoisyNeighbour(nil)
	a, b := reportstest.Run(t, reports.Sim, 1, cases[:1]), reportstest.Run(t, reports.Sim, 1, cases[5:6])
	m, err := reports.Merge([]*reports.Report{a, b})
	if err != nil {
		t.Fatal(err)
	}
	whole := reportstest.Run(t, reports.Sim, 1, []reportstest.Case{cases[0], cases[5]})
	if diff := differing(m, whole); diff != "" {
		t.Errorf("parts are not the whole:\n%s", diff)
	}
}

func TestMergeRefuses(t *testing.T) {
	cases := reportstest.NoisyNeighbour(func(c *reportstest.Case) { c.Duration = 5 * time.Second })[:1]
	base := reportstest.Run(t, reports.Sim, 1, cases)
	rows := []struct {
		name   string
		change func(*reports.Report)
		want   string
	}{
		{"another profile", func(r *reports.Report) { r.Profile.Digest = "sha256:ffff" }, "the profiles differ"},
		{"another identity", func(r *reports.Report) { r.Profile.Digest, r.Profile.Identity = "sha256:ffff", "ffff" }, "the profiles differ"},
		{"another model", func(r *reports.Report) { r.Model = 2 }, "the models differ: 1 and 2"},
		{"another engine", func(r *reports.Report) { r.Engine = reports.Live }, "the engines differ: sim and live"},
		{"another duration", func(r *reports.Report) { r.DurationS = 28_800 }, "the durations differ: 5 s and 8 h"},
		{"an interrupted run", func(r *reports.Report) { r.Partial = true }, "an interrupted run"},
		{"the same run", func(r *reports.Report) { r.Seed = 1 }, `the case "php-sdk" was run with seed 1 in two of them`},
		{"another limit", func(r *reports.Report) { r.Cases[0].Endpoint.Limits = []reports.Limit{{Kind: "concurrency"}} }, `the cases called "php-sdk" differ`},
		{"another fault", func(r *reports.Report) { r.Cases[0].Endpoint.Faults = []reports.Fault{{Name: "restart"}} }, `the cases called "php-sdk" differ`},
		{"an upstream", func(r *reports.Report) { r.Cases[0].Endpoint.Upstream = &reports.Upstream{} }, `the cases called "php-sdk" differ`},
		{"another case of that name", func(r *reports.Report) { r.Cases[0].Set = map[string]string{"duration": "5s"} }, `the cases called "php-sdk" differ`},
	}
	for _, row := range rows {
		other := reportstest.Run(t, reports.Sim, 2, cases)
		row.change(other)
		if _, err := reports.Merge([]*reports.Report{base, other}); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %s", row.name, err, row.want)
		}
	}
	if _, err := reports.Merge(nil); err == nil {
		t.Error("merged nothing")
	}
}

// TestMergeOfARoughDay adds two runs in which limits change, things go wrong
// and somebody is asked behind the endpoint.
func TestMergeOfARoughDay(t *testing.T) {
	cases := reportstest.RoughDay()[:2]
	a, b := reportstest.Run(t, reports.Sim, 1, cases), reportstest.Run(t, reports.Sim, 2, cases)
	for i, r := range []*reports.Report{a, b} {
		r.Cases[0].Endpoint.Upstream = &reports.Upstream{Limit: reportstest.HostLimit(), Requests: uint64(10 + i), Throttled: 2, Failed: 1}
	}
	// One of them has been written and read.
	read, err := reports.Read("b.json", strings.NewReader(written(t, b)))
	if err != nil {
		t.Fatal(err)
	}
	m, err := reports.Merge([]*reports.Report{a, read})
	if err != nil {
		t.Fatal(err)
	}
	got, one, other := &m.Cases[0].Endpoint, &a.Cases[0].Endpoint, &b.Cases[0].Endpoint
	if got.Failed != one.Failed+other.Failed || got.Failed == 0 {
		t.Errorf("failed: got %d of %d and %d", got.Failed, one.Failed, other.Failed)
	}
	if u := got.Upstream; u.Requests != 21 || u.Throttled != 4 || u.Failed != 2 || one.Upstream.Requests != 10 {
		t.Errorf("upstream: got %+v of %+v and %+v", *u, *one.Upstream, *other.Upstream)
	}
	if len(got.Faults) != 3 || len(got.Changes) != 1 || len(got.Limits) != 2 {
		t.Errorf("got %d faults, %d changes and %d limits", len(got.Faults), len(got.Changes), len(got.Limits))
	}
}
