package render

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"tenement/reports"
	"tenement/reports/reportstest"
)

func renderedComparison(t testing.TB, format string, c *reports.Comparison) string {
	t.Helper()
	var b bytes.Buffer
	if err := Comparison(format, &b, c); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestComparisonText(t *testing.T) {
	identical := reportstest.Comparison()
	identical.Result, identical.Differences, identical.Current.Digest = reports.Identical, nil, identical.Base.Digest
	one := *reportstest.LiveComparison()
	one.Base.Replicates, one.Current.Replicates, one.Design.Repeated, one.Design.Interleaved = 1, 1, 0, false
	one.Cases, one.Result, one.BaseOnly, one.CurrentOnly = one.Cases[2:], reports.Inconclusive, nil, nil
	for name, c := range map[string]*reports.Comparison{
		"comparison.txt": reportstest.Comparison(), "rounds.txt": reportstest.LiveComparison(), "identical.txt": identical, "oneround.txt": &one,
	} {
		text := renderedComparison(t, "text", c)
		for line := range strings.Lines(text) {
			if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > screenWidth && !strings.Contains(line, "strategies.") {
				t.Errorf("%s: a line of %d columns: %s", name, n, line)
			}
		}
		golden(t, name, []byte(text))
	}
}

// A comparison in a report is shown with it, written and read back.
func TestComparisonInReport(t *testing.T) {
	r := reportstest.Tiny(t)
	r.Comparison = reportstest.Comparison()
	if text := rendered(t, "text", r); !strings.Contains(text, renderedComparison(t, "text", r.Comparison)) {
		t.Errorf("the screen has no comparison:\n%s", text)
	}
	read, err := reports.Read("r.json", strings.NewReader(rendered(t, "json", r)))
	if err != nil {
		t.Fatal(err)
	}
	got, want := renderedComparison(t, "json", read.Comparison), renderedComparison(t, "json", r.Comparison)
	if got != want || !json.Valid([]byte(got)) {
		t.Error("a comparison changes when it is written and read back")
	}
	merged, err := reports.Merge([]*reports.Report{read})
	if err != nil || merged.Comparison == nil {
		t.Errorf("one report, merged, is itself: %v", err)
	}
}

func TestUnknownComparisonFormat(t *testing.T) {
	if err := Comparison("hgrm", new(bytes.Buffer), reportstest.Comparison()); err == nil || !strings.Contains(err.Error(), "text, json") {
		t.Errorf("got %v", err)
	}
}
