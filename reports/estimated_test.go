package reports_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"tenement/internal/draw"
	"tenement/internal/gate"
	"tenement/internal/strategy"
	"tenement/reports"
	"tenement/reports/reportstest"
)

// bursts is a case of one group whose calls of a seed depend on each other: latencies and
// failures of a seed go up and down together. With each attempt apart a share of attempts is
// repeated. factor makes everything so much slower.
func bursts(root draw.Key, first, seeds, calls uint64, factor float64) reports.Case {
	const group = "g"
	e := reports.NewEstimate(1)
	e.CountBlocks(reports.BlockingOf(first, seeds))
	for s := first; s < first+seeds; s++ {
		play(root.With(s), calls, factor, e.Observer())
		e.End(s)
	}
	r := reports.NewRecorder(1, 0, 0)
	play(root.With(first), calls, factor, r)
	return reports.NewCase(reports.CaseInput{
		Name: "bursts", Kind: reports.StrategyCase, Duration: time.Minute,
		Groups: []reports.GroupInfo{{Name: group, UnderTest: true, Tasks: 1}}, Recorder: r, Estimate: e,
	})
}

// play makes the calls of a seed: each takes as long as an exponential draw times the
// seed's own factor, and fails with the seed's own chance, from 0 to 20 %.
func play(key draw.Key, calls uint64, factor float64, o strategy.Observer) {
	slow := math.Exp(key.Name("slow").Float() - 0.5)
	fails := 0.2 * key.Name("fails").Float()
	for n := range calls {
		k := strategy.Call{N: uint32(n)}
		took := time.Duration(-math.Log(1-key.Name("took").With(n).Float()) * slow * factor * 1e8)
		out := strategy.Outcome{Status: 200}
		if key.Name("one").With(n).Float() < fails {
			k.Result, out.Status = strategy.Throttled, 429
			o.Attempted(&k, 0, took, &out)
			k.Attempts++
		}
		o.Attempted(&k, 0, took, &out)
		k.Ended = took
		o.Finished(&k)
	}
}

// Intervals cover the truth about 95 times in 100, although the calls of a seed depend on
// each other: those of a live run only if the simulation beside it shows that.
func TestIntervalsCoverTheTruth(t *testing.T) {
	const trials, seeds, calls = 40, 20, 100
	metrics := []string{"failure_rate", "throttled_share", "ready_within_1s", "amplification", "mean", "p50", "p90", "p99"}
	var gates []gate.Gate
	for _, m := range metrics {
		gates = append(gates, gate.Gate{Expr: m, Target: "g", Metric: m, Op: ">="})
	}
	truth := map[string]float64{}
	big := reportstest.MustNew(t, reports.Input{Engine: reports.Sim, DurationS: 60, Gates: gates, Cases: []reports.Case{bursts(draw.Seed(9), 0, 1200, calls, 1)}})
	for _, g := range big.Gates {
		truth[g.Metric] = *g.Value
	}
	for _, engine := range []string{reports.Sim, reports.Live} {
		covered, missing := map[string]int{}, map[string]int{}
		for trial := range uint64(trials) {
			r := reportstest.MustNew(t, reports.Input{
				Engine: engine, DurationS: 60, Gates: gates,
				Cases: []reports.Case{bursts(draw.Seed(trial+100), 0, seeds, calls, 1)},
			})
			for _, g := range r.Gates {
				switch {
				case g.CI95 == nil:
					missing[g.Metric]++
				case g.CI95.Low <= truth[g.Metric] && truth[g.Metric] <= g.CI95.High:
					covered[g.Metric]++
				}
			}
		}
		for _, m := range metrics {
			if n := covered[m]; n < trials*87/100 || missing[m] > 0 {
				t.Errorf("%s, %s: covers the truth %d of %d times, has no interval %d times", engine, m, n, trials, missing[m])
			}
		}
	}
}

// A change of nothing is known to be nothing, and a change of 3 % is seen with the same
// seeds, though their intervals overlap by far.
func TestTheSameSeedsAreComparedBlockByBlock(t *testing.T) {
	of := func(name string, first uint64, factor float64) reports.Case {
		c := bursts(draw.Seed(1), first, 40, 100, factor)
		c.Name = name
		return c
	}
	cases := []reports.Case{of("base", 0, 1), of("same", 0, 1), of("slower", 0, 1.03), of("other seeds", 500, 1)}
	for _, row := range []struct {
		expr string
		want []string // of each case after the base
	}{
		{"g.failure_rate <= case base", []string{"holds", "holds", "* inconclusive"}},
		{"g.mean <= case base", []string{"holds", "failed", "* inconclusive"}},
		{"g.p50 <= case base", []string{"holds", "failed", "* inconclusive"}},
		{"g.p99 <= case base", []string{"holds", "failed", "* inconclusive"}},
		{"g.calls == case base", []string{"holds", "holds", "holds"}},
	} {
		r := reportstest.MustNew(t, reports.Input{Engine: reports.Sim, DurationS: 60, Cases: cases, Gates: []gate.Gate{reportstest.Gate(t, row.expr)}})
		if len(r.Gates) != 3 {
			t.Fatalf("%s: got %d results, want none of the base itself", row.expr, len(r.Gates))
		}
		for i, g := range r.Gates {
			got := map[bool]string{true: "holds", false: "failed"}[g.OK]
			if g.Inconclusive {
				got = "* inconclusive"
			}
			if got != row.want[i] {
				t.Errorf("%s in %s: got %s, want %s: %v of %v, %+v", row.expr, g.Case, got, row.want[i], *g.Value, g.Bound, g.CI95)
			}
		}
	}
	// The same with a baseline.
	base := reportstest.MustNew(t, reports.Input{Engine: reports.Sim, DurationS: 60, Cases: cases[:1]})
	cases = cases[1:]
	r := reportstest.MustNew(t, reports.Input{
		Engine: reports.Sim, DurationS: 60, Cases: cases, Gates: []gate.Gate{reportstest.Gate(t, "g.p50 <= baseline")},
		Baseline: base, BaselineCase: map[string]string{"same": "base", "slower": "base", "other seeds": "base"},
	})
	if len(r.Gates) != 3 || !r.Gates[0].OK || r.Gates[0].Inconclusive || r.Gates[1].OK || r.Gates[1].Inconclusive || !r.Gates[2].Inconclusive {
		t.Errorf("with a baseline: got %+v", r.Gates)
	}
}

// A live run that is another seed of its simulation agrees with it, whatever the seeds do;
// one that is a fifth slower, or tries more often, does not.
func TestAgreementGivesNoFalseAlarm(t *testing.T) {
	const trials = 100
	alarms := 0
	simulated := map[uint64]reports.Simulated{}
	for _, calls := range []uint64{40, 200} {
		simulated[calls] = *bursts(draw.Seed(3), 1000, 60, calls, 1).Groups[0].Simulated
	}
	run := func(seed uint64, calls uint64, factor float64) *reports.Simulated {
		s := simulated[calls]
		live := reports.NewRecorder(1, 0, 0)
		play(draw.Seed(3).With(seed), calls, factor, live)
		one := reports.NewCase(reports.CaseInput{Duration: time.Minute, Groups: []reports.GroupInfo{{Name: "g"}}, Recorder: live})
		one.Groups[0].Simulated = &s
		return reportstest.MustNew(t, reports.Input{Engine: reports.Live, DurationS: 60, Cases: []reports.Case{one}}).Cases[0].Groups[0].Simulated
	}
	for seed := range uint64(trials) {
		if s := run(seed, 200, 1); !*s.Agrees {
			alarms++
		}
	}
	if alarms > 1 {
		t.Errorf("%d of %d runs do not agree with a simulation that they are a seed of", alarms, trials)
	}
	s := run(1, 200, 10)
	if *s.Agrees || *s.Agreement.P99 || !*s.Agreement.Failures || !*s.Agreement.Tries {
		t.Errorf("ten times slower: got %+v", s.Agreement)
	}
	if s = run(1, 40, 10); s.Agreement.P99 != nil || !*s.Agrees {
		t.Errorf("40 successes: got %+v", s.Agreement)
	}
}

// What the report says in JSON reads back as it was; the open end of an interval is null.
func TestIntervalInJSON(t *testing.T) {
	for text, want := range map[string]reports.Interval{"[0.25,1]": {0.25, 1}, "[2,null]": {2, math.Inf(1)}} {
		got, err := want.MarshalJSON()
		if err != nil || string(got) != text {
			t.Errorf("%v: got %s, %v", want, got, err)
		}
		var back reports.Interval
		if err := back.UnmarshalJSON(got); err != nil || back != want {
			t.Errorf("%s: got %v, %v", text, back, err)
		}
	}
	for _, text := range []string{"[1]", "[null,1]", "{}", "[1,2,3]", `["1",2]`} {
		if err := new(reports.Interval).UnmarshalJSON([]byte(text)); err == nil {
			t.Errorf("%s is taken", text)
		}
	}
}

// Every metric that can end a run is settled by what has happened so far.
func TestSoFar(t *testing.T) {
	var s reports.SoFar
	ok, refused := strategy.Outcome{Status: 200}, strategy.Outcome{Status: 429}
	for range 3 {
		s.Attempted(&refused)
		s.Finished(&strategy.Call{Result: strategy.Throttled})
	}
	s.Attempted(&ok)
	s.Finished(&strategy.Call{Ended: 2 * time.Second})
	s.Finished(&strategy.Call{Served: strategy.Cached})
	rows := []struct {
		metric    string
		low, high float64 // of 20 calls in all
		figure    float64
	}{
		{"failure_rate", 0.15, 0.9, 0.6}, {"cached_share", 0.05, 0.8, 0.2}, {"stale_share", 0, 0.75, 0}, {"expired_share", 0, 0.75, 0}, {"withheld_share", 0, 0.75, 0},
		{"ready_within_1s", 0.05, 0.8, 0.2}, {"amplification", 0.2, math.Inf(1), 0.8},
		{"calls", 20, 20, 5}, {"failures", 3, 18, 3}, {"attempts", 4, math.Inf(1), 4}, {"throttled", 3, math.Inf(1), 3},
	}
	var named []string
	for _, row := range rows {
		named = append(named, row.metric)
		low, high := s.Range(row.metric, 20)
		if low != row.low || high != row.high || s.Figure(row.metric) != row.figure {
			t.Errorf("%s: got %v to %v, and %v so far", row.metric, low, high, s.Figure(row.metric))
		}
	}
	for _, m := range gate.Metrics {
		if m.Settles != slices.Contains(named, m.Name) {
			t.Errorf("%s settles: %v", m.Name, m.Settles)
		}
		if low, high := s.Range(m.Name, 20); !m.Settles && (low != 0 || !math.IsInf(high, 1)) {
			t.Errorf("%s: got %v to %v", m.Name, low, high)
		}
	}
}
