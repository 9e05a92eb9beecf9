package soak

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"tenement/internal/imds"
	"tenement/internal/service"
)

// crowd is the environment variable that turns the test program into a crowd of
// clients of an address. They are a process of their own because each end of a
// connection takes a file.
const crowd = "TENEMENT_SOAK_CROWD"

// Very many clients ask for a session token at the same moment, each on its own
// connection, and each gets its own valid token.
func TestTokensAtOnce(t *testing.T) {
	clients := 1_000
	if *long > 0 {
		clients = 10_000
	}
	p := serve(t, imds.New(imds.Config{
		Service: service.IMDS, Seed: seed, MaxConnections: clients,
		Instance: imds.Instance{Role: role, TokensRequired: true},
	}))
	all := exec.CommandContext(t.Context(), os.Args[0], strconv.Itoa(clients))
	all.Env = append(os.Environ(), crowd+"="+p.Addr().String())
	var complaints strings.Builder
	all.Stderr = &complaints
	said, err := all.Output()
	if err != nil {
		t.Fatalf("the clients: %v\n%s", err, &complaints)
	}
	tokens := strings.Fields(string(said))
	different := make(map[string]bool, clients)
	for _, token := range tokens {
		different[token] = true
	}
	note(t, "%d clients at once, %d tokens", clients, len(different))
	if len(tokens) != clients {
		t.Fatalf("got %d tokens, want %d", len(tokens), clients)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+p.Addr().String()+"/latest/meta-data/instance-id", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Aws-Ec2-Metadata-Token", tokens[clients-1])
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("a token: got %s, want 200", resp.Status)
	}
}

// beCrowd connects so many clients, has all of them ask before any reads, and
// prints the tokens they get.
func beCrowd(address, clients string, stdout io.Writer) error {
	n, err := strconv.Atoi(clients)
	if err != nil {
		return err
	}
	open := make([]net.Conn, n)
	for i := range open {
		if open[i], err = net.Dial("tcp4", address); err != nil {
			return err
		}
	}
	const put = "PUT /latest/api/token HTTP/1.1\r\nHost: 169.254.169.254\r\nContent-Length: 0\r\n" +
		"X-aws-ec2-metadata-token-ttl-seconds: 60\r\n\r\n"
	for _, c := range open {
		if _, err := io.WriteString(c, put); err != nil {
			return err
		}
	}
	for i, c := range open {
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			return fmt.Errorf("client %d: %w", i, err)
		}
		token, err := io.ReadAll(resp.Body)
		if err == nil && resp.StatusCode != http.StatusOK {
			err = errors.New(resp.Status)
		}
		if err != nil {
			return fmt.Errorf("client %d: %w", i, err)
		}
		fmt.Fprintf(stdout, "%s\n", token)
		c.Close()
	}
	return nil
}
