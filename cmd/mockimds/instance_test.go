package main

import (
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"tenement/internal/service"
	"tenement/internal/throttle"
)

func send(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, 3, "send STATUS METHOD URL NAME=VALUE...")
	r, err := http.NewRequest(args[1], args[2], nil)
	ts.Check(err)
	for _, header := range args[3:] {
		name, value, _ := strings.Cut(header, "=")
		r.Header.Set(name, value)
	}
	receive(ts, r, args[0])
}

// invoke calls an operation of an AWS API.
func invoke(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, 4, "invoke STATUS URL TARGET BODY")
	r, err := http.NewRequest(http.MethodPost, args[1], strings.NewReader(args[3]))
	ts.Check(err)
	r.Header.Set(service.TargetHeader, args[2])
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	receive(ts, r, args[0])
}

// receive prints what a request gets, which must have a status.
func receive(ts *testscript.TestScript, r *http.Request, status string) {
	client := &http.Client{
		Timeout:       time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	resp, err := client.Do(r)
	ts.Check(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	ts.Check(err)
	fmt.Fprintf(ts.Stdout(), "%s\n", body)
	if got := strconv.Itoa(resp.StatusCode); got != status {
		ts.Fatalf("got status %s, want %s", got, status)
	}
}

func token(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, 2, "token NAME URL")
	r, err := http.NewRequest(http.MethodPut, args[1]+"/latest/api/token", nil)
	ts.Check(err)
	r.Header.Set("X-aws-ec2-metadata-token-ttl-seconds", "60")
	resp, err := http.DefaultClient.Do(r)
	ts.Check(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	ts.Check(err)
	ts.Setenv(args[0], string(body))
}

// TestInstanceLimit: the metadata service comes without a limit, whatever the
// environment says of the agent's; one that is given is the instance's.
func TestInstanceLimit(t *testing.T) {
	t.Setenv(limitVariable, "1,1")
	for _, test := range []struct{ args, limit, exceed string }{
		{"--service imds", "", "503"},
		{"--service imds --limit 7,8", "7 8 host", "503"},
		{"--service imds --limit 7,8 --scope task --on-exceed drop", "7 8 task", "drop"},
		{"--service ecs", "1 1 ip+path", "429"},
		{"--on-exceed 503", "1 1 ip+path", "503"},
		{"--on-exceed delay", "1 1 ip+path", "delay"},
	} {
		o, err := parse(strings.Fields(test.args))
		if err != nil {
			t.Fatal(err)
		}
		limits, err := o.limits()
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, l := range limits {
			got = fmt.Sprintf("%v %d %v", l.Rate.PerSecond(), l.Burst, l.Scope)
		}
		if e := o.onExceed(); got != test.limit || e.String() != test.exceed || o.notice != "" {
			t.Errorf("%s: got %q, %v, want %q, %s", test.args, got, e, test.limit, test.exceed)
		}
	}
	if got := (throttle.OnExceed{}).String(); got != "429" {
		t.Errorf("got %s for the agent's own, want 429", got)
	}
}

func TestUserData(t *testing.T) {
	name := filepath.Join(t.TempDir(), "user-data")
	for _, test := range []struct {
		size int
		fine bool
	}{{0, true}, {16384, true}, {16385, false}} {
		if err := os.WriteFile(name, make([]byte, test.size), 0o600); err != nil {
			t.Fatal(err)
		}
		b, err := readUserData(name)
		if test.fine != (err == nil) || test.fine && (b == nil || len(b) != test.size) {
			t.Errorf("%d bytes: got %d, %v, want them to be fine: %t", test.size, len(b), err, test.fine)
		}
	}
}

// TestHops: --hops is how far everybody is, tasks and strangers; and who comes
// from the loopback address of IPv6 is the first task.
func TestHops(t *testing.T) {
	o, err := parse([]string{"--service", "imds", "--hops", "2", "--tasks", "2", "--listen", "[::1]:0"})
	if err != nil {
		t.Fatal(err)
	}
	configs, err := o.configs()
	if err != nil {
		t.Fatal(err)
	}
	c := configs[0]
	if c.Instance.Hops != 2 || c.Tasks[0].Hops != 2 || c.Tasks[1].Hops != 2 {
		t.Errorf("got %d hops of strangers, %d and %d of tasks, want 2", c.Instance.Hops, c.Tasks[0].Hops, c.Tasks[1].Hops)
	}
	if got := c.Tasks[0].Source6; got != netip.IPv6Loopback() || c.Tasks[1].Source6.IsValid() {
		t.Errorf("got %v and %v, want ::1 for the first task alone", got, c.Tasks[1].Source6)
	}
}
