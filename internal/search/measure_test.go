package search

import (
	"math"
	"testing"

	"tenement/internal/experiment"
	"tenement/internal/gate"
	"tenement/internal/sim"
	"tenement/profiles"
	"tenement/reports"
)

// What a measure counts is what a report of the same seeds shows.
func TestMeasureIsAsTheReport(t *testing.T) {
	asTheReport(t, "client-per-call", nil,
		"service.failure_rate<=1%", "service.throttled_share<=1%", "service.amplification<=1", "service.ready_within_1s>=99%",
		"endpoint.calls<=1", "service.attempts<=1", "service.cached_share<=1%", "service.mean<=1ms", "service.p99<=1s", "service.attempt_p99<=10ms")
	asTheReport(t, "cold-start", []string{"fleet.service.tasks=300"},
		"service.failed_start_rate<=1%", "endpoint.failed_starts<=1", "service.start_p50<=10s", "service.start_p99<=2m")
}

func asTheReport(t *testing.T, profile string, sets []string, exprs ...string) {
	t.Helper()
	p, err := profiles.Open(profile, profiles.Options{Sets: sets})
	if err != nil {
		t.Fatal(err)
	}
	c := p.Cases()[0]
	const seeds = 4
	var gates []gate.Gate
	for _, expr := range exprs {
		g, wrong := gate.Parse(expr)
		if wrong != nil {
			t.Fatal(wrong)
		}
		gates = append(gates, g)
	}
	x, err := experiment.New(only{p, c}, experiment.Options{Name: p.Name, Engine: reports.Sim, Seed: 1, Seeds: seeds, Gates: gates})
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	report, err := x.Report()
	if err != nil {
		t.Fatal(err)
	}
	m, err := reports.NewMeasure(gates, groupsOf(p.Plan(c, 1)))
	if err != nil {
		t.Fatal(err)
	}
	all := make([]reports.Sum, len(gates))
	for seed := range uint64(seeds) {
		one := p.Plan(c, 1+seed)
		if _, err := sim.Run(t.Context(), one, sim.Hosts{N: one.Hosts}, m); err != nil {
			t.Fatal(err)
		}
		for i, s := range m.End() {
			all[i].Part += s.Part
			all[i].Of += s.Of
		}
	}
	for i := range gates {
		how, want := reports.MeasuredOf(&gates[i]), *report.Gates[i].Value
		got, near := float64(all[i].Part)/float64(all[i].Of)*how.Scale, 1e-9
		if how.Beyond > 0 {
			// Steps are coarser than a report's histogram.
			got, near = reports.QuantileOf(m.Steps(i), how.Beyond), 0.01
		}
		if gates[i].Metric == "mean" {
			near = 0.01
		}
		if metric, _ := gate.MetricOf(gates[i].Metric); metric.OfStarts() && want == 0 {
			t.Errorf("%s: the figure is 0, which shows nothing", gates[i].Expr)
		}
		if math.Abs(got-want) > near*max(want, 1e-9)+1e-9 {
			t.Errorf("%s: got %g, the report has %g", gates[i].Expr, got, want)
		}
		if how.Beyond > 0 && report.Gates[i].OK != how.Holds(float64(all[i].Part)/float64(all[i].Of)) {
			t.Errorf("%s: the share beyond the bound and the quantile disagree", gates[i].Expr)
		}
	}
}
