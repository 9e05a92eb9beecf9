package imds

import (
	"errors"
	"fmt"
	"net"
	"time"
)

// BlackHole makes a listener accept nothing: connections to it neither open nor are
// refused, so that clients wait until their deadline, as where a security group is closed
// or a subnet has no route. Nothing may accept from it. Release ends it; the listener is
// closed by its owner.
//
// It fills the queue of connections that wait to be accepted, after which the system
// drops what asks for one more.
func BlackHole(l net.Listener) (release func(), err error) {
	tcp, ok := l.(*net.TCPListener)
	if !ok {
		return nil, fmt.Errorf("black hole: %T is no TCP listener", l)
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return nil, err
	}
	var failed error
	if err := raw.Control(func(fd uintptr) { failed = shortenQueue(fd) }); err != nil || failed != nil {
		return nil, errors.Join(err, failed)
	}
	var waiting []net.Conn
	release = func() {
		for _, c := range waiting {
			_ = c.Close()
		}
	}
	for range mostWaiting {
		c, err := net.DialTimeout("tcp", l.Addr().String(), fillWait)
		if late, ok := errors.AsType[net.Error](err); ok && late.Timeout() { // the queue is full
			return release, nil
		}
		if err != nil {
			release()
			return nil, fmt.Errorf("black hole: filling the queue: %w", err)
		}
		waiting = append(waiting, c)
	}
	release()
	return nil, errors.New("black hole: the system keeps accepting connections")
}

// How many connections fill the queue, at most, and how long one may take to open on
// the machine itself.
const (
	mostWaiting = 300
	fillWait    = 200 * time.Millisecond
)
