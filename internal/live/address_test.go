package live

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// names answers every question for an IPv4 address with the next of some
// addresses, and goes on with the last.
type names struct {
	mu  sync.Mutex
	all []string
}

func (n *names) next() netip.Addr {
	n.mu.Lock()
	defer n.mu.Unlock()
	a := netip.MustParseAddr(n.all[0])
	if len(n.all) > 1 {
		n.all = n.all[1:]
	}
	return a
}

// resolver asks the names over a pipe, as a DNS server over TCP (RFC 1035).
func (n *names) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go n.answer(server)
		return client, nil
	}}
}

func (n *names) answer(c net.Conn) {
	defer c.Close()
	query := make([]byte, 2+512)
	size, err := c.Read(query) // the resolver sends a query in one piece
	if err != nil {
		return
	}
	const header = 12
	query = query[2:size]
	end := header + slices.Index(query[header:], 0) + 1 + 4 // name, type, class
	isA := binary.BigEndian.Uint16(query[end-4:]) == 1
	reply := slices.Clone(query[:end])
	copy(reply[2:], []byte{0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}) // an answer to one question
	if isA {
		reply[7] = 1
		reply = append(reply, 0xc0, header, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4) // the name, A, IN, TTL 0
		reply = append(reply, n.next().AsSlice()...)
	}
	_, _ = c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(reply))), reply...))
}

// A name is no promise: no connection goes to an address beyond loopback, also
// if the name led to loopback before, and none beyond the addresses that an
// allowed name had in the beginning.
func TestNamesAreCheckedWhereTheyAreUsed(t *testing.T) {
	for _, test := range []struct {
		name    string
		remote  bool
		answers []string
		want    error
		says    string
		most    int64 // requests that the server may see
	}{
		{"loopback", false, []string{"127.0.0.1"}, nil, "", 10},
		{"never loopback", false, []string{"192.0.2.1"}, ErrNotLoopback, "it leads to 192.0.2.1, which is not on loopback", 0},
		{"the real service", false, []string{"169.254.169.254"}, ErrNotLoopback, "it leads to 169.254.169.254, which is not on loopback", 0},
		{"not for long", false, []string{"127.0.0.1", "127.0.0.1", "192.0.2.1"}, ErrMoved, "it leads to 192.0.2.1 now: the target has moved", 10},
		{"at once", false, []string{"127.0.0.1", "192.0.2.1"}, ErrMoved, "it leads to 192.0.2.1 now: the target has moved", 0},
		{"allowed", true, []string{"127.0.0.1"}, nil, "", 10},
		{"allowed, and moves", true, []string{"127.0.0.1", "127.0.0.1", "127.0.0.9"}, ErrMoved, "it leads to 127.0.0.9 now: the target has moved", 10},
	} {
		t.Run(test.name, func(t *testing.T) {
			var asked, elsewhere atomic.Int64
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				asked.Add(1)
				w.Header().Set("Connection", "close") // every request has a connection of its own
			}))
			defer server.Close()
			_, port, err := net.SplitHostPort(server.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			if l, err := net.Listen("tcp4", "127.0.0.9:"+port); err == nil { // not where there is one address
				other := &http.Server{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) })}
				go func() { _ = other.Serve(l) }()
				defer other.Close()
			}
			plan := open(t, `
version: 1
name: names
description: a few requests, one after the other
duration: 100ms
endpoint: {service: ecs}
fleet: [{group: a, arrivals: {constant: 100/s}, under_test: true}]
`)
			e := Engine{
				Target: &url.URL{Scheme: "http", Host: "mock.example.:" + port}, Remote: test.remote,
				network: network{resolver: (&names{all: test.answers}).resolver()},
			}
			_, _, err = play(t, e, plan)
			if !errors.Is(err, test.want) || err != nil && !strings.HasSuffix(err.Error(), test.says) {
				t.Errorf("got %v, want %v: … %s", err, test.want, test.says)
			}
			if got := asked.Load(); got > test.most || test.want == nil && got == 0 {
				t.Errorf("the server was asked %d times, want %d at most", got, test.most)
			}
			if got := elsewhere.Load(); got > 0 {
				t.Errorf("another address was asked %d times", got)
			}
		})
	}
}

// Of a name that leads to loopback of both families the one is asked that listens.
func TestOnly6(t *testing.T) {
	four, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer four.Close()
	six, err := net.Listen("tcp6", "[::1]:0")
	if err != nil {
		t.Skip("no IPv6 here")
	}
	defer six.Close()
	both := []netip.Addr{netip.MustParseAddr("127.0.0.1"), netip.IPv6Loopback()}
	for _, test := range []struct {
		name  string
		at    net.Listener
		found []netip.Addr
		want  bool
	}{
		{"IPv4 listens", four, both, false},
		{"IPv6 listens", six, both, true},
		{"a name of IPv4 alone", six, both[:1], false},
		{"a name of IPv6 alone", six, both[1:], false},
	} {
		_, port, _ := net.SplitHostPort(test.at.Addr().String())
		if got := only6(t.Context(), test.found, net.JoinHostPort("localhost", port)); got != test.want {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}

// Nothing that a run says shows a password.
func TestTargetPassword(t *testing.T) {
	closed, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	plan := open(t, `
version: 1
name: password
description: one call
duration: 100ms
endpoint: {service: ecs}
fleet: [{group: a, arrivals: {constant: 10/s}, under_test: true}]
`)
	for host, want := range map[string]error{closed.Addr().String(): ErrNoConnection, "192.0.2.1": ErrNotLoopback} {
		e := Engine{Target: &url.URL{Scheme: "http", Host: host, User: url.UserPassword("me", "hunter2")}}
		if _, _, err := play(t, e, plan); !errors.Is(err, want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: got %v, want %v without the password", host, err, want)
		}
	}
}
