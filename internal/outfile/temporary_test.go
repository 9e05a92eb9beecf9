package outfile

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestTempDir removes what a process that is gone has left, and nothing else.
func TestTempDir(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	t.Setenv("TMP", os.Getenv("TMPDIR")) // Windows
	gone := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	if err := gone.Run(); err != nil {
		t.Fatal(err)
	}
	ours, err := TempDir("test")
	if err != nil {
		t.Fatal(err)
	}
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	stays := []string{
		ours,
		filepath.Join(os.TempDir(), fmt.Sprintf("test-another.%s-%d-1", host, gone.Process.Pid)),
		filepath.Join(os.TempDir(), fmt.Sprintf("other-%s-%d-1", host, gone.Process.Pid)),
	}
	leftover := filepath.Join(os.TempDir(), fmt.Sprintf("test-%s-%d-1", host, gone.Process.Pid))
	for _, dir := range append(stays[1:], leftover) {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := TempDir("test"); err != nil {
		t.Fatal(err)
	}
	for _, dir := range stays {
		if _, err := os.Stat(dir); err != nil {
			t.Errorf("%s is gone: %v", dir, err)
		}
	}
	if _, err := os.Stat(leftover); !os.IsNotExist(err) {
		t.Errorf("%s, of process %d that is gone, is still there: %v", leftover, gone.Process.Pid, err)
	}
}
