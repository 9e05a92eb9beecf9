//go:build unix

package outfile

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// What is no file is written to and never replaced.
func TestPipe(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Check(path); err != nil {
		t.Error(err)
	}
	got := make(chan string)
	go func() {
		b, _ := os.ReadFile(path)
		got <- string(b)
	}()
	if err := Write(path, text("through")); err != nil {
		t.Fatal(err)
	}
	if s := <-got; s != "through" {
		t.Errorf("got %q", s)
	}
	alone(t, dir, "pipe")
}

// A path that stands for a descriptor appends to what is open there, also
// through a link; the file is not replaced.
func TestDescriptor(t *testing.T) {
	dir := t.TempDir()
	f, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	link := filepath.Join(dir, "stdout")
	if err := os.Symlink(fmt.Sprintf("/dev/fd/%d", f.Fd()), link); err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(f, "before ")
	for _, path := range []string{fmt.Sprintf("/dev/fd/%d", f.Fd()), fmt.Sprintf("/proc/self/fd/%d", f.Fd()), link} {
		if err := Check(path); err != nil {
			t.Error(err)
		}
		if err := Write(path, text("new ")); err != nil {
			t.Fatal(err)
		}
	}
	fmt.Fprint(f, "after")
	if got := read(t, f.Name()); got != "before new new new after" {
		t.Errorf("got %q", got)
	}
	alone(t, dir, "log", "stdout")
	if err := Write("/dev/fd/9999", text("")); err == nil || err.Error() != "writing /dev/fd/9999: bad file descriptor" {
		t.Errorf("got %v", err)
	}
}

// A directory that is not writable is found out before there is any content.
func TestCheckUnwritable(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may write everywhere")
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	if err := Check(filepath.Join(dir, "file")); err == nil {
		t.Error("got no error")
	}
}
