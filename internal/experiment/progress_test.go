package experiment

import (
	"testing"
	"time"
)

// The time that is left is not told before there is something to judge it by: the first
// instants of a run would make it years.
func TestTimeLeft(t *testing.T) {
	for _, row := range []struct {
		took  time.Duration
		share float64
		want  time.Duration
	}{
		{100 * time.Millisecond, 2e-8, 0},
		{100 * time.Millisecond, 0.5, 0},
		{time.Minute, 1e-4, 0},
		{time.Second, 0.001, 999 * time.Second},
		{10 * time.Second, 0.25, 30 * time.Second},
		{10 * time.Second, 1, 0},
	} {
		if got := left(row.took, row.share).Round(time.Millisecond); got != row.want {
			t.Errorf("%v for %g: got %v left, want %v", row.took, row.share, got, row.want)
		}
	}
}

// Starts that fail are tried again and again: the seeds follow from what the first one has
// requested, and are enough to show how far seeds are apart.
func TestFailedStartsTakeFewerSeeds(t *testing.T) {
	x := open(t, "resource-init", Options{}, "duration=10m")
	if err := x.simulateOnce(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, most := x.seedsOfStarts(), x.DefaultSeeds(); got < leastSimulated || got > most*2/3 {
		t.Errorf("got %d seeds, want %d or more, and far fewer than %d", got, leastSimulated, most)
	}
	if open(t, "fork-bomb", Options{}).cases[0].starts() {
		t.Error("a group without required activities can fail to start")
	}
}
