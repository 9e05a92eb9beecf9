package reports_test

import (
	"strings"
	"testing"

	"tenement/internal/gate"
	"tenement/internal/strategy"
	"tenement/internal/words"
	"tenement/reports"
	"tenement/reports/reportstest"
)

func TestGatesAreJudged(t *testing.T) {
	cases := []reports.Case{
		reportstest.HandCase("one", reports.StrategyCase, nil, reportstest.HostLimit(),
			reportstest.Hand{Name: "batch", You: true, Calls: 400, Failures: 100, Attempts: 800, First: 400},
			reportstest.Hand{Name: "web", Calls: 400, Failures: 0, Attempts: 300, First: 300, Cached: 100}),
		reportstest.HandCase("two", reports.StrategyCase, nil, reportstest.HostLimit(),
			reportstest.Hand{Name: "batch", You: true, Calls: 0}, reportstest.Hand{Name: "web", Calls: 100, Attempts: 100, First: 100}),
	}
	for i := range cases {
		old := reportstest.Hand{Name: "old", Calls: 40, Failures: 10, Attempts: 40, First: 40, Result: strategy.Expired}.Group()
		if i == 1 {
			old.Results[strategy.Expired], old.Results[strategy.Stale] = 4, 8
		}
		cases[i].Groups = append(cases[i].Groups, old)
	}
	rows := []struct {
		expr  string
		cases []string
		want  []string // per case: value and verdict
	}{
		{"batch.failure_rate <= 25%", []string{"one"}, []string{"0.25 holds"}},
		{"batch.failure_rate < 25%", []string{"one"}, []string{"0.25 failed"}},
		{"batch.failure_rate < 25%", nil, []string{"0.25 failed", "none failed"}},
		{"batch.amplification == 2", []string{"one"}, []string{"2 holds"}},
		{"batch.calls != 400", []string{"one"}, []string{"400 failed"}},
		{"batch.attempts >= 800", []string{"one"}, []string{"800 holds"}},
		{"batch.throttled_share > 60%", []string{"one"}, []string{"0.625 holds"}},
		{"web.cached_share > 20%", nil, []string{"0.25 holds", "0 failed"}},
		{"old.expired_share <= 20%", nil, []string{"0.25 failed", "0.1 holds"}},
		{"old.stale_share == 0", nil, []string{"0 holds", "0.2 failed"}},
		{"batch.p99 < 1s", []string{"one"}, []string{"none failed"}},
		{"endpoint.calls == 840", []string{"one"}, []string{"840 holds"}},
		{"endpoint.failure_rate < 13%", []string{"one"}, []string{"0.130952 failed"}},
	}
	for _, row := range rows {
		t.Run(row.expr, func(t *testing.T) {
			g := reportstest.Gate(t, row.expr, row.cases...)
			r, err := reports.New(reports.Input{Engine: reports.Sim, DurationS: 60, Cases: cases, Gates: []gate.Gate{g}})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, result := range r.Gates {
				value := "none"
				if result.Value != nil {
					value = words.Significant(*result.Value, 6)
				}
				got = append(got, value+" "+map[bool]string{true: "holds", false: "failed"}[result.OK])
			}
			if strings.Join(got, ", ") != strings.Join(row.want, ", ") {
				t.Errorf("got %q, want %q", got, row.want)
			}
			partial, err := reports.New(reports.Input{Engine: reports.Sim, DurationS: 60, Partial: true, Cases: cases, Gates: []gate.Gate{g}})
			if err != nil || len(partial.Gates) != 0 {
				t.Errorf("an interrupted run was judged: %v, %v", partial.Gates, err)
			}
		})
	}
}

func TestGatesThatNameNothing(t *testing.T) {
	cases := []reports.Case{reportstest.HandCase("one", reports.StrategyCase, nil, reportstest.HostLimit(), reportstest.Hand{Name: "batch", You: true, Calls: 1, Attempts: 1, First: 1})}
	for _, row := range []struct {
		name string
		gate gate.Gate
		want string
	}{
		{"group", gate.Gate{Target: "web", Metric: "calls", Op: "<"}, `no group is called "web"`},
		{"case", gate.Gate{Target: "batch", Metric: "calls", Op: "<", Cases: []string{"two"}}, `no case is called "two"`},
		{"metric", gate.Gate{Target: "batch", Metric: "speed", Op: "<"}, `unknown metric "speed"`},
		{"operator", gate.Gate{Target: "batch", Metric: "calls", Op: "~"}, `unknown operator "~"`},
	} {
		if _, err := reports.New(reports.Input{Engine: reports.Sim, Cases: cases, Gates: []gate.Gate{row.gate}}); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %s", row.name, err, row.want)
		}
	}
}

// A gate holds or fails by what the table shows.
func TestGatesJudgeTheMeanOfSeeds(t *testing.T) {
	gates := []gate.Gate{
		reportstest.Gate(t, "batch.failure_rate < 1%"), reportstest.Gate(t, "endpoint.failure_rate == 10%"), reportstest.Gate(t, "batch.calls == 400"),
		reportstest.Gate(t, "batch.attempts == 600"), reportstest.Gate(t, "batch.amplification == 1.5"), reportstest.Gate(t, "batch.cached_share == 25%"),
		reportstest.Gate(t, "batch.throttled_share > 33%"),
	}
	for engine, want := range map[string]string{reports.Sim: "0111111", reports.Live: "1010000"} {
		r := reportstest.MustNew(t, reports.Input{Engine: engine, DurationS: 60, Cases: []reports.Case{reportstest.Seeded()}, Gates: gates})
		got := ""
		for _, result := range r.Gates {
			got += map[bool]string{true: "1", false: "0"}[result.OK]
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", engine, got, want)
		}
	}
}

// Every metric that a gate can name is read.
func TestEveryMetricIsRead(t *testing.T) {
	for _, m := range gate.Metrics {
		g := gate.Gate{Target: "batch", Metric: m.Name, Op: "<"}
		if _, err := reports.New(reports.Input{Engine: reports.Sim, Cases: []reports.Case{reportstest.Seeded()}, Gates: []gate.Gate{g}}); err != nil {
			t.Error(err)
		}
	}
}
