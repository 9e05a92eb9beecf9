package live

import (
	"context"
	"net"
	"sync"
	"syscall"
)

// ports is a network in memory for a testing/synctest bubble: servers and clients
// are the real ones, and an exchange takes no time.
type ports struct {
	mu   sync.Mutex
	open map[string]*port
}

func newPorts() *ports { return &ports{open: make(map[string]*port)} }

// network is the ports as what an Engine connects by.
func (p *ports) network() network { return network{listen: p.listen, dial: p.dial} }

// listen opens the next port.
func (p *ports) listen() (net.Listener, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	const first = 50001
	l := &port{conns: make(chan net.Conn), closed: make(chan struct{}), number: first + len(p.open)}
	p.open[l.Addr().String()] = l
	return l, nil
}

// dial connects to a port that is open, and is refused at others.
func (p *ports) dial(ctx context.Context, from *net.TCPAddr, to string) (net.Conn, error) {
	p.mu.Lock()
	l := p.open[to]
	p.mu.Unlock()
	refused := &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	if l == nil {
		return nil, refused
	}
	if from == nil {
		from = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}
	}
	client, server := net.Pipe()
	select {
	case l.conns <- remoteConn{server, from}:
		return client, nil
	case <-l.closed:
		return nil, refused
	case <-ctx.Done():
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: ctx.Err()}
	}
}

// port accepts what dial connects.
type port struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
	number int
}

func (l *port) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *port) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *port) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: l.number} }

// remoteConn says where its client is.
type remoteConn struct {
	net.Conn
	remote net.Addr
}

func (c remoteConn) RemoteAddr() net.Addr { return c.remote }
