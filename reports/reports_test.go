package reports

import (
	"strings"
	"testing"

	"tenement/internal/strategy"
)

func TestSimulatedReportsAreTheSameToTheByte(t *testing.T) {
	a := rendered(t, "json", small(t))
	in := sampleInput(Sim)
	in.Generator.Began, in.Generator.CPUs, in.Generator.WallS = "2030-01-01T00:00:00Z", 64, 1
	b := small(t)
	in.DurationS, in.Cases = b.DurationS, b.Cases
	if diff := diff(rendered(t, "json", mustNew(t, in)), a); diff != "" {
		t.Errorf("another machine, another time:\n%s", diff)
	}
	for _, word := range []string{"wall_s", "began", "cpus"} {
		if strings.Contains(a, word) {
			t.Errorf("a simulated report holds %s", word)
		}
	}
}

func TestInterruptedRunIsWritten(t *testing.T) {
	gate := Gate{Expr: "batch.calls == 1", Target: "batch", Metric: "calls", Op: "==", Cases: []string{"never ran"}}
	for name, cases := range map[string][]Case{"after a case": small(t).Cases, "before any": nil} {
		in := sampleInput(Live)
		in.Partial, in.Cases, in.Gates = true, cases, []Gate{gate}
		r := mustNew(t, in)
		back, err := Read("r.json", strings.NewReader(rendered(t, "json", r)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, format := range Formats() {
			if diff := diff(rendered(t, format, back), rendered(t, format, r)); diff != "" {
				t.Errorf("%s: %s:\n%s", name, format, diff)
			}
		}
	}
}

// TestInterruptedRunCountsItsOwnTime shows that a rate is over the time that
// calls came for, not over the time they were to come for.
func TestInterruptedRunCountsItsOwnTime(t *testing.T) {
	r := NewRecorder(1, 0, 0)
	for range 30 {
		r.Finished(&strategy.Call{Scheduled: second, Begun: second, Ended: second})
	}
	c := NewCase(CaseInput{Name: "x", Kind: StrategyCase, Duration: 60 * second, Ran: 10 * second, Groups: []GroupInfo{{Name: "g"}}, Recorder: r})
	if got := c.Groups[0].OfferedPerS; got != 3 {
		t.Errorf("got %v/s, want 3/s", got)
	}
}
