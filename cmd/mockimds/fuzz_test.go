package main

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"tenement/internal/imds"
)

// FuzzConnection sends bytes to a host: it may say what it likes, but ends the
// connection or waits for more, does not panic, and serves the next client.
func FuzzConnection(f *testing.F) {
	p, task := target(f, imds.Config{})
	good := "GET /v2/credentials/" + task.CredentialsID + " HTTP/1.1\r\nHost: a\r\n\r\n"
	for _, seed := range []string{
		good, good + good, "", "\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\x16\x03\x01\x02\x00\x01",
		"PUT /api/" + task.EndpointID + "/task-protection/v1/state HTTP/1.1\r\nHost: a\r\nContent-Length: 26\r\n\r\n{\"ProtectionEnabled\":true}",
		"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello",
		"GET / HTTP/1.0\r\n\r\n",
	} {
		f.Add([]byte(seed))
	}
	n := 0
	f.Fuzz(func(t *testing.T, raw []byte) {
		c := dial(t, p)
		_ = c.SetDeadline(time.Now().Add(20 * time.Second)) // what hangs is found, and no fuzzer ends it
		go func() {
			_, _ = c.Write(raw)
			_ = c.CloseWrite()
		}()
		if _, err := io.Copy(io.Discard, c); errors.Is(err, context.DeadlineExceeded) || errors.Is(err, net.ErrClosed) {
			t.Fatalf("the connection never ends: %v", err)
		}
		_ = c.Close()
		if n++; n%20 != 1 {
			return // the next client may be a hostile one
		}
		if got := say(t, p, good); got != 200 {
			t.Fatalf("the next client: got status %d, want 200", got)
		}
	})
}
