package compare_test

import (
	"bytes"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"tenement/internal/strategy"
	"tenement/reports"
	"tenement/reports/compare"
	"tenement/reports/reportstest"
)

// world is how calls of a simulated run fare.
type world struct {
	seeds   int
	fails   float64 // share of calls, of a seed that is as the others
	slower  float64 // of successes
	burst   float64 // share of seeds in which half of all calls fail
	blocks  bool
	from    uint64  // the first seed
	another bool    // draws of its own: another run with the same seeds
	silent  bool    // calls send no request
	starts  int     // of each seed, of the group under test
	stuck   float64 // share of those that fail
	late    float64 // of those that succeed, by how much they take longer
}

// report is a simulated report of a case "a" with a group under test and a neighbour.
// With the same seeds, a call has the same luck in every world.
func (w world) report(t testing.TB) *reports.Report {
	t.Helper()
	groups := []reports.GroupInfo{{Name: "ours", UnderTest: true}, {Name: "others"}}
	e := reports.NewEstimate(2)
	if w.blocks {
		e.CountBlocks(reports.BlockingOf(w.from, uint64(w.seeds)))
	}
	first := reports.NewRecorder(2, 0, 0)
	for seed := range w.seeds {
		random := rand.New(rand.NewPCG(w.from+uint64(seed), 1))
		fails := w.fails * math.Exp(0.3*random.NormFloat64())
		if random.Float64() < w.burst {
			fails = 0.5
		}
		if w.another {
			random = rand.New(rand.NewPCG(w.from+uint64(seed), 2))
		}
		for i := range 200 {
			k := &strategy.Call{Group: uint32(i % 2), Ended: time.Duration((1 + w.slower) * float64(time.Millisecond) * (5 + random.ExpFloat64()))}
			if random.Float64() < fails {
				k.Result = strategy.Throttled
			}
			for _, o := range []strategy.Observer{e.Observer(), first} {
				if o == first && seed > 0 {
					continue
				}
				if !w.silent {
					o.Attempted(k, 0, k.Ended, &strategy.Outcome{Status: 200})
				}
				o.Finished(k)
			}
		}
		for i := range w.starts {
			for _, o := range []strategy.Observer{e.Observer(), first} {
				lives := o.(*reports.Recorder)
				if o == first && seed > 0 {
					continue
				}
				if lives.Launched(0, 0); float64((i*7+seed*13)%100) < 100*w.stuck {
					lives.StartFailed(0, 0, 0, time.Second)
				} else {
					lives.Started(0, 0, time.Duration((1+w.late)*float64(time.Duration(i)*10*time.Millisecond+time.Second)))
				}
			}
		}
		e.End(w.from + uint64(seed))
	}
	c := reports.NewCase(reports.CaseInput{Name: "a", Kind: reports.StrategyCase, Duration: time.Minute, Groups: groups, Recorder: first, Estimate: e, Seed: w.from})
	return reportstest.MustNew(t, reports.Input{Model: 3, Engine: reports.Sim, Seed: w.from, DurationS: 60, Profile: reports.Profile{Name: "w"}, Cases: []reports.Case{c}})
}

// results are the results of a comparison's first case, by metric; that of the
// neighbours is under their name.
func results(c *reports.Comparison) map[string]reports.Result {
	all := map[string]reports.Result{}
	for _, f := range c.Cases[0].Figures {
		name := f.Metric
		if f.Target == reports.TargetNeighbours {
			name = f.Target
		}
		all[name] = f.Result
	}
	return all
}

func mustCompare(t testing.TB, base, current *reports.Report, o compare.Options) *reports.Comparison {
	t.Helper()
	c, err := compare.Reports(base, current, o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSimulated(t *testing.T) {
	base := world{seeds: 80, fails: .05, blocks: true}
	for _, row := range []struct {
		name    string
		current world
		want    map[string]reports.Result
		all     reports.Result
	}{
		{"the same", base, nil, reports.Identical},
		{"more fail", world{seeds: 80, fails: .08, blocks: true}, map[string]reports.Result{"failure_rate": reports.Regression, "neighbours": reports.Regression, "p50": reports.Equivalent}, reports.Regression},
		{"fewer fail", world{seeds: 80, fails: .03, blocks: true}, map[string]reports.Result{"failure_rate": reports.Improvement, "neighbours": reports.Improvement}, reports.Improvement},
		{"hardly more fail", world{seeds: 80, fails: .0502, blocks: true}, map[string]reports.Result{"failure_rate": reports.Equivalent}, reports.Equivalent},
		{"slower", world{seeds: 80, fails: .05, slower: .2, blocks: true}, map[string]reports.Result{"failure_rate": reports.Equivalent, "p50": reports.Regression, "p95": reports.Regression, "p99": reports.Regression}, reports.Regression},
		{"slower by less than what counts", world{seeds: 80, fails: .05, slower: .03, blocks: true}, map[string]reports.Result{"p50": reports.Equivalent, "p95": reports.Equivalent, "p99": reports.Equivalent}, reports.Equivalent},
		{"another run, other seeds", world{seeds: 80, fails: .05, blocks: true, from: 1000}, map[string]reports.Result{"failure_rate": reports.Inconclusive, "p50": reports.Equivalent}, reports.Inconclusive},
		{"no blocks", world{seeds: 80, fails: .08}, map[string]reports.Result{"failure_rate": reports.Inconclusive}, reports.Inconclusive},
		{"few seeds", world{seeds: 3, fails: .08, blocks: true}, map[string]reports.Result{"failure_rate": reports.Inconclusive}, reports.Inconclusive},
	} {
		c := mustCompare(t, base.report(t), row.current.report(t), compare.Options{})
		if c.Result != row.all {
			t.Errorf("%s: got %s, want %s", row.name, c.Result, row.all)
		}
		got := results(c)
		for metric, want := range row.want {
			if got[metric] != want {
				t.Errorf("%s: %s: got %s, want %s", row.name, metric, got[metric], want)
			}
		}
		for _, f := range c.Cases[0].Figures {
			if (f.Result == reports.Inconclusive) != (f.Reason != "") {
				t.Errorf("%s: %s is %s, because of %q", row.name, f.Metric, f.Result, f.Reason)
			}
		}
	}
}

// Starts of tasks are figures where tasks start: those that fail more often, or take longer,
// are worse, whatever becomes of calls.
func TestStarts(t *testing.T) {
	base := world{seeds: 80, fails: .05, blocks: true, starts: 50, stuck: .1}
	worse, late, stuck := base, base, base
	worse.stuck, late.late, stuck.stuck = .3, .2, 1
	none := world{seeds: 80, fails: .05, blocks: true}
	for _, row := range []struct {
		name          string
		base, current world
		share, time   reports.Result
	}{
		{"the same", base, base, reports.Equivalent, reports.Equivalent},
		{"more fail", base, worse, reports.Regression, reports.Equivalent},
		{"fewer fail", worse, base, reports.Improvement, reports.Equivalent},
		{"they take longer", base, late, reports.Equivalent, reports.Regression},
		{"they take less", late, base, reports.Equivalent, reports.Improvement},
		{"none succeeds", base, stuck, reports.Regression, reports.Inconclusive},
		{"none starts", none, none, "", ""},
		{"none starts on one side", base, none, "", ""},
	} {
		c := mustCompare(t, row.base.report(t), row.current.report(t), compare.Options{})
		got := results(c)
		if got["failed_start_rate"] != row.share || got["start_p50"] != row.time || got["start_p99"] != row.time || got["p50"] != reports.Equivalent {
			t.Errorf("%s: got %v, want %q of starts that fail and %q of their times", row.name, got, row.share, row.time)
		}
		if i := slices.IndexFunc(c.Cases[0].Figures, func(f reports.FigureComparison) bool { return f.Metric == "start_p50" }); row.name == "they take longer" {
			if f := c.Cases[0].Figures[i]; *f.Base < 1200 || *f.Base > 1300 || *f.Shift < 1.19 || *f.Shift > 1.21 {
				t.Errorf("the median is %v ms and %v times that, want some 1245 and 1.2 times", *f.Base, *f.Shift)
			}
		}
	}
}

// A report of an old version keeps no times of starts, seed by seed. They are left out, as
// all figures of starts are where it does not count them.
func TestStartsOfOldReports(t *testing.T) {
	now, old := world{seeds: 80, fails: .05, blocks: true, starts: 50, stuck: .1}, new(reports.Report)
	*old = *now.report(t)
	for i := range old.Cases[0].Blocks.Groups {
		old.Cases[0].Blocks.Groups[i].StartLatency = ""
	}
	got := results(mustCompare(t, old, now.report(t), compare.Options{}))
	if _, compared := got["start_p50"]; compared || got["failed_start_rate"] != reports.Equivalent {
		t.Errorf("got %v, want the share of starts that fail, and no time of theirs", got)
	}
}

// A report of a control plane of an old version kept no replicates: what differs is not
// known, and is not called the same.
func TestControlPlaneWithoutBlocks(t *testing.T) {
	of := func(first uint64, seeds ...reports.ControlSeed) *reports.Report {
		plane := &reports.ControlPlane{Seeds: uint64(len(seeds)), Callers: []reports.ControlCaller{{Name: "mine", UnderTest: true}}}
		c := reports.Case{Name: "a", ControlPlane: plane}
		if len(seeds) > 0 {
			c.Blocks = reports.NewControlBlocks(plane.Callers, first, seeds)
		}
		return &reports.Report{Engine: reports.Sim, Cases: []reports.Case{c}}
	}
	counts := func(n uint64) []uint64 { return []uint64{n} }
	seed := reports.ControlSeed{Asked: counts(10), NotRunning: counts(5), Throttled: counts(0), Attempts: counts(10), Starts: []reports.ControlTimes{{}}}
	for name, pair := range map[string][2]*reports.Report{
		"both": {of(1), of(1)}, "the base": {of(1), of(1, seed)}, "the run": {of(1, seed), of(1)},
	} {
		c := mustCompare(t, pair[0], pair[1], compare.Options{})
		if len(c.Cases[0].Figures) == 0 {
			t.Errorf("%s: no figure", name)
		}
		if _, err := compare.Reports(pair[0], pair[1], compare.Options{Figures: []string{"amplification"}}); err == nil || !strings.HasSuffix(err.Error(), "amplification is no figure of a control plane: want one of failure_rate, throttled_share, p50, p95, p99") {
			t.Errorf("%s: got %v", name, err)
		}
		for _, f := range c.Cases[0].Figures {
			if f.Result != reports.Inconclusive || f.Reason != reports.NoBlocks {
				t.Errorf("%s: %s is %s %q, want it inconclusive without replicates", name, f.Metric, f.Result, f.Reason)
			}
		}
	}
}

// What is not there on either side is no worse, however many seeds there are.
func TestNothingOnBothSides(t *testing.T) {
	for _, seeds := range []int{20, 80} {
		base, current := world{seeds: 40, blocks: true, silent: true}, world{seeds: seeds, blocks: true, silent: true}
		c := mustCompare(t, base.report(t), current.report(t), compare.Options{})
		got := results(c)
		for _, metric := range []string{"throttled_share", "amplification"} {
			if got[metric] != reports.Equivalent {
				t.Errorf("%d seeds: %s is %s", seeds, metric, got[metric])
			}
		}
		for _, f := range c.Cases[0].Figures {
			if counted := f.Metric == "failure_rate" && f.Scale == reports.Odds || f.Metric == "amplification"; counted && (f.Shift == nil || *f.Shift != 1) {
				t.Errorf("%d seeds: shift of %s: %v", seeds, f.Metric, f.Shift)
			}
		}
	}
}

// Where no seed fails on one side, and a few have all failures on the other, nothing is
// equivalent.
func TestRareBursts(t *testing.T) {
	none := world{seeds: 80, blocks: true}
	few := world{seeds: 80, burst: .05, blocks: true}
	if got := results(mustCompare(t, none.report(t), few.report(t), compare.Options{}))["failure_rate"]; got == reports.Equivalent || got == reports.Improvement {
		t.Errorf("got %s", got)
	}
	if got := results(mustCompare(t, none.report(t), world{seeds: 80, blocks: true, another: true}.report(t), compare.Options{}))["failure_rate"]; got != reports.Equivalent {
		t.Errorf("nothing fails on either side: got %s", got)
	}
}

// Two runs of one thing with draws of their own are apart by chance alone: the interval
// covers no difference as often as its level says.
func TestSimulatedCoverage(t *testing.T) {
	missed, alarms, all := 0, 0, 0
	for i := range 12 {
		a := world{seeds: 40, fails: .2, blocks: true, from: uint64(1000 * i)}
		b := a
		b.another = true
		for _, f := range mustCompare(t, a.report(t), b.report(t), compare.Options{}).Cases[0].Figures {
			none := 1.0
			if f.Scale == reports.Points {
				none = 0
			}
			if f.Metric == "amplification" || f.Metric == "throttled_share" {
				continue // the same in all worlds
			}
			all++
			if f.Interval[0] > none || f.Interval[1] < none {
				missed++
			}
			if f.Result == reports.Regression {
				alarms++
			}
		}
	}
	if share := float64(missed) / float64(all); share > 0.05 {
		t.Errorf("the interval misses in %.3f of %d figures, want 0.01", share, all)
	}
	if alarms > 0 {
		t.Errorf("%d false alarms in %d figures", alarms, all)
	}
}

func TestRefused(t *testing.T) {
	w := world{seeds: 10, fails: .1, blocks: true}
	base := w.report(t)
	change := func(f func(r *reports.Report)) *reports.Report {
		r := w.report(t)
		f(r)
		return r
	}
	for _, row := range []struct {
		name    string
		current *reports.Report
		o       compare.Options
		want    string
	}{
		{"another model", change(func(r *reports.Report) { r.Model = 4 }), compare.Options{}, "the reports are of models 3 and 4"},
		{"another engine", change(func(r *reports.Report) { r.Engine = reports.Live }), compare.Options{}, "one of the runs is simulated and the other live"},
		{"interrupted", change(func(r *reports.Report) { r.Partial = true }), compare.Options{}, "an incomplete run is not compared"},
		{"no case", change(func(r *reports.Report) { r.Cases = nil }), compare.Options{}, "no case of the base (a) has the name of one of the current run"},
		{"an unknown case", base, compare.Options{Cases: []string{"z"}}, `no case of the current run is called "z": its cases are a`},
		{"an unknown match", base, compare.Options{Match: []compare.Pair{{Base: "z", Current: "a"}}}, `no case of the base is called "z"`},
		{"a case in two pairs", base, compare.Options{Match: []compare.Pair{{Base: "a", Current: "a"}, {Base: "a", Current: "a"}}}, "want each in one pair"},
		{"an unknown figure", base, compare.Options{Figures: []string{"p42"}}, `unknown figure "p42"`},
		{"starts, where none is", base, compare.Options{Figures: []string{"failed_start_rate"}}, "no figure can be compared: failed_start_rate, start_p50 and start_p99 need tasks that start in both runs"},
		{"an unknown group", base, compare.Options{Groups: []string{"z"}}, `no group of the case "a" is called "z"`},
	} {
		_, err := compare.Reports(base, row.current, row.o)
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %s", row.name, err, row.want)
		}
	}
	if _, err := compare.Cases(base, "a", "a", compare.Options{}); err == nil {
		t.Error("a case is compared with itself")
	}
}

// What should be the same and is not is an error, unless the program may have been
// another.
func TestNotDeterministic(t *testing.T) {
	a := world{seeds: 10, fails: .1, blocks: true}
	b := a
	b.another = true
	made := func(w world, version string) *reports.Report {
		r := w.report(t)
		r.Profile.Digest, r.Generator.Version = "d", version
		return r
	}
	if _, err := compare.Reports(made(a, "v1"), made(b, "v1"), compare.Options{}); !errors.Is(err, compare.ErrNotDeterministic) {
		t.Errorf("got %v", err)
	}
	for _, versions := range [][2]string{{"v1", "v2"}, {"v1+dirty", "v1+dirty"}} {
		if _, err := compare.Reports(made(a, versions[0]), made(b, versions[1]), compare.Options{}); err != nil {
			t.Errorf("%v: %v", versions, err)
		}
	}
}

// Two cases of one run that the user pairs may differ: nothing says that they are the same.
func TestMatchedCasesMayDiffer(t *testing.T) {
	two := func() *reports.Report {
		r, other := world{seeds: 10, fails: .1, blocks: true}.report(t), world{seeds: 10, fails: .5, blocks: true}.report(t)
		other.Cases[0].Name = "b"
		r.Cases = append(r.Cases, other.Cases[0])
		r.Profile.Digest, r.Generator.Version = "d", "v1"
		return r
	}
	c := mustCompare(t, two(), two(), compare.Options{Match: []compare.Pair{{Base: "a", Current: "b"}}})
	if len(c.Cases) != 1 || c.Result != reports.Regression {
		t.Errorf("got %d cases and %s, want one that got worse", len(c.Cases), c.Result)
	}
}

// Cases and figures are picked, and groups take the place of those under test.
func TestPicked(t *testing.T) {
	base, current := world{seeds: 20, fails: .05, blocks: true}.report(t), world{seeds: 20, fails: .05, slower: .2, blocks: true}.report(t)
	c := mustCompare(t, base, current, compare.Options{Figures: []string{"p99"}, Groups: []string{"others", "ours"}})
	var got []string
	for _, f := range c.Cases[0].Figures {
		got = append(got, f.Target+" "+f.Metric)
	}
	if want := []string{"others p99", "ours p99"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	thresholds := map[string]reports.Threshold{}
	if err := compare.ParseThreshold("p99=30%", thresholds); err != nil {
		t.Fatal(err)
	}
	if c := mustCompare(t, base, current, compare.Options{Figures: []string{"p99"}, Thresholds: thresholds}); c.Result != reports.Equivalent {
		t.Errorf("within the threshold: got %s", c.Result)
	}
}

func TestParseThreshold(t *testing.T) {
	into := map[string]reports.Threshold{}
	for _, text := range []string{"p99=15%", "failure_rate=20%", "failure_rate=0.5pp", "neighbours=1pp", "amplification=0"} {
		if err := compare.ParseThreshold(text, into); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	for metric, want := range map[string]reports.Threshold{
		"p99": {Ratio: .15}, "failure_rate": {Ratio: .2, Points: .005}, "neighbours": {Points: .01}, "amplification": {},
	} {
		if into[metric] != want {
			t.Errorf("%s: got %+v, want %+v", metric, into[metric], want)
		}
	}
	for _, text := range []string{"", "p99", "p99=", "p99=-1%", "p99=1pp", "speed=1%", "neighbours=1%", "failure_rate=101pp", "failure_rate=1%pp", "p50=1e9"} {
		if err := compare.ParseThreshold(text, into); err == nil {
			t.Errorf("%q is a threshold", text)
		}
	}
}

// FuzzCompare compares a report with a damaged one: whatever Read accepts can be
// compared, and what comes of it can be written and read.
func FuzzCompare(f *testing.F) {
	base := world{seeds: 6, fails: .2, blocks: true}.report(f)
	var text bytes.Buffer
	if err := reports.Write(&text, base, reports.Sentences{}); err != nil {
		f.Fatal(err)
	}
	f.Add(text.Bytes())
	f.Add(bytes.Replace(text.Bytes(), []byte(`"throttled": 0`), []byte(`"throttled": 99999999999999`), 1))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := reports.Read("r.json", bytes.NewReader(b))
		if err != nil {
			return
		}
		for _, pair := range [][2]*reports.Report{{base, r}, {r, base}, {r, r}} {
			c, err := compare.Reports(pair[0], pair[1], compare.Options{})
			if err != nil {
				continue
			}
			held := *base
			held.Comparison = c
			var out bytes.Buffer
			if err := reports.Write(&out, &held, reports.Sentences{}); err != nil {
				t.Fatal(err)
			}
			if _, err := reports.Read("again.json", &out); err != nil {
				t.Fatal(err)
			}
		}
	})
}
