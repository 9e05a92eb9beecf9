package experiment

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"tenement/internal/control"
	"tenement/profiles"
	"tenement/reports"
)

// Retries without end cost as much as tasks: then there are fewer seeds.
func TestControlSeedsFollowTheWork(t *testing.T) {
	for _, row := range []struct {
		asked, events uint64
		want          int
	}{
		{1000, 20_000, mostControl},
		{150_000, 3_000_000, 6},
		{10_000, 15_000_000, 6},
		{10_000, 100_000_000, 1},
		{700_000, 0, 1},
	} {
		r := &control.Result{Callers: []control.CallerCounts{{Asked: row.asked}}, Events: row.events}
		if got := controlSeeds([]*controlRun{{results: []*control.Result{r}}}); got != row.want {
			t.Errorf("%d tasks and %d events: got %d seeds, want %d", row.asked, row.events, got, row.want)
		}
	}
}

// Of an interrupted run the cases count that were simulated, with the seeds of all of them.
func TestCompleteCases(t *testing.T) {
	r := new(control.Result)
	run := func(title string, results ...*control.Result) *controlRun {
		c := &controlRun{results: results, starts: make([][]reports.ControlTimes, len(results))}
		c.Title = title
		return c
	}
	some, without, seeds := complete([]*controlRun{run("a", r, r, nil, r), run("b", nil, r, r, r), run("c", r, r, r, r)})
	if len(some) != 2 || some[1].Title != "c" || !slices.Equal(without, []string{"b"}) || seeds != 2 {
		t.Errorf("got %d cases, without %v, and %d seeds; want a and c with 2 seeds", len(some), without, seeds)
	}
	if len(some[1].results) != 2 || len(some[1].starts) != 2 {
		t.Errorf("got %d results, want 2", len(some[1].results))
	}
}

// An interrupted simulation of a control plane leaves a partial report, if there was a case.
func TestInterruptedControlPlane(t *testing.T) {
	p, err := profiles.Open("runtask-control-plane", profiles.Options{Sets: []string{"duration=2m"}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	o := Options{Name: "x", Engine: reports.Sim, Seed: 1, Seeds: 20, Gates: p.Gates}
	o.Progress = func(e Progress) {
		if e.Of > len(p.Cases()) { // the first seed is done
			cancel()
		}
	}
	r, err := ControlPlane(ctx, p, o)
	if err != nil {
		t.Fatal(err)
	}
	if !r.Partial || len(r.Cases) != len(p.Cases()) || len(r.Gates) > 0 {
		t.Errorf("got %d of %d cases and %d gates, partial %t", len(r.Cases), len(p.Cases()), len(r.Gates), r.Partial)
	}
	if n := r.Cases[0].ControlPlane.Seeds; n < 1 || n >= 20 {
		t.Errorf("got %d seeds", n)
	}
	if r, err := ControlPlane(ctx, p, o); !errors.Is(err, context.Canceled) || r != nil {
		t.Errorf("of a run that was over before it began, got %v", err)
	}
	if text := strings.Join(r.Given.Warnings, " "); strings.Contains(text, "left out") {
		t.Errorf("got %s", text)
	}
}
