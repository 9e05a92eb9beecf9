package experiment

import (
	"testing"

	"tenement/internal/control"
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
