package render

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"tenement/reports"
	"tenement/reports/history"
	"tenement/reports/reportstest"
)

// nightly is a history of reports in which the failures of one case rise by a third, and
// a later program draws other numbers.
func nightly(t *testing.T) *history.History {
	t.Helper()
	var all []history.Report
	for night := range 90 {
		failures := uint64(40 + night*7%5)
		if night >= 50 {
			failures += 15
		}
		hand := func(name string, failures uint64) reports.Case {
			return reportstest.HandCase(name, reports.StrategyCase, nil, reportstest.HostLimit(),
				reportstest.Hand{Name: "mine", You: true, Tasks: 4, Calls: 400, Failures: failures, Attempts: 500, First: 400})
		}
		r := reportstest.HandReport(hand("as it is", failures), hand("patient", 3), hand("idle", 0))
		r.Profile.Name, r.Model = "nightly", 1+night/85
		all = append(all, history.Report{Name: fmt.Sprintf("night-%02d", night), Report: r})
	}
	h, err := history.Of(all, "failure_rate", reports.TargetUnderTest, nil)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestHistory(t *testing.T) {
	h := nightly(t)
	var text, json bytes.Buffer
	if err := History("text", &text, h); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(text.String()) {
		if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > screenWidth {
			t.Errorf("a line of %d columns: %s", n, line)
		}
	}
	golden(t, "history.txt", text.Bytes())
	if err := History("json", &json, h); err != nil || !strings.Contains(json.String(), `"run": 50`) {
		t.Errorf("got %v, %s", err, &json)
	}
	if err := History("csv", &json, h); err == nil || !strings.Contains(err.Error(), "text, json") {
		t.Errorf("got %v", err)
	}
}
