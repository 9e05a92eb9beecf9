package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// excerpts are the files whose parts between "excerpt: LANGUAGE" and
// "end excerpt" docs/testing.md shows, by the language of its block. The other blocks
// are run as they are, by examples/page.
var excerpts = map[string]string{
	"ruby": "examples/ruby/credentials_test.rb",
	"java": "examples/java/src/test/java/CredentialsTest.java",
}

// longest is how many lines a helper for tests may have.
const longest = 25

// These blocks of docs/testing.md are excerpts of the tests that examples/run runs, so
// that they cannot rot.
func TestExcerpts(t *testing.T) {
	page, err := os.ReadFile("../../docs/testing.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := make(map[string]string)
	for _, m := range regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$").FindAllStringSubmatch(string(page), -1) {
		shown[m[1]] = m[2]
	}
	for language, path := range excerpts {
		t.Run(language, func(t *testing.T) {
			want := excerpt(t, language, path)
			if shown[language] != want {
				t.Errorf("the page shows\n%s\nand %s has\n%s", shown[language], path, want)
			}
			if n := strings.Count(want, "\n"); n > longest {
				t.Errorf("got %d lines, want at most %d", n, longest)
			}
		})
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
	marked := regexp.MustCompile(`(?ms)^( *)\S+ excerpt: ` + language + `\n+(.*?)\n+ *\S+ end excerpt$`).FindStringSubmatch(string(text))
	if marked == nil {
		t.Fatalf("%s: there is no excerpt", path)
	}
	return regexp.MustCompile(`(?m)^`+marked[1]).ReplaceAllString(marked[2], "") + "\n"
}
