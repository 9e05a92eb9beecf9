package render

import (
	"maps"
	"strings"
	"testing"
	"unicode/utf8"

	"tenement/internal/strategy"
	"tenement/reports"
	"tenement/reports/diagnosis"
	"tenement/reports/reportstest"
)

// odd are reports of unusual shape, which every renderer must cope with.
func odd(t testing.TB) map[string]*reports.Report {
	you := reportstest.Hand{Name: "batch", You: true, Tasks: 4, Calls: 400, Failures: 20, Attempts: 500, First: 400}
	loud := reportstest.Hand{Name: "web-servers", Tasks: 20, Calls: 3600, Failures: 1100, Attempts: 8000, First: 3600}
	long := strings.Repeat("a very long title of a case ", 4)
	many := reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(), loud, you)
	many.Endpoint.Hosts = 1000
	many.Endpoint.Limits[0].Scope = "ip+path"
	foreign := reportstest.HandCase("base", reports.StrategyCase, nil, nil, loud, you)
	foreign.Endpoint = reports.Endpoint{}
	foreign.Series = &reports.Series{BucketS: 1, Arrivals: []uint32{1, 2}, Attempts: []uint32{3, 4}, Failures: []uint32{0, 1}}
	flat := reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(), reportstest.Hand{Name: "batch", You: true, Tasks: 4})
	flat.Series = &reports.Series{BucketS: 0.001, Arrivals: []uint32{0}, Attempts: []uint32{0}, Failures: []uint32{0}, Level: []float64{-3}, LevelHosts: 1}
	partial := reportstest.HandReport(many)
	partial.Partial = true
	partial.Given.Warnings = []string{reports.WarnSharedAddresses}
	hostile := reportstest.HandReport(reportstest.HandCase("<script>alert(1)</script>\x1b[31m\n", reports.StrategyCase, map[string]string{`"><img src=x>`: "</style>"}, reportstest.HostLimit(),
		reportstest.Hand{Name: `"><b>`, Tasks: 1, Calls: 1, Attempts: 1, First: 1}, you))
	hostile.Profile = reports.Profile{Name: "</title><script>\x1b]0;x\x07", Description: "<iframe src=//x>"}
	rough := reportstest.HandCase("base", reports.StrategyCase, nil, nil, loud, you)
	rough.Endpoint.Limits = nil
	for _, l := range reportstest.Limits {
		rough.Endpoint.Limits = append(rough.Endpoint.Limits, reportstest.Limit(l))
	}
	for i := range 20 {
		rough.Endpoint.Faults = append(rough.Endpoint.Faults, reports.Fault{Name: "a-rather-long-name-of-a-fault", Kind: "status", FromS: float64(i * 3), ForS: 2, Status: 500, Share: 1})
	}
	rough.Endpoint.WriteTimeoutS = 5
	rough.Endpoint.Upstream = &reports.Upstream{Limit: reportstest.HostLimit(), Requests: 5, Throttled: 4}
	rough.Endpoint.Failed = 20
	rough.Series = flat.Series
	wicked := reportstest.HandCase("base", reports.StrategyCase, nil, nil, loud, you)
	wicked.Endpoint.Limits = []reports.Limit{{Name: "<script>\x1b", Kind: `"><img src=x>`, Scope: "</table>\n", OnExceed: "</style>"}}
	wicked.Endpoint.Faults = []reports.Fault{{Name: "\x1b[31m<script>", Kind: "</svg>", Routes: []string{"<b>"}, Share: 0.5}, {Kind: "missing-field", Field: "<i>"}}
	wicked.Series = flat.Series
	return map[string]*reports.Report{
		"rough":             reportstest.HandReport(rough),
		"wicked":            reportstest.HandReport(wicked),
		"empty":             reportstest.HandReport(),
		"no groups":         reportstest.HandReport(reports.Case{Name: "x"}),
		"nothing happened":  reportstest.HandReport(flat),
		"no neighbours":     reportstest.HandReport(reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(), you)),
		"nobody under test": reportstest.HandReport(reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(), loud)),
		"two under test":    reportstest.HandReport(reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(), loud, you, reportstest.Hand{Name: "more", You: true, Tasks: 1, Calls: 4, Attempts: 4, First: 4})),
		"no limit":          reportstest.HandReport(reportstest.HandCase("base", reports.StrategyCase, nil, nil, loud, you)),
		"expired":           reportstest.HandReport(reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(), loud, reportstest.Hand{Name: "batch", You: true, Tasks: 4, Calls: 400, Failures: 100, Attempts: 400, First: 400, Result: strategy.Expired})),
		"many hosts":        reportstest.HandReport(many),
		"not our endpoint":  reportstest.HandReport(foreign),
		"long title":        reportstest.HandReport(reportstest.HandCase(long, reports.StrategyCase, nil, reportstest.HostLimit(), loud, you)),
		"a what-if of the rest": reportstest.HandReport(
			reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(), loud, you),
			reportstest.HandCase("longer", reports.WhatIfCase, map[string]string{"duration": "2m"}, reportstest.HostLimit(), loud, you)),
		"interrupted": partial,
		"hostile":     hostile,
	}
}

func TestTextFitsTheScreen(t *testing.T) {
	reports := odd(t)
	reports["noisy neighbour"] = reportstest.Sample(t)
	for name, r := range reports {
		text := rendered(t, "text", r)
		for i, line := range strings.Split(text, "\n") {
			if n := utf8.RuneCountInString(line); n > screenWidth {
				t.Errorf("%s: line %d has %d columns: %s", name, i+1, n, line)
			}
			if strings.TrimRight(line, " ") != line {
				t.Errorf("%s: line %d ends with blanks: %q", name, i+1, line)
			}
			if strings.ContainsAny(line, "\x1b\x07") {
				t.Errorf("%s: line %d speaks to the terminal: %q", name, i+1, line)
			}
			if strings.Contains(line, "NaN") || strings.Contains(line, "Inf") || strings.Contains(line, "%!") {
				t.Errorf("%s: line %d: %s", name, i+1, line)
			}
		}
	}
}

func TestTextOfOddReports(t *testing.T) {
	reports := odd(t)
	rows := []struct {
		name      string
		want, not []string
	}{
		{"no neighbours", []string{"asked: you 6.7/s = 17 % of the limit; with retries 8.3/s"}, []string{"neighbours", "if you change"}},
		{"two under test", []string{"neighbours 60/s + you 6.7/s"}, nil},
		{"no limit", []string{"ECS credentials, no limit", "asked: neighbours 60/s + you 6.7/s; with retries 142/s"}, []string{"of the limit"}},
		{"many hosts", []string{"one bucket per source address and path on each of 1000 hosts: 40/s, burst 60"}, []string{"% of the limit"}},
		{"rough", []string{
			"and one bucket for the host: 1024 packets/s, burst 2048, 10 packets per exchange, excess dropped; and one bucket per task: 2.5/s, burst 3, a refusal costs 1 (and 4 further limits)",
			"fault: a-rather-long-name-of-a-fault at 21 s for 2 s: requests are answered 500 and 14 further changes and faults asked:",
		}, []string{"% of the limit"}},
		{"long title", []string{"  a very long title of a ca…"}, nil},
		{"a what-if of the rest", []string{"if you change\n  base ", "if something else changes\n  longer ", "0.0 pp"}, nil},
		{"interrupted", []string{"warning: the run was interrupted", "warning: the tasks shared one source address"}, nil},
		{"expired", []string{"past neighbours", "expiry fail", " 25.0 % 400 1.0 – 25.0 % ", "25 % of your calls get credentials that have expired, which AWS refuses, or fail because of it."}, []string{"are expired credentials", "A cache"}},
		{"no neighbours", nil, []string{"expiry", "expired"}},
		{"nobody under test", []string{"YOU FAIL", "asked: you 60/s"}, []string{"neighbours"}},
	}
	for _, row := range rows {
		text := strings.Join(strings.Fields(rendered(t, "text", reports[row.name])), " ")
		for _, want := range row.want {
			if !strings.Contains(text, strings.Join(strings.Fields(want), " ")) {
				t.Errorf("%s: want %q in\n%s", row.name, want, text)
			}
		}
		for _, not := range row.not {
			if strings.Contains(text, not) {
				t.Errorf("%s: want no %q in\n%s", row.name, not, text)
			}
		}
	}
}

// liveStarts is a live report of tasks of which three starts in four failed.
func liveStarts(t *testing.T) *reports.Report {
	r := reportstest.ReportOf(t, reports.Live, reportstest.NoisyNeighbour(nil)[:1])
	for i := range r.Cases {
		for j := range r.Cases[i].Groups {
			if g := &r.Cases[i].Groups[j]; g.UnderTest {
				g.Lives = &reports.Lives{Launched: 4, Started: 1, FailedStarts: 3}
				g.Activities = []reports.Activity{{Name: "credentials", Flow: "credentials", Required: true}}
			}
		}
	}
	return r
}

// Starts are counted by the run: a live report has none for the simulation beside it.
func TestStartsOfALiveRun(t *testing.T) {
	r := liveStarts(t)
	for _, line := range strings.Split(rendered(t, "text", r), "\n") {
		fields := strings.Fields(line)
		switch {
		case strings.Contains(line, " live   ") && !strings.Contains(line, " 75.0 %"):
			t.Errorf("want 75.0 %% of the starts in %q", line)
		case len(fields) > 0 && fields[0] == "simulated" && (!strings.Contains(line, " – ") || strings.Contains(line, "75.0 %")):
			t.Errorf("want no starts in %q", line)
		}
	}
	table := newPageTable(diagnosis.Of(r))
	got := map[string]string{}
	for i, c := range table.Columns {
		if c.Head == "starts" {
			got[c.Of] = table.Sections[0].Rows[0].Cells[i].Text
		}
	}
	if want := (map[string]string{"live": "75.0 %", "simulated": "–"}); !maps.Equal(got, want) {
		t.Errorf("starts on the page: got %v, want %v", got, want)
	}
}

func TestWrapKeepsNumbersWithTheirUnits(t *testing.T) {
	text := strings.Repeat("x ", 36) + "you fail 62 % of them"
	if got := wrap(text, "", ""); strings.Contains(got, "62\n") {
		t.Errorf("got %q", got)
	}
}
