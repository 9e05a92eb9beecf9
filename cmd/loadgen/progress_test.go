package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"tenement/internal/experiment"
	"tenement/reports"
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

// halfway is a live run in the middle of its second case.
func halfway() experiment.Progress {
	return experiment.Progress{
		Doing: "2 of 2 cases live", Done: 30, Of: 60, Share: 0.5, Left: 30 * time.Second,
		Cases: []experiment.Running{
			{Case: "php-sdk", Title: "php SDK", State: experiment.Done, Snapshot: reports.Snapshot{Calls: 400, Failures: 286, P99: 15 * time.Millisecond}},
			{Case: "botocore", Title: "botocore", State: experiment.Live, Snapshot: reports.Snapshot{Calls: 200, P99: 2 * time.Second}, Left: 30, Holds: 60},
		},
	}
}

// Off a terminal there is a line every ten seconds.
func TestProgressOffATerminal(t *testing.T) {
	var b bytes.Buffer
	p := &program{stderr: &b}
	g := p.newProgress("noisy\x1b", false)
	g.show(halfway())
	if b.Len() > 0 {
		t.Errorf("got %q before ten seconds are over", b.String())
	}
	g.last = g.last.Add(-lineEvery)
	g.show(halfway())
	g.show(halfway())
	g.done()
	want := `loadgen: noisy\x1b: 2 of 2 cases live, 50 %, 30s left; 286 of 600 of your calls failed` + "\n"
	if b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}

func TestQuietProgress(t *testing.T) {
	var b bytes.Buffer
	g := (&program{stderr: &b}).newProgress("noisy", true)
	g.last = g.last.Add(-lineEvery)
	g.show(halfway())
	g.done()
	if b.Len() > 0 {
		t.Errorf("got %q", b.String())
	}
}

// A screen is written over itself.
func TestScreen(t *testing.T) {
	var b bytes.Buffer
	s := board{to: &b}
	s.draw([]string{"one", "two"})
	s.draw([]string{"three"})
	s.clear()
	want := "\rone\x1b[K\ntwo\x1b[K\n\x1b[J" + "\r\x1b[2Athree\x1b[K\n\x1b[J" + "\r\x1b[1A\x1b[J"
	if b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
	if strings.Contains(b.String(), "\x1b[0A") {
		t.Error("moves by nothing, which terminals take for one")
	}
}
