package experiment

import (
	"context"
	"testing"
	"time"

	"tenement/profiles"
	"tenement/reports"
)

// What a live run has counted can be read while it runs, and at its end is what the
// report has.
func TestSoFar(t *testing.T) {
	text := []byte("version: 1\nname: watched\nduration: 300ms\ndrain: 1s\nfleet: [{group: a, tasks: 3, arrivals: {constant: 100/s}, under_test: true}]\n")
	p, err := profiles.Load("watched.yaml", text)
	if err != nil {
		t.Fatal(err)
	}
	x, err := New(p, Options{Name: p.Name, Engine: reports.Live, Seeds: 1, Watched: true})
	if err != nil {
		t.Fatal(err)
	}
	var calls []uint64
	read := func() *reports.Report {
		r, err := x.SoFar()
		if err != nil {
			t.Fatal(err)
		}
		for i := range r.Cases {
			calls = append(calls, r.Cases[i].Groups[0].Calls)
		}
		return r
	}
	if r := read(); len(r.Cases) != 0 || !r.Partial {
		t.Errorf("before the run: got %+v", r)
	}
	done := make(chan error)
	go func() { done <- x.Run(context.Background()) }()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for running := true; running; {
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			running = false
		case <-tick.C:
		}
		read()
	}
	whole, err := x.Report()
	if err != nil {
		t.Fatal(err)
	}
	for i, n := range calls {
		if i > 0 && n < calls[i-1] {
			t.Errorf("calls went back: %d", calls)
		}
	}
	if last := calls[len(calls)-1]; last != whole.Cases[0].Groups[0].Calls {
		t.Errorf("got %d, want %d in the end", calls, whole.Cases[0].Groups[0].Calls)
	}
}
