package control_test

import (
	"slices"
	"testing"
	"time"

	"tenement/internal/control"
)

// What is lost is not free while it is lost, and is empty when it comes back. Where tasks
// are spread, it is over the hosts of one cell after the other.
func TestWhatIsLostIsNotFree(t *testing.T) {
	task := control.Pair{CPU: 1024, Memory: 2048}
	p := &control.Plan{
		Seed: 1, Duration: 100 * time.Second, Zones: 2, Fallback: true, Bucket: 10 * time.Second,
		Callers:  []control.Caller{{Name: "caller", Task: task, Deploys: []control.Deploy{{Tasks: 12}}}},
		MicroVMs: &control.MicroVMs{Hosts: 4, Host: control.Pair{CPU: 8 * 1024, Memory: 16 * 1024}, Spread: true},
		Cells:    control.Cells{Count: 2},
		Losses: []control.Loss{
			{Zone: 0, Cell: -1, From: 35 * time.Second, For: 30 * time.Second},
			{Zone: 1, Cell: 1, From: 35 * time.Second, For: 30 * time.Second},
		},
	}
	r := run(t, p, new(count))
	in := func(z int) int64 { return int64(r.Zones[z].Cells[0].Most) * int64(task.CPU) }
	if in(0)+in(1) != 12*1024 || r.Zones[0].Cells[1].Most+r.Zones[1].Cells[1].Most > 0 {
		t.Fatalf("12 tasks are spread over cells, beyond the first: %+v", r.Zones)
	}
	const host = 8 * 1024
	at := func(z int) []int64 { level := r.Series.Level[z]; return []int64{level[2], level[4], level[8]} }
	if got, want := at(0), []int64{4*host - in(0), 0, 4 * host}; !slices.Equal(got, want) {
		t.Errorf("the lost zone has %d free before, meanwhile and after; want %d", got, want)
	}
	if got, want := at(1), []int64{4*host - in(1), 2*host - in(1), 4*host - in(1)}; !slices.Equal(got, want) {
		t.Errorf("the zone of the lost cell has %d free before, meanwhile and after; want %d", got, want)
	}
}
