package live

import (
	"context"
	"net"
	"time"
)

// network is what ports and connections are made of. The zero network is the
// system's.
type network struct {
	resolver *net.Resolver
	listen   func() (net.Listener, error)
	dial     func(ctx context.Context, from *net.TCPAddr, to string) (net.Conn, error)
}

// open opens a free port on loopback.
func (n *network) open() (net.Listener, error) {
	if n.listen != nil {
		return n.listen()
	}
	return net.Listen("tcp4", "127.0.0.1:0")
}

// connect connects a task to the endpoint of that number, within a time if that is not 0.
func (s *sockets) connect(ctx context.Context, protocol string, to *sender, number int, timeout time.Duration) (net.Conn, error) {
	if s.network.dial != nil {
		return s.network.dial(ctx, to.source, to.ways[number].endpoint)
	}
	d := net.Dialer{Timeout: timeout, KeepAlive: -1, Resolver: s.network.resolver}
	if s.aim != nil {
		d.ControlContext = s.aim.control
	}
	if to.source != nil {
		d.LocalAddr = to.source
	}
	return d.DialContext(ctx, protocol, to.ways[number].endpoint)
}
