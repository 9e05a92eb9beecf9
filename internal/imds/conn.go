package imds

import (
	"errors"
	"net"
	"sync/atomic"
	"syscall"
	"time"
)

// listener accepts the connections of a Port.
type listener struct {
	net.Listener
	port *Port
}

// Accept implements net.Listener. Connections beyond the most that a host
// holds are reset.
func (l listener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if held := l.port.hold(c); held != nil {
			return held, nil
		}
		reset(c)
	}
}

// Reserve holds a TCP port without listening on it, until release is called:
// connections to it are refused, and the system gives the port to no other
// program. Without it the port could be taken by accident: the system sooner or
// later gives a client that keeps connecting to the port this same port as its
// own, and connects it to itself. A program can still bind the port if it names
// it, with SO_REUSEADDR. If the port cannot be reserved, release does nothing.
func Reserve(address net.Addr) (release func()) {
	release = func() {}
	tcp, ok := address.(*net.TCPAddr)
	if !ok || tcp.IP.To16() == nil {
		return release
	}
	family, at := syscall.AF_INET6, syscall.Sockaddr(&syscall.SockaddrInet6{Port: tcp.Port, Addr: [16]byte(tcp.IP.To16())})
	if ip := tcp.IP.To4(); ip != nil {
		family, at = syscall.AF_INET, &syscall.SockaddrInet4{Port: tcp.Port, Addr: [4]byte(ip)}
	}
	syscall.ForkLock.RLock()
	fd, err := syscall.Socket(family, syscall.SOCK_STREAM, 0)
	if err == nil {
		syscall.CloseOnExec(fd)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return release
	}
	release = func() { _ = syscall.Close(fd) }
	// With the option, as the listener has it, both may have the port, if only
	// one of them listens.
	_ = syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1)
	if syscall.Bind(fd, at) != nil {
		release()
		return func() {}
	}
	return release
}

// Close implements net.Listener. A Port closes its listener before net/http,
// which serves on it, may do so.
func (l listener) Close() error {
	if err := l.Listener.Close(); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// conn is a connection of a Port.
type conn struct {
	net.Conn
	port *Port
	// spoken is whether its client has sent anything yet.
	spoken atomic.Bool
	// lost is whether its request, or the answer, was lost on the way, so that
	// the program behind the port does not know of it.
	lost atomic.Bool
	// written is the Unix time of the write that set the deadline for writes.
	written atomic.Int64
	// head is of the answer that is written next; nil is net/http's. The handler sets
	// it, on the goroutine that writes.
	head *head
}

// Read implements net.Conn.
func (c *conn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n > 0 && !c.spoken.Load() {
		c.spoken.Store(true)
	}
	return n, err
}

// Write implements net.Conn. A client has as long to take what is written to
// it, less a second at most, as it has to send a request. (The real servers'
// write timeouts begin with the request, and would cut answers that are late on
// purpose.)
func (c *conn) Write(b []byte) (int, error) {
	// To set a deadline costs more than all else here.
	now := time.Now()
	if second := now.Unix(); second != c.written.Load() {
		if err := c.SetWriteDeadline(now.Add(c.port.patience)); err != nil {
			return 0, err
		}
		c.written.Store(second)
	}
	if c.head != nil {
		return c.writeHead(b)
	}
	return c.Conn.Write(b)
}

// SetWriteDeadline implements net.Conn. There is always a deadline: net/http
// takes it away after each answer, and the next one would have none.
func (c *conn) SetWriteDeadline(t time.Time) error {
	if t.IsZero() {
		return nil
	}
	return c.Conn.SetWriteDeadline(t)
}

// CloseWrite ends what is sent, if the connection can: net/http does that where
// it answers before it has read all.
func (c *conn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return errors.ErrUnsupported
}

// Close implements net.Conn.
func (c *conn) Close() error {
	c.port.release(c)
	return c.Conn.Close()
}

// hangUp closes a connection.
func hangUp(c net.Conn) { _ = c.Close() }

// reset closes a connection with an RST, so that its client reads an error at
// once.
func reset(c net.Conn) {
	within := c
	if held, ok := c.(*conn); ok {
		within = held.Conn
	}
	if tcp, ok := within.(interface{ SetLinger(seconds int) error }); ok {
		_ = tcp.SetLinger(0) // it is closed in any case
	}
	_ = c.Close()
}
