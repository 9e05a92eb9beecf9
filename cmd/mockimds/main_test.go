package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tenement/cmd/internal/command"
)

func TestMain(m *testing.M) { testscript.Main(m, map[string]func(){"mockimds": main}) }

// TestScript runs everything a user can see as scripts. Beside testscript's own
// commands they have:
//
//	exits CODE ARG...      run mockimds to its end and compare the exit code
//	start NAME ARG...      start mockimds; its first output sets $NAME to line 1,
//	                       and what it says on stderr $NAME_ADMIN, $NAME_1, …
//	end NAME SIGNAL        end it; what it wrote goes to stdout and stderr
//	occupy NAME            listen on a free port and set $NAME to it
//	fetch STATUS URL       GET, compare the status; the body goes to stdout
//	send STATUS METHOD URL NAME=VALUE...
//	                       likewise, with a method and headers; no redirects
//	call STATUS METHOD URL [BODY]
//	                       likewise, with a method and a body
//	show STATUS URL FILE   GET with what is in a file as Authorization
//	token NAME URL         set $NAME to a session token of the server at URL
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Values[servers{}] = make(map[string]*server)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "start": start, "end": end, "occupy": occupy, "fetch": fetch,
			"show": show, "send": send, "invoke": invoke, "token": token, "call": call,
		},
	})
}

// servers is the key of a script's servers, by name.
type servers struct{}

// server is a mockimds that runs beside a script.
type server struct {
	cmd    *exec.Cmd
	first  []byte // its first write to stdout
	rest   bytes.Buffer
	stderr string        // a file
	read   chan struct{} // closed when stdout has ended
}

func process(ts *testscript.TestScript, args []string) *exec.Cmd {
	cmd := exec.Command("mockimds", args...)
	cmd.Dir = ts.Getenv("WORK")
	cmd.Env = append(os.Environ(), limitVariable+"="+ts.Getenv(limitVariable))
	return cmd
}

func want(ts *testscript.TestScript, neg bool, args []string, least int, usage string) {
	if neg || len(args) < least {
		ts.Fatalf("usage: %s", usage)
	}
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, 1, "exits CODE ARG...")
	cmd := process(ts, args[1:])
	cmd.Stdout, cmd.Stderr = ts.Stdout(), ts.Stderr()
	if err := cmd.Start(); err != nil {
		ts.Fatalf("running mockimds: %v", err)
	}
	_ = cmd.Wait() // the exit code tells
	if got := strconv.Itoa(cmd.ProcessState.ExitCode()); got != args[0] {
		ts.Fatalf("got exit code %s, want %s", got, args[0])
	}
}

func start(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, 1, "start NAME ARG...")
	s := &server{cmd: process(ts, args[1:]), read: make(chan struct{}), stderr: ts.MkAbs(args[0] + ".stderr")}
	stderr, err := os.Create(s.stderr)
	ts.Check(err)
	defer stderr.Close()
	s.cmd.Stderr = stderr
	out, err := s.cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(s.cmd.Start())
	ts.Defer(func() {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
	})
	// One read returns what one write has put into a pipe.
	s.first = make([]byte, 1<<16)
	n, err := out.Read(s.first)
	if err != nil {
		ts.Fatalf("reading the first line: %v", err)
	}
	s.first = s.first[:n]
	go func() {
		defer close(s.read)
		_, _ = io.Copy(&s.rest, out)
	}()
	line, _, _ := strings.Cut(string(s.first), "\n")
	ts.Setenv(args[0], line)
	// What it says on stderr it has said before.
	for _, m := range regexp.MustCompile(`(?:host (\d+)|(admin)) on (\S+)`).FindAllStringSubmatch(ts.ReadFile(s.stderr), -1) {
		ts.Setenv(args[0]+"_"+m[1]+strings.ToUpper(m[2]), m[3])
	}
	ts.Value(servers{}).(map[string]*server)[args[0]] = s
	fmt.Fprintf(ts.Stdout(), "%s", s.first)
}

func end(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, 2, "end NAME SIGNAL")
	s := ts.Value(servers{}).(map[string]*server)[args[0]]
	if s == nil {
		ts.Fatalf("no server %s", args[0])
	}
	signals := map[string]os.Signal{"SIGTERM": syscall.SIGTERM, "SIGINT": os.Interrupt}
	ts.Check(s.cmd.Process.Signal(signals[args[1]]))
	<-s.read
	err := s.cmd.Wait()
	fmt.Fprintf(ts.Stdout(), "%s%s", s.first, s.rest.String())
	fmt.Fprint(ts.Stderr(), ts.ReadFile(s.stderr))
	if err != nil {
		ts.Fatalf("after %s: got %v, want exit code 0", args[1], err)
	}
}

func occupy(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, 1, "occupy NAME")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { l.Close() })
	ts.Setenv(args[0], strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
}

func fetch(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, 2, "fetch STATUS URL")
	call(ts, neg, []string{args[0], http.MethodGet, args[1]})
}

func call(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, 3, "call STATUS METHOD URL [BODY]")
	req, err := http.NewRequest(args[1], args[2], strings.NewReader(strings.Join(args[3:], " ")))
	ts.Check(err)
	resp, err := http.DefaultClient.Do(req)
	ts.Check(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	ts.Check(err)
	fmt.Fprintf(ts.Stdout(), "%s\n", body)
	if got := strconv.Itoa(resp.StatusCode); got != args[0] {
		ts.Fatalf("got status %s, want %s", got, args[0])
	}
}

// TestTwoSignals: the second signal ends the program at once, although a request
// has not been answered, and although it comes in the same instant as the first.
func TestTwoSignals(t *testing.T) {
	cmd := exec.Command("mockimds", "--latency", "1h,1h", "--admin", "127.0.0.1:0")
	stdout, stderr := must(cmd.StdoutPipe()), must(cmd.StderrPipe())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Process.Kill() }()
	line, err := bufio.NewReader(stderr).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	admin := strings.TrimSpace(strings.TrimPrefix(line, "mockimds: admin on "))
	line, err = bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		if resp, err := http.Get(strings.TrimSpace(line)); err == nil {
			resp.Body.Close()
		}
	}()
	for entered := false; !entered; { // until the request has been decided
		resp, err := http.Get(admin + "/v1/state")
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		entered = bytes.Contains(body, []byte(`"waiting": 1`))
	}
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		if err := cmd.Process.Signal(s); err != nil {
			t.Fatal(err)
		}
	}
	_ = cmd.Wait() // how it ended says the rest
	if status := cmd.ProcessState.Sys().(syscall.WaitStatus); !status.Signaled() {
		t.Errorf("got exit code %d, want that a signal ended it", status.ExitStatus())
	}
}

// parse makes the options of a command line.
func parse(args []string) (*options, error) {
	o, c := new(options), new(cobra.Command)
	o.flags(c)
	if err := c.ParseFlags(args); err != nil {
		return nil, err
	}
	return o, o.complete(c.Flags())
}

// TestHelp: the help names every flag, and fits a terminal.
func TestHelp(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if code := mockimds(t.Context(), []string{"--help"}, &stdout, &stderr); code != command.Fine || stderr.Len() > 0 {
		t.Fatalf("got exit code %d, %s", code, &stderr)
	}
	help := stdout.String()
	for n, line := range strings.Split(help, "\n") {
		if len(line) > 80 {
			t.Errorf("line %d: got %d columns, want at most 80: %s", n+1, len(line), line)
		}
	}
	root().Flags().VisitAll(func(f *pflag.Flag) {
		if !strings.Contains(help, "--"+f.Name+" ") {
			t.Errorf("got a help without --%s", f.Name)
		}
	})
}

func TestDefaultsAreTheAgents(t *testing.T) {
	t.Setenv(limitVariable, "")
	o, err := parse(nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := o.limit.String() + " " + o.scope.String(); got != "40,60 ip+path" || o.tasks != 1 || o.service.String() != "ecs" {
		t.Errorf("got %s, %d tasks, %s, want 40,60 ip+path, 1, ecs", got, o.tasks, o.service)
	}
}

func TestBaseURL(t *testing.T) {
	for _, test := range []struct{ name, address, want string }{
		{"IPv4", "127.0.0.1:80", "http://127.0.0.1"},
		{"IPv6", "[::1]:8080", "http://[::1]:8080"},
		{"everywhere, IPv4", "0.0.0.0:8080", "http://127.0.0.1:8080"},
		{"everywhere", "[::]:8080", "http://127.0.0.1:8080"},
	} {
		t.Run(test.name, func(t *testing.T) {
			a, err := net.ResolveTCPAddr("tcp", test.address)
			if err != nil {
				t.Fatal(err)
			}
			if got := baseURL(a); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// broken is an output that nobody reads any more.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, syscall.EPIPE }

func TestBrokenOutput(t *testing.T) {
	var stderr bytes.Buffer
	if code := mockimds(t.Context(), nil, broken{}, &stderr); code != command.Failed {
		t.Errorf("got exit code %d, want %d", code, command.Failed)
	}
	if got, want := stderr.String(), "mockimds: writing the address: broken pipe\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
