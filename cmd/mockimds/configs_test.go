package main

import (
	"testing"

	"tenement/internal/throttle"
)

// The admin API ends faults by their names, so --answers has one that no fault of a
// profile has.
func TestAnswersHaveANameOfTheirOwn(t *testing.T) {
	e := throttle.New(throttle.Config{})
	for _, want := range []string{"answers", "answers-2", "answers-3"} {
		got := answersName(e)
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if err := e.Inject(0, throttle.Fault{Name: got, Kind: throttle.HangFault}); err != nil {
			t.Fatal(err)
		}
	}
}
