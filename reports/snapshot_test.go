package reports_test

import (
	"math"
	"testing"
	"time"

	"tenement/internal/strategy"
	"tenement/reports"
)

// What a recorder says while it counts is what the report says at the end.
func TestSnapshot(t *testing.T) {
	r := reports.NewRecorder(3, 0, 0)
	for i := range 3000 {
		k := &strategy.Call{Group: uint32(i % 3), Ended: time.Duration(i*i) * time.Microsecond}
		if i%10 == 0 {
			k.Result = strategy.Throttled
		}
		r.Finished(k)
	}
	s := r.Snapshot(func(g int) bool { return g == 1 })
	c := reports.NewCase(reports.CaseInput{Groups: make([]reports.GroupInfo, 3), Recorder: r})
	g := &c.Groups[1]
	if s.Calls != g.Calls || s.Failures != g.Failures() {
		t.Errorf("got %d calls and %d failures, want %d and %d", s.Calls, s.Failures, g.Calls, g.Failures())
	}
	if got := float64(s.P99) / float64(time.Millisecond); math.Abs(got-g.LatencyMS.P99) > g.LatencyMS.P99/500 {
		t.Errorf("got a p99 of %g ms, want %g", got, g.LatencyMS.P99)
	}
	if s := r.Snapshot(func(int) bool { return true }); s.Calls != 3000 || s.Failures != 300 {
		t.Errorf("all: got %+v", s)
	}
	if s := reports.NewRecorder(1, 0, 0).Snapshot(func(int) bool { return true }); s != (reports.Snapshot{}) {
		t.Errorf("nothing: got %+v", s)
	}
}
