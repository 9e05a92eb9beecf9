package outfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

var errContent = errors.New("no content")

// text is the content of a file.
func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

// broken is content that ends with an error.
func broken(w io.Writer) error {
	_, _ = io.WriteString(w, "half")
	return errContent
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// alone fails unless a directory has these files and no others.
func alone(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got files %q, want %q", got, want)
	}
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	for _, content := range []string{"new", "old is gone", ""} {
		if err := Write(path, text(content)); err != nil {
			t.Fatal(err)
		}
		if got := read(t, path); got != content {
			t.Errorf("got %q, want %q", got, content)
		}
		alone(t, dir, "file")
	}
}

func TestFailedWriteChangesNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	if err := Write(path, broken); !errors.Is(err, errContent) || err.Error() != "writing "+path+": no content" {
		t.Errorf("got %v", err)
	}
	alone(t, dir)
	if err := Write(path, text("whole")); err != nil {
		t.Fatal(err)
	}
	if err := Write(path, broken); !errors.Is(err, errContent) {
		t.Errorf("got %v, want %v", err, errContent)
	}
	if got := read(t, path); got != "whole" {
		t.Errorf("got %q, want the old content", got)
	}
	alone(t, dir, "file")
}

func TestPermissions(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	mode := func() fs.FileMode {
		t.Helper()
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info.Mode().Perm()
	}
	if err := os.WriteFile(path, nil, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := Write(path, text("")); err != nil {
		t.Fatal(err)
	}
	if got := mode(); got != 0o640 {
		t.Errorf("got mode %v, want the file's own, 0640", got)
	}
	if err := WritePrivate(path, []byte("secret")); err != nil {
		t.Fatal(err)
	}
	if got := mode(); got != 0o600 || read(t, path) != "secret" {
		t.Errorf("got mode %v, %q, want 0600 and the secret", got, read(t, path))
	}
}

func TestReplaced(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := errors.Join(os.WriteFile("file", nil, 0o666), os.Symlink("file", "link"), os.Symlink("gone", "broken"), os.Mkdir("dir", 0o777)); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"file": "file", "link": "file", "broken": "", "gone": "", "dir": "", os.DevNull: "", "/dev/stdout": "",
	} {
		if got := Replaced(path); filepath.Base(got) != filepath.Base(want) {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
}

func TestErrors(t *testing.T) {
	dir := t.TempDir()
	for _, test := range []struct{ name, path, want string }{
		{"a directory", dir, "is a directory"},
		{"in no directory", filepath.Join(dir, "no", "file"), "no such file or directory"},
	} {
		t.Run(test.name, func(t *testing.T) {
			want := "writing " + test.path + ": " + test.want
			if err := Write(test.path, text("")); err == nil || err.Error() != want {
				t.Errorf("Write: got %v, want %s", err, want)
			}
			if err := Check(test.path); err == nil || err.Error() != want {
				t.Errorf("Check: got %v, want %s", err, want)
			}
		})
	}
}

func TestCheckLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	if err := Check(filepath.Join(dir, "file")); err != nil {
		t.Error(err)
	}
	alone(t, dir)
}

// A link stays one, and its target is written: one that exists, one that does
// not yet, and one behind several links.
func TestLinks(t *testing.T) {
	for _, test := range []struct {
		name   string
		exists bool
	}{{"to a file", true}, {"to nothing", false}} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.Mkdir(filepath.Join(dir, "sub"), 0o755); err != nil {
				t.Fatal(err)
			}
			target := filepath.Join(dir, "sub", "target")
			if test.exists {
				if err := os.WriteFile(target, []byte("old"), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			for _, l := range [][2]string{{"sub/target", "first"}, {"first", "second"}} {
				if err := os.Symlink(l[0], filepath.Join(dir, l[1])); err != nil {
					unlinked(t, err)
				}
			}
			if err := Write(filepath.Join(dir, "second"), text("new")); err != nil {
				t.Fatal(err)
			}
			if got := read(t, target); got != "new" {
				t.Errorf("got %q in the target, want new", got)
			}
			for _, l := range []string{"first", "second"} {
				if info, err := os.Lstat(filepath.Join(dir, l)); err != nil || info.Mode()&fs.ModeSymlink == 0 {
					t.Errorf("%s: got %v, %v, want a link", l, info, err)
				}
			}
			alone(t, filepath.Join(dir, "sub"), "target")
		})
	}
}

func TestLinksInACircle(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	if err := errors.Join(os.Symlink("b", path), os.Symlink("a", filepath.Join(dir, "b"))); err != nil {
		unlinked(t, err)
	}
	if err := Write(path, text("")); err == nil || !strings.Contains(err.Error(), "too many levels") {
		t.Errorf("got %v", err)
	}
}

// What a killed process left goes with the next write of that file, also one
// with our own number, as it may be in a container. What belongs to a running
// process, or to another file, stays.
func TestLeftovers(t *testing.T) {
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	gone, here := cmd.Process.Pid, os.Getpid()
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	stay := []string{
		fmt.Sprintf(".file.%d-00000001.tmp", os.Getppid()), ".file.x-00000001.tmp", fmt.Sprintf(".file.%d-1.tmp", gone),
		fmt.Sprintf(".other.%d-00000001.tmp", gone), "file",
	}
	left := []string{fmt.Sprintf(".file.%d-00000001.tmp", gone), fmt.Sprintf(".file.%d-0000000x.tmp", here)}
	for _, name := range slices.Concat(stay, left) {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	// A write within a write: the temporary file of the first one is in use.
	err := Write(path, func(w io.Writer) error { return errors.Join(Write(path, text("second")), text("first")(w)) })
	if err != nil {
		t.Fatal(err)
	}
	if got := read(t, path); got != "first" {
		t.Errorf("got %q, want the content of the write that ended last", got)
	}
	slices.Sort(stay)
	alone(t, dir, stay...)
}

func TestLongName(t *testing.T) {
	dir := t.TempDir()
	name := strings.Repeat("n", 255)
	if err := Write(filepath.Join(dir, name), text("")); err != nil {
		t.Fatal(err)
	}
	alone(t, dir, name)
}

// unlinked ends a test whose links could not be made: only Windows, where links
// take a privilege, may go without.
func unlinked(t *testing.T, err error) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip(err)
	}
	t.Fatal(err)
}
