package reports_test

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"tenement/internal/gate"
	"tenement/internal/stat"
	"tenement/internal/strategy"
	"tenement/internal/words"
	"tenement/reports"
	"tenement/reports/diagnosis"
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

// A simulated group with two calls over 400 seeds says nothing of its failure rate.
func TestInconclusiveGates(t *testing.T) {
	few := reportstest.Seeded()
	s := few.Groups[0].Simulated
	*s = reports.Simulated{Seeds: 400, Calls: 2, Attempts: 2, FirstTries: 2, Histogram: reportstest.Latencies(2, 5, 0, 0)}
	s.Results[strategy.OK] = 2
	s.FailureRateCI95 = (*reports.Ends)(stat.Wilson(0, 2))
	many := few.Groups[0]
	many.Name, many.Simulated = "many", &reports.Simulated{Seeds: 400, Calls: 400_000, Attempts: 400_000, Histogram: reportstest.Latencies(1000, 5, 20, 50)}
	many.Simulated.Results[strategy.OK] = 400_000
	many.Simulated.FailureRateCI95 = (*reports.Ends)(stat.Wilson(0, 400_000))
	few.Groups = append(few.Groups, many)
	rows := []struct{ expr, want string }{
		{"batch.failure_rate < 1%", "holds, inconclusive: 0 %, 1 point below 1 %; 95 % interval 0 % to 65.8 %"},
		{"batch.failure_rate <= 100%", "holds: 0 %, 100 points below 100 %"},
		{"batch.failure_rate > 1%", "failed, inconclusive: 0 %, 1 point below 1 %; 95 % interval 0 % to 65.8 %"},
		{"batch.failure_rate == 0", "holds: 0 %, the bound itself"},
		{"batch.failures < 1", "holds: 0, 1 below 1"},
		{"batch.p99 < 1s", "holds, inconclusive: 5.0 ms, 995 ms below 1.0 s; 95 % interval from 5.0 ms on: too few samples to bound it"},
		{"batch.max < 1s", "holds: 5.0 ms, 995 ms below 1.0 s"},
		{"many.failure_rate < 1%", "holds: 0 %, 1 point below 1 %"},
		{"many.p50 < 1s", "holds: 5.0 ms, 995 ms below 1.0 s"},
		{"many.p99 < 1s", "holds: 50 ms, 950 ms below 1.0 s"},
		{"many.p95 < 5.1ms", "holds: 5.0 ms, 0.1 ms below 5.1 ms"},
		{"many.p95 < 4.9ms", "failed: 5.0 ms, 0.1 ms above 4.9 ms"},
	}
	for _, row := range rows {
		r := reportstest.MustNew(t, reports.Input{Engine: reports.Sim, DurationS: 60, Cases: []reports.Case{few}, Gates: []gate.Gate{reportstest.Gate(t, row.expr)}})
		if got := diagnosis.GateVerdict(&r.Gates[0]) + ": " + diagnosis.GateText(&r.Gates[0]); got != row.want {
			t.Errorf("%s:\n got  %s\n want %s", row.expr, got, row.want)
		}
		read, err := reports.Read("r.json", strings.NewReader(written(t, r)))
		if err != nil || !reflect.DeepEqual(read.Gates, r.Gates) {
			t.Errorf("%s: read back as %+v, %v", row.expr, read.Gates, err)
		}
	}
}

// What a gate is compared with is kept, so that reports can be merged without it.
func TestGatesAgainstABaseline(t *testing.T) {
	cases := reportstest.NoisyNeighbour(func(c *reportstest.Case) { c.Duration = 20 * time.Second })[:2]
	base := reportstest.Run(t, reports.Live, 1, cases[:1])
	run := func(seed uint64, baseline *reports.Report) *reports.Report {
		in := reportstest.Input(reports.Live)
		in.Seed, in.DurationS, in.Baseline = seed, 20, baseline
		for i := range cases {
			in.Cases = append(in.Cases, cases[i].Build(reports.Live, seed, 0))
		}
		in.Gates = []gate.Gate{reportstest.Gate(t, "batch.failure_rate <= 1.5 * baseline"), reportstest.Gate(t, "batch.failure_rate <= 0.5 * case php-sdk")}
		return reportstest.MustNew(t, in)
	}
	rate := *base.Cases[0].Groups[1].FailureRate
	a, b := run(1, base), run(2, base)
	for _, r := range []*reports.Report{a, b} {
		if len(r.Gates) != 2 || r.Gates[0].Case != "php-sdk" || !r.Gates[0].OK || math.Abs(r.Gates[0].Bound-1.5*rate) > 1e-9 || r.Gates[0].Against.Case != "" ||
			r.Gates[1].Case != "botocore" || r.Gates[1].Against.Case != "php-sdk" {
			t.Errorf("got %+v", r.Gates)
		}
		if got := diagnosis.GateText(&r.Gates[0]); !strings.Contains(got, " in the baseline)") || !strings.Contains(got, " (1.5 × ") {
			t.Errorf("got %s", got)
		}
		if got := diagnosis.GateText(&r.Gates[1]); !strings.Contains(got, " (0.5 × ") || !strings.Contains(got, " in php-sdk)") {
			t.Errorf("got %s", got)
		}
		want := []reports.UnjudgedGate{{Expr: "batch.failure_rate <= 1.5 * baseline", Case: "botocore", Reason: `the baseline has no case "botocore"`}}
		if !reflect.DeepEqual(r.GatesNotJudged, want) {
			t.Errorf("not judged: got %+v", r.GatesNotJudged)
		}
	}
	m, err := reports.Merge([]*reports.Report{a, b})
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Gates) != 2 || m.Gates[0].Bound != a.Gates[0].Bound || m.Gates[0].CI95 == nil || m.Gates[1].Bound == a.Gates[1].Bound || len(m.GatesNotJudged) != 1 {
		t.Errorf("merged: got %+v, not judged %+v", m.Gates, m.GatesNotJudged)
	}
	without := run(1, nil)
	if len(without.Gates) != 1 || len(without.GatesNotJudged) != 2 || without.GatesNotJudged[0].Reason != "no baseline was given" {
		t.Errorf("without a baseline: got %+v, not judged %+v", without.Gates, without.GatesNotJudged)
	}
	if m, err = reports.Merge([]*reports.Report{without, b}); err != nil || len(m.Gates) != 2 || len(m.GatesNotJudged) != 1 {
		t.Errorf("merged with one without: got %+v, not judged %+v, %v", m.Gates, m.GatesNotJudged, err)
	}
}

// A gate that ended the run is the only one that is judged.
func TestGateThatEndedTheRun(t *testing.T) {
	in := reportstest.Input(reports.Live)
	in.Partial, in.Cases = true, reportstest.Small(t).Cases
	in.Gates = []gate.Gate{reportstest.Gate(t, "batch.calls > 1"), reportstest.Gate(t, "batch.failures <= 10")}
	in.Ended = &reports.Ended{Gate: in.Gates[1], Case: "php-sdk", Bound: 10, Value: 11, AfterS: 2.5}
	r := reportstest.MustNew(t, in)
	if len(r.Gates) != 1 || r.Gates[0].OK || *r.Gates[0].Value != 11 || r.Gates[0].EndedRunS != 2.5 {
		t.Fatalf("got %+v", r.Gates)
	}
	want := "11, 1 above 10 after 2.5 s, when nothing that could still come would have met it: the run ended"
	if got := diagnosis.GateText(&r.Gates[0]); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := diagnosis.Of(r).Sentences().Warnings; len(got) == 0 || got[0] != "a gate ended the run: the figures cover what ran, and no other gate was judged" {
		t.Errorf("warnings: got %q", got)
	}
}
