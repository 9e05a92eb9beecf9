//go:build unix

package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"tenement/cmd/internal/command"
	"tenement/internal/spool"
)

// gated is a profile that is simulated in no time and fails its gate.
const gated = `
version: 1
name: gated
description: a limit that is too low
duration: 60s
engine: sim
endpoint: {service: ecs, limit: {rate: 1/s, burst: 1, scope: host}}
fleet: [{group: mine, arrivals: {poisson: 10/s}, under_test: true}]
gates: [mine.failure_rate < 1%]
`

// inFolder makes a folder with a profile and a report, and goes there.
func inFolder(t *testing.T) {
	t.Helper()
	t.Chdir(t.TempDir())
	if err := os.WriteFile("gated.yaml", []byte(gated), 0o644); err != nil {
		t.Fatal(err)
	}
	if code, said := runTo(t, nil, "run", "gated.yaml", "--seeds", "1", "-o", "report.json"); code != command.GateFailed {
		t.Fatalf("got exit code %d, %s", code, said)
	}
}

// runTo runs loadgen with a file for stdout, and returns the exit code and what
// it said on stderr.
func runTo(t *testing.T, stdout *os.File, args ...string) (code int, said string) {
	t.Helper()
	var stderr bytes.Buffer
	cmd := exec.Command("loadgen", args...)
	cmd.Stderr = &stderr
	if stdout != nil {
		cmd.Stdout = stdout
	}
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), stderr.String()
}

// open opens a file as a shell does for a redirection.
func open(t *testing.T, path string, flags int) *os.File {
	t.Helper()
	f, err := os.OpenFile(path, flags, 0o644)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip(err) // a device that this system does not have
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func content(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Error(err)
	}
	return string(b)
}

// nobody is a stdout that nobody reads any more.
func nobody(t *testing.T) *os.File {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	t.Cleanup(func() { w.Close() })
	return w
}

// Whatever a path to stdout is called, the report goes behind what is there, and
// no text goes with it.
func TestOutputIsStdout(t *testing.T) {
	inFolder(t)
	want := content(t, "report.json")
	if err := os.Symlink("app.log", "link.json"); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"-", "/dev/stdout", "/dev/fd/1", "app.log", "./app.log", "link.json"} {
		if err := os.WriteFile("app.log", []byte("before\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		code, said := runTo(t, open(t, "app.log", os.O_APPEND|os.O_WRONLY), "report", "report.json", "-f", "json", "-o", path)
		if got := content(t, "app.log"); code != 0 || said != "" || got != "before\n"+want {
			t.Errorf("%s: got exit code %d, %s and %q", path, code, said, got)
		}
	}
	code, said := runTo(t, open(t, "app.log", os.O_APPEND|os.O_WRONLY), "report", "report.json", "-f", "json", "-f", "text", "-o", "/dev/stdout")
	if code != command.BadUsage || said != "loadgen: more than one report for stdout\n  give each -f an -o of its own\n" {
		t.Errorf("got exit code %d, %s", code, said)
	}
}

// Two reports never go to one file, whatever it is called.
func TestOutputTwice(t *testing.T) {
	inFolder(t)
	err := errors.Join(os.WriteFile("old.json", []byte("old"), 0o644), os.Link("old.json", "hard.json"),
		os.Symlink("old.json", "soft.json"), os.Symlink("new.json", "dangling.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, paths := range [][2]string{
		{"old.json", "old.json"}, {"old.json", "./old.json"}, {"old.json", "hard.json"}, {"soft.json", "hard.json"},
		{"new.json", "new.json"}, {"new.json", "dangling.json"},
	} {
		for _, verb := range [][]string{{"run", "gated.yaml"}, {"report", "report.json"}} {
			code, said := runTo(t, nil, append(verb, "-o", paths[0], "-o", paths[1])...)
			if code != command.BadUsage || !strings.HasPrefix(said, "loadgen: more than one report for ") {
				t.Errorf("%s: got exit code %d, %s", paths, code, said)
			}
		}
	}
	if got := content(t, "old.json"); got != "old" {
		t.Errorf("got %q, want the old content", got)
	}
	if _, err := os.Stat("new.json"); err == nil {
		t.Error("got a report at a path that was given twice")
	}
}

// Whatever cannot be written, the rest is, all failures are told, and they come
// before a gate that failed.
func TestOutputFails(t *testing.T) {
	const full, gate = "no space left on device", "gate failed: mine.failure_rate < 1% in none"
	for _, test := range []struct {
		name   string
		stdout func(*testing.T) *os.File
		args   []string
		code   int
		said   []string // lines of stderr
	}{
		{"nobody reads stdout", nobody, []string{"report", "report.json", "-o", "a.json"}, 1,
			[]string{"loadgen: report: a.json", "loadgen: writing stdout: broken pipe"}},
		{"stdout is full", fullDevice, []string{"report", "report.json", "-o", "a.json"}, 1,
			[]string{"loadgen: report: a.json", "loadgen: writing stdout: " + full}},
		{"stdout is full, and a gate fails", fullDevice, []string{"run", "gated.yaml", "-o", "a.json"}, 1,
			[]string{"loadgen: report: a.json", "loadgen: writing stdout: " + full, gate}},
		{"some files", nil, []string{
			"report", "report.json", "-f", "json", "-f", "html", "-f", "text", "-o", "a.json", "-o", "/dev/full", "-o", "c.txt",
		}, 1, []string{"loadgen: report: a.json", "loadgen: report: c.txt", "loadgen: writing /dev/full: " + full}},
		{"before the run", nil, []string{"run", "gated.yaml", "-o", "a.json", "-o", "no/such.html", "-f", "json", "-f", "text", "-f", "text", "-o", "."}, 1,
			[]string{"loadgen: writing no/such.html: no such file or directory", "writing .: is a directory"}},
		{"a list", fullDevice, []string{"profile", "list"}, 1, []string{"loadgen: writing stdout: " + full}},
		{"a profile", fullDevice, []string{"profile", "show", "gated.yaml"}, 1, []string{"loadgen: writing the profile: writing stdout: " + full}},
		{"a preset", nobody, []string{"strategy", "show", "botocore"}, 1, []string{"loadgen: writing stdout: broken pipe"}},
		{"a timeline", nobody, []string{"strategy", "explain", "botocore", "--fault", "429"}, 1, []string{"loadgen: writing stdout: broken pipe"}},
		{"a schema", nobody, []string{"profile", "schema"}, 1, []string{"loadgen: writing stdout: broken pipe"}},
		{"help", fullDevice, []string{"--help"}, 1, []string{"loadgen: writing stdout: " + full}},
	} {
		t.Run(test.name, func(t *testing.T) {
			inFolder(t)
			var stdout *os.File
			if test.stdout != nil {
				stdout = test.stdout(t)
			}
			code, said := runTo(t, stdout, test.args...)
			if want := strings.Join(test.said, "\n") + "\n"; code != test.code || said != want {
				t.Errorf("got exit code %d, %s\nwant %d, %s", code, said, test.code, want)
			}
			for _, name := range []string{"a.json", "c.txt"} {
				_, err := os.Stat(name)
				if told := slices.Contains(test.said, "loadgen: report: "+name); told != (err == nil) {
					t.Errorf("%s: got %v", name, err)
				}
			}
		})
	}
}

// What took long is kept where it cannot be written to its place: not if it is kept already,
// and not if it is quickly made again.
func TestWorkIsNotLost(t *testing.T) {
	inFolder(t)
	t.Setenv("TMPDIR", t.TempDir())
	fullDevice(t) // or there is none
	for _, row := range []struct {
		name  string
		began time.Time
		args  []string
		kept  bool
	}{
		{"long", time.Now().Add(-time.Hour), []string{"-f", "html", "-o", "/dev/full"}, true},
		{"long, and written as JSON too", time.Now().Add(-time.Hour), []string{"-f", "html", "-o", "/dev/full", "-f", "json", "-o", "a.json"}, false},
		{"short", time.Now(), []string{"-f", "html", "-o", "/dev/full"}, false},
	} {
		var out, stderr bytes.Buffer
		p := &program{stdout: &stdout{to: &out}, stderr: &stderr, began: row.began}
		if code := p.main(append([]string{"report", "report.json"}, row.args...)); code != command.Failed {
			t.Errorf("%s: got exit code %d, %s", row.name, code, &stderr)
		}
		_, rest, kept := strings.Cut(stderr.String(), "loadgen: kept as JSON: ")
		if kept != row.kept {
			t.Errorf("%s: got %s", row.name, &stderr)
		}
		if path, _, _ := strings.Cut(rest, "\n"); kept && content(t, path) != content(t, "report.json") {
			t.Errorf("%s: %s is not the report", row.name, path)
		}
	}
}

// What cannot be written at the end is an error before anything is read or run, whatever the
// verb: none of the inputs here exists.
func TestOutputIsCheckedFirst(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, verb := range [][]string{
		{"run", "none.yaml"}, {"compare", "none.json", "none.yaml"}, {"capacity", "none.yaml"}, {"tune", "none.yaml"}, {"report", "none.json"},
		{"history", "none.json"}, {"diagnose", "-"}, {"trace", "stats", "none.log"}, {"trace", "import", "none.log"},
	} {
		code, said := runTo(t, nil, append(verb, "-o", "no/such.json")...)
		if code != command.Failed || said != "loadgen: writing no/such.json: no such file or directory\n" {
			t.Errorf("%s: got exit code %d, %s", verb, code, said)
		}
	}
}

func fullDevice(t *testing.T) *os.File { return open(t, "/dev/full", os.O_WRONLY) }

// A log or a trace from a pipe, such as a shell's <(zcat log), is what it is in a file.
func TestTraceFromAPipe(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("audit.log", []byte(sampleLog(3)), 0o644); err != nil {
		t.Fatal(err)
	}
	if code, said := runTo(t, nil, "trace", "import", "audit.log", "-o", "trace.jsonl"); code != 0 {
		t.Fatal(said)
	}
	for _, name := range []string{"audit.log", "trace.jsonl"} {
		plain := content(t, name)
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		if _, err := z.Write([]byte(plain)); err != nil || z.Close() != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("recording", []byte(plain), 0o644); err != nil { // what a stream is called
			t.Fatal(err)
		}
		for _, verb := range [][]string{{"trace", "show"}, {"run", "--engine", "sim", "--seeds", "1", "-f", "text", "--trace"}} {
			want, err := exec.Command("loadgen", append(verb, "recording")...).Output()
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range []string{plain, packed.String()} {
				if got, said, err := piped(t, text, append(verb, "/dev/fd/3")...); err != nil || got != string(want) {
					t.Errorf("%s of %s: %v, got %s\nwant %s\n%s", verb, name, err, got, want, said)
				}
			}
		}
	}
}

// piped runs loadgen with a text in a pipe, which is /dev/fd/3 to it.
func piped(t *testing.T, text string, args ...string) (out, said string, err error) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	go func() {
		defer w.Close()
		_, _ = io.WriteString(w, text) // a part of it shows as another output
	}()
	var stderr bytes.Buffer
	cmd := exec.Command("loadgen", args...)
	cmd.ExtraFiles, cmd.Stderr = []*os.File{r}, &stderr
	got, err := cmd.Output()
	return string(got), stderr.String(), err
}

// A trace does not take the place of its recording.
func TestTraceOverRecording(t *testing.T) {
	t.Chdir(t.TempDir())
	err := errors.Join(os.WriteFile("audit.log", []byte(sampleLog(1)), 0o644), os.Symlink("audit.log", "link.log"))
	if err != nil {
		t.Fatal(err)
	}
	for _, out := range []string{"audit.log", "./link.log"} {
		code, said := runTo(t, nil, "trace", "import", "audit.log", "-o", out)
		if code != command.BadUsage || !strings.HasPrefix(said, "loadgen: the trace would replace its recording: ") {
			t.Errorf("%s: got exit code %d, %s", out, code, said)
		}
	}
	if got := content(t, "audit.log"); got != sampleLog(1) {
		t.Errorf("got %q, want the recording", got)
	}
}

// A report does not take the place of the profile.
func TestReportOverProfile(t *testing.T) {
	inFolder(t)
	code, said := runTo(t, nil, "run", "gated.yaml", "-f", "json", "-o", "./gated.yaml")
	if code != command.BadUsage || !strings.HasPrefix(said, "loadgen: the report would replace what is read: ./gated.yaml is gated.yaml") {
		t.Errorf("got exit code %d, %s", code, said)
	}
	if got := content(t, "gated.yaml"); got != gated {
		t.Errorf("got %q, want the profile", got)
	}
	if code, said = runTo(t, nil, "run", "ecs-agent-scope", "--engine", "sim", "-f", "json", "-o", "ecs-agent-scope"); code != 0 {
		t.Errorf("a report with the name of a built-in: got exit code %d, %s", code, said)
	}
}

// sampleLog is an audit log of so many requests.
func sampleLog(n int) string {
	return strings.Repeat(`2026-11-20T23:58:26Z 200 127.0.0.1:58482 "/v2/credentials" "" arn:aws:ecs:us-west-2:111122223333:task/default/t GetCredentials 2 default arn:aws:ecs:us-west-2:111122223333:container-instance/default/i`+"\n", n)
}

// Ctrl-C in the middle of a write leaves neither a part nor a temporary file, and
// what was written whole stays.
func TestInterruptedWrite(t *testing.T) {
	inFolder(t)
	if err := os.WriteFile("audit.log", []byte(sampleLog(100_000)), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, verb := range [][]string{{"trace", "import", "audit.log"}, {"report", "report.json", "-f", "json"}, {"run", "gated.yaml", "-f", "json"}} {
		t.Run(verb[0], func(t *testing.T) {
			dir := t.TempDir()
			out := filepath.Join(dir, "out.json")
			cmd := exec.Command("loadgen", append(verb, "-o", out)...)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				_ = cmd.Wait() // what it left says the rest
			}()
			for made := false; !made; { // until there is a file of any name
				entries, err := os.ReadDir(dir)
				if err != nil {
					t.Fatal(err)
				}
				made = len(entries) > 0
				select {
				case <-ended:
					made = true
				default:
				}
			}
			for range 2 { // the first one lets a run end in good order
				_ = cmd.Process.Signal(os.Interrupt) // it may have ended
			}
			<-ended
			left, err := filepath.Glob(filepath.Join(dir, ".*"))
			if err != nil || len(left) > 0 {
				t.Errorf("got %q, %v, want nothing left", left, err)
			}
		})
	}
}

// A file that cannot go on, such as a pipe that nobody reads, does not hold
// Ctrl-C up.
func TestInterruptedPipe(t *testing.T) {
	inFolder(t)
	if err := syscall.Mkfifo("pipe", 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("loadgen", "report", "report.json", "-f", "json", "-f", "html", "-o", "a.json", "-o", "pipe")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var first, rest string
	fmt.Fscanln(stderr, &first, new(string), &rest) // loadgen: report: a.json
	if first != "loadgen:" || rest != "a.json" {
		t.Errorf("got %s … %s, want that a.json is written", first, rest)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Error(err)
	}
	_ = cmd.Wait() // the exit code tells
	if got := cmd.ProcessState.ExitCode(); got != command.Interrupted {
		t.Errorf("got exit code %d, want %d", got, command.Interrupted)
	}
	if got := content(t, "a.json"); got != content(t, "report.json") {
		t.Errorf("got %.40q, want the whole report", got)
	}
	if left, _ := filepath.Glob(".*"); len(left) > 0 {
		t.Errorf("got %q, want nothing left", left)
	}
}

// A long live run says before it begins that it need not take so long.
func TestLongRunNamesTheSimulation(t *testing.T) {
	inFolder(t)
	cmd := exec.Command("loadgen", "run", "gated.yaml", "--engine", "live", "--set", "duration=12h")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	first, err := bufio.NewReader(stderr).ReadString('\n')
	if want := "loadgen: live, this takes about 12 h; --engine sim answers in virtual time\n"; err != nil || first != want {
		t.Errorf("got %q, %v, want %q", first, err, want)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Error(err)
	}
	_ = cmd.Wait() // the exit code tells
	if got := cmd.ProcessState.ExitCode(); got != command.Interrupted {
		t.Errorf("got exit code %d, want %d", got, command.Interrupted)
	}
}

// No recording is to blame for a full disk.
func TestImportErrorOfTheTemporaryFile(t *testing.T) {
	full := fmt.Errorf("%w: %w", spool.ErrFile, &os.PathError{Op: "open", Path: "/tmp/x", Err: os.ErrNotExist})
	if _, code := command.Explain("loadgen", importError(full)); code != command.Failed {
		t.Errorf("got exit code %d, want %d", code, command.Failed)
	}
}
