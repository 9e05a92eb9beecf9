package main

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// excerpts are the files whose parts between "README: LANGUAGE" and
// "end README" the README shows, by the language of its block.
var excerpts = map[string]string{
	"go":         "examples/go/credentials_test.go",
	"python":     "examples/python/test_credentials.py",
	"javascript": "examples/javascript/credentials.test.js",
	"ruby":       "examples/ruby/credentials_test.rb",
	"java":       "examples/java/src/test/java/CredentialsTest.java",
}

// longest is how many lines of another language a reader of the README puts up
// with.
const longest = 15

// Every block of the README in a language of an SDK is an excerpt of the test
// that examples/run runs, so that it cannot rot.
func TestReadmeExcerpts(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := make(map[string]string)
	for _, m := range regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$").FindAllStringSubmatch(string(readme), -1) {
		if m[1] != "sh" && m[1] != "yaml" {
			shown[m[1]] = m[2]
		}
	}
	for language, path := range excerpts {
		t.Run(language, func(t *testing.T) {
			want := excerpt(t, language, path)
			if shown[language] != want {
				t.Errorf("the README shows\n%s\nand %s has\n%s", shown[language], path, want)
			}
			if n := strings.Count(want, "\n"); n > longest {
				t.Errorf("got %d lines, want at most %d", n, longest)
			}
		})
		delete(shown, language)
	}
	for language := range shown {
		t.Errorf("the README has a block of %s, which is no excerpt", language)
	}
}

// excerpt is the marked part of a file, without the indentation that all of it
// has.
func excerpt(t *testing.T, language, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../..", path))
	if err != nil {
		t.Fatal(err)
	}
	marked := regexp.MustCompile(`(?ms)^( *)\S+ README: ` + language + `\n+(.*?)\n+ *\S+ end README$`).FindStringSubmatch(string(text))
	if marked == nil {
		t.Fatalf("%s: got no part for the README", path)
	}
	return regexp.MustCompile(`(?m)^`+marked[1]).ReplaceAllString(marked[2], "") + "\n"
}

// Every curl of docs/operating.md works, in its order.
func TestOperatingCommands(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("curl is not installed")
	}
	text, err := os.ReadFile("../../docs/operating.md")
	if err != nil {
		t.Fatal(err)
	}
	o, err := parse([]string{"--admin", "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	configs, err := o.configs()
	if err != nil {
		t.Fatal(err)
	}
	f := newFleet(o, configs, new(logs))
	if err := f.listen(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- f.serve(ctx, io.Discard) }()
	commands := regexp.MustCompile(`(?m)^curl .*$`).FindAllString(string(text), -1)
	if len(commands) < 8 {
		t.Errorf("found %d commands, want at least 8", len(commands))
	}
	for _, command := range commands {
		here := strings.ReplaceAll(command, "http://127.0.0.1:9090", baseURL(f.admin.Addr()))
		if out, err := exec.CommandContext(t.Context(), "sh", "-c", here).CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", command, err, out)
		}
	}
	cancel()
	if err := <-served; err != nil {
		t.Error(err)
	}
}
