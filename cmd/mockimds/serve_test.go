package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tenement/internal/draw"
	"tenement/internal/imds"
	"tenement/internal/logfile"
	"tenement/internal/throttle"
)

// TestDrain: when the end comes, a request that has been begun is answered, on
// every host, and one that would never be is broken off. The admin answers
// until then, and says that nothing new is served.
func TestDrain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := throttle.Fault{Kind: throttle.SlowFault, Latency: draw.LogNormal(300*time.Millisecond, 300*time.Millisecond)}
		var configs []imds.Config
		for _, fault := range []throttle.Fault{slow, slow, {Kind: throttle.HangFault}} {
			configs = append(configs, imds.Config{
				Tasks:    []imds.Task{imds.Identify(1, 0, "app", 0)},
				Endpoint: throttle.New(throttle.Config{Faults: []throttle.Fault{fault}, Slots: 1, Groups: 1}),
			})
		}
		h := newHosts(&options{admin: "127.0.0.1:0"}, configs, new(logs))
		asking := make([]*http.Client, len(h.all))
		for i := range h.all {
			h.all[i].listener, asking[i] = inMemory(t)
		}
		var admin *http.Client
		h.admin, admin = inMemory(t)
		ctx, cancel := context.WithCancel(t.Context())
		served := make(chan error, 1)
		go func() { served <- h.serve(ctx, io.Discard) }()

		type answer struct {
			status int
			err    error
		}
		answers := make([]chan answer, len(h.all))
		for i := range h.all {
			answers[i] = make(chan answer, 1)
			go func() {
				resp, err := asking[i].Get("http://mock/v2/credentials/" + configs[i].Tasks[0].CredentialsID)
				if err != nil {
					answers[i] <- answer{err: err}
					return
				}
				defer resp.Body.Close()
				_, err = io.ReadAll(resp.Body)
				answers[i] <- answer{resp.StatusCode, err}
			}()
		}
		synctest.Wait() // until all have been decided
		began := time.Now()
		cancel()
		synctest.Wait() // until the end has begun
		resp, err := admin.Get("http://admin/readyz")
		if err != nil {
			t.Fatalf("the admin went before the hosts: %v", err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("the admin: got status %d, want 503", resp.StatusCode)
		}
		for i := range 2 {
			if a := <-answers[i]; a.err != nil || a.status != http.StatusOK {
				t.Errorf("host %d: got status %d, %v, want 200", i, a.status, a.err)
			}
		}
		if a := <-answers[2]; a.err == nil {
			t.Errorf("got status %d for what is never answered, want an error", a.status)
		}
		if err := <-served; err != nil {
			t.Errorf("got %v, want no error", err)
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("got the end after %v, want no wait for what is never answered", took)
		}
	})
}

// inMemory is a listener, and a client that connects to it.
func inMemory(t *testing.T) (net.Listener, *http.Client) {
	p := newPipes()
	transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return p.dial() }}
	t.Cleanup(transport.CloseIdleConnections)
	return p, &http.Client{Transport: transport}
}

// A host that cannot go on ends the program.
func TestHostFails(t *testing.T) {
	o := &options{listen: "127.0.0.1:0"}
	h := newHosts(o, make([]imds.Config, 2), new(logs))
	if err := h.listen(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	_ = h.all[1].listener.Close()
	err := h.serve(t.Context(), io.Discard)
	if err == nil || !strings.HasPrefix(err.Error(), "serving on "+h.all[1].listener.Addr().String()) {
		t.Errorf("got %v, want that host 1 cannot go on", err)
	}
}

func TestNextPort(t *testing.T) {
	for _, test := range []struct{ listen, opened, want string }{
		{"127.0.0.1:0", "127.0.0.1:4711", "127.0.0.1:0"},
		{"127.0.0.1:8080", "127.0.0.1:8080", "127.0.0.1:8081"},
		{"[::1]:8080", "[::1]:8080", "[::1]:8081"},
		{":8080", "[::]:8080", "[::]:8081"},
		{"127.0.0.1:65535", "127.0.0.1:65535", ""},
	} {
		got, err := nextPort(test.listen, addr(test.opened))
		if got != test.want || (err != nil) != (test.want == "") {
			t.Errorf("%s: got %q, %v, want %q", test.listen, got, err, test.want)
		}
	}
}

// addr is an address of the network by its text.
type addr string

func (addr) Network() string  { return "tcp" }
func (a addr) String() string { return netip.MustParseAddrPort(string(a)).String() }

var errFull = errors.New("disk full")

// failing is a file that cannot be written.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errFull }
func (failing) Close() error              { return nil }

// What was lost of a log is told in the end, and the other log is whole.
func TestLogsTell(t *testing.T) {
	var audit strings.Builder
	l := &logs{audit: logfile.NewJournal(unclosed{&audit}), refusals: failing{}}
	h := newHosts(new(options), []imds.Config{refusing()}, l)
	refuseOne(h)
	if err := l.close(h.api); !errors.Is(err, errFull) || !strings.HasPrefix(err.Error(), "writing the log: ") {
		t.Errorf("got %v", err)
	}
	if !strings.HasSuffix(audit.String(), "\n") {
		t.Errorf("got %q", audit.String())
	}

	var refusals strings.Builder
	l = &logs{audit: logfile.NewJournal(failing{}), refusals: unclosed{&refusals}}
	h = newHosts(new(options), []imds.Config{refusing()}, l)
	refuseOne(h)
	if err := l.close(h.api); !errors.Is(err, errFull) || !strings.HasPrefix(err.Error(), "writing the audit log: ") {
		t.Errorf("got %v", err)
	}
	if !strings.HasSuffix(refusals.String(), "\n") {
		t.Errorf("got %q", refusals.String())
	}
}

// refusing is a host that refuses every second request of an hour.
func refusing() imds.Config {
	once := throttle.Limit{Rate: throttle.Rate{Tokens: 1, Seconds: 3600}, Burst: 1}
	return imds.Config{Endpoint: throttle.New(throttle.Config{Limits: []throttle.Limit{once}})}
}

// refuseOne makes the first host refuse a request.
func refuseOne(h *hosts) {
	for range 2 {
		h.all[0].handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	}
}

// unread is a pipe that nobody reads until it is closed.
type unread chan struct{}

func (u unread) Write(b []byte) (int, error) {
	<-u
	return len(b), nil
}

// A log that takes nothing more does not keep the program from its end, nor does
// a stderr that takes no last words. What is lost is told.
func TestStuckLogs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pipe := make(unread)
		defer close(pipe)
		l := &logs{audit: logfile.NewJournal(unclosed{pipe}), refusals: unclosed{pipe}}
		h := newHosts(new(options), []imds.Config{refusing()}, l)
		refuseOne(h)
		began := time.Now()
		err := l.close(h.api)
		want := "writing the audit log: 1 lines lost: they could not be written in time\n" +
			"writing the log: 1 lines lost: they could not be written in time"
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
		printError(pipe, "mockimds: "+want)
		if took := time.Since(began); took != flushFor+time.Second {
			t.Errorf("got the end after %v, want %v", took, flushFor+time.Second)
		}
	})
}

// The limit that was given goes before all of a profile's, whatever they are
// and whatever changes them.
func TestLimitInsteadOfProfile(t *testing.T) {
	for _, endpoint := range []string{
		`limit: {kind: fixed-window, count: 5, window: 1s, scope: task}`,
		`limits: [{limit: a, kind: packet-rate, rate: 1024/s, burst: 1024}, {limit: b, rate: 1/s, burst: 9, schedule: [{at: 1s, burst: 3}]}]`,
		`limit: {rate: 1/s, burst: 9, schedule: [{at: 1s, burst: 3}, {at: 2s, rate: 2/s}]}`,
	} {
		path := t.TempDir() + "/p.yaml"
		document := "version: 1\nname: p\nduration: 5s\nendpoint:\n  " + endpoint + "\nfleet: [{group: a, arrivals: {poisson: 1/s}, under_test: true}]\n"
		if err := os.WriteFile(path, []byte(document), 0o644); err != nil {
			t.Fatal(err)
		}
		o, err := parse([]string{"--profile", path, "--limit", "40,60"})
		if err != nil {
			t.Fatal(err)
		}
		configs, err := o.configs()
		if err != nil {
			t.Errorf("%s: %v", endpoint, err)
			continue
		}
		limits := imds.New(configs[0]).Limits()
		if len(limits) != 1 || limits[0].Rate.Tokens != 40 || limits[0].Burst != 60 {
			b, _ := json.Marshal(limits)
			t.Errorf("%s: got %s, want 40,60 alone", endpoint, b)
		}
	}
}
