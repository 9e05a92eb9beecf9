package render

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"tenement/reports"
)

func of[T any](v T) *T { return &v }

// compared is a comparison with each result, on each scale.
func compared() *reports.Comparison {
	figure := func(metric, target, scale string, base, current, shift, low, high float64, r reports.Result) reports.FigureComparison {
		f := reports.FigureComparison{
			Metric: metric, Target: target, Scale: scale, Base: of(base), Current: of(current), Shift: of(shift),
			Interval: &reports.Ends{low, high}, PHolm: of(0.012), Threshold: reports.Threshold{Ratio: 0.1}, Result: r,
		}
		if scale == reports.Points {
			f.Threshold = reports.Threshold{Points: 0.001}
		}
		return f
	}
	missing := reports.FigureComparison{Metric: "p99", Target: reports.TargetUnderTest, Scale: reports.Ratio, Threshold: reports.Threshold{Ratio: 0.1}, Result: reports.Inconclusive, Reason: reports.NoFigure}
	return &reports.Comparison{
		Version: reports.ComparisonVersion, Result: reports.Regression, Model: 3,
		Base: reports.Side{Name: "base.json", Profile: "noisy-neighbour", Replicates: 40}, Current: reports.Side{Name: "now.json", Profile: "noisy-neighbour", Replicates: 40},
		Design:      reports.Design{Engine: reports.Sim, Of: reports.BySeeds, Seeds: 400, Paired: true, Level: 0.99},
		Differences: []reports.Difference{{Path: "strategies.mine.retry.exponential.attempts", Base: "3", Current: "2"}, {Path: "<b>", Current: `"</style>"`}},
		Cases: []reports.CaseComparison{
			{Base: "mine", Current: "mine", Title: "full jitter", Result: reports.Regression, Figures: []reports.FigureComparison{
				figure("failure_rate", reports.TargetUnderTest, reports.Odds, 0.223, 0.29, 1.42, 1.3, 1.55, reports.Regression),
				figure("p50", reports.TargetUnderTest, reports.Ratio, 12, 12.1, 1.01, 0.98, 1.04, reports.Equivalent),
				figure("p95", reports.TargetUnderTest, reports.Ratio, 900, 200, 0.22, 0.04, 0.4, reports.Improvement),
				figure("amplification", reports.TargetUnderTest, reports.Ratio, 2.1, 2.2, 1.05, 0.9, 1.3, reports.Inconclusive),
				figure("failure_rate", reports.TargetNeighbours, reports.Points, 0.34, 0.35, 0.01, 0.004, 0.016, reports.Regression),
				missing,
			}},
			{Base: "old", Current: "new", Title: "</script>", Result: reports.Equivalent, Figures: []reports.FigureComparison{
				figure("failure_rate", "batch", reports.Odds, 0, 0, 1, 1, 1, reports.Equivalent),
			}},
		},
		BaseOnly: []string{"gone"},
	}
}

func comparisonPageOf(t testing.TB, c *reports.Comparison) string {
	t.Helper()
	var b bytes.Buffer
	if err := Comparison("html", &b, c); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestShiftsAreDrawnToScale looks at where shifts, intervals and thresholds are.
func TestShiftsAreDrawnToScale(t *testing.T) {
	chart := newShiftChart(compared())
	rows := chart.Sections[0].Rows
	if chart.Least != "÷ 10" || chart.Most != "× 10" {
		t.Errorf("the axis is from %s to %s", chart.Least, chart.Most)
	}
	for i, row := range rows {
		if !row.HasShift {
			if row.HasInterval || row.Shift != "–" || row.Result != "inconclusive" {
				t.Errorf("row %d without a figure: %+v", i, row)
			}
			continue
		}
		beyond := row.Low > row.BandLow+row.BandWidth || row.Low+row.Width < row.BandLow
		if want := row.Class == "regression" || row.Class == "improvement"; beyond != want {
			t.Errorf("%s is a %s, and its interval beyond the band: %t", row.Figure, row.Result, beyond)
		}
		if row.At < row.Low || row.At > row.Low+row.Width {
			t.Errorf("%s: the shift at %g is not within %g and %g more", row.Figure, row.At, row.Low, row.Width)
		}
	}
	if p95 := rows[2]; !p95.BeyondLeft || p95.BeyondRight || p95.Low != 0 {
		t.Errorf("an interval that leaves the drawing: %+v", p95)
	}
}

func TestComparisonPage(t *testing.T) {
	page := comparisonPageOf(t, compared())
	tags(t, withoutScripts(page)) // well formed
	for _, want := range []string{
		"now.json compared with base.json", "22.3 %", "29.0 %", "odds ×1.42", "1.30 to 1.55", "odds", `class="regression"`, "regression in 2, improvement in 1, inconclusive in 2 of 7 figures",
		"strategies.mine.retry.exponential.attempts", "Only in the baseline, and not compared: gone.", "batch: failure rate", "&lt;/script&gt;, compared with old",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if all := scriptsOf(page); len(all) != 2 || all[1] != pageScript() {
		t.Errorf("%d scripts", len(all))
	}
	if found := regexp.MustCompile(`NaN|Inf|%!|ZgotmplZ`).FindString(withoutScripts(page)); found != "" {
		t.Errorf("the page has %q", found)
	}
	identical := compared()
	identical.Result, identical.Cases = reports.Identical, nil
	tags(t, withoutScripts(comparisonPageOf(t, identical)))
}
