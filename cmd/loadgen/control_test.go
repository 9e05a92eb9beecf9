package main

import (
	"testing"

	"tenement/profiles"
	"tenement/reports/diagnosis"
)

// What AWS has not published is an assumption, and each built-in profile with a control
// plane has a case that tries another.
func TestAssumptionsAreTried(t *testing.T) {
	n := 0
	for _, b := range profiles.Builtins() {
		p, err := profiles.Open(b.Name, profiles.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if !p.ControlPlane() {
			continue
		}
		n++
		d := diagnosis.Of(simulated(t, b.Name, "--seeds", "1", "--set", "duration=1s"))
		for _, assumed := range d.Control.Untried() {
			t.Errorf("%s: no case tries another than assumed: %s", b.Name, assumed)
		}
		if len(d.Sentences().Verdict) < 2 || len(d.Sentences().Assumptions) < 3 {
			t.Errorf("%s: it says too little: %+v", b.Name, d.Sentences())
		}
	}
	if n < 6 {
		t.Errorf("only %d profiles have a control plane", n)
	}
}
