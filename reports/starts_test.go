package reports_test

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"tenement/internal/stat"
	"tenement/internal/strategy"
	"tenement/reports"
	"tenement/reports/reportstest"
)

// Of 95 % intervals about 95 in 100 hold the true figure, where seeds differ by more than
// starts do by chance: each seed has a share of failures and a slowness of its own.
func TestIntervalsOfStartsHoldTheTruth(t *testing.T) {
	const runs, seeds, starts = 100, 20, 20
	draw := rand.New(rand.NewPCG(1, 2))
	var rate, median, tail int
	for range runs {
		e := reports.NewEstimate(1)
		e.CountBlocks(reports.BlockingOf(0, seeds))
		w := e.Observer().(*reports.Recorder)
		for seed := range uint64(seeds) {
			fails, slow := 0.1+0.4*draw.Float64(), draw.NormFloat64()
			for range starts {
				w.Finished(&strategy.Call{})
				w.Launched(0, 0)
				if draw.Float64() < fails {
					w.StartFailed(0, 0, 0, time.Second)
				} else {
					w.Started(0, 0, time.Duration(float64(time.Second)*math.Exp((slow+draw.NormFloat64())/4)))
				}
			}
			e.End(seed)
		}
		c := reports.NewCase(reports.CaseInput{Name: "x", Kind: reports.StrategyCase, Duration: 10 * time.Second, Recorder: newLived(), Estimate: e, Groups: []reports.GroupInfo{{Name: "g"}}})
		s := reportstest.MustNew(t, reports.Input{Engine: reports.Sim, DurationS: 10, Cases: []reports.Case{c}}).Cases[0].Groups[0].Simulated.Starts
		holds := func(count *int, low, high, truth float64) {
			if low <= truth && truth <= high {
				*count++
			}
		}
		holds(&rate, s.FailedStartRateCI95[0], s.FailedStartRateCI95[1], 0.3)
		// A log-normal time of the deviation √2/4, whose median is 1 s.
		holds(&median, s.P50CI95.Low, s.P50CI95.High, 1000)
		holds(&tail, s.P99CI95.Low, s.P99CI95.High, 1000*math.Exp(2.326348*math.Sqrt2/4))
	}
	for name, held := range map[string]int{"the share": rate, "the median": median, "the p99": tail} {
		if share := float64(held) / runs; share < 0.88 || share == 1 {
			t.Errorf("%s is in %.2f of its intervals, want about 0.95", name, share)
		}
	}
}

// Where no start fails, nobody knows how far starts depend on each other, and calls may fail
// by the seed, a thousand together. Starts of a seed cannot depend on each other by more than
// if they were one: 20 seeds are worth 20 starts at least.
func TestIntervalWhereNoStartFails(t *testing.T) {
	const seeds, starts, calls = 20, 5, 1000
	e := reports.NewEstimate(1)
	e.CountBlocks(reports.BlockingOf(0, seeds))
	w := e.Observer().(*reports.Recorder)
	for seed := range uint64(seeds) {
		result := strategy.OK
		if seed%2 == 0 {
			result = strategy.Throttled
		}
		for range calls {
			w.Finished(&strategy.Call{Result: result})
		}
		for range starts {
			w.Launched(0, 0)
			w.Started(0, 0, time.Second)
		}
		e.End(seed)
	}
	c := reports.NewCase(reports.CaseInput{Name: "x", Kind: reports.StrategyCase, Duration: 10 * time.Second, Recorder: newLived(), Estimate: e, Groups: []reports.GroupInfo{{Name: "g"}}})
	s := reportstest.MustNew(t, reports.Input{Engine: reports.Sim, DurationS: 10, Cases: []reports.Case{c}}).Cases[0].Groups[0].Simulated.Starts
	if want := stat.Score(0, seeds); *s.FailedStartRateCI95 != want {
		t.Errorf("no start of %d fails: got %v, want %v", seeds*starts, *s.FailedStartRateCI95, want)
	}
}

// What is said of starts over seeds is refused where their counts do not have it.
func TestDamagedStarts(t *testing.T) {
	e := reports.NewEstimate(1)
	w := e.Observer().(*reports.Recorder)
	for seed := range uint64(2) {
		w.Finished(&strategy.Call{})
		w.Launched(0, 0)
		w.Started(0, 0, time.Second)
		w.StartFailed(0, 0, 0, time.Second)
		e.End(seed)
	}
	c := reports.NewCase(reports.CaseInput{Name: "x", Kind: reports.StrategyCase, Duration: 10 * time.Second, Recorder: newLived(), Estimate: e, Groups: []reports.GroupInfo{{Name: "g"}}})
	r := reportstest.MustNew(t, reports.Input{Engine: reports.Sim, DurationS: 10, Cases: []reports.Case{c}})
	whole := *r.Cases[0].Groups[0].Simulated.Starts
	for _, row := range []struct {
		damage func(s *reports.Starts)
		want   string
	}{
		{func(*reports.Starts) {}, ""},
		{func(s *reports.Starts) { s.FailedStartRateCI95, s.P50CI95, s.P99CI95 = nil, nil, nil }, ""}, // of an old version
		{func(s *reports.Starts) { s.FailedStartRate = nil }, "failed_start_rate: is missing, and started + failed_starts counts something"},
		{func(s *reports.Starts) { s.StartMS = nil }, "start_ms: is missing, and started counts something"},
		{func(s *reports.Starts) { s.Started = 0 }, "start_ms: is there, and started counts nothing"},
		{func(s *reports.Starts) { s.Started = 7 }, "start_histogram: 2 samples: want 7"},
		{func(s *reports.Starts) { s.Histogram = "" }, "start_histogram: 0 samples: want 2"},
	} {
		s := whole
		row.damage(&s)
		r.Cases[0].Groups[0].Simulated.Starts = &s
		var b bytes.Buffer
		if err := reports.Write(&b, r, reports.Sentences{}); err != nil {
			t.Fatal(err)
		}
		_, err := reports.Read("r.json", &b)
		if got := fmt.Sprint(err); row.want == "" && err != nil || row.want != "" && got != "r.json: cases[0].groups[0].simulated.starts."+row.want {
			t.Errorf("got  %v\nwant %s", got, row.want)
		}
	}
}
