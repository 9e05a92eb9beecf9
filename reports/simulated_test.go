package reports

import (
	"strings"
	"testing"

	"tenement/internal/strategy"
)

// seeded is a case of one seed in which a group under test fails rarely, and of
// twenty in which it fails often.
func seeded() Case {
	c := handCase("base", StrategyCase, nil, hostLimit(),
		hand{name: "batch", you: true, tasks: 400, calls: 400, failures: 2, attempts: 420, first: 400})
	s := &Simulated{
		Seeds: 20, Calls: 8000, Failures: 800, Attempts: 12_000, FirstTries: 8000, Throttled: 4000,
		FailureRate: share(800, 8000), FailureRateCI95: &[2]float64{0.08, 0.12},
	}
	s.Results[strategy.OK], s.Results[strategy.Throttled] = 7200, 800
	s.Served[strategy.Fetched], s.Served[strategy.Cached] = 6000, 2000
	c.Groups[0].Simulated = s
	return c
}

func TestSimulatedSharesAreOfAllSeeds(t *testing.T) {
	r := handReport(seeded())
	r.Seed = 7
	text := rendered(t, "text", r)
	for _, want := range []string{
		"YOU FAIL     calls  tries", "20 seeds    seed 7  /call", "10.0 % ±2.0     400    1.5",
		"shares of calls, tries and p99 are over 20 seeds; what is counted is of seed 7.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("got %s\nwant %q", text, want)
		}
	}
	page := rendered(t, "html", r)
	for _, want := range []string{"you fail<small>20 seeds</small>", "calls<small>seed 7</small>", "is the mean of 20 seeds", "All figures of seed 7", "20 seeds for the shares"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	for _, not := range []string{`class="seen"`, "agrees", ">live<", "the run itself"} {
		if strings.Contains(page, not) || strings.Contains(text, not) {
			t.Errorf("a simulated report says %q", not)
		}
	}
	if r.compare(); r.Cases[0].Groups[0].Simulated.Agrees != nil {
		t.Error("the seed asked for was compared with the others")
	}
	r.Cases[0].Seeds = []uint64{7, 8}
	if text = rendered(t, "text", r); !strings.Contains(text, "of 2 runs.") {
		t.Errorf("merged: got %s", text)
	}
}

// A gate holds or fails by what the table shows.
func TestGatesJudgeTheMeanOfSeeds(t *testing.T) {
	gates := []Gate{
		gate(t, "batch.failure_rate < 1%"), gate(t, "endpoint.failure_rate == 10%"), gate(t, "batch.calls == 400"),
		gate(t, "batch.attempts == 600"), gate(t, "batch.amplification == 1.5"), gate(t, "batch.cached_share == 25%"),
		gate(t, "batch.throttled_share > 33%"),
	}
	for engine, want := range map[string]string{Sim: "0111111", Live: "1010000"} {
		r := mustNew(t, Input{Engine: engine, DurationS: 60, Cases: []Case{seeded()}, Gates: gates})
		got := ""
		for _, result := range r.Gates {
			got += map[bool]string{true: "1", false: "0"}[result.OK]
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", engine, got, want)
		}
	}
}

// Groups that go up and down together are no more certain than each of them.
func TestIntervalOfSeveralGroups(t *testing.T) {
	c := seeded()
	twin := c.Groups[0]
	twin.Name = "twin"
	c.Groups = append(c.Groups, twin)
	r := handReport(c)
	if you, _ := r.sides(&r.Cases[0]); you.calls != 16_000 || *you.ci != [2]float64{0.08, 0.12} {
		t.Errorf("got %d calls and %v, want 16000 and [0.08 0.12]", you.calls, *you.ci)
	}
}
