package process

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tenement/internal/service"
	"tenement/internal/throttle"
	"tenement/internal/timeline"
)

// config is a client of a kind, against answers.
func config(t *testing.T, command []string, of service.Service, fault string) Config {
	t.Helper()
	answers, err := throttle.ParseAnswers(fault)
	if err != nil {
		t.Fatal(err)
	}
	return Config{Command: command, Service: of, Fault: fault, Answers: answers}
}

// told is a timeline as text without times: of each call its attempts and its
// result.
func told(t timeline.Timeline) string {
	var calls []string
	for _, c := range t.Calls {
		var words []string
		for _, a := range c.Attempts {
			word := fmt.Sprintf("%s=%d", a.Leg, a.Status)
			if a.Err != "" {
				word += "/" + a.Err
			}
			if a.Resend {
				word += "/resend"
			}
			words = append(words, word)
		}
		calls = append(calls, strings.Join(append(words, c.Result), " "))
	}
	return strings.Join(calls, "; ")
}

// What a client with known habits is seen to do: Go's transport, with kept
// connections, under three tries.
func TestRun(t *testing.T) {
	const c = "credentials="
	for _, test := range []struct {
		kind  string
		of    service.Service
		fault string
		calls int
		want  string
		err   string // of the last call
	}{
		{"plain", service.ECS, "ok", 1, c + "200 ok", ""},
		{"plain", service.ECS, "ok", 2, c + "200 ok; " + c + "200 ok", ""},
		{"plain", service.ECS, "429", 1, c + "429 " + c + "429 " + c + "429 error", "status 429: "},
		{"plain", service.ECS, "429,503,ok", 1, c + "429 " + c + "503 " + c + "200 ok", ""},
		{"plain", service.ECS, "429,ok,429", 2, c + "429 " + c + "200 ok; " + c + "429 " + c + "429 " + c + "429 error", "status 429: "},
		{"plain", service.ECS, "404", 1, c + "404 error", "404"},
		{"plain", service.ECS, "badjson,ok", 1, c + "200 " + c + "200 ok", ""},
		{"plain", service.ECS, "missing", 1, c + "200 error", "a field is missing"},
		{"plain", service.ECS, "truncate,ok", 1, c + "200/truncated " + c + "200 ok", ""},
		{"plain", service.ECS, "reset,ok", 1, c + "0/reset " + c + "200 ok", ""},
		{"plain", service.ECS, "429,cut,ok", 1, c + "429 " + c + "0/reset " + c + "200/resend ok", ""},
		{"plain", service.ECS, "hang,ok", 1, c + "0/timeout " + c + "200 ok", ""},
		{"plain", service.ECS, "429,refuse", 1, c + "429 error", "connect: connection refused"},
		{"plain", service.ECS, "refuse", 1, "error", "connect: connection refused"},
		{"plain", service.PodIdentity, "429,ok", 1, c + "429 " + c + "200 ok", ""},
		{"plain", service.IMDS, "ok", 1, "token=200 role=200 " + c + "200 ok", ""},
		{"plain", service.IMDS, "503,ok", 1, "token=503 token=200 role=200 " + c + "200 ok", ""},
		{"pipelines", service.ECS, "429,ok", 1, c + "429 " + c + "200 " + c + "200 ok", ""},
		{"pipelines", service.ECS, "429,truncate", 1, c + "429 " + c + "200/truncated " + c + "0/reset ok", ""},
		{"heads", service.ECS, "ok", 1, c + "200 ok", ""},
		{"driver", service.ECS, "ok:1h", 3, c + "200 ok; ok; ok", ""},
		{"driver", service.ECS, "ok:4m", 3, c + "200 ok; " + c + "200 ok; " + c + "200 ok", ""},
		{"driver", service.ECS, "expired:60", 1, c + "200 expired", ""},
		{"driver", service.ECS, "429", 1, c + "429 " + c + "429 " + c + "429 error", "status 429: "},
	} {
		t.Run(fmt.Sprintf("%s %v %s %d", test.kind, test.of, test.fault, test.calls), func(t *testing.T) {
			t.Parallel()
			x := config(t, client(t, test.kind), test.of, test.fault)
			x.Calls = test.calls
			got, err := Run(t.Context(), x)
			if err != nil {
				t.Fatal(err)
			}
			if told(got) != test.want {
				t.Errorf("got  %s\nwant %s", told(got), test.want)
			}
			if last := got.Calls[len(got.Calls)-1].Error; !strings.Contains(last, test.err) || (last == "") != (test.err == "") {
				t.Errorf("got the error %q, want %q", last, test.err)
			}
			if got.Service != test.of.String() || got.Fault != test.fault {
				t.Errorf("got service %s, fault %s", got.Service, got.Fault)
			}
		})
	}
}

// Calls that are made together: each its own process, or all in one, which fetches
// once.
func TestConcurrency(t *testing.T) {
	for kind, want := range map[string]string{
		"plain":  strings.Repeat("credentials=200 ok; ", 3) + "credentials=200 ok",
		"driver": "credentials=200 ok; ok; ok; ok",
	} {
		x := config(t, client(t, kind), service.ECS, "ok")
		x.Calls, x.Concurrency, x.Every = 4, 2, 10*time.Millisecond
		got, err := Run(t.Context(), x)
		if err != nil || told(got) != want {
			t.Errorf("%s: got %s, %v, want %s", kind, told(got), err, want)
		}
	}
}

// A process that does not end, or ends early, is an error that says so, and is
// killed.
func TestMisbehaviour(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		kind, calls, text string // what the run made, and the error of the run or the last call
		failed            bool
	}{
		{"hangs", "credentials=200 unfinished", "the client did not exit within 1s", false},
		{"dies", "error", "the client ended during call 1: out of memory", true},
		{"babbles", "error", "the client wrote a line that is no answer: Exception in thread main", true},
		{"deaf", "error", "the client has closed its stdin during call 1", true},
		{"mute", "error", "the client has closed its stdout during call 1", true},
		{"vague", "", `the client speaks version "1" of the protocol: want 1`, true},
		{"future", "", "the client speaks version 7 of the protocol: want 1", true},
	} {
		t.Run(test.kind, func(t *testing.T) {
			t.Parallel()
			x := config(t, client(t, test.kind), service.ECS, "ok")
			x.Timeout = time.Second
			if test.failed {
				x.Timeout = time.Minute
			}
			got, err := Run(t.Context(), x)
			if (err != nil) != test.failed {
				t.Fatalf("got error %v", err)
			}
			text := fmt.Sprint(err)
			if err == nil {
				text = got.Calls[0].Error
			}
			if told(got) != test.calls && test.kind != "babbles" || text != test.text {
				t.Errorf("got %s, %s, want %s, %s", told(got), text, test.calls, test.text)
			}
		})
	}
	if _, err := Run(t.Context(), config(t, []string{"no-such-program-at-all"}, service.ECS, "ok")); err == nil || !errors.Is(err, ErrStart) || !strings.Contains(err.Error(), "no-such-program-at-all: ") {
		t.Errorf("got error %v", err)
	}
}

// A client finds the mock and nothing else.
func TestEnvironment(t *testing.T) {
	t.Setenv("AWS_PROFILE", "prod")
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
	t.Setenv("ECS_CONTAINER_METADATA_URI_V4", "http://169.254.170.2/v4/x")
	t.Setenv("HTTP_PROXY", "http://proxy:1")
	t.Setenv("KEPT", "1")
	want := map[service.Service][]string{
		service.ECS:         {"AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:", "ECS_AGENT_URI=http://127.0.0.1:", "AWS_EC2_METADATA_DISABLED=true"},
		service.IMDS:        {"AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:"},
		service.PodIdentity: {"AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:", service.TokenFileVariable + "=/", "AWS_EC2_METADATA_DISABLED=true"},
	}
	for _, of := range service.Issuers() {
		file := filepath.Join(t.TempDir(), "env")
		if _, err := Run(t.Context(), config(t, client(t, "environment", file), of, "ok")); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		env := "\n" + string(text)
		for _, w := range append(want[of], "KEPT=1", "AWS_REGION=us-west-2", "AWS_CONFIG_FILE=/", "HOME=/") {
			if !strings.Contains(env, "\n"+w) {
				t.Errorf("%v: got no %s in%s", of, w, env)
			}
		}
		for _, never := range []string{"AWS_PROFILE", "AWS_ACCESS_KEY_ID", "169.254.170.2", "HTTP_PROXY", "\nHOME=" + os.Getenv("HOME") + "\n"} {
			if strings.Contains(env, never) {
				t.Errorf("%v: got %s in%s", of, never, env)
			}
		}
	}
}

func TestCheck(t *testing.T) {
	c := config(t, []string{"x"}, service.ECS, "refuse,ok")
	if err := c.Check(); err == nil || !strings.Contains(err.Error(), "want it last") {
		t.Errorf("got error %v", err)
	}
}
