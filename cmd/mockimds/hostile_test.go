package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tenement/internal/imds"
	"tenement/internal/logfile"
)

// noise is what a server said about its connections.
type noise struct {
	mu   sync.Mutex
	said bytes.Buffer
}

func (n *noise) Write(b []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.said.Write(b)
}

func (n *noise) String() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.said.String()
}

// target is a host for hostile clients, which must not make it panic.
func target(t testing.TB, c imds.Config) (*imds.Port, imds.Task) {
	t.Helper()
	task := imds.Identify(1, 0, "app", 0)
	c.Tasks = []imds.Task{task}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	said := new(noise)
	p := imds.Serve(l, imds.New(c), log.New(said, "", 0))
	t.Cleanup(func() {
		_ = p.Close()
		if text := said.String(); strings.Contains(text, "panic") {
			t.Error(text)
		}
	})
	return p, task
}

// dial opens a connection until the test's end.
func dial(t testing.TB, p *imds.Port) *net.TCPConn {
	t.Helper()
	c, err := net.Dial("tcp", p.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	tcp := c.(*net.TCPConn)
	t.Cleanup(func() {
		_ = tcp.SetLinger(0) // a fuzz target would run out of ports
		_ = tcp.Close()
	})
	return tcp
}

// say sends raw bytes, and returns the status of the answer.
func say(t testing.TB, p *imds.Port, raw string) int {
	t.Helper()
	c := dial(t, p)
	// A server that has heard enough answers and hangs up in the middle.
	go func() { _, _ = io.WriteString(c, raw) }()
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Errorf("%.60q: got no answer: %v", raw, err)
		return 0
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}

// TestPathTricks: whatever stands for a path, credentials are had by asking for
// them and in no other way, and the answer is one of the agent's.
func TestPathTricks(t *testing.T) {
	p, task := target(t, imds.Config{})
	id := task.CredentialsID
	if got := say(t, p, "GET /v2/credentials/"+id+" HTTP/1.1\r\nHost: a\r\n\r\n"); got != 200 {
		t.Fatalf("got status %d, want 200", got)
	}
	for _, test := range []struct {
		request string
		want    int
	}{
		{"GET //v2/credentials/" + id, 301},
		{"GET /v2/./credentials/" + id, 301},
		{"GET /x/../v2/credentials/" + id, 301},
		{"GET /../../../etc/passwd", 301},
		{"GET /v2/credentials/..%2f..%2fetc", 301},
		{"GET /v2/credentials/%2e%2e/%2e%2e/v4", 301},
		{"GET /v2/credentials/" + id + "%00", 400},
		{"GET /v2/credentials/" + id + "%0d%0aSet-Cookie:%20x=y", 404}, // the agent's router knows no line feed
		{"GET /v2/credentials/" + id + "%0dSet-Cookie:%20x=y", 400},
		{"GET /v2/credentials/" + id + ";x", 400},
		{"GET /V2/CREDENTIALS/" + id, 404},
		{"GET /v2\\credentials\\" + id, 404},
		{"GET /%", 400},
		{"GET v2/credentials/" + id, 400},
		{"GET *", 301},
		{"OPTIONS *", 200}, // Go's server answers it by itself, the agent's too
		{"CONNECT 169.254.170.2:80", 301},
		{"GET http://169.254.169.254/latest/", 404},
		{"GET /" + strings.Repeat("a/", 10_000), 404},
		{"GET /" + strings.Repeat("../", 10_000), 301},
	} {
		if got := say(t, p, test.request+" HTTP/1.1\r\nHost: a\r\n\r\n"); got != test.want {
			t.Errorf("%.80s: got status %d, want %d", test.request, got, test.want)
		}
	}
}

// TestHeaders: the bound of what a request may say before its body.
func TestHeaders(t *testing.T) {
	p, _ := target(t, imds.Config{})
	request := func(n int) string {
		return "GET /nope HTTP/1.1\r\nHost: a\r\nX: " + strings.Repeat("x", n) + "\r\n\r\n"
	}
	for _, test := range []struct {
		name, raw string
		want      int
	}{
		{"60 kB", request(60_000), 404},
		{"1 MB", request(1 << 20), 431},
		{"1 MB of lines", "GET /nope HTTP/1.1\r\nHost: a\r\n" + strings.Repeat("X: y\r\n", 1<<18) + "\r\n", 431},
		{"1 MB of path", "GET /" + strings.Repeat("x", 1<<20) + " HTTP/1.1\r\nHost: a\r\n\r\n", 431},
		{"1 MB of method", strings.Repeat("X", 1<<20) + " / HTTP/1.1\r\nHost: a\r\n\r\n", 431},
		{"no request", strings.Repeat("\x00", 1<<20), 431},
		{"two lengths", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
		{"a length and chunks", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 404},
		{"another encoding", "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501},
		{"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
		{"no host", "GET / HTTP/1.1\r\n\r\n", 400},
		{"another protocol", "GET / HTTP/9.9\r\nHost: a\r\n\r\n", 505},
	} {
		if got := say(t, p, test.raw); got != test.want {
			t.Errorf("%s: got status %d, want %d", test.name, got, test.want)
		}
	}
}

// TestBodies: a body of any size is answered without being kept.
func TestBodies(t *testing.T) {
	p, task := target(t, imds.Config{})
	large := strings.Repeat("x", 10<<20)
	for _, test := range []struct {
		name, raw string
		want      int
	}{
		{"of a GET", fmt.Sprintf("GET /nope HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s", len(large), large), 404},
		{"of task protection", fmt.Sprintf("PUT /api/%s/task-protection/v1/state HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n{\"x\":%q}",
			task.EndpointID, len(large)+6, large), 400},
		{"in chunks that are none", "PUT /api/" + task.EndpointID + "/task-protection/v1/state HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
	} {
		if got := say(t, p, test.raw); got != test.want {
			t.Errorf("%s: got status %d, want %d", test.name, got, test.want)
		}
	}
}

// TestConnections: a host holds so many, resets one more, and takes others when
// some have gone. Those it holds are served.
func TestConnections(t *testing.T) {
	const most = 50
	p, _ := target(t, imds.Config{MaxConnections: most})
	held := make([]*net.TCPConn, most)
	ok := func(c *net.TCPConn) error {
		if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"); err != nil {
			return err
		}
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		_, err = io.Copy(io.Discard, resp.Body)
		return err
	}
	for i := range held {
		held[i] = dial(t, p)
		if err := ok(held[i]); err != nil {
			t.Fatalf("connection %d: %v", i, err)
		}
	}
	another := func() error {
		c, err := net.Dial("tcp", p.Addr().String())
		if err != nil {
			return err // the reset may come as early as that
		}
		defer c.Close()
		return ok(c.(*net.TCPConn))
	}
	for i := range most {
		if another() == nil {
			t.Fatalf("connection %d beyond the limit: got an answer", i)
		}
	}
	if got := p.Handler().TurnedAway(); got != most {
		t.Errorf("got %d turned away, want %d", got, most)
	}
	if err := ok(held[0]); err != nil {
		t.Errorf("a connection that was there before: %v", err)
	}
	_ = held[0].Close()
	for another() != nil { // until the server knows that one has gone
		runtime.Gosched()
	}
}

// TestSlowHeaders: headers that do not come, or come a byte at a time, are
// given up after 5 s; so is a connection that says nothing more.
func TestSlowHeaders(t *testing.T) {
	for _, test := range []struct {
		name  string
		first string
		slow  bool
	}{
		{"nothing", "", false},
		{"half a line", "GET / HT", false},
		{"a byte each second", "GET / HTTP/1.1\r\nX: ", true},
		{"idle after a request", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				listener := newPipes()
				server := imds.Server(imds.New(imds.Config{}))
				go func() { _ = server.Serve(listener) }()
				client := must(listener.dial())
				began := time.Now()
				var talking sync.WaitGroup
				talking.Go(func() {
					_, err := io.WriteString(client, test.first)
					for test.slow && err == nil {
						time.Sleep(time.Second)
						_, err = io.WriteString(client, "x")
					}
				})
				_, _ = io.Copy(io.Discard, client)
				if took := time.Since(began); took < 4*time.Second || took > 6*time.Second {
					t.Errorf("got the end after %v, want about 5s", took)
				}
				_ = client.Close()
				_ = server.Close()
				talking.Wait()
			})
		})
	}
}

// TestLogFraming: whatever the path and the method, an entry of either log is
// one line, and one of the refusals is JSON.
func TestLogFraming(t *testing.T) {
	var audit, refusals bytes.Buffer
	l := &logs{audit: logfile.NewJournal(unclosed{&audit}), refusals: unclosed{&refusals}}
	o := &options{listen: "127.0.0.1:0"}
	h := newHosts(o, []imds.Config{refusing()}, l)
	p := imds.Serve(must(net.Listen("tcp", "127.0.0.1:0")), h.all[0].handler, log.New(io.Discard, "", 0))
	tricks := []string{
		"GET /", "GET /%0d2026-01-01T00:00:00Z%20200", "GET /%0d%0d%22", "GET /%22%20%22x%5c", "GET /%ff%fe%00", "GET /%e2%80%a8",
		strings.Repeat("X", 1000) + " /" + strings.Repeat("%0d", 5000), "G&T /</script>",
	}
	say(t, p, "GET /%0a2026-01-01T00:00:00Z%20200 HTTP/1.1\r\nHost: a\r\n\r\n") // has no entry
	for _, trick := range tricks {
		say(t, p, trick+" HTTP/1.1\r\nHost: a\r\nUser-Agent: \"\\\r\n\r\n")
	}
	if err := errors.Join(p.Close(), l.close(h.api)); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(audit.String(), "\r") {
		t.Errorf("got a carriage return in the audit log: %q", audit.String())
	}
	if got := strings.Count(audit.String(), "\n"); got != len(tricks)-1 {
		t.Errorf("got %d lines in the audit log, want %d", got, len(tricks)-1)
	}
	lines := strings.Split(strings.TrimSuffix(refusals.String(), "\n"), "\n")
	if len(lines) != len(tricks)-1 {
		t.Errorf("got %d lines in the log, want %d", len(lines), len(tricks)-1)
	}
	for _, line := range lines {
		if !json.Valid([]byte(line)) {
			t.Errorf("got %q, which is no JSON", line)
		}
		if len(line) > 5000 {
			t.Errorf("got a line of %d bytes", len(line))
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
