package diagnosis_test

import (
	"strings"
	"testing"

	"tenement/internal/strategy"
	"tenement/reports"
	"tenement/reports/diagnosis"
	"tenement/reports/reportstest"
)

// A task of a recording is replayed as one process, so what a cache does there it does for all
// processes that the task had.
func TestCacheOfReplay(t *testing.T) {
	for _, recorded := range []*reports.Recorded{nil, {}} {
		base := reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(),
			reportstest.Hand{Name: "recorded", You: true, Tasks: 5, Calls: 1000, Failures: 300, Attempts: 1000, First: 1000})
		cached := reportstest.HandCase("cached", reports.StrategyCase, nil, reportstest.HostLimit(),
			reportstest.Hand{Name: "recorded", You: true, Tasks: 5, Calls: 1000, Attempts: 5, First: 5})
		base.Groups[0].Recorded = recorded
		cached.Groups[0].Served[strategy.Fetched], cached.Groups[0].Served[strategy.Cached] = 5, 995
		d := diagnosis.Of(reportstest.HandReport(base, cached))
		want := []string{"A cache in your task can help: each process asks 200 times.", `A cache helps: with "cached"`}
		if recorded != nil {
			want = []string{"A cache that all processes of a task share can help: a task asks 200 times, and the replay takes it for one process.", `A cache for each task helps: with "cached"`}
		}
		got := strings.Join(d.Sentences().Verdict, " ")
		for _, w := range want {
			if !strings.Contains(got, w) {
				t.Errorf("recorded %v: got %q, want %q", recorded != nil, got, w)
			}
		}
	}
}

// A replay that differs from its recording is a warning, with the reasons that the
// report shows.
func TestWarnsOfReplay(t *testing.T) {
	yes, no, was, is := true, false, 0.0817, 0.0591
	base := func(change func(*reports.Recorded, *reports.Case)) string {
		c := reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(),
			reportstest.Hand{Name: "recorded", You: true, Tasks: 9, Calls: 1000, Failures: 59, Attempts: 1000, First: 1000})
		r := &reports.Recorded{}
		r.All.Recorded.RefusedShare, r.All.Replayed.RefusedShare, r.All.Differs = &was, &is, &yes
		c.Groups[0].Recorded = r
		change(r, &c)
		d := diagnosis.Of(reportstest.HandReport(c))
		return strings.Join(d.Sentences().Warnings, "\n")
	}
	for _, row := range []struct {
		name   string
		change func(*reports.Recorded, *reports.Case)
		want   string
	}{
		{"a single run", func(*reports.Recorded, *reports.Case) {},
			"recorded 8.2 % refused, replayed 5.9 %, 2.3 points apart: more than chance, if requests were independent (they are not: refusals come in bursts); " +
				"no reason is known: another limit may have been in force, and `loadgen trace fit-limit` says which limits explain a recording"},
		{"many seeds, coarse", func(r *reports.Recorded, _ *reports.Case) {
			r.StepS = 1
			r.All.OverSeeds = &reports.OverSeeds{Seeds: 20, RefusedShare: &is, SD: 0.001}
		}, "recorded 8.2 % refused, replayed 5.9 %, 2.3 points apart: more than chance, because from seed to seed it varies by 0.1 points only; " +
			"times were recorded in steps of 1 s and are spread evenly over them"},
		{"another limit", func(r *reports.Recorded, _ *reports.Case) { r.Limit = "5,10,ip+path" },
			"; the recording was under the limit 5,10,ip+path, the replay is under 40,60,host"},
		{"retries", func(_ *reports.Recorded, c *reports.Case) { c.Groups[0].Attempts = 1500 },
			"; the strategy retries (1.5 tries per call), and the recording holds its own clients' retries already"},
		{"altered", func(r *reports.Recorded, _ *reports.Case) {
			r.Altered = []string{"2 copies of each task", "twice as fast"}
		},
			"; the replay is not as recorded: 2 copies of each task and twice as fast"},
	} {
		if got := base(row.change); !strings.Contains(got, row.want) {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
	}
	if got := base(func(r *reports.Recorded, _ *reports.Case) { r.All.Differs = &no }); strings.Contains(got, "recorded 8.2 %") {
		t.Errorf("no difference: got %q", got)
	}
	if got := base(func(r *reports.Recorded, _ *reports.Case) { r.Limit = "40,60,host" }); strings.Contains(got, "under the limit") {
		t.Errorf("the same limit: got %q", got)
	}
}
