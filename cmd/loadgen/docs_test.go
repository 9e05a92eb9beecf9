package main

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"tenement/profiles"
	"tenement/reports"
)

// readme is the README's text.
func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Every loadgen command of the README runs, in the folder it is meant for.
func TestReadmeCommands(t *testing.T) {
	text := readme(t)
	t.Chdir("../..")
	if err := os.MkdirAll("build", 0o755); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	ran := 0
	for _, m := range regexp.MustCompile(`(?m)^build/loadgen ([^#\n]*)`).FindAllStringSubmatch(text, -1) {
		args := strings.Fields(m[1])
		for i := range args {
			args[i] = strings.Trim(args[i], "'") // quotes are the shell's
			if rest, ok := strings.CutPrefix(args[i], "build/"); ok {
				args[i] = filepath.Join(dir, rest)
			}
		}
		if args[0] == "run" {
			args = append(args, "--seeds", "2") // that a command runs does not take many
		}
		if args[0] == "compare" {
			args = append(args, "--seeds", "6")
		}
		if args[0] == "capacity" {
			args = append(args, "--seeds", "4")
		}
		if args[0] == "tune" {
			args = append(args, "--blocks", "5", "--max-time", "200ms") // the best so far will do
		}
		var out, stderr bytes.Buffer
		p := &program{stdout: &stdout{to: &out}, stderr: &stderr}
		if code := p.main(args); code != 0 {
			t.Errorf("%s: exit code %d\n%s", m[0], code, &stderr)
		}
		ran++
	}
	if ran < 8 {
		t.Errorf("found %d commands in the README, want at least 8", ran)
	}
}

// run runs loadgen within the test, and returns its exit code.
func run(out, errs io.Writer, args ...string) int {
	return (&program{stdout: &stdout{to: out}, stderr: errs}).main(args)
}

// screen is the sample screen in the README.
var screen = regexp.MustCompile("(?ms)^```\n(noisy-neighbour .*?)^```$")

// The README's screen is what `make sim` prints. UPDATE_SCRIPTS=1 rewrites it.
func TestReadmeScreen(t *testing.T) {
	text := readme(t)
	at := screen.FindStringSubmatchIndex(text)
	if at == nil {
		t.Fatal("the README has no screen")
	}
	var stdout, stderr bytes.Buffer
	if code := run(&stdout, &stderr, "run", "noisy-neighbour", "--engine", "sim"); code != 0 {
		t.Fatalf("exit code %d\n%s", code, &stderr)
	}
	got, want := text[at[2]:at[3]], stdout.String()
	if got == want {
		return
	}
	if os.Getenv("UPDATE_SCRIPTS") == "" {
		t.Fatalf("the README shows\n%s\nand the command prints\n%s\n`make golden` makes it current", got, want)
	}
	if err := os.WriteFile("../../README.md", []byte(text[:at[2]]+want+text[at[3]:]), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Every recipe of docs/profiles.md runs, its gates hold, and its first row has a
// problem that another row solves.
func TestRecipes(t *testing.T) {
	text, err := os.ReadFile("../../docs/profiles.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile("(?ms)^```yaml\n(.*?)^```$").FindAllSubmatch(text, -1) {
		path := filepath.Join(t.TempDir(), "recipe.yaml")
		if err := os.WriteFile(path, m[1], 0o644); err != nil {
			t.Fatal(err)
		}
		var stdout, stderr bytes.Buffer
		if code := run(&stdout, &stderr, "run", path, "--engine", "sim", "--seeds", "2", "-f", "json"); code != 0 {
			t.Errorf("exit code %d\n%s\n%s", code, &stderr, m[1])
			continue
		}
		report, err := reports.Read(path, &stdout)
		if err != nil {
			t.Fatal(err)
		}
		fails := func(c *reports.Case) (n uint64) {
			for i := range c.Groups {
				if c.Groups[i].UnderTest {
					n += c.Groups[i].Failures()
				}
			}
			return n
		}
		first, least := fails(&report.Cases[0]), ^uint64(0)
		for i := range report.Cases {
			least = min(least, fails(&report.Cases[i]))
		}
		if first == 0 || least*10 > first {
			t.Errorf("%s: %d calls fail in the first row, and %d in the best", report.Profile.Name, first, least)
		}
	}
}

// The README's endpoint is one that a profile can have.
func TestReadmeEndpoint(t *testing.T) {
	const around = "version: 1\nname: readme\nduration: 1s\nfleet: [{group: a, arrivals: {constant: 1/s}, under_test: true}]\n"
	blocks := regexp.MustCompile("(?ms)^```yaml\n(.*?)^```$").FindAllStringSubmatch(readme(t), -1)
	if len(blocks) == 0 {
		t.Fatal("the README has no endpoint")
	}
	for _, m := range blocks {
		if _, err := profiles.Load("README.md", []byte(around+m[1])); err != nil {
			t.Error(err)
		}
	}
}

// What docs/startup.md and docs/control.md show of a profile is sound.
func TestBlocksOfPages(t *testing.T) {
	blocks := func(page string, want int) []string {
		text, err := os.ReadFile("../../docs/" + page)
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, m := range regexp.MustCompile("(?ms)^```yaml\n(.*?)^```").FindAllStringSubmatch(string(text), -1) {
			all = append(all, m[1])
		}
		if len(all) != want {
			t.Fatalf("%s has %d blocks, want %d", page, len(all), want)
		}
		return all
	}
	const about = "version: 1\nname: page\nduration: 4h\n"
	startup := blocks("startup.md", 3)
	fleet := strings.Replace(startup[0], "    tasks: 40\n", "    tasks: 40\n    under_test: true\n", 1)
	for _, profile := range []string{fleet + startup[1], fleet + startup[2], blocks("control.md", 1)[0]} {
		if _, err := profiles.Load("page", []byte(about+profile)); err != nil {
			t.Errorf("%v\n%s", err, profile)
		}
	}
}

// headings are the anchors of a page's headings.
func headings(text string) map[string]bool {
	all := make(map[string]bool)
	for _, m := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(text, -1) {
		plain := regexp.MustCompile(`[^\p{L}\p{N}_ -]`).ReplaceAllString(strings.ToLower(m[1]), "")
		all[strings.ReplaceAll(plain, " ", "-")] = true
	}
	return all
}

// What a page points to is there, and so is the heading.
func TestLinks(t *testing.T) {
	pages := []string{"../../README.md", "../../CONTRIBUTING.md", "../../CHANGELOG.md"}
	for _, pattern := range []string{"../../docs/*.md", "../../docs/*/*.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, found...)
	}
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, m := range regexp.MustCompile(`\]\(([^):#\n]*)(?:#([^):\n]*))?\)`).FindAllStringSubmatch(string(text), -1) {
			file := page
			if m[1] != "" {
				file = filepath.Join(filepath.Dir(page), m[1])
			}
			to, err := os.ReadFile(file)
			if info, failed := os.Stat(file); failed == nil && info.IsDir() {
				continue
			}
			if err != nil {
				t.Errorf("%s points to %s: %v", page, m[1], err)
			} else if m[2] != "" && !headings(string(to))[m[2]] {
				t.Errorf("%s points to %s#%s, and there is no such heading", page, m[1], m[2])
			}
		}
	}
}

// The files and tests that CONTRIBUTING.md names exist.
func TestContributing(t *testing.T) {
	text, err := os.ReadFile("../../CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile("`((?:cmd|internal|profiles|reports)/[^`]*)`").FindAllStringSubmatch(string(text), -1) {
		if strings.Contains(m[1], "NAME") || strings.Contains(m[1], "VERB") || strings.Contains(m[1], "SDK") {
			continue // a file to come
		}
		if _, err := os.Stat(filepath.Join("../..", m[1])); err != nil {
			t.Error(err)
		}
	}
	var tests strings.Builder
	if err := filepath.WalkDir("../..", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		tests.Write(source)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile("`((?:Test|Fuzz)[A-Z][A-Za-z]*)`").FindAllStringSubmatch(string(text), -1) {
		if !strings.Contains(tests.String(), "\nfunc "+m[1]+"(") {
			t.Errorf("there is no %s", m[1])
		}
	}
}

// The screen of docs/explain.md is what the command above it prints.
// UPDATE_SCRIPTS=1 rewrites it. All its commands run.
func TestExplainPage(t *testing.T) {
	const page = "../../docs/explain.md"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	shown := regexp.MustCompile("(?ms)^loadgen ([^\n]*)\n```\n\n```\n(service .*?)^```$").FindSubmatchIndex(text)
	if shown == nil {
		t.Fatal("the page has no screen")
	}
	for _, m := range regexp.MustCompile(`(?m)^loadgen (strategy explain .*)$`).FindAllSubmatchIndex(text, -1) {
		var out, stderr bytes.Buffer
		if code := run(&out, &stderr, strings.Fields(string(text[m[2]:m[3]]))...); code != 0 {
			t.Errorf("%s: exit code %d\n%s", text[m[0]:m[1]], code, &stderr)
		}
		if got, want := out.String(), string(text[shown[4]:shown[5]]); m[2] == shown[2] && got != want {
			if os.Getenv("UPDATE_SCRIPTS") == "" {
				t.Errorf("got\n%s\nwant\n%s", got, want)
				continue
			}
			text := string(text[:shown[4]]) + got + string(text[shown[5]:])
			if err := os.WriteFile(page, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}
