package imds

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"tenement/internal/draw"
	"tenement/internal/throttle"
)

// open serves a handler on a free port.
func open(t *testing.T, h *Handler) *Port {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return Serve(l, h, log.New(io.Discard, "", 0))
}

// connections is how many it holds.
func (p *Port) connections() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.open)
}

// until tries something again and again until it is as wanted.
func until(ok func() bool) {
	for !ok() {
		runtime.Gosched()
	}
}

// inMemory runs a test of a Port on a memory network, in time that passes when
// everybody waits. connect connects to it.
func inMemory(t *testing.T, h *Handler, test func(t *testing.T, p *Port, connect func() net.Conn)) {
	t.Helper()
	l := newMemoryListener()
	p := Serve(l, h, log.New(io.Discard, "", 0))
	defer p.Close()
	test(t, p, func() net.Conn {
		c, err := l.dial(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		return c
	})
}

// nothing fails unless a client gets nothing at all, for longer than the server
// has patience with any client.
func nothing(t *testing.T, c net.Conn) {
	t.Helper()
	if err := c.SetReadDeadline(time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(c); !errors.Is(err, os.ErrDeadlineExceeded) || len(got) > 0 {
		t.Errorf("got %q, %v, want nothing at all", got, err)
	}
}

// A restart refuses connections, cuts those that were open, and ends.
func TestRestart(t *testing.T) {
	task := Identify(1, 0, "app", 0)
	h := New(Config{Tasks: []Task{task}, Endpoint: throttle.New(throttle.Config{Slots: 1, Groups: 1})})
	p := open(t, h)
	defer p.Close()
	address := p.Addr().String()

	idle, err := net.Dial("tcp4", address)
	if err != nil {
		t.Fatal(err)
	}
	defer idle.Close()
	url := "http://" + address + "/v2/credentials/" + task.CredentialsID
	status := func() int {
		resp, err := http.Get(url)
		if err != nil {
			return 0
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	if got := status(); got != 200 {
		t.Fatalf("got %d, want 200", got)
	}
	if err := h.Inject(throttle.Fault{Name: "upgrade", Kind: throttle.RestartFault, For: time.Hour, After: time.Hour}); err != nil {
		t.Fatal(err)
	}
	until(func() bool {
		c, err := net.Dial("tcp4", address)
		if err == nil {
			c.Close()
		}
		return errors.Is(err, syscall.ECONNREFUSED)
	})
	if _, err := idle.Read(make([]byte, 1)); err == nil {
		t.Error("an open connection: got no error")
	}
	// Nobody gets the port meanwhile, even to connect from.
	other, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	thief := net.Dialer{LocalAddr: p.Addr()}
	if c, err := thief.DialContext(t.Context(), "tcp4", other.Addr().String()); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("connecting from the port: got %v, %v, want that it is in use", c, err)
	}
	if h.Listening() {
		t.Error("got a handler that listens")
	}
	if !h.Lift("upgrade") {
		t.Error("got no restart to lift")
	}
	until(func() bool { return status() == 200 })
}

// A restart knows nothing of a request that was dropped, and resets one that
// hangs.
func TestRestartInFlight(t *testing.T) {
	for name, test := range map[string]struct {
		config throttle.Config
		reset  bool
	}{
		"hung": {throttle.Config{Faults: []throttle.Fault{{Kind: throttle.HangFault}}}, true},
		"dropped": {throttle.Config{
			Limits:   []throttle.Limit{{Kind: throttle.Concurrency, Count: 1}},
			OnExceed: throttle.OnExceed{Action: throttle.Drop},
			Latency:  draw.LogNormal(time.Hour, time.Hour),
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := New(Config{Endpoint: throttle.New(test.config)})
				inMemory(t, h, func(t *testing.T, _ *Port, connect func() net.Conn) {
					ask := func() net.Conn {
						c := connect()
						fmt.Fprint(c, "GET /v2/credentials/x HTTP/1.1\r\nHost: tasks\r\n\r\n")
						synctest.Wait() // until it is decided
						return c
					}
					first := ask()
					second := first
					if !test.reset {
						second = ask()
					}
					if err := h.Inject(throttle.Fault{Name: "upgrade", Kind: throttle.RestartFault, For: 2 * time.Hour}); err != nil {
						t.Fatal(err)
					}
					if err := first.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
						t.Fatal(err)
					}
					if _, err := first.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
						t.Errorf("the one that is served: got %v, want a reset", err)
					}
					if !test.reset {
						nothing(t, second)
					}
				})
			})
		})
	}
}

// lastMinute is a listener that accepts one connection more while it is closed.
type lastMinute struct {
	net.Listener
	conn    net.Conn
	closing chan struct{}
	once    sync.Once
}

func (l *lastMinute) Accept() (net.Conn, error) {
	<-l.closing
	if c := l.conn; c != nil {
		l.conn = nil
		return c, nil
	}
	return nil, net.ErrClosed
}

func (l *lastMinute) Close() error {
	l.once.Do(func() { close(l.closing) })
	return l.Listener.Close()
}

// A restart cuts the connection, too, that came as it began.
func TestRestartCutsTheLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := New(Config{Endpoint: throttle.New(throttle.Config{
			Faults: []throttle.Fault{{Name: "upgrade", Kind: throttle.RestartFault, For: time.Hour}},
		})})
		l, err := net.Listen("tcp4", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		server, client := net.Pipe()
		defer client.Close()
		// The server itself gives up on one that says nothing after agentTimeout.
		if err := client.SetReadDeadline(time.Now().Add(agentTimeout / 2)); err != nil {
			t.Fatal(err)
		}
		p := Serve(&lastMinute{Listener: l, conn: server, closing: make(chan struct{})}, h, log.New(io.Discard, "", 0))
		defer p.Close()
		if _, err := client.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
			t.Errorf("got %v, want it closed", err)
		}
	})
}

// A client that has closed its half of the connection, and only reads, is not
// answered if others would not be, and never gets an answer that was not meant.
func TestHalfClosed(t *testing.T) {
	for name, fault := range map[string]throttle.Fault{
		"never answered": {Kind: throttle.HangFault},
		"late":           {Kind: throttle.SlowFault, Latency: draw.LogNormal(time.Hour, time.Hour)},
	} {
		entered := make(chan struct{}, 1)
		shows := throttle.Fault{Kind: throttle.ExpiryFault, Shift: 1} // that a request has come in
		task := Identify(1, 0, "app", 0)
		p := open(t, New(Config{
			Tasks:     []Task{task},
			Endpoint:  throttle.New(throttle.Config{Slots: 1, Groups: 1, Faults: []throttle.Fault{fault, shows}}),
			OnRefusal: func(Refusal) { entered <- struct{}{} },
		}))
		c, err := net.Dial("tcp4", p.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(c, "GET /v2/credentials/%s HTTP/1.1\r\nHost: tasks\r\n\r\n", task.CredentialsID)
		<-entered
		if err := c.(*net.TCPConn).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(c); err != nil || len(got) > 0 {
			t.Errorf("%s: got %q, %v, want nothing", name, got, err)
		}
		c.Close()
		p.Close()
	}
}

// Whatever a client has sent, a request that is never answered ends when the
// client goes away, and until then it gets nothing.
func TestStrandedClientsGo(t *testing.T) {
	for name, said := range map[string]string{
		"":                 "GET /v2/credentials/x HTTP/1.1\r\nHost: a\r\n\r\n",
		"one byte more":    "GET /v2/credentials/x HTTP/1.1\r\nHost: a\r\n\r\nG",
		"another request":  "GET /v2/credentials/x HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\n\r\n",
		"half a body":      "PUT /v4/x HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf",
		"a malformed body": "PUT /v4/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
		"waits to go on":   "PUT /v4/x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 100\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				faults := []throttle.Fault{{Kind: throttle.HangFault}}
				if name == "one byte more" { // the end of the wait is known
					faults = append(faults, throttle.Fault{Kind: throttle.RestartFault, From: 2 * time.Hour, For: time.Hour})
				}
				h := New(Config{Endpoint: throttle.New(throttle.Config{Faults: faults})})
				inMemory(t, h, func(t *testing.T, p *Port, connect func() net.Conn) {
					c := connect()
					go func() { _, _ = io.WriteString(c, said) }() // there is nobody to take all of it
					nothing(t, c)
					if got := h.Counts().Requests; got != 1 {
						t.Errorf("got %d requests, want 1", got)
					}
					c.Close()
					synctest.Wait()
					if got := p.connections(); got != 0 {
						t.Errorf("got %d connections, want none", got)
					}
				})
			})
		})
	}
}

// A client that does not read what it is answered is cut off in time.
func TestClientsThatDoNotRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newMemoryListener()
		p := Serve(l, New(Config{}), log.New(io.Discard, "", 0))
		defer p.Close()
		client, err := l.dial(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		const request = "GET /v2/credentials/x HTTP/1.1\r\nHost: a\r\n\r\n"
		_, _ = io.WriteString(client, request)
		if _, err := http.ReadResponse(bufio.NewReader(client), nil); err != nil { // the first only
			t.Fatal(err)
		}
		_, _ = io.WriteString(client, request)
		time.Sleep(agentTimeout - time.Millisecond)
		synctest.Wait()
		if got := p.connections(); got != 1 {
			t.Fatalf("got %d connections before the time, want 1", got)
		}
		time.Sleep(2 * time.Millisecond)
		synctest.Wait()
		if got := p.connections(); got != 0 {
			t.Errorf("got %d connections, want none", got)
		}
	})
}

// A client that is answered before it has said all can read to the end.
func TestEarlyAnswersEnd(t *testing.T) {
	p := open(t, New(Config{}))
	defer p.Close()
	c, err := net.Dial("tcp4", p.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprintf(c, "GET / HTTP/1.1\r\nHost: a\r\nX: %s", strings.Repeat("x", maxHeader+8<<10))
	if got, err := io.ReadAll(c); err != nil || !strings.HasPrefix(string(got), "HTTP/1.1 431 ") {
		t.Errorf("got %.40q, %v, want 431 and the end", got, err)
	}
}

// A shutdown does not wait for clients that have sent nothing.
func TestShutdownOfTheSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newMemoryListener()
		p := Serve(l, New(Config{}), log.New(io.Discard, "", 0))
		client, err := l.dial(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		synctest.Wait()
		began := time.Now()
		if err := p.Shutdown(t.Context()); err != nil || time.Since(began) > time.Second {
			t.Errorf("got %v after %v, want an end at once", err, time.Since(began))
		}
	})
}

// A shutdown does not wait for the rest of a request that is never answered.
func TestShutdownBreaksOffBodies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := New(Config{Endpoint: throttle.New(throttle.Config{Faults: []throttle.Fault{{Kind: throttle.HangFault}}})})
		inMemory(t, h, func(t *testing.T, p *Port, connect func() net.Conn) {
			fmt.Fprint(connect(), "PUT /v4/x HTTP/1.1\r\nHost: tasks\r\nContent-Length: 9\r\n\r\nhalf")
			synctest.Wait()
			began := time.Now()
			if err := p.Shutdown(t.Context()); err != nil || time.Since(began) > time.Second {
				t.Errorf("got %v after %v, want an end at once", err, time.Since(began))
			}
		})
	})
}

func TestPortCloses(t *testing.T) {
	for name, end := range map[string]func(*Port) error{
		"close":    (*Port).Close,
		"shutdown": func(p *Port) error { return p.Shutdown(t.Context()) },
	} {
		h := New(Config{Endpoint: throttle.New(throttle.Config{})})
		p := open(t, h)
		if name == "close" { // during a restart
			if err := h.Inject(throttle.Fault{Kind: throttle.RestartFault, For: time.Hour}); err != nil {
				t.Fatal(err)
			}
			until(func() bool {
				c, err := net.Dial("tcp4", p.Addr().String())
				if err == nil {
					c.Close()
				}
				return err != nil
			})
		}
		if err := end(p); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		select {
		case err := <-p.Failed():
			t.Errorf("%s: got %v, want no failure", name, err)
		default:
		}
		if c, err := net.Dial("tcp4", p.Addr().String()); err == nil {
			c.Close()
			t.Errorf("%s: got a connection", name)
		}
	}
}
