package diagnosis

import (
	"strings"
	"testing"

	"tenement/reports"
	"tenement/reports/reportstest"
)

func TestWarnings(t *testing.T) {
	late := func(ms float64) reports.Case {
		c := reportstest.HandCase("slow", reports.StrategyCase, nil, reportstest.HostLimit(), reportstest.Hand{Name: "batch", You: true, Tasks: 1, Calls: 400, Attempts: 400, First: 400})
		c.Groups[0].LatenessMS = &reports.Lateness{P99: ms}
		return c
	}
	few := func(successes uint64) reports.Case {
		return reportstest.HandCase("few", reports.StrategyCase, nil, reportstest.HostLimit(),
			reportstest.Hand{Name: "batch", You: true, Tasks: 1, Calls: 400, Failures: 400 - successes, Attempts: 400, First: 400},
			reportstest.Hand{Name: "neighbours", Tasks: 1, Calls: 10, Attempts: 10, First: 10})
	}
	estimated := few(100)
	estimated.Groups[0].Simulated = &reports.Simulated{Seeds: 50, Calls: 20_000, Failures: 15_000}
	wide := few(400)
	wide.Groups[1].Histograms.Clamped = 3
	seeds := func(c reports.Case, n uint64) reports.Case {
		for i := range c.Groups {
			g := &c.Groups[i]
			g.Simulated = &reports.Simulated{Seeds: n, Calls: n * g.Calls, Failures: n * g.Failures()}
		}
		return c
	}
	runs := few(400)
	runs.Seeds = []uint64{1, 2}
	rows := []struct {
		name    string
		engine  string
		partial bool
		c       reports.Case
		want    string // the only warning, or none
	}{
		{"on time", reports.Live, false, late(5), ""},
		{"late", reports.Live, false, late(12), "calls were sent more than 5 ms late (p99) in 1 of 1 case, up to 12 ms in \"slow\"; latencies include that"},
		{"late, in virtual time", reports.Sim, false, seeds(late(12), 20), ""},
		{"one seed", reports.Sim, false, few(400), "simulated with 1 seed only: intervals assume independent calls, and other seeds can differ by more; --seeds 20 shows by how much"},
		{"two runs", reports.Sim, false, runs, "simulated with 2 seeds only: intervals assume independent calls, and other seeds can differ by more; --seeds 20 shows by how much"},
		{"few of a seed, enough of all", reports.Sim, false, seeds(few(100), 20), ""},
		{"few of all", reports.Sim, false, seeds(few(100), 2), "p99 is uncertain in 1 of 1 case: fewer than 299 successes, 200 in \"few\""},
		{"enough", reports.Live, false, few(299), ""},
		{"too few", reports.Live, false, few(298), "p99 is uncertain in 1 of 1 case: fewer than 299 successes, 298 in \"few\""},
		{"none at all", reports.Live, false, few(0), ""},
		{"too few, but simulated", reports.Live, false, estimated, "the live p99 is uncertain in 1 of 1 case: fewer than 299 successes, 100 in \"few\"; the simulated p99 has enough"},
		{"clamped", reports.Live, false, wide, "3 durations are outside the histograms' range of 1 h and counted at its end"},
		{"interrupted", reports.Live, true, few(400), "the run was interrupted: the figures cover what ran, and no gate was judged"},
	}
	for _, row := range rows {
		r := &reports.Report{Engine: row.engine, Partial: row.partial, DurationS: 60, Cases: []reports.Case{row.c}}
		if got := strings.Join(Of(r).warnings(), "\n"); got != row.want {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
	}
}

func TestAgreement(t *testing.T) {
	agrees := func(name string, verdicts ...*bool) reports.Case {
		c := reports.Case{Name: name, Title: name}
		for i, v := range verdicts {
			g := reportstest.Hand{Name: string(rune('a' + i)), You: i == 0, Calls: 400, Failures: 100, Attempts: 400, First: 400}.Group()
			g.Simulated = &reports.Simulated{Seeds: 50, FailuresPerSeed: reports.PerSeed{Mean: 40, SD: 8.2}, Agrees: v}
			c.Groups = append(c.Groups, g)
		}
		return c
	}
	with := func(c reports.Case, in reports.Agreement) reports.Case {
		for i := range c.Groups {
			g := &c.Groups[i]
			g.Simulated.Agreement, g.Simulated.Calls, g.Simulated.Attempts = &in, 20_000, 30_000
			g.LatencyMS, g.Simulated.LatencyMS = &reports.Latency{P50: 4, P99: 2900}, &reports.Quantiles{P50: 4, P99: 0.1}
		}
		return c
	}
	yes, no := true, false
	all, few := reports.Agreement{Failures: &yes, Tries: &yes, P50: &yes, P99: &yes}, reports.Agreement{Failures: &yes, Tries: &yes}
	old := " (compared: failures; not compared: tries and latency)."
	rows := []struct {
		name  string
		cases []reports.Case
		want  string
	}{
		{"all", []reports.Case{agrees("x", &yes, &yes), agrees("y", &yes)}, "Live and simulation agree in 2 of 2 rows" + old},
		{"a neighbour does not", []reports.Case{agrees("x", &yes, &no), agrees("y", &yes)}, `Live and simulation agree in 1 of 2 rows` + old + ` In "x" b failed 100 times live; the simulation expects 40 ± 8.2.`},
		{"one row", []reports.Case{agrees("x", &yes)}, "Live and simulation agree in 1 of 1 row" + old},
		{"not judged", []reports.Case{agrees("x", nil)}, ""},
		{"some not judged", []reports.Case{agrees("x", nil), agrees("y", &yes)}, "Live and simulation agree in 1 of 1 row" + old},
		{"in everything", []reports.Case{with(agrees("x", &yes), all)}, "Live and simulation agree in 1 of 1 row (compared: failures, tries and latency)."},
		{"few successes in a row", []reports.Case{with(agrees("x", &yes), all), with(agrees("y", &yes), few)},
			"Live and simulation agree in 2 of 2 rows (compared: failures, tries and latency; not compared: latency of 1 row)."},
		{"slow", []reports.Case{with(agrees("x", &no), reports.Agreement{Failures: &yes, Tries: &yes, P50: &yes, P99: &no})},
			`Live and simulation agree in 0 of 1 row (compared: failures, tries and latency). In "x" one success of a in a hundred took over 2.9 s live; the simulation expects 0.1 ms.`},
		{"more than are named", []reports.Case{with(agrees("x", &no, &no), reports.Agreement{Failures: &no, Tries: &no, P50: &no, P99: &no})},
			`Live and simulation agree in 0 of 1 row (compared: failures, tries and latency). In "x" a failed 100 times live; the simulation expects 40 ± 8.2. ` +
				`In "x" a made 1 tries per call live; the simulation expects 1.5. In "x" the median success of a took 4.0 ms live; the simulation expects 4.0 ms. 5 further figures part.`},
	}
	for _, row := range rows {
		d := Of(&reports.Report{Engine: reports.Live, Cases: row.cases})
		if got := d.AgreementText(); got != row.want {
			t.Errorf("%s:\n got  %s\n want %s", row.name, got, row.want)
		}
		verdict := strings.Join(d.verdict(), " ")
		if parted := strings.HasPrefix(verdict, "The live run is not what the simulation expects"); parted != strings.Contains(row.want, " In ") {
			t.Errorf("%s: the verdict begins %.80q", row.name, verdict)
		}
	}
}
