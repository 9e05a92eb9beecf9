package reports_test

import (
	"encoding/json"
	"strings"
	"testing"

	"tenement/reports"
	"tenement/reports/reportstest"
)

// before is a report as programs wrote it before `given` and `changes`: with
// these warnings among its sentences.
func before(t *testing.T, r *reports.Report, warnings ...string) string {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(written(t, r)), &m); err != nil {
		t.Fatal(err)
	}
	delete(m, "given")
	for _, c := range m["cases"].([]any) {
		delete(c.(map[string]any), "changes")
	}
	m["warnings"], m["verdict"], m["assumptions"] = warnings, []string{"an old verdict"}, []string{"an old assumption"}
	b, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Of a report without `given`, what was given is kept, and what was computed is
// not.
func TestGivenOfOldReports(t *testing.T) {
	given := []string{
		"the run ended at its limit of 10000 requests to the target",
		"the cases ran one after the other at one target, whose buckets and credentials they shared",
		"what the target does on a schedule, faults and changes of limits, goes by its own start, and not by that of a case",
		"left out, because they change the endpoint and a target is as it is: limit 80,120; ip+path (the ECS agent)",
		reports.WarnSharedAddresses,
		"the tasks shared one source address, because this system has no 127.0.0.0/8: limits by address count them as one",
		"the fault late at 1h30m never comes: the run, its drain included, ends at 1m30s",
		"the change of the limit at 2d never comes: the run, its drain included, ends at 1m30s",
		"12 of the trace's 40 requests were recorded without a credentials ID and are sent as the task's own: whether they shared a bucket with others is a guess",
		"3 of the trace's 40 requests come after the end of the run and are left out",
	}
	computed := []string{
		"simulated with 1 seed only: another seed can differ by more than the intervals say, which take calls as independent",
		"live, too small a sample for a p99 (fewer than 299 successes) in 4 of 9 cases, the fewest 121 (php SDK as it is); the simulated p99 has enough",
		"the generator fell behind in 1 of 1 case: p99 lateness up to 12 ms (slow), which latencies include",
		"the run was interrupted: its figures are of what ran, and no gate was judged",
		`the fault "late" begins at 90 s, and calls came for 60 s`,
	}
	cases := reportstest.NoisyNeighbour(func(c *reportstest.Case) { c.Duration = 5e9 })
	run := reportstest.Run(t, reports.Sim, 1, []reportstest.Case{cases[0], cases[5]})
	old, err := reports.Read("old.json", strings.NewReader(before(t, run, append(computed, given...)...)))
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(old.Given.Warnings, "\n"); got != strings.Join(given, "\n") || len(old.Given.Assumptions) != 0 {
		t.Errorf("got %+v\nwant %s", old.Given, strings.Join(given, "\n"))
	}
	for i, want := range []reports.Changes{{What: reports.ChangesYou}, {What: reports.ChangesNeighbours, Retries: true}} {
		if got := old.Cases[i].Changes; got != want {
			t.Errorf("case %d: got %+v, want %+v", i, got, want)
		}
	}
	// Merged with a new one, each sentence stands once.
	m, err := reports.Merge([]*reports.Report{old, reportstest.Run(t, reports.Sim, 2, []reportstest.Case{cases[0], cases[5]})})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(m.Given.Warnings), len(given)+1; got != want {
		t.Errorf("merged: got %d sentences, want %d: %q", got, want, m.Given.Warnings)
	}
}
