package main

import (
	"testing"
	"time"

	"tenement/internal/experiment"
)

func TestStage(t *testing.T) {
	for _, row := range []struct {
		at   experiment.Progress
		want string
	}{
		{experiment.Progress{Of: 3}, "starting"},
		{experiment.Progress{Of: 3, Share: 0.099, Left: time.Minute}, "9 %, 1m0s left"},
		{experiment.Progress{Done: 1, Of: 3, Share: 0.5, Rate: 8_140_000, Left: 90 * time.Second}, "50 %, 8.1 M requests/s, 1m30s left"},
		{experiment.Progress{Done: 1, Of: 3, Share: 0.5, Rate: 81_400, Left: time.Millisecond}, "50 %, 81 k requests/s"},
		{experiment.Progress{Done: 3, Of: 3, Share: 1}, "waiting for the last"},
	} {
		if got := stage(row.at); got != row.want {
			t.Errorf("%+v: got %q, want %q", row.at, got, row.want)
		}
	}
}

// TestPauses asks once a second for an hour.
func TestPauses(t *testing.T) {
	began := time.Unix(0, 0)
	due, lines := pauses(began), []time.Duration{}
	for at := time.Duration(0); at < time.Hour; at += time.Second {
		if due(began.Add(at)) {
			lines = append(lines, at)
		}
	}
	if len(lines) != 16 || lines[0] != 10*time.Second || lines[1] != 20*time.Second || lines[2] != 40*time.Second {
		t.Errorf("got lines after %v", lines)
	}
}
