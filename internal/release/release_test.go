package release

import (
	"os"
	"regexp"
	"testing"
)

// The version is the one at the top of the changelog.
func TestLatest(t *testing.T) {
	text, err := os.ReadFile("../../CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	if m := regexp.MustCompile(`(?m)^## (v\S+)`).FindSubmatch(text); m == nil || string(m[1]) != latest {
		t.Errorf("got %s, and the changelog begins with %q", latest, m)
	}
}
