package outfile

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestSame(t *testing.T) {
	t.Chdir(t.TempDir())
	err := errors.Join(
		os.MkdirAll("sub/deep", 0o755), os.WriteFile("old", nil, 0o644), os.WriteFile("other", nil, 0o644),
		os.Link("old", "hard"), os.Symlink("old", "soft"), os.Symlink("new", "dangling"),
		os.Symlink("sub", "way"), os.Symlink("/dev/null", "null"),
	)
	if err != nil {
		unlinked(t, err)
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"old", "old", true},
		{"old", "other", false},
		{"old", "./sub/../old", true},
		{"old", filepath.Join(here, "old"), true},
		{"old", "hard", true},
		{"old", "soft", true},
		{"hard", "soft", true},
		{"old", "new", false},
		{"new", "new", true},
		{"new", "./new", true},
		{"new", "dangling", true},
		{"new", "newer", false},
		{"sub/new", "way/new", true},
		{"sub/new", "sub/deep/new", false},
		{"sub/new", "new", false},
		{"null", "/dev/null", true},
		{"no/such", "no/such", false}, // neither can be written
	} {
		if got := Same(test.a, test.b); got != test.want {
			t.Errorf("%s and %s: got %t, want %t", test.a, test.b, got, test.want)
		}
		if got := Same(test.b, test.a); got != test.want {
			t.Errorf("%s and %s: got %t, want %t", test.b, test.a, got, test.want)
		}
	}
	f, err := os.Open("old")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for path, want := range map[string]bool{"old": true, "soft": true, "other": false, "new": false} {
		if got := Opens(path, f); got != want {
			t.Errorf("%s, with old open: got %t, want %t", path, got, want)
		}
	}
}
