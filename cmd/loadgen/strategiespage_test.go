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

// example is a part of the page between its marks: what `make pages` writes.
var example = regexp.MustCompile(`(?s)<!-- (table|example [a-z0-9-]+) -->\n(.*?)<!-- end -->`)

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
	page = example.ReplaceAllFunc(page, func(part []byte) []byte {
		m := example.FindSubmatch(part)
		text := tableOf(t, columns)
		if name, ok := strings.CutPrefix(string(m[1]), "example "); ok {
			text = exampleText(t, name) + "\n" + didWhat(columns, name)
		}
		return fmt.Appendf(nil, "<!-- %s -->\n\n%s\n<!-- end -->", m[1], text)
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
	return strings.TrimSuffix(b.String(), "\n")
}

// exampleText is an example as the file has it, as YAML of the page.
func exampleText(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(strategiesFile)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, line := range strings.Split(string(text), "\n") {
		line, below := strings.CutPrefix(line, "  ")
		switch {
		case strings.HasPrefix(line, name+":"):
			lines = append(lines, line)
		case lines == nil:
		case below && strings.HasPrefix(line, " "):
			lines = append(lines, line)
		default:
			return "```yaml\n" + strings.Join(lines, "\n") + "\n```\n"
		}
	}
	t.Fatalf("there is no example %s", name)
	return ""
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
	for _, m := range example.FindAllStringSubmatch(page, -1) {
		parts[m[1]] = m[2]
	}
	for _, s := range examples(t).All() {
		part := parts["example "+s.Name]
		switch {
		case !strings.Contains(page, "\n### "+s.Name+"\n"):
			t.Errorf("no section %s", s.Name)
		case !strings.Contains(part, exampleText(t, s.Name)), !strings.Contains(part, "```\n\nCalls that fail: ") && !strings.Contains(part, "```\n\nIn all five "):
			t.Errorf("%s is not as the file has it, or without what it did: run `make pages`", s.Name)
		case !strings.Contains(parts["table"], "\n| ["+s.Name+"](#"+s.Name+") |"):
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
