package reports

import (
	"math"
	"strings"
	"testing"
	"time"
)

// run is a report of some cases of the model with a seed.
func run(t testing.TB, engine string, seed uint64, cases []fakeCase) *Report {
	in, seeds := sampleInput(engine), 50
	if engine == Sim {
		seeds = simSeeds
	}
	in.Seed, in.DurationS = seed, cases[0].duration.Seconds()
	for i := range cases {
		in.Cases = append(in.Cases, cases[i].build(engine, seed, seeds))
	}
	in.Gates = []Gate{gate(t, "batch.failure_rate < 50%")}
	in.Warnings = []string{"given"}
	return mustNew(t, in)
}

func TestMergeAddsSeeds(t *testing.T) {
	cases := noisyNeighbour(func(c *fakeCase) { c.duration = 20 * time.Second })[:2]
	a, b := run(t, Live, 1, cases), run(t, Live, 2, cases)
	m, err := Merge([]*Report{a, b})
	if err != nil {
		t.Fatal(err)
	}
	one, other, sum := &a.Cases[0].Groups[1], &b.Cases[0].Groups[1], &m.Cases[0].Groups[1]
	if sum.Calls != one.Calls+other.Calls || sum.Attempts != one.Attempts+other.Attempts || sum.failures() != one.failures()+other.failures() {
		t.Errorf("counts were not added: %d calls, %d attempts", sum.Calls, sum.Attempts)
	}
	if got, want := sum.Histograms.Latency.must().TotalCount(), int64(one.successes()+other.successes()); got != want {
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
	if strings.Join(m.Warnings, "|") != "given|"+strings.Join(warn(m), "|") {
		t.Errorf("warnings: got %q", m.Warnings)
	}
	// What was merged is left as it was, and merging does not depend on order
	// but for whose seed comes first.
	if diff := differing(a, run(t, Live, 1, cases)); diff != "" {
		t.Errorf("merging changed its input:\n%s", diff)
	}
	back, err := Merge([]*Report{b, a})
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
	read, err := Read("m.json", strings.NewReader(rendered(t, "json", m)))
	if err != nil {
		t.Fatal(err)
	}
	third, err := Merge([]*Report{read, run(t, Live, 3, cases)})
	if err != nil {
		t.Fatal(err)
	}
	if len(third.Cases[0].Seeds) != 3 {
		t.Errorf("seeds: got %v, want three", third.Cases[0].Seeds)
	}
}

func total32(row []uint32) (n uint64) {
	for _, v := range row {
		n += uint64(v)
	}
	return n
}

func TestMergeJoinsCases(t *testing.T) {
	cases := noisyNeighbour(nil)
	a, b := run(t, Sim, 1, cases[:1]), run(t, Sim, 1, cases[5:6])
	m, err := Merge([]*Report{a, b})
	if err != nil {
		t.Fatal(err)
	}
	whole := run(t, Sim, 1, []fakeCase{cases[0], cases[5]})
	if diff := differing(m, whole); diff != "" {
		t.Errorf("parts are not the whole:\n%s", diff)
	}
	if !strings.Contains(strings.Join(m.Verdict, " "), "without those") {
		t.Errorf("the verdict does not know of both: %q", m.Verdict)
	}
}

func TestMergeRefuses(t *testing.T) {
	cases := noisyNeighbour(func(c *fakeCase) { c.duration = 5 * time.Second })[:1]
	base := run(t, Sim, 1, cases)
	rows := []struct {
		name   string
		change func(*Report)
		want   string
	}{
		{"another profile", func(r *Report) { r.Profile.Digest = "sha256:ffff" }, "the profiles differ"},
		{"another model", func(r *Report) { r.Model = 2 }, "the models differ: 1 and 2"},
		{"another engine", func(r *Report) { r.Engine = Live }, "the engines differ: sim and live"},
		{"another duration", func(r *Report) { r.DurationS = 30 }, "the durations differ"},
		{"an interrupted run", func(r *Report) { r.Partial = true }, "an interrupted run"},
		{"the same run", func(r *Report) { r.Seed = 1 }, `the case "php-sdk" was run with seed 1 in two of them`},
		{"another limit", func(r *Report) { r.Cases[0].Endpoint.Limits = []Limit{{Kind: "concurrency"}} }, `the cases called "php-sdk" differ`},
		{"another fault", func(r *Report) { r.Cases[0].Endpoint.Faults = []Fault{{Name: "restart"}} }, `the cases called "php-sdk" differ`},
		{"an upstream", func(r *Report) { r.Cases[0].Endpoint.Upstream = &Upstream{} }, `the cases called "php-sdk" differ`},
		{"another case of that name", func(r *Report) { r.Cases[0].Set = map[string]string{"duration": "5s"} }, `the cases called "php-sdk" differ`},
	}
	for _, row := range rows {
		other := run(t, Sim, 2, cases)
		row.change(other)
		if _, err := Merge([]*Report{base, other}); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %s", row.name, err, row.want)
		}
	}
	if _, err := Merge(nil); err == nil {
		t.Error("merged nothing")
	}
}

// TestMergeOfARoughDay adds two runs in which limits change, things go wrong
// and somebody is asked behind the endpoint.
func TestMergeOfARoughDay(t *testing.T) {
	cases := roughDay()[:2]
	a, b := run(t, Sim, 1, cases), run(t, Sim, 2, cases)
	for i, r := range []*Report{a, b} {
		r.Cases[0].Endpoint.Upstream = &Upstream{Limit: hostLimit(), Requests: uint64(10 + i), Throttled: 2, Failed: 1}
	}
	// One of them has been written and read.
	read, err := Read("b.json", strings.NewReader(rendered(t, "json", b)))
	if err != nil {
		t.Fatal(err)
	}
	m, err := Merge([]*Report{a, read})
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
	if text := rendered(t, "text", m); !strings.Contains(text, "fall between 20 s and 37 s") {
		t.Errorf("the faults are not in the sentences of\n%s", text)
	}
}
