package render

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"tenement/reports"
	"tenement/reports/reportstest"
)

func screenOf(t testing.TB, r *reports.Report, look Look) string {
	t.Helper()
	var b bytes.Buffer
	if err := Text(&b, r, look); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Colours change nothing but colours, and only the lines of failed gates.
func TestFailedGatesStandOut(t *testing.T) {
	r := reportstest.Sample(t)
	r.Gates[0].Expr = strings.Repeat("a long gate ", 12)
	bare, coloured := screenOf(t, r, Look{}), screenOf(t, r, Look{Colour: true})
	if without := strings.NewReplacer(red, "", plain, "").Replace(coloured); without != bare {
		t.Errorf("colours change the text: %s", diff(without, bare))
	}
	marked := regexp.MustCompile("(?m)^\x1b\\[1;31m.*\x1b\\[0m$").FindAllString(coloured, -1)
	if len(marked) != 3 || !strings.Contains(marked[0], gateFailed) || !strings.Contains(marked[1], "a long gate") {
		t.Errorf("got %d lines in red: %q", len(marked), marked)
	}
	if strings.Count(coloured, "\x1b") != 2*len(marked) {
		t.Error("other colours")
	}
}

// A histogram is of the samples between the ends of its axis.
func TestTextHistograms(t *testing.T) {
	text := screenOf(t, reportstest.Sample(t), Look{Histograms: true})
	for i, line := range strings.Split(text, "\n") {
		if n := utf8.RuneCountInString(line); n > screenWidth || strings.TrimRight(line, " ") != line {
			t.Errorf("line %d has %d columns: %q", i+1, n, line)
		}
	}
	if !strings.Contains(text, "latency of your successes") || !strings.Contains(text, "10 ms") || strings.Count(text, "█") < 9 {
		t.Errorf("got %s", text)
	}
	c := reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(),
		reportstest.Hand{Name: "batch", You: true, Tasks: 4, Calls: 1000, Attempts: 10, First: 10})
	c.Groups[0].Histograms.Latency = reportstest.Latencies(750, 2, 250, 500)
	text = screenOf(t, reportstest.HandReport(c), Look{Histograms: true})
	line := regexp.MustCompile(`(?m)^  base +([ ▁▂▃▄▅▆▇█]+)$`).FindStringSubmatch(strings.SplitN(text, "latency of your successes", 2)[1])
	if line == nil || strings.Join(strings.Fields(line[1]), " ") != "█ ▃" {
		t.Errorf("three quarters at 2 ms and a quarter at 500 ms: got %q in\n%s", line, text)
	}
	for name, r := range odd(t) {
		if text := screenOf(t, r, Look{Histograms: true, Colour: true}); strings.Contains(text, "NaN") {
			t.Errorf("%s: %s", name, text)
		}
	}
}

func TestBar(t *testing.T) {
	for share, want := range map[float64]string{0: "▕    ▏", 0.5: "▕██  ▏", 1: "▕████▏", 1.5: "▕████▏", 0.28: "▕█▏  ▏"} {
		if got := bar(share, 4); got != want {
			t.Errorf("%g: got %q, want %q", share, got, want)
		}
	}
}
