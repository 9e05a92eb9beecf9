package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"tenement/cmd/internal/command"
	"tenement/internal/hosting"
	"tenement/internal/imds"
	"tenement/internal/live"
	"tenement/internal/plan"
	"tenement/profiles"
	"tenement/reports"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"loadgen": main, "client": scriptClient})
}

// TestScript runs everything a user can see as scripts. Beside testscript's own
// commands they have, beside $REPO, the repository:
//
//	exits CODE ARG...    run loadgen to its end and compare the exit code
//	mock NAME PROFILE    serve a profile's endpoint; sets $NAME to its address
//	asked NAME N         compare how often that endpoint was asked
//	interrupt NAME ARG...  run loadgen, interrupt it once it has asked NAME,
//	                     and expect exit code 130
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		Setup: func(env *testscript.Env) error {
			env.Values[mocks{}] = map[string]*mock{}
			repository, err := filepath.Abs("../..")
			env.Setenv("REPO", repository)
			return err
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "mock": serveMock, "asked": asked, "interrupt": interrupt,
		},
	})
}

func loadgenProcess(ts *testscript.TestScript, args []string) *exec.Cmd {
	cmd := exec.Command("loadgen", args...)
	cmd.Dir = ts.Getenv("WORK")
	cmd.Stdout, cmd.Stderr = ts.Stdout(), ts.Stderr()
	return cmd
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: exits CODE ARG...")
	}
	cmd := loadgenProcess(ts, args[1:])
	_ = cmd.Run()
	if got := strconv.Itoa(cmd.ProcessState.ExitCode()); got != args[0] {
		ts.Fatalf("got exit code %s, want %s", got, args[0])
	}
}

// interrupt stops a run as Ctrl-C does, once it has asked its mock.
func interrupt(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: interrupt NAME ARG...")
	}
	m := ts.Value(mocks{}).(map[string]*mock)[args[0]]
	cmd := loadgenProcess(ts, args[1:])
	ts.Check(cmd.Start())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = cmd.Wait() // the exit code tells
	}()
	select {
	case <-m.first:
	case <-ended:
		ts.Fatalf("got exit code %d before it had asked anything", cmd.ProcessState.ExitCode())
	}
	ts.Check(cmd.Process.Signal(os.Interrupt))
	<-ended
	if got := cmd.ProcessState.ExitCode(); got != command.Interrupted {
		ts.Fatalf("got exit code %d, want %d", got, command.Interrupted)
	}
}

// mocks is the key of a script's endpoints.
type mocks struct{}

type mock struct {
	asked atomic.Int64
	first chan struct{} // closed when it has been asked
}

func serveMock(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: mock NAME PROFILE")
	}
	profile, err := profiles.Open(ts.MkAbs(args[1]), profiles.Options{})
	ts.Check(err)
	plan := profile.Plan(profile.Cases()[0], profile.Seed)
	handler := imds.New(hosting.Config(plan, 0, 0, hosting.Tasks(plan, 0, true), live.NextSecond()))
	m := &mock{first: make(chan struct{})}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if m.asked.Add(1) == 1 {
			close(m.first)
		}
		handler.ServeHTTP(w, r)
	}))
	ts.Defer(func() {
		handler.Close()
		server.CloseClientConnections()
		server.Close()
	})
	ts.Value(mocks{}).(map[string]*mock)[args[0]] = m
	ts.Setenv(args[0], server.URL)
}

func asked(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: asked NAME N")
	}
	m := ts.Value(mocks{}).(map[string]*mock)[args[0]]
	if got := fmt.Sprint(m.asked.Load()); got != args[1] {
		ts.Fatalf("%s was asked %s times, want %s", args[0], got, args[1])
	}
}

// Profiles and reports, which do not know each other, have the same names for
// the kinds of case.
func TestKindsAgree(t *testing.T) {
	if plan.StrategyCase != reports.StrategyCase || plan.WhatIfCase != reports.WhatIfCase {
		t.Error("profiles and reports call the kinds of case differently")
	}
}
