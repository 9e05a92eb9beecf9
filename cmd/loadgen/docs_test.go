package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"tenement/profiles"
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
			if rest, ok := strings.CutPrefix(args[i], "build/"); ok {
				args[i] = filepath.Join(dir, rest)
			}
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

// The README's screen has the rows of the profile it shows.
func TestReadmeScreen(t *testing.T) {
	text := readme(t)
	profile, err := profiles.Open("noisy-neighbour", profiles.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range profile.Cases() {
		if !strings.Contains(text, "\n  "+c.Title+" ") {
			t.Errorf("the README's screen has no row %q", c.Title)
		}
	}
	for _, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, "  ") && len([]rune(line)) > 80 {
			t.Errorf("a line of the screen is longer than 80 columns: %q", line)
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

// What the README points to is there.
func TestReadmeLinks(t *testing.T) {
	for _, m := range regexp.MustCompile(`\]\(([^):]+)\)`).FindAllStringSubmatch(readme(t), -1) {
		if _, err := os.Stat(filepath.Join("../..", m[1])); err != nil {
			t.Errorf("the README points to %s: %v", m[1], err)
		}
	}
}
