package experiment

import (
	"reflect"
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

// Simulations that are compared take the fewest seeds that one of them takes by itself, also
// where its first seed tells it, and that seed is not simulated again.
func TestComparedSimulationsAgreeOnSeeds(t *testing.T) {
	alone := open(t, "resource-init", Options{}, "duration=10m")
	if err := alone.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	want, err := alone.Report()
	if err != nil {
		t.Fatal(err)
	}
	few, many := open(t, "resource-init", Options{}, "duration=10m"), open(t, "resource-init", Options{}, "duration=1m")
	if err := AgreeOnSeeds(t.Context(), many, few); err != nil {
		t.Fatal(err)
	}
	if few.options.Seeds != alone.seeds || many.options.Seeds != alone.seeds {
		t.Errorf("got %d and %d seeds, want those of the longer run, %d", many.options.Seeds, few.options.Seeds, alone.seeds)
	}
	first := few.cases[0].recorder
	if err := few.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if few.cases[0].recorder != first {
		t.Error("the first seed was simulated twice")
	}
	got, err := few.Report()
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got.Cases, want.Cases) {
		t.Error("a simulation that agreed on seeds counts something else than one by itself")
	}
}
