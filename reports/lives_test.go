package reports_test

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"testing"
	"time"

	"tenement/internal/gate"
	"tenement/internal/strategy"
	"tenement/reports"
	"tenement/reports/reportstest"
)

// lived is a case of a group whose tasks come and go, and do two things.
func lived(t *testing.T, r *reports.Recorder) reports.Case {
	t.Helper()
	return reports.NewCase(reports.CaseInput{
		Name: "x", Kind: reports.StrategyCase, Duration: 10 * time.Second, Recorder: r,
		StartWithin: time.Second, Differ: []reports.DifferInfo{{Name: "old", Share: 0.1}},
		Groups: []reports.GroupInfo{{
			Name: "g", UnderTest: true, Tasks: 2,
			Activities: []reports.ActivityInfo{{Name: "credentials", Flow: "credentials", Required: true}, {Name: "stats", Flow: "stats"}},
			Lives: &reports.LivesInfo{Lifetime: 4 * time.Second, Deploys: []reports.DeployInfo{{At: 2 * time.Second, Within: time.Second}},
				Reasons: []string{"CannotPullContainerError: not found", "ResourceInitializationError: deadline exceeded"}},
		}},
	})
}

// newLived is a recorder that was told of three tasks, one of which could not start.
func newLived() *reports.Recorder {
	r := reports.NewRecorder(1, time.Second, 10*time.Second)
	r.CountActivities(0, 2)
	r.Launched(0, 0)
	r.Started(0, 0, 20*time.Millisecond)
	r.Launched(0, 2*time.Second)
	r.StartFailed(0, 2, 2*time.Second, 3*time.Second)
	r.Launched(0, 4*time.Second)
	r.Started(0, 4*time.Second, 4*time.Second+40*time.Millisecond)
	r.Ended(0, 0, 4*time.Second+40*time.Millisecond)
	for i, result := range []strategy.Result{strategy.OK, strategy.Throttled, strategy.OK, strategy.OK} {
		k := &strategy.Call{Activity: uint8(i % 2), Result: result}
		o := &strategy.Outcome{Status: 200}
		if result == strategy.Throttled {
			o.Status = 429
		}
		r.Attempted(k, 0, time.Millisecond, o)
		r.Finished(k)
	}
	return r
}

func TestLives(t *testing.T) {
	c := lived(t, newLived())
	l := c.Groups[0].Lives
	if l.Launched != 3 || l.Started != 2 || l.FailedStarts != 1 || l.Ended != 1 || *l.FailedStartRate < 0.333 || *l.FailedStartRate > 0.334 {
		t.Errorf("got %+v", l)
	}
	if l.StartMS == nil || l.StartMS.Max < 39 || l.StartMS.Max > 41 {
		t.Errorf("got starts of %+v, want up to 40 ms", l.StartMS)
	}
	if want := []reports.StoppedReason{{Text: "ResourceInitializationError: deadline exceeded", Starts: 1}}; !slices.Equal(l.StoppedReasons, want) {
		t.Errorf("got reasons %v, want %v", l.StoppedReasons, want)
	}
	if l.Launches[0] != 1 || l.Launches[2] != 1 || l.Failures[3] != 1 || l.Failures[2] != 0 {
		t.Errorf("got launches %v and failures %v", l.Launches, l.Failures)
	}
	a := c.Groups[0].Activities
	if len(a) != 2 || a[0].Calls != 2 || a[0].Failures() != 0 || a[1].Failures() != 1 || a[1].Throttled != 1 || !a[0].Required || *a[1].FailureRate != 0.5 {
		t.Errorf("got activities %+v", a)
	}
	if c.Endpoint.StartWithinS != 1 || len(c.Endpoint.Differ) != 1 || c.Endpoint.Differ[0].Name != "old" {
		t.Errorf("got hosts %v and %+v", c.Endpoint.StartWithinS, c.Endpoint.Differ)
	}
}

// Gates judge starts: those of a live run, or those of all seeds.
func TestGatesOfStarts(t *testing.T) {
	var gates []gate.Gate
	for _, expr := range []string{"g.failed_start_rate < 34%", "g.failed_starts < 1", "g.start_p50 < 30ms", "endpoint.start_p99 < 30ms"} {
		gates = append(gates, reportstest.Gate(t, expr))
	}
	judged := func(engine string, c reports.Case) (got string) {
		r := reportstest.MustNew(t, reports.Input{Engine: engine, DurationS: 10, Cases: []reports.Case{c}, Gates: gates})
		for _, result := range r.Gates {
			got += map[bool]string{true: "1", false: "0"}[result.OK]
		}
		return got
	}
	c := lived(t, newLived())
	if got := judged(reports.Live, c); got != "1010" {
		t.Errorf("live: got %s", got)
	}
	e := reports.NewEstimate(1)
	w := e.Observer().(*reports.Recorder)
	for seed := range uint64(4) {
		w.Finished(&strategy.Call{})
		w.Launched(0, 0)
		w.Started(0, 0, 40*time.Millisecond)
		e.End(seed)
	}
	c = reports.NewCase(reports.CaseInput{Name: "x", Kind: reports.StrategyCase, Duration: 10 * time.Second, Recorder: newLived(), Estimate: e, Groups: []reports.GroupInfo{{Name: "g"}}})
	if got := judged(reports.Sim, c); got != "1100" {
		t.Errorf("over seeds: got %s", got)
	}
	still := reports.NewCase(reports.CaseInput{Name: "x", Kind: reports.StrategyCase, Recorder: reports.NewRecorder(1, 0, 0), Groups: []reports.GroupInfo{{Name: "g"}}})
	if got := judged(reports.Live, still); got != "0000" {
		t.Errorf("nothing starts: got %s", got)
	}
}

// startsOfSeeds is what a report of 20 seeds says of the starts of its only group, g, and the
// report, with gates. In each seed so many tasks are launched; ends says how a start ends.
func startsOfSeeds(t *testing.T, launched int, ends func(w *reports.Recorder, seed uint64, i int), gates ...string) (*reports.Starts, *reports.Report) {
	t.Helper()
	e := reports.NewEstimate(1)
	e.CountBlocks(reports.BlockingOf(0, 20))
	w := e.Observer().(*reports.Recorder)
	for seed := range uint64(20) {
		for i := range launched {
			w.Finished(&strategy.Call{})
			w.Launched(0, 0)
			ends(w, seed, i)
		}
		e.End(seed)
	}
	c := reports.NewCase(reports.CaseInput{Name: "x", Kind: reports.StrategyCase, Duration: 10 * time.Second, Recorder: newLived(), Estimate: e, Groups: []reports.GroupInfo{{Name: "g"}}})
	var judged []gate.Gate
	for _, text := range gates {
		judged = append(judged, reportstest.Gate(t, text))
	}
	r := reportstest.MustNew(t, reports.Input{Engine: reports.Sim, DurationS: 10, Cases: []reports.Case{c}, Gates: judged})
	return r.Cases[0].Groups[0].Simulated.Starts, r
}

// The share of starts that fail has an interval over blocks of seeds, which is the one that
// gates judge; as wide as seeds differ, not as many starts as there are.
func TestStartsOfSeedsHaveAnInterval(t *testing.T) {
	of := func(failed func(seed uint64) int) (*reports.Starts, *reports.Interval) {
		starts, r := startsOfSeeds(t, 10, func(w *reports.Recorder, seed uint64, i int) {
			if i < failed(seed) {
				w.StartFailed(0, 0, 0, time.Second)
			} else {
				w.Started(0, 0, 40*time.Millisecond)
			}
		}, "g.failed_start_rate < 99%")
		return starts, r.Gates[0].CI95
	}
	for _, row := range []struct {
		name   string
		failed func(seed uint64) int
		want   reports.Ends
	}{
		{"alike", func(uint64) int { return 5 }, reports.Ends{0.5, 0.5}},
		// Half of the seeds fail all: 0.5 ± about 2.093 · 0.513 / √20.
		{"all or nothing", func(seed uint64) int { return int(seed%2) * 10 }, reports.Ends{0.259957853129, 0.740042146871}},
		{"none", func(uint64) int { return 0 }, reports.Ends{0, 0.018845326377}},
	} {
		starts, judged := of(row.failed)
		if got := starts.FailedStartRateCI95; got == nil || *got != row.want || judged.Low != got[0] || judged.High != got[1] {
			t.Errorf("%s: got %v, and gates judge %v, want %v", row.name, got, judged, row.want)
		}
	}
}

// So have the median and the p99 of their times: where every start of a seed takes the same
// time, there are as many samples as seeds.
func TestStartTimesOfSeedsHaveIntervals(t *testing.T) {
	of := func(took func(seed uint64, i int) time.Duration) (*reports.Starts, *reports.Report) {
		return startsOfSeeds(t, 100, func(w *reports.Recorder, seed uint64, i int) {
			w.Started(0, 0, took(seed, i))
		}, "g.start_p50 < 99s", "g.start_p99 < 99s")
	}
	ms := func(n int) time.Duration { return time.Duration(n) * time.Millisecond }
	for _, row := range []struct {
		name         string
		took         func(seed uint64, i int) time.Duration
		low, high    float64
		tailLow, max float64
	}{
		{"all seeds are alike", func(_ uint64, i int) time.Duration { return ms(10 + i) }, 59, 60, 108, 110},
		// Seeds 0 to 19 take 10 to 200 ms: half of them, ± 2.093 · 0.513 / √20, are at 5.2 and 14.8.
		{"each seed is of one time", func(seed uint64, _ int) time.Duration { return ms(10 * int(seed+1)) }, 59, 151, 180, math.Inf(1)},
	} {
		starts, r := of(row.took)
		p50, p99 := starts.P50CI95, starts.P99CI95
		if p50 == nil || p50.Low < row.low || p50.Low > row.low+2 || p50.High > row.high || p50.High < row.high-2 || *r.Gates[0].CI95 != *p50 || *r.Gates[1].CI95 != *p99 {
			t.Errorf("%s: the median is %v, gates judge %v", row.name, p50, r.Gates[0].CI95)
		}
		if p99.Low < row.tailLow || p99.High > row.max {
			t.Errorf("%s: the p99 is %v", row.name, p99)
		}
	}
}

// A report with lives is written, read and merged.
func TestLivesInReports(t *testing.T) {
	written := func(seed uint64) *reports.Report {
		r, err := reports.New(reports.Input{Engine: reports.Sim, Seed: seed, DurationS: 10, Cases: []reports.Case{lived(t, newLived())}})
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := reports.Write(&b, r, reports.Sentences{}); err != nil {
			t.Fatal(err)
		}
		if r, err = reports.Read("x.json", &b); err != nil {
			t.Fatal(err)
		}
		return r
	}
	a, b := written(1), written(2)
	sum, err := reports.Merge([]*reports.Report{a, b})
	if err != nil {
		t.Fatal(err)
	}
	g := &sum.Cases[0].Groups[0]
	if g.Lives.Launched != 6 || g.Lives.Launches[0] != 2 || g.Activities[0].Calls != 4 || *g.Lives.FailedStartRate > 0.334 {
		t.Errorf("got %+v and %+v", g.Lives, g.Activities)
	}
	if a.Cases[0].Groups[0].Lives.Launched != 3 || a.Cases[0].Groups[0].Activities[0].Calls != 2 {
		t.Error("merging changed its input")
	}
	b.Seed, b.Cases[0].Groups[0].Lives.LifetimeS = 3, 7
	if _, err := reports.Merge([]*reports.Report{a, b}); err == nil {
		t.Error("merged reports of other lives")
	}
}

// The state of a recorder survives JSON, and states add up.
func TestStateOfLives(t *testing.T) {
	r := newLived()
	want, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	back := new(reports.Recorder)
	if err := json.Unmarshal(want, back); err != nil {
		t.Fatal(err)
	}
	if got, err := json.Marshal(back); err != nil || string(got) != string(want) {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
	back.Merge(r)
	if got := lived(t, back).Groups[0]; got.Lives.Launched != 6 || got.Activities[1].Failures() != 2 {
		t.Errorf("got %+v and %+v", got.Lives, got.Activities)
	}
}
