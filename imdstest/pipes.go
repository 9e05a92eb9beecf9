package imdstest

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"syscall"
)

// pipes is a network with one port, in memory: what a bubble has in place of sockets.
// It is the port's listener.
type pipes struct {
	at    netip.AddrPort
	ports atomic.Uint32 // of clients so far

	mu   sync.Mutex
	open *opening // nil while the port is closed
}

// opening is a time in which the port is open.
type opening struct {
	conns  chan net.Conn
	closed chan struct{}
}

func newPipes(at netip.AddrPort) *pipes {
	p := &pipes{at: at}
	p.listen()
	return p
}

func (p *pipes) listen() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open = &opening{make(chan net.Conn), make(chan struct{})}
}

func (p *pipes) now() *opening {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.open
}

// refused is the error of a connection to a closed port, as of a socket.
func (p *pipes) refused() error {
	return &net.OpError{Op: "dial", Net: "tcp", Addr: net.TCPAddrFromAddrPort(p.at), Err: syscall.ECONNREFUSED}
}

// dial connects from an address to the port.
func (p *pipes) dial(ctx context.Context, from netip.Addr) (net.Conn, error) {
	open := p.now()
	if open == nil {
		return nil, p.refused()
	}
	client, server := net.Pipe()
	at := net.TCPAddrFromAddrPort(netip.AddrPortFrom(from, uint16(1024+p.ports.Add(1)%60000)))
	here := net.TCPAddrFromAddrPort(p.at)
	select {
	case open.conns <- piped{server, here, at}:
		return piped{client, at, here}, nil
	case <-open.closed:
		return nil, p.refused()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept implements net.Listener.
func (p *pipes) Accept() (net.Conn, error) {
	open := p.now()
	if open == nil {
		return nil, net.ErrClosed
	}
	select {
	case c := <-open.conns:
		return c, nil
	case <-open.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (p *pipes) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open == nil {
		return net.ErrClosed
	}
	close(p.open.closed)
	p.open = nil
	return nil
}

// Addr implements net.Listener.
func (p *pipes) Addr() net.Addr { return net.TCPAddrFromAddrPort(p.at) }

// Reopen opens the port again, for package imds, after a restart.
func (p *pipes) Reopen(context.Context) (net.Listener, error) {
	if p.now() != nil {
		return nil, errors.New("is open")
	}
	p.listen()
	return p, nil
}

// piped is an end of a connection, with addresses.
type piped struct {
	net.Conn
	local, remote net.Addr
}

func (c piped) LocalAddr() net.Addr  { return c.local }
func (c piped) RemoteAddr() net.Addr { return c.remote }
