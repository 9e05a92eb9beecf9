package soak

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"syscall"
	"testing"

	"tenement/internal/imds"
)

// Very many clients ask for a session token in one moment, each on a connection
// of its own, and each gets one of its own.
func TestTokensAtOnce(t *testing.T) {
	clients := 1_000
	if *long > 0 {
		clients = 10_000
	}
	// Both ends of a connection are files of this process.
	var files syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files); err == nil && files.Cur < uint64(2*clients+100) {
		clients = (int(files.Cur) - 100) / 2
	}
	p := serve(t, imds.New(imds.Config{Service: imds.IMDS, Seed: seed, Instance: imds.Instance{Role: role, TokensRequired: true}}))
	open := make([]net.Conn, clients)
	for i := range open {
		c, err := net.Dial("tcp4", p.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		open[i] = c
	}
	const put = "PUT /latest/api/token HTTP/1.1\r\nHost: 169.254.169.254\r\nContent-Length: 0\r\n" +
		"X-aws-ec2-metadata-token-ttl-seconds: 60\r\n\r\n"
	for _, c := range open {
		if _, err := io.WriteString(c, put); err != nil {
			t.Fatal(err)
		}
	}
	tokens := make(map[string]bool, clients)
	for i, c := range open {
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Fatalf("client %d: %v", i, err)
		}
		token, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("client %d: got %s, %v", i, resp.Status, err)
		}
		tokens[string(token)] = true
	}
	note(t, "%d clients at once, %d tokens", clients, len(tokens))
	for token := range tokens {
		r, err := http.NewRequest(http.MethodGet, "http://"+p.Addr().String()+"/latest/meta-data/instance-id", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Aws-Ec2-Metadata-Token", token)
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Errorf("a token: got %s, want 200", resp.Status)
		}
		break
	}
}
