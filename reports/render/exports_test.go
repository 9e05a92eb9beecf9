package render

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"tenement/internal/gate"
	"tenement/reports"
	"tenement/reports/reportstest"
)

func TestGoldenExports(t *testing.T) {
	live := reportstest.Sample(t)
	golden(t, "live.md", []byte(rendered(t, "markdown", live)))
	golden(t, "live.xml", []byte(rendered(t, "junit", live)))
	golden(t, "live.hgrm", []byte(rendered(t, "hgrm", live)))
	golden(t, "rough.md", []byte(rendered(t, "markdown", samples(t)["rough"])))
	golden(t, "small.csv", []byte(rendered(t, "csv", samples(t)["small"])))
	golden(t, "tiny.prom", []byte(rendered(t, "prometheus", reportstest.Tiny(t))))
}

// TestPrometheusIsSound reads the metrics with Prometheus's own parser, which also
// has opinions about names.
func TestPrometheusIsSound(t *testing.T) {
	for _, r := range samples(t) {
		problems, err := promlint.New(strings.NewReader(rendered(t, "prometheus", r))).Lint()
		if err != nil {
			t.Errorf("%s: %v", r.Profile.Name, err)
		}
		for _, p := range problems {
			t.Errorf("%s: %s: %s", r.Profile.Name, p.Metric, p.Text)
		}
	}
}

// hostile is a report whose texts try to leave their place.
func hostile(t testing.TB) *reports.Report {
	const text = "=cmd|' @all `x` <img src=x> | $a$ \\ \"q\"\n# h ]]> &amp;"
	in := reportstest.Input(reports.Live)
	in.Profile.Name = text
	in.Cases = slices.Clone(reportstest.Small(t).Cases)
	in.Cases[0].Name, in.Cases[0].Title = text, text
	in.Given.Warnings = []string{text}
	in.Gates = []gate.Gate{{Expr: text, Target: "batch", Metric: "calls", Op: "==", Value: 0}}
	return reportstest.MustNew(t, in)
}

func TestMarkdownIsText(t *testing.T) {
	text := rendered(t, "markdown", hostile(t))
	text = regexp.MustCompile(`</?(details|summary)>`).ReplaceAllString(text, "")
	for _, not := range []string{"<", "@a", " $a", "]]>", "\n# h"} {
		if strings.Contains(text, not) {
			t.Errorf("got %q in\n%s", not, text)
		}
	}
	for _, line := range strings.Split(text, "\n") {
		// A table keeps its columns.
		if cells := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|"); strings.HasPrefix(line, "|") && strings.Contains(line, "cmd") && cells != 5 && cells != 7 {
			t.Errorf("%d bars in %s", cells, line)
		}
	}
}

// TestMarkdownFits is of reports that a comment has no room for.
func TestMarkdownFits(t *testing.T) {
	for name, text := range map[string]string{"cases": many(2000, 2), "groups": many(1, 10_000)} {
		r, err := reports.Read(name, strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if got := rendered(t, "markdown", r); len(got) > 65_000 || !strings.Contains(got, "Left out") && !strings.Contains(got, "further line") {
			t.Errorf("%s: %d bytes", name, len(got))
		}
	}
}

// junitRead is what a CI system reads.
type junitRead struct {
	Tests    int `xml:"tests,attr"`
	Failures int `xml:"failures,attr"`
	Errors   int `xml:"errors,attr"`
	Skipped  int `xml:"skipped,attr"`
	Suites   []struct {
		Name  string `xml:"name,attr"`
		Cases []struct {
			Name    string    `xml:"name,attr"`
			Failure *struct{} `xml:"failure"`
			Error   *struct{} `xml:"error"`
			Skipped *struct{} `xml:"skipped"`
		} `xml:"testcase"`
	} `xml:"testsuite"`
}

func readJUnit(t *testing.T, r *reports.Report) junitRead {
	t.Helper()
	var got junitRead
	d := xml.NewDecoder(strings.NewReader(rendered(t, "junit", r)))
	d.Strict = true
	if err := d.Decode(&got); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestJUnit(t *testing.T) {
	live := reportstest.Sample(t)
	got := readJUnit(t, live)
	if got.Tests != len(live.Gates) || got.Failures != len(live.Failed()) || got.Errors != 0 {
		t.Errorf("got %+v", got)
	}
	tests, failures := 0, 0
	for _, s := range got.Suites {
		for _, c := range s.Cases {
			tests++
			if c.Failure != nil {
				failures++
			}
		}
	}
	if tests != got.Tests || failures != got.Failures {
		t.Errorf("got %d tests and %d failures, and %d and %d are stated", tests, failures, got.Tests, got.Failures)
	}
	cut := *live
	cut.Partial, cut.Gates = true, nil
	if got := readJUnit(t, &cut); got.Tests != 1 || got.Errors != 1 {
		t.Errorf("interrupted: got %+v", got)
	}
	if got := readJUnit(t, hostile(t)); got.Failures != 1 {
		t.Errorf("hostile: got %+v", got)
	}
}

func TestCSV(t *testing.T) {
	live := reportstest.Sample(t)
	lines, err := csv.NewReader(strings.NewReader(rendered(t, "csv", live))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	groups := 0
	for i := range live.Cases {
		groups += len(live.Cases[i].Groups)
	}
	if len(lines) != 1+groups {
		t.Errorf("got %d lines, want 1 and %d", len(lines), groups)
	}
	column := func(name string) int {
		i := slices.Index(lines[0], name)
		if i < 0 {
			t.Fatalf("no column %q in %q", name, lines[0])
		}
		return i
	}
	g := &live.Cases[0].Groups[1]
	for name, want := range map[string]string{
		"calls": fmt.Sprint(g.Calls), "failure_rate": strconv.FormatFloat(*g.FailureRate, 'f', -1, 64), "latency_ms.p99": decimal(g.LatencyMS.P99),
		"simulated.seeds": "50", "results.ok": whole(g.Results[0]), "case.title": "php SDK as it is", "name": "batch",
	} {
		if got := lines[2][column(name)]; got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
	if slices.Compare(slices.Sorted(slices.Values(lines[0])), slices.Compact(slices.Sorted(slices.Values(lines[0])))) != 0 {
		t.Error("two columns have one name")
	}
	if text := rendered(t, "csv", hostile(t)); strings.Contains(text, `"=cmd`) || !strings.Contains(text, `"'=cmd`) {
		t.Errorf("a formula: got %s", text)
	}
}

// TestHistogramLog reads the log with the reader of the HdrHistogram library.
func TestHistogramLog(t *testing.T) {
	for _, r := range samples(t) {
		want := map[int64]int{}
		for i := range r.Cases {
			for j := range r.Cases[i].Groups {
				g := &r.Cases[i].Groups[j]
				all := []reports.Histogram{g.Histograms.Latency, g.Histograms.FailureLatency, g.Histograms.AttemptLatency, g.Histograms.Lateness}
				if g.Simulated != nil {
					all = append(all, g.Simulated.Histogram)
				}
				for _, h := range all {
					if n, _ := h.Percentiles(); n > 0 {
						want[n]++
					}
				}
			}
		}
		log := hdrhistogram.NewHistogramLogReader(strings.NewReader(rendered(t, "hlog", r)))
		tags := map[string]bool{}
		for {
			h, err := log.NextIntervalHistogram()
			if err != nil {
				t.Fatal(err)
			}
			if h == nil {
				break
			}
			if tags[h.Tag()] || strings.Count(h.Tag(), "/") != 2 {
				t.Errorf("%s: the tag %q", r.Profile.Name, h.Tag())
			}
			tags[h.Tag()] = true
			if want[h.TotalCount()]--; want[h.TotalCount()] < 0 {
				t.Errorf("%s: %s has %d samples, which no distribution has", r.Profile.Name, h.Tag(), h.TotalCount())
			}
		}
		for n, rest := range want {
			if rest > 0 {
				t.Errorf("%s: a distribution of %d samples is missing", r.Profile.Name, n)
			}
		}
	}
}

// TestPercentileDistribution reads the table as the plotters do: four columns of
// numbers, and comments.
func TestPercentileDistribution(t *testing.T) {
	for name, r := range samples(t) {
		value, share, count := -1.0, -1.0, 0.0
		for _, line := range strings.Split(rendered(t, "hgrm", r), "\n") {
			words := strings.Fields(line)
			if len(words) != 4 || line[0] == '#' || words[0] == "Value" {
				continue
			}
			var row [3]float64
			for i := range row {
				var err error
				if row[i], err = strconv.ParseFloat(words[i], 64); err != nil {
					t.Fatalf("%s: %v", name, err)
				}
			}
			if row[0] < value || row[1] < share {
				t.Errorf("%s: %q goes down", name, line)
			}
			value, share, count = row[0], row[1], row[2]
		}
		want := 0.0
		for i := range r.Cases[0].Groups {
			g := &r.Cases[0].Groups[i]
			s := r.OverSeeds(g)
			switch {
			case !g.UnderTest:
			case s != nil:
				want += float64(s.Calls - s.Failures)
			default:
				want += float64(g.Successes())
			}
		}
		if share != 1 || count != want || value < 0 {
			t.Errorf("%s: ends with %g of %g ms, want all of %g", name, count, value, want)
		}
	}
}

// TestUpto counts samples below bounds.
func TestUpto(t *testing.T) {
	r := reportstest.Sample(t)
	h := r.Cases[0].Groups[1].Histograms.Latency
	counts, all, sum := h.Upto(prometheusBounds)
	if !slices.IsSorted(counts) || counts[len(counts)-1] != all || all != r.Cases[0].Groups[1].Successes() {
		t.Errorf("got %d of %d", counts, all)
	}
	l := r.Cases[0].Groups[1].LatencyMS
	if got := sum * 1000 / float64(all); got < l.Mean*0.999 || got > l.Mean*1.001 {
		t.Errorf("got a mean of %g ms, want %g", got, l.Mean)
	}
	var b bytes.Buffer
	if err := reports.Histogram("").WritePercentiles(&b); err != nil || !strings.Contains(b.String(), "Total count") {
		t.Errorf("of no samples: got %s, %v", &b, err)
	}
}

// oneOfEach are reports with one of everything, made once.
var oneOfEach map[string]*reports.Report

func samples(t testing.TB) map[string]*reports.Report {
	if oneOfEach == nil {
		compared := *reportstest.Sample(t)
		compared.Comparison = reportstest.Comparison()
		oneOfEach = map[string]*reports.Report{
			"live": reportstest.Sample(t), "small": reportstest.Small(t), "tiny": reportstest.Tiny(t), "hostile": hostile(t), "compared": &compared,
			"rough": reportstest.ReportOf(t, reports.Sim, reportstest.RoughDay()),
		}
	}
	return oneOfEach
}

func TestComparisonForCI(t *testing.T) {
	var md, xml bytes.Buffer
	c := reportstest.Comparison()
	if err := Comparison("markdown", &md, c); err != nil {
		t.Fatal(err)
	}
	if err := Comparison("junit", &xml, c); err != nil {
		t.Fatal(err)
	}
	golden(t, "comparison.md", md.Bytes())
	golden(t, "comparison.xml", xml.Bytes())

	// A report with a baseline has both gates and figures.
	r := samples(t)["compared"]
	if text := rendered(t, "markdown", r); !strings.HasPrefix(text, "### noisy-neighbour: 1 of 2 gates failed; 1 regression\n") {
		t.Errorf("got %.200s", text)
	}
	n, got := c.Counts(), readJUnit(t, r)
	if want := len(r.Failed()) + n[reports.Regression]; got.Failures != want {
		t.Errorf("got %d failures, want %d", got.Failures, want)
	}
	if got.Skipped != n[reports.Inconclusive] || n[reports.Inconclusive] == 0 {
		t.Errorf("got %d skipped, want the %d inconclusive", got.Skipped, n[reports.Inconclusive])
	}
}
