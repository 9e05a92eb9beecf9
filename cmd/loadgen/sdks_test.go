package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"tenement/internal/sdk"
	"tenement/internal/service"
	"tenement/reports"
)

var sdksPage = flag.String("sdks", "", "run the showdowns and write the page about the SDKs to this `FILE`")

// showdowns are the profiles between all SDKs, and what a reader asks of each.
var showdowns = []struct{ profile, title, text string }{
	{"showdown-neighbour", "neighbour", "400 tasks start within a minute beside neighbours that ask for one and a half times the limit, in one bucket."},
	{"showdown-edge", "edge", "one task whose processes build a client for every operation, and so ask for 109 % of its own limit."},
	{"showdown-restart", "restart", "600 tasks start within a minute, in which the agent is away for 5 s and answers 503 for 10 s more."},
	{"showdown-expired", "expired", "40 tasks whose credentials end while the agent hands out expired documents for a quarter of an hour of 50 minutes."},
}

// TestWriteSDKs writes docs/sdks.md (`make sdks`). Its figures are simulated, and so
// the same on every machine.
func TestWriteSDKs(t *testing.T) {
	if *sdksPage == "" {
		t.Skip("writes only if it is told where to")
	}
	var page bytes.Buffer
	writeSDKs(t, &page, func(profile string) *reports.Report { return simulated(t, profile) })
	if err := os.WriteFile(*sdksPage, page.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// The page of the repository has a row for every preset of today, and what each
// says of itself in the section of its SDK.
func TestSDKsPageIsWhole(t *testing.T) {
	text, err := os.ReadFile("../../docs/sdks.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	for _, p := range sdk.Presets() {
		_, section, ok := strings.Cut(page, "\n## "+sdkOf(&p)+"\n")
		if !ok {
			t.Errorf("no section for %s: run `make sdks`", p.Name)
			continue
		}
		section, _, _ = strings.Cut(section, "\n## ")
		if want := "\n| [" + p.Name + "]"; p.Service == service.ECS && !strings.Contains(page, want) {
			t.Errorf("no row for %s: run `make sdks`", p.Name)
		}
		if want := "\n| `" + p.Name + "` | " + p.SDK + " |"; !strings.Contains(section, want) {
			t.Errorf("%s: no row in its section: run `make sdks`", p.Name)
		}
		for _, line := range slices.Concat(p.KnobLines(), p.Throttled, p.Notes, errorTexts(&p)) {
			if !strings.Contains(section, "\n- "+line+"\n") {
				t.Errorf("%s: its section does not say %q: run `make sdks`", p.Name, line)
			}
		}
	}
}

// simulated is the report of a built-in profile, run with these flags.
func simulated(t *testing.T, profile string, flags ...string) *reports.Report {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := run(&stdout, &stderr, append([]string{"run", profile, "--engine", "sim", "-f", "json"}, flags...)...); code != 0 {
		t.Fatalf("%s: exit code %d\n%s", profile, code, &stderr)
	}
	report, err := reports.Read(profile, &stdout)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// writeSDKs writes the page.
func writeSDKs(t *testing.T, w *bytes.Buffer, report func(profile string) *reports.Report) {
	fmt.Fprint(w, `# The SDKs

Find your SDK: [who survives what](#who-survives-what), [what to set](#what-to-set),
and a section for each SDK with its versions, what its users see, and how to see
throttling. `+"`loadgen strategy explain NAME --fault 429`"+` shows each request.

This page is made from the presets and the four showdown profiles by `+"`make sdks`"+`;
the figures are simulated (`+"`loadgen run showdown-neighbour`"+` prints one column with
its intervals; the sentences below its table hold the others against the first row).

## Who survives what

The share of calls that fail, with each SDK as it is out of the box, and in brackets
the requests per call. In the column

`)
	columns := make([]map[string]string, len(showdowns))
	for i, s := range showdowns {
		fmt.Fprintf(w, "- *%s*: %s\n", s.title, s.text)
		columns[i] = make(map[string]string)
		r := report(s.profile)
		for j := range r.Cases {
			columns[i][r.Cases[j].Title] = failing(&r.Cases[j])
		}
	}
	fmt.Fprint(w, "\n| SDK |")
	for _, s := range showdowns {
		fmt.Fprintf(w, " %s |", s.title)
	}
	fmt.Fprint(w, "\n|---|", strings.Repeat("---:|", len(showdowns)), "\n")
	for _, p := range sdk.Presets() {
		if p.Service != service.ECS {
			continue
		}
		fmt.Fprintf(w, "| [%s](#%s) |", p.Name, sdkOf(&p))
		for i := range columns {
			if columns[i][p.Name] == "" {
				t.Errorf("%s has no row %s", showdowns[i].profile, p.Name)
			}
			fmt.Fprintf(w, " %s |", columns[i][p.Name])
		}
		fmt.Fprintln(w)
	}
	writeFirst(w)
	writeSections(w)
}

// failing is a case's cell: the share of the calls under test that fail, and their
// requests per call.
func failing(c *reports.Case) string {
	for i := range c.Groups {
		g := &c.Groups[i]
		if !g.UnderTest || g.Simulated == nil || g.Simulated.FailureRate == nil {
			continue
		}
		share := "0 %"
		if rate := 100 * *g.Simulated.FailureRate; rate > 0 {
			share = fmt.Sprintf("%.2g %%", rate)
			if rate >= 10 {
				share = fmt.Sprintf("%.0f %%", rate)
			}
		}
		return fmt.Sprintf("%s (%.1f)", share, *g.Simulated.Amplification)
	}
	return ""
}
