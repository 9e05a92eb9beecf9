//go:build unix

package outfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
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

// A path below /proc stands for an open file too: of this process, whatever it is
// called there, and of another one. The file is not replaced.
func TestDescriptorsInProc(t *testing.T) {
	if _, err := os.Stat("/proc/self/fd"); err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	f, err := os.OpenFile(filepath.Join(dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	cmd := exec.Command("cat")
	cmd.Stdout = f
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/dev/fd", filepath.Join(dir, "way")); err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(f, "before ")
	for _, path := range []string{
		fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), f.Fd()), fmt.Sprintf("/proc/thread-self/fd/%d", f.Fd()),
		fmt.Sprintf("%s/way/%d", dir, f.Fd()), fmt.Sprintf("/proc/%d/fd/1", cmd.Process.Pid),
	} {
		if err := Check(path); err != nil {
			t.Error(err)
		}
		if err := Write(path, text("new ")); err != nil {
			t.Error(err)
		}
		if !Same(path, f.Name()) || !Opens(path, f) {
			t.Errorf("%s: got another file than the one that is open", path)
		}
	}
	if err := errors.Join(stdin.Close(), cmd.Wait()); err != nil {
		t.Error(err)
	}
	if got := read(t, f.Name()); got != "before new new new new " {
		t.Errorf("got %q", got)
	}
	alone(t, dir, "log", "way")
}

// A device is written to, and its error told.
func TestFullDevice(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip(err)
	}
	if err := Check("/dev/full"); err != nil {
		t.Error(err)
	}
	if err := Write("/dev/full", text("new")); err == nil || err.Error() != "writing /dev/full: no space left on device" {
		t.Errorf("got %v", err)
	}
	if info, err := os.Stat("/dev/full"); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		t.Errorf("got %v, %v, want the device", info, err)
	}
}

// A file that may not be written is not replaced.
func TestReadOnlyFile(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may write everywhere")
	}
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte("old"), 0o444); err != nil {
		t.Fatal(err)
	}
	if err := Check(path); err == nil {
		t.Error("Check: got no error")
	}
	if err := Write(path, text("new")); err == nil {
		t.Error("Write: got no error")
	}
	if got := read(t, path); got != "old" {
		t.Errorf("got %q, want the old content", got)
	}
}

// TestMain makes of the test binary a writer that can be killed, if it is told a
// path: it says when its file is half written, and on a signal it abandons it.
func TestMain(m *testing.M) {
	path := os.Getenv("OUTFILE_WRITES")
	if path == "" {
		os.Exit(m.Run())
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt)
	go func() {
		<-signals
		Abandon()
		os.Exit(0)
	}()
	if dir, err := TempDir("outfile"); err != nil || os.WriteFile(filepath.Join(dir, "file"), nil, 0o600) != nil {
		os.Exit(1)
	}
	err := Write(path, func(w io.Writer) error {
		fmt.Fprint(w, "half")
		fmt.Println("half")
		select {}
	})
	fmt.Println(err)
	os.Exit(1)
}

// interrupted has another process write half of a file, and ends it by a signal.
// It returns its number.
func interrupted(t *testing.T, path string, s os.Signal) int {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "OUTFILE_WRITES="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "half\n" {
		t.Errorf("got %q, %v, want half", line, err)
	}
	if err := cmd.Process.Signal(s); err != nil {
		t.Error(err)
	}
	_ = cmd.Wait() // what it left says the rest
	return cmd.Process.Pid
}

// A signal in the middle of a write leaves what was there before, and no temporary
// directory.
func TestAbandon(t *testing.T) {
	dir, temporary := t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", temporary)
	path := filepath.Join(dir, "file")
	interrupted(t, path, os.Interrupt)
	alone(t, dir)
	alone(t, temporary)
	if err := Write(path, text("old")); err != nil {
		t.Fatal(err)
	}
	interrupted(t, path, os.Interrupt)
	alone(t, dir, "file")
	if got := read(t, path); got != "old" {
		t.Errorf("got %q, want the old content", got)
	}
}

// A process that is killed leaves one file, named after it, which the next write
// removes.
func TestKilled(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	pid := interrupted(t, path, os.Kill)
	left, err := filepath.Glob(filepath.Join(dir, fmt.Sprintf(".file.%d-????????.tmp", pid)))
	if err != nil || len(left) != 1 {
		t.Errorf("got %q, %v, want one file of process %d", left, err, pid)
	}
	if err := Write(path, text("new")); err != nil {
		t.Fatal(err)
	}
	alone(t, dir, "file")
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
