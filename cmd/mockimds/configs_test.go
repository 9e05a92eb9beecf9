package main

import (
	"testing"

	"tenement/internal/throttle"
)

// The admin API ends faults by their names, so --answers has one that no fault of a
// profile has.
func TestFaultsHaveNamesOfTheirOwn(t *testing.T) {
	var taken []throttle.Fault
	for _, want := range []string{"answers", "answers-2", "answers-3"} {
		got := freeName("answers", taken)
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		taken = append(taken, throttle.Fault{Name: got})
	}
}
