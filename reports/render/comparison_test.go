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

// An end of an interval that is beyond what factors are told to is not told beside a shift
// that is so too, and the column keeps its width.
func TestChangesBeyondWhatFactorsTell(t *testing.T) {
	for _, tt := range []struct {
		scale    string
		shift    float64
		from, to float64
		want     string
	}{
		{reports.Odds, 1.42, 1.3, 1.55, "odds ×1.42 (1.30 to 1.55)"},
		{reports.Odds, 1e-5, 1e-6, 0.002, "odds ×<0.001 (to 0.002)"},
		{reports.Odds, 1e-5, 1e-6, 1e-4, "odds ×<0.001"},
		{reports.Odds, 0.002, 1e-4, 0.01, "odds ×0.002 (<0.001 to 0.010)"},
		{reports.Odds, 2e4, 120, 1e6, "odds ×>9999 (from 120)"},
		{reports.Ratio, 2e4, 1e4, 1e6, "×>9999"},
		{reports.Points, 1e-5, -1e-5, 1e-4, "+0.001 pp (-0.001 to +0.010)"},
	} {
		f := reports.FigureComparison{Scale: tt.scale, Shift: &tt.shift, Interval: &reports.Ends{tt.from, tt.to}}
		if got := changeWords(&f); got != tt.want {
			t.Errorf("%s ×%v: got %q, want %q", tt.scale, tt.shift, got, tt.want)
		}
	}
}

// However small or large a change is, its row keeps the table's width, and its p the column.
func TestComparisonRowsFit(t *testing.T) {
	row := func(scale string, shift, from, to float64, p, result string) string {
		f := reports.FigureComparison{Scale: scale, Shift: &shift, Interval: &reports.Ends{from, to}}
		return strings.TrimSuffix(comparisonRow("  throttled share", "0.005 %", "100.0 %", changeWords(&f), p, result), "\n")
	}
	for want, got := range map[string]string{
		"  throttled share 0.005 % 100.0 % odds ×.068 (.054 to .085)  <.001  improvement":  row(reports.Odds, 0.068, 0.054, 0.085, "<.001", "improvement"),
		"  throttled share 0.005 % 100.0 % -.005 pp (-.042 to +.029)      1  equivalent":   row(reports.Points, -5e-5, -4.2e-4, 2.9e-4, "1", "equivalent"),
		"  throttled share 0.005 % 100.0 % odds ×0.99 (0.92 to 1.05)   .206  inconclusive": row(reports.Odds, 0.99, 0.92, 1.05, ".206", "inconclusive"),
	} {
		if got != want {
			t.Errorf("got\n%s, want\n%s", got, want)
		}
	}
	factors := []float64{1e-5, 0.002, 0.054, 0.42, 1, 5.5, 42.5, 555, 2e4}
	for i, from := range factors {
		for j := range factors[i:] {
			shift, to := factors[i+j/2], factors[i+j]
			for _, line := range []string{
				row(reports.Odds, shift, from, to, ".206", "inconclusive"), row(reports.Ratio, shift, from, to, "<.001", "REGRESSION"),
				row(reports.Points, shift/2e4, -from/2e4, to/2e4, "1", "inconclusive"), row(reports.Points, -1, -1, -to/2e4, "<.001", "improvement"),
			} {
				if n := utf8.RuneCountInString(line); n > 80 {
					t.Errorf("%d columns: %s", n, line)
				}
			}
		}
	}
}
