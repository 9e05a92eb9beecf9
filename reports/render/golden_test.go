package render

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tenement/internal/gate"
	"tenement/reports"
	"tenement/reports/reportstest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares with a file of testdata, or rewrites it. Our style sheets are files
// themselves: each is replaced by its name.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	for sheet, style := range map[string]string{"page": pageStyle, "instruments": instrumentStyle, "uPlot": uplotStyle} {
		got = bytes.Replace(got, []byte(style), []byte("/* "+sheet+".css */\n"), 1)
	}
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := diff(string(got), string(want)); diff != "" {
		t.Errorf("%s (run with -update if this is meant):\n%s", name, diff)
	}
}

// diff is the first line in which two texts differ, or nothing.
func diff(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		var a, b string
		if i < len(g) {
			a = g[i]
		}
		if i < len(w) {
			b = w[i]
		}
		if a != b || i >= len(g) || i >= len(w) {
			return fmt.Sprintf("line %d\n got  %.300q\n want %.300q", i+1, a, b)
		}
	}
	return ""
}

func rendered(t testing.TB, format string, r *reports.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := Render(format, &b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	live := reportstest.Sample(t)
	sim := reportstest.ReportOf(t, reports.Sim, reportstest.NoisyNeighbour(nil)[:2])
	golden(t, "live.txt", []byte(rendered(t, "text", live)))
	golden(t, "sim.txt", []byte(rendered(t, "text", sim)))
	golden(t, "live.html", []byte(withoutScripts(rendered(t, "html", live))))
	rough := reportstest.ReportOf(t, reports.Sim, reportstest.RoughDay())
	golden(t, "rough.txt", []byte(rendered(t, "text", rough)))
	golden(t, "rough.html", []byte(withoutScripts(rendered(t, "html", rough))))
	golden(t, "rough.json", []byte(withoutCompression(rendered(t, "json", rough))))
	golden(t, "tiny.txt", []byte(rendered(t, "text", reportstest.Tiny(t))))
	golden(t, "sim.json", []byte(withoutCompression(rendered(t, "json", reportstest.Small(t)))))
}

// withoutCompression replaces histograms by what is in them: the same counts
// may be compressed differently by another version of Go.
func withoutCompression(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if begin := strings.Index(line, `"HISTF`); begin >= 0 {
			end := strings.LastIndexByte(line, '"')
			n, at := reports.Histogram(line[begin+1 : end]).Percentiles()
			lines[i] = fmt.Sprintf("%s\"%d values, p90 %.3f ms\"%s", line[:begin], n, at(90), line[end+1:])
		}
	}
	return strings.Join(lines, "\n")
}

func TestInterruptedRunIsWritten(t *testing.T) {
	g := gate.Gate{Expr: "batch.calls == 1", Target: "batch", Metric: "calls", Op: "==", Cases: []string{"never ran"}}
	for name, cases := range map[string][]reports.Case{"after a case": reportstest.Small(t).Cases, "before any": nil} {
		in := reportstest.Input(reports.Live)
		in.Partial, in.Cases, in.Gates = true, cases, []gate.Gate{g}
		r := reportstest.MustNew(t, in)
		back, err := reports.Read("r.json", strings.NewReader(rendered(t, "json", r)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, format := range Formats() {
			if diff := diff(rendered(t, format, back), rendered(t, format, r)); diff != "" {
				t.Errorf("%s: %s:\n%s", name, format, diff)
			}
		}
	}
}
