package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tenement/profiles"
	"tenement/reports"
)

var strategiesPage = flag.String("strategies", "", "try the example strategies in their profiles, and write what they did into the page in this `FILE`")

// triedIn are the profiles in which the page tries its examples, in the order of its
// columns. The last one stands in the page itself.
var triedIn = []string{"noisy-neighbour", "fork-bomb", "agent-restart", "credential-expiry", "busy"}

// seedsOf is the number of seeds of each profile: with the default, a new example would
// change the figures of the others.
var seedsOf = map[string]string{"noisy-neighbour": "20", "fork-bomb": "400", "agent-restart": "20", "credential-expiry": "20", "busy": "20"}

const (
	strategiesDoc  = "../../docs/strategies.md"
	strategiesFile = "../../profiles/strategies/examples.yaml"
	// comparedWith is the example beside which the others stand.
	comparedWith = "full-jitter-8"
)

// written is a part of the page between its marks: what `make pages` writes.
var written = regexp.MustCompile(`(?s)<!-- (table|policies) -->\n\n(.*?)\n<!-- end -->`)

// didLine is what the page says of what an example did.
var didLine = regexp.MustCompile(`(?s)\n(Calls that fail: |In all five profiles )[^\n]*(\n[^\n]+)*\n`)

// busyProfile is the profile in the page.
var busyProfile = regexp.MustCompile("(?s)```yaml\n(version: 1\nname: busy\n.*?)```")

// TestWriteStrategies writes what the examples did into docs/strategies.md
// (`make pages`). It is simulated, and so the same on every machine.
func TestWriteStrategies(t *testing.T) {
	if *strategiesPage == "" {
		t.Skip("writes only if it is told where to")
	}
	page, err := os.ReadFile(*strategiesPage)
	if err != nil {
		t.Fatal(err)
	}
	busy := filepath.Join(t.TempDir(), "busy.yaml")
	m := busyProfile.FindSubmatch(page)
	if m == nil {
		t.Fatal("the page has no profile busy")
	}
	if err := os.WriteFile(busy, m[1], 0o644); err != nil {
		t.Fatal(err)
	}
	flags := []string{"--strategies", "examples"}
	for _, s := range examples(t).All() {
		flags = append(flags, "--try", s.Name)
	}
	columns := make([]map[string]string, len(triedIn))
	for i, name := range triedIn {
		seeds := []string{"--seeds", seedsOf[name]}
		if name == "busy" {
			name = busy
		}
		columns[i] = make(map[string]string)
		report := simulated(t, name, append(seeds, flags...)...)
		for j := range report.Cases {
			c := &report.Cases[j]
			columns[i][c.Name] = cellOf(t, report, c)
		}
	}
	page = written.ReplaceAllFunc(page, func(part []byte) []byte {
		kind := string(written.FindSubmatch(part)[1])
		text := tableOf(t, columns)
		if kind == "policies" {
			text = policies(t, func(name string) string { return "\n" + didWhat(columns, name) + "\n" })
		}
		return fmt.Appendf(nil, "<!-- %s -->\n\n%s\n<!-- end -->", kind, text)
	})
	if err := os.WriteFile(*strategiesPage, page, 0o644); err != nil {
		t.Fatal(err)
	}
}

// examples are the example strategies.
func examples(t *testing.T) *profiles.Strategies {
	t.Helper()
	s, err := profiles.OpenStrategies("examples")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// cellOf is what a case did: the share of the calls under test that fail, their requests
// per call, and what that costs the neighbours.
func cellOf(t *testing.T, r *reports.Report, c *reports.Case) string {
	t.Helper()
	cell := failing(c)
	if cell == "" {
		t.Fatalf("%s, %s: simulated with too few seeds", r.Profile.Name, c.Name)
	}
	for i := range c.Groups {
		if s := c.Groups[i].Simulated; c.Groups[i].UnderTest && *s.FailureRate > 0 && *s.FailureRate < 0.0001 {
			_, tries, _ := strings.Cut(cell, " %")
			cell = "<0.01 %" + tries
		}
	}
	return cell + priceOf(r, c)
}

// priceOf is how much more of the neighbours' calls fail than in the first row, where
// there are neighbours and it is worth a word.
func priceOf(r *reports.Report, c *reports.Case) string {
	rate := func(c *reports.Case) (float64, bool) {
		for i := range c.Groups {
			if g := &c.Groups[i]; !g.UnderTest && g.Simulated != nil && g.Simulated.FailureRate != nil && g.Name == "neighbours" {
				return 100 * *g.Simulated.FailureRate, true
			}
		}
		return 0, false
	}
	was, _ := rate(&r.Cases[0])
	now, ok := rate(c)
	if !ok {
		return ""
	}
	return fmt.Sprintf(", %+.0f pp", now-was)
}

// tableOf is the table of all examples.
func tableOf(t *testing.T, columns []map[string]string) string {
	var b strings.Builder
	b.WriteString("| strategy |")
	for _, name := range triedIn {
		fmt.Fprintf(&b, " %s |", name)
	}
	b.WriteString("\n|---|" + strings.Repeat("---:|", len(triedIn)) + "\n")
	for _, s := range examples(t).All() {
		fmt.Fprintf(&b, "| [%s](#%s) |", s.Name, s.Name)
		for i := range columns {
			cell := columns[i][s.Name]
			if cell == columns[i][comparedWith] && s.Name != comparedWith {
				cell = "·"
			}
			fmt.Fprintf(&b, " %s |", cell)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// didWhat is the line of one example.
func didWhat(columns []map[string]string, name string) string {
	var parts []string
	for i, profile := range triedIn {
		if cell := columns[i][name]; cell != columns[i][comparedWith] || name == comparedWith {
			parts = append(parts, profile+" "+cell)
		}
	}
	text := "Calls that fail: " + strings.Join(parts, ", ")
	switch {
	case len(parts) == 0:
		text = "In all five profiles it did what " + comparedWith + " did"
	case len(parts) < len(triedIn):
		text += "; elsewhere what " + comparedWith + " did"
	}
	var b bytes.Buffer
	paragraph(&b, text+".")
	return strings.TrimSuffix(b.String(), "\n\n")
}

// policies is the part of the page that the file of examples has as comments: the sections,
// and for each example its text, its YAML and what it did.
func policies(t *testing.T, did func(name string) string) string {
	t.Helper()
	file, err := os.ReadFile(strategiesFile)
	if err != nil {
		t.Fatal(err)
	}
	_, body, _ := strings.Cut(string(file), "\nstrategies:\n")
	var out strings.Builder
	var text, yaml []string
	name := ""
	end := func() {
		if len(text) > 0 && name == "" {
			fmt.Fprintf(&out, "%s\n\n", strings.Join(text, "\n"))
		}
		if name != "" {
			fmt.Fprintf(&out, "### %s\n\n%s\n\n```yaml\n%s\n```\n%s\n", name, strings.Join(text, "\n"), strings.Join(yaml, "\n"), did(name))
		}
		text, yaml, name = nil, nil, ""
	}
	for _, line := range strings.Split(body, "\n") {
		line = strings.TrimPrefix(line, "  ")
		switch {
		case strings.HasPrefix(line, "## "):
			end()
			fmt.Fprintf(&out, "%s\n\n", line)
		case strings.HasPrefix(line, "#"):
			text = append(text, strings.TrimPrefix(strings.TrimPrefix(line, "#"), " "))
		case line == "":
			end()
		case !strings.HasPrefix(line, " "):
			name, _, _ = strings.Cut(line, ":")
			fallthrough
		default:
			yaml = append(yaml, line)
		}
	}
	end()
	return strings.TrimSuffix(out.String(), "\n")
}

// quirks are the parts of a strategy that mirror how SDKs are built, and are no policies
// that anybody would choose.
var quirks = []string{
	"session", "first_use", "fail_for_good", "connections", "resend", "accept_empty", "accept_incomplete", "ignore_eof", "hang_on",
	"reject_expired", "preset", "extends", "title", "sdk_setting",
}

// The page of the repository shows every example as it is, with what it did; and there is
// an example for every part of a strategy that is a policy.
func TestStrategiesPageIsWhole(t *testing.T) {
	text, err := os.ReadFile(strategiesDoc)
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	file, err := os.ReadFile(strategiesFile)
	if err != nil {
		t.Fatal(err)
	}
	parts := make(map[string]string)
	for _, m := range written.FindAllStringSubmatch(page, -1) {
		parts[m[1]] = m[2]
	}
	if got, want := didLine.ReplaceAllString(parts["policies"], ""), policies(t, func(string) string { return "" }); got != want {
		t.Errorf("the policies are not as the file has them: run `make pages`; got\n%s\nwant\n%s", got, want)
	}
	all := examples(t).All()
	if n := len(didLine.FindAllString(parts["policies"], -1)); n != len(all) {
		t.Errorf("the page says of %d examples what they did, and there are %d: run `make pages`", n, len(all))
	}
	for _, s := range all {
		if !strings.Contains(parts["table"], "\n| ["+s.Name+"](#"+s.Name+") |") {
			t.Errorf("the table has no row %s: run `make pages`", s.Name)
		}
	}
	for _, key := range profiles.StrategyParts() {
		if !slices.Contains(quirks, key) && !strings.Contains(string(file), key+":") {
			t.Errorf("no example has the part %s of a strategy", key)
		}
	}
}

// The profile of the page and its files of strategies are sound, and its commands run.
func TestStrategiesPageRuns(t *testing.T) {
	text, err := os.ReadFile(strategiesDoc)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	for name, pattern := range map[string]string{
		"busy.yaml": "(?s)```yaml\n(version: 1\nname: busy\n.*?)```",
		"mine.yaml": "(?s)```yaml\n(version: 1\nstrategies:\n.*?)```",
	} {
		m := regexp.MustCompile(pattern).FindSubmatch(text)
		if m == nil {
			t.Fatalf("the page has no %s", name)
		}
		if err := os.WriteFile(name, m[1], 0o644); err != nil {
			t.Fatal(err)
		}
	}
	ran := 0
	for _, m := range regexp.MustCompile(`(?m)^loadgen ([^#\n]*)`).FindAllStringSubmatch(string(text), -1) {
		args := strings.Fields(m[1])
		if args[0] == "run" {
			args = append(args, "--seeds", "2", "--engine", "sim")
		}
		if args[0] == "compare" {
			args = append(args, "--seeds", "2")
		}
		var out, stderr bytes.Buffer
		if code := run(&out, &stderr, args...); code != 0 && code != 3 {
			t.Errorf("%s: exit code %d\n%s", m[0], code, &stderr)
		}
		ran++
	}
	if ran < 6 {
		t.Errorf("found %d commands, want at least 6", ran)
	}
}
