package main

import (
	"context"
	"io"
	"testing"

	"tenement/profiles"
	"tenement/reports"
)

func TestSimulatedSeeds(t *testing.T) {
	for _, row := range []struct {
		name  string
		calls float64
		want  int
	}{
		{"none", 0, 400},
		{"fork-bomb", 500, 400},
		{"noisy-neighbour", 36_000, 41},
		{"credential-expiry", 403_000, 20},
		{"the most", 1_000_000, 20},
		{"a week of a region", 1e9, 1},
	} {
		if got := simulatedSeeds(row.calls); got != row.want {
			t.Errorf("%s: got %d seeds, want %d", row.name, got, row.want)
		}
		if most := besideSeeds(row.calls); simulatedSeeds(row.calls) > most {
			t.Errorf("%s: more seeds than the %d beside a live run", row.name, most)
		}
	}
}

// TestInterruptedSeeds ends a simulation after the seed asked for.
func TestInterruptedSeeds(t *testing.T) {
	profile, err := profiles.Open("fork-bomb", profiles.Options{Engine: reports.Sim})
	if err != nil {
		t.Fatal(err)
	}
	r := &runner{program: &program{stderr: io.Discard}, profile: profile}
	r.prepare()
	if err := r.simulateOnce(t.Context()); err != nil {
		t.Fatal(err)
	}
	if r.cases[0].estimate, err = r.estimateCase(t.Context(), r.cases[0], profile.Seed, 2); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if r.stopped = r.simulateSeeds(ctx); !stopped(r.stopped) {
		t.Fatalf("got %v, want an interruption", r.stopped)
	}
	report, err := r.report()
	if err != nil {
		t.Fatal(err)
	}
	for i := range report.Cases {
		if g := report.Cases[i].Groups[0]; g.Calls != 100 || g.Simulated != nil {
			t.Errorf("%s: got %d calls and %+v, want 100 of the one seed", report.Cases[i].Name, g.Calls, g.Simulated)
		}
	}
	if !report.Partial || len(report.Cases) != len(r.cases) {
		t.Errorf("got %d cases, partial %t", len(report.Cases), report.Partial)
	}
}
