package reports

import (
	"strings"
	"testing"
)

func TestWarnings(t *testing.T) {
	late := func(ms float64) Case {
		c := handCase("slow", StrategyCase, nil, hostLimit(), hand{name: "batch", you: true, tasks: 1, calls: 400, attempts: 400, first: 400})
		c.Groups[0].LatenessMS = &Lateness{P99: ms}
		return c
	}
	few := func(successes uint64) Case {
		return handCase("few", StrategyCase, nil, hostLimit(),
			hand{name: "batch", you: true, tasks: 1, calls: 400, failures: 400 - successes, attempts: 400, first: 400},
			hand{name: "neighbours", tasks: 1, calls: 10, attempts: 10, first: 10})
	}
	estimated := few(100)
	estimated.Groups[0].Simulated = &Simulated{Seeds: 50, Calls: 20_000, Failures: 15_000}
	wide := few(400)
	wide.Groups[1].Histograms.Clamped = 3
	seeds := func(c Case, n uint64) Case {
		for i := range c.Groups {
			g := &c.Groups[i]
			g.Simulated = &Simulated{Seeds: n, Calls: n * g.Calls, Failures: n * g.failures()}
		}
		return c
	}
	runs := few(400)
	runs.Seeds = []uint64{1, 2}
	rows := []struct {
		name    string
		engine  string
		partial bool
		c       Case
		want    string // the only warning, or none
	}{
		{"on time", Live, false, late(5), ""},
		{"late", Live, false, late(12), "the generator fell behind in 1 of 1 case: p99 lateness up to 12 ms (slow), which latencies include"},
		{"late, in virtual time", Sim, false, seeds(late(12), 20), ""},
		{"one seed", Sim, false, few(400), "simulated with 1 seed only: another seed can differ by more than the intervals say, which take calls as independent"},
		{"two runs", Sim, false, runs, "simulated with 2 seeds only: another seed can differ by more than the intervals say, which take calls as independent"},
		{"few of a seed, enough of all", Sim, false, seeds(few(100), 20), ""},
		{"few of all", Sim, false, seeds(few(100), 2), "too small a sample for a p99 (fewer than 299 successes) in 1 of 1 case, the fewest 200 (few)"},
		{"enough", Live, false, few(299), ""},
		{"too few", Live, false, few(298), "too small a sample for a p99 (fewer than 299 successes) in 1 of 1 case, the fewest 298 (few)"},
		{"none at all", Live, false, few(0), ""},
		{"too few, but simulated", Live, false, estimated, "live, too small a sample for a p99 (fewer than 299 successes) in 1 of 1 case, the fewest 100 (few); the simulated p99 has enough"},
		{"clamped", Live, false, wide, "3 durations outside the histograms' range of 1 h counted at its end"},
		{"interrupted", Live, true, few(400), "the run was interrupted: its figures are of what ran, and no gate was judged"},
	}
	for _, row := range rows {
		r := &Report{Engine: row.engine, Partial: row.partial, DurationS: 60, Cases: []Case{row.c}}
		if got := strings.Join(warn(r), "\n"); got != row.want {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
	}
}

func TestAgreement(t *testing.T) {
	agrees := func(name string, verdicts ...*bool) Case {
		c := Case{Name: name, Title: name}
		for i, v := range verdicts {
			g := hand{name: string(rune('a' + i)), you: i == 0, calls: 400, failures: 100, attempts: 400, first: 400}.group()
			g.Simulated = &Simulated{Seeds: 50, FailuresPerSeed: PerSeed{40, 8.2}, Agrees: v}
			c.Groups = append(c.Groups, g)
		}
		return c
	}
	yes, no := true, false
	rows := []struct {
		name  string
		cases []Case
		want  string
	}{
		{"all", []Case{agrees("x", &yes, &yes), agrees("y", &yes)}, "live agrees with the simulation in 2 of 2 rows."},
		{"a neighbour does not", []Case{agrees("x", &yes, &no), agrees("y", &yes)}, `live agrees with the simulation in 1 of 2 rows; in "x" b failed 100 times live, 40 ± 8.2 simulated.`},
		{"one row", []Case{agrees("x", &yes)}, "live agrees with the simulation in 1 of 1 row."},
		{"not judged", []Case{agrees("x", nil)}, ""},
		{"some not judged", []Case{agrees("x", nil), agrees("y", &yes)}, "live agrees with the simulation in 1 of 1 row."},
	}
	for _, row := range rows {
		if got := agreement(&Report{Engine: Live, Cases: row.cases}); got != row.want {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
	}
}
