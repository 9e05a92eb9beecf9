package reports_test

import (
	"strings"
	"testing"
	"time"

	"tenement/internal/strategy"
	"tenement/reports"
	"tenement/reports/reportstest"
)

func TestSimulatedReportsAreTheSameToTheByte(t *testing.T) {
	a := written(t, reportstest.Small(t))
	in := reportstest.Input(reports.Sim)
	in.Generator.Began, in.Generator.CPUs, in.Generator.WallS = "2030-01-01T00:00:00Z", 64, 1
	b := reportstest.Small(t)
	in.DurationS, in.Cases = b.DurationS, b.Cases
	if diff := reports.Diff(written(t, reportstest.MustNew(t, in)), a); diff != "" {
		t.Errorf("another machine, another time:\n%s", diff)
	}
	for _, word := range []string{"wall_s", "began", "cpus"} {
		if strings.Contains(a, word) {
			t.Errorf("a simulated report holds %s", word)
		}
	}
}

// TestInterruptedRunCountsItsOwnTime shows that a rate is over the time that
// calls came for, not over the time they were to come for.
func TestInterruptedRunCountsItsOwnTime(t *testing.T) {
	r := reports.NewRecorder(1, 0, 0)
	for range 30 {
		r.Finished(&strategy.Call{Scheduled: time.Second, Begun: time.Second, Ended: time.Second})
	}
	c := reports.NewCase(reports.CaseInput{Name: "x", Kind: reports.StrategyCase, Duration: 60 * time.Second, Ran: 10 * time.Second, Groups: []reports.GroupInfo{{Name: "g"}}, Recorder: r})
	if got := c.Groups[0].OfferedPerS; got != 3 {
		t.Errorf("got %v/s, want 3/s", got)
	}
}
