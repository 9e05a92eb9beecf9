package imds

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// memoryListener accepts the connections that dial makes. No kernel sees them,
// so a real HTTP server and a real client run in a synctest bubble, and an
// exchange takes no time.
type memoryListener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newMemoryListener() *memoryListener {
	return &memoryListener{conns: make(chan net.Conn), closed: make(chan struct{})}
}

func (l *memoryListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *memoryListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *memoryListener) Addr() net.Addr {
	return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 51679}
}

// dial connects from an address.
func (l *memoryListener) dial(ctx context.Context, from *net.TCPAddr) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case l.conns <- memoryConn{server, from}:
		return client, nil
	case <-l.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

type memoryConn struct {
	net.Conn
	remote net.Addr
}

func (c memoryConn) RemoteAddr() net.Addr { return c.remote }

// bubbleServer serves a handler on a memory network until the test's end, and
// returns a client for a source address.
func bubbleServer(t *testing.T, h http.Handler) func(source string) *http.Client {
	t.Helper()
	l := newMemoryListener()
	server := Server(h)
	var wg sync.WaitGroup
	wg.Go(func() { _ = server.Serve(l) })
	var clients []*http.Transport
	t.Cleanup(func() {
		for _, c := range clients {
			c.CloseIdleConnections()
		}
		_ = server.Close()
		wg.Wait()
	})
	return func(source string) *http.Client {
		from := &net.TCPAddr{IP: net.ParseIP(source), Port: 40000}
		transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return l.dial(ctx, from)
		}}
		clients = append(clients, transport)
		return &http.Client{Transport: transport, CheckRedirect: stay}
	}
}

// loopbackServer serves a handler on a loopback address until the test's end.
func loopbackServer(t testing.TB, h http.Handler) (base string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := Server(h)
	var wg sync.WaitGroup
	wg.Go(func() { _ = server.Serve(l) })
	t.Cleanup(func() {
		_ = server.Close()
		wg.Wait()
	})
	return "http://" + l.Addr().String()
}

// stay follows no redirect.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// ask sends a request and reads the answer whole.
func ask(t testing.TB, c *http.Client, method, url string, headers map[string]string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range headers {
		r.Header.Set(k, v)
	}
	resp, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

// remote is where requests come from that say nothing else.
const remote = "192.0.2.1:1234"

// send asks a handler directly, without a network.
func send(h http.Handler, method, target string, with ...func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	r.RemoteAddr = remote
	for _, change := range with {
		change(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// from is a request that comes from another address.
func from(address string) func(*http.Request) {
	return func(r *http.Request) { r.RemoteAddr = address }
}

// headers are pairs of a name and a value.
func headers(pairs ...string) func(*http.Request) {
	return func(r *http.Request) {
		for i := 0; i < len(pairs); i += 2 {
			r.Header.Set(pairs[i], pairs[i+1])
		}
	}
}

// calling is a request to an agent by the name of host, with the token of a pod
// or without one.
func calling(host, token string) func(*http.Request) {
	return func(r *http.Request) {
		r.Host = host
		if token != "" {
			r.Header.Set("Authorization", token)
		}
	}
}

// body is what a request sends.
func body(text string) func(*http.Request) {
	return func(r *http.Request) {
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(text)), int64(len(text))
	}
}
