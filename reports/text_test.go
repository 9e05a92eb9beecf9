package reports

import (
	"strings"
	"testing"
	"unicode/utf8"

	"tenement/internal/throttle"
)

// odd are reports of unusual shape, which every renderer must cope with.
func odd(t testing.TB) map[string]*Report {
	you := hand{name: "batch", you: true, tasks: 4, calls: 400, failures: 20, attempts: 500, first: 400}
	loud := hand{name: "web-servers", tasks: 20, calls: 3600, failures: 1100, attempts: 8000, first: 3600}
	long := strings.Repeat("a very long title of a case ", 4)
	many := handCase("base", StrategyCase, nil, hostLimit(), loud, you)
	many.Endpoint.Hosts = 1000
	many.Endpoint.Limits[0].Scope = "ip+path"
	foreign := handCase("base", StrategyCase, nil, nil, loud, you)
	foreign.Endpoint = Endpoint{}
	foreign.Series = &Series{BucketS: 1, Arrivals: []uint32{1, 2}, Attempts: []uint32{3, 4}, Failures: []uint32{0, 1}}
	flat := handCase("base", StrategyCase, nil, hostLimit(), hand{name: "batch", you: true, tasks: 4})
	flat.Series = &Series{BucketS: 0.001, Arrivals: []uint32{0}, Attempts: []uint32{0}, Failures: []uint32{0}, Level: []float64{-3}, LevelHosts: 1}
	partial := handReport(many)
	partial.Partial = true
	partial.conclude(nil, []string{WarnSharedAddresses})
	hostile := handReport(handCase("<script>alert(1)</script>\x1b[31m\n", StrategyCase, map[string]string{`"><img src=x>`: "</style>"}, hostLimit(),
		hand{name: `"><b>`, tasks: 1, calls: 1, attempts: 1, first: 1}, you))
	hostile.Profile = Profile{Name: "</title><script>\x1b]0;x\x07", Description: "<iframe src=//x>"}
	rough := handCase("base", StrategyCase, nil, nil, loud, you)
	rough.Endpoint.Limits = nil
	for _, l := range kindsOfLimit {
		rough.Endpoint.Limits = append(rough.Endpoint.Limits, newLimit(l, throttle.OnExceed{}))
	}
	for i := range 20 {
		rough.Endpoint.Faults = append(rough.Endpoint.Faults, Fault{Name: "a-rather-long-name-of-a-fault", Kind: "status", FromS: float64(i * 3), ForS: 2, Status: 500, Share: 1})
	}
	rough.Endpoint.WriteTimeoutS = 5
	rough.Endpoint.Upstream = &Upstream{Limit: hostLimit(), Requests: 5, Throttled: 4}
	rough.Endpoint.Failed = 20
	rough.Series = flat.Series
	wicked := handCase("base", StrategyCase, nil, nil, loud, you)
	wicked.Endpoint.Limits = []Limit{{Name: "<script>\x1b", Kind: `"><img src=x>`, Scope: "</table>\n", OnExceed: "</style>"}}
	wicked.Endpoint.Faults = []Fault{{Name: "\x1b[31m<script>", Kind: "</svg>", Routes: []string{"<b>"}, Share: 0.5}, {Kind: "missing-field", Field: "<i>"}}
	wicked.Series = flat.Series
	return map[string]*Report{
		"rough":             handReport(rough),
		"wicked":            handReport(wicked),
		"empty":             handReport(),
		"no groups":         handReport(Case{Name: "x"}),
		"nothing happened":  handReport(flat),
		"no neighbours":     handReport(handCase("base", StrategyCase, nil, hostLimit(), you)),
		"nobody under test": handReport(handCase("base", StrategyCase, nil, hostLimit(), loud)),
		"two under test":    handReport(handCase("base", StrategyCase, nil, hostLimit(), loud, you, hand{name: "more", you: true, tasks: 1, calls: 4, attempts: 4, first: 4})),
		"no limit":          handReport(handCase("base", StrategyCase, nil, nil, loud, you)),
		"many hosts":        handReport(many),
		"not our endpoint":  handReport(foreign),
		"long title":        handReport(handCase(long, StrategyCase, nil, hostLimit(), loud, you)),
		"a what-if of the rest": handReport(
			handCase("base", StrategyCase, nil, hostLimit(), loud, you),
			handCase("longer", WhatIfCase, map[string]string{"duration": "2m"}, hostLimit(), loud, you)),
		"interrupted": partial,
		"hostile":     hostile,
	}
}

func TestTextFitsTheScreen(t *testing.T) {
	reports := odd(t)
	reports["noisy neighbour"] = sample(t)
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
			"and one bucket for the host: 1024 packets/s, burst 2048, 10 packets an exchange, beyond it dropped; and one bucket per task: 2.5/s, burst 3, a refusal costs 1 (and 4 further limits)",
			"fault: a-rather-long-name-of-a-fault at 21 s for 2 s: requests are answered 500 and 14 further changes and faults asked:",
		}, []string{"% of the limit"}},
		{"long title", []string{"  a very long title of a ca…"}, nil},
		{"a what-if of the rest", []string{"if you change\n  base ", "if the rest changes\n  longer ", "0.0 pp"}, nil},
		{"interrupted", []string{"warning: the run was interrupted", "warning: the tasks shared one source address"}, nil},
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

func TestWords(t *testing.T) {
	rows := []struct{ got, want string }{
		{percent(0.623), "62.3 %"}, {percent(0), "0 %"}, {percent(1), "100 %"}, {percent(0.9999), "> 99.9 %"}, {percent(0.0004), "0.04 %"}, {percent(0.001), "0.1 %"},
		{roughly(0.623), "62 %"}, {roughly(0.05), "5 %"}, {roughly(0.0579), "5.8 %"}, {roughly(0.9996), "over 99 %"}, {roughly(1), "100 %"}, {roughly(0.00012), "0.01 %"}, {roughly(1.68), "168 %"},
		{below(0.0000472), "< 0.005 %"}, {below(0.0095), "< 1 %"}, {below(0.002), "< 0.2 %"}, {below(0), "0 %"}, {below(5e-324), "0 %"},
		{points(0.003), "+0.3 pp"}, {points(-0.298), "-29.8 pp"}, {points(0.0001), "0.0 pp"},
		{perS(60), "60/s"}, {perS(6.72), "6.7/s"}, {perS(7.04), "7/s"}, {perS(0.0213), "0.021/s"}, {perS(0), "0/s"}, {perS(1234567), "1,234,567/s"},
		{exactly(40), "40/s"}, {exactly(2.5), "2.5/s"}, {exactly(1.0 / 3), "0.333333/s"},
		{long(0), "0 ms"}, {long(0.42), "0.4 ms"}, {long(2.04), "2.0 ms"}, {long(15), "15 ms"}, {long(1999), "2.0 s"}, {long(120_000), "120 s"}, {long(3_600_000), "60 min"},
		{span(60), "60 s"}, {span(600), "10 min"}, {span(43_200), "12 h"}, {span(604_800), "7 d"},
		{number(999), "999"}, {number(1234), "1234"}, {number(12345), "12,345"}, {number(1234567), "1,234,567"},
		{list([]string{"a"}, "or"), "a"}, {list([]string{"a", "b", "c"}, "or"), "a, b or c"},
		{capital("über"), "Über"}, {significant(0.000012345, 2), "0.000012"}, {significant(1e300, 1)[:3], "100"},
	}
	for _, row := range rows {
		if row.got != row.want {
			t.Errorf("got %q, want %q", row.got, row.want)
		}
	}
}

func TestSpansAreInOneUnit(t *testing.T) {
	for _, row := range []struct {
		a, b float64
		want string
	}{
		{120, 420, "2 min to 7 min"}, {20, 45, "20 s to 45 s"}, {120, 240, "120 s to 240 s"}, {110, 420, "110 s to 420 s"},
		{0, 420, "0 s to 7 min"}, {0.5, 4, "0.5 s to 4 s"}, {3600, 43_200, "1 h to 12 h"}, {0.2, 0.4, "200 ms to 400 ms"}, {45, 43_200, "45 s to 12 h"},
	} {
		from, to := spans(row.a, row.b)
		if got := from + " to " + to; got != row.want {
			t.Errorf("got %q, want %q", got, row.want)
		}
	}
}

func TestWrapKeepsNumbersWithTheirUnits(t *testing.T) {
	text := strings.Repeat("x ", 36) + "you fail 62 % of them"
	if got := wrap(text, "", ""); strings.Contains(got, "62\n") {
		t.Errorf("got %q", got)
	}
}
