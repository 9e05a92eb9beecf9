package process

import (
	"bufio"
	"bytes"
	"errors"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"tenement/internal/service"
	"tenement/internal/timeline"
)

// tapped is a listener whose connections are watched.
type tapped struct {
	net.Listener
	to *record
}

// Accept implements net.Listener.
func (l tapped) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &tap{Conn: c, to: l.to, number: l.to.connected()}, nil
}

// tap is a connection that is watched: it reads along what the client sends and
// what it is answered, and tells the record. So it sees what no http.Handler does:
// a client that hangs up, an answer that breaks off.
type tap struct {
	net.Conn
	to     *record
	number int // of the connection, from 0

	mu      sync.Mutex
	in      []byte // of a request whose header is not complete
	arrived time.Time
	skip    int64 // bytes of a request's body still to come
	asked   int   // requests so far
	open    *sight
	queue   []*sight // requests that came before the answer to the open one had ended
	out     []byte   // of an answer whose header is not complete
	left    int64    // bytes of the answer's body still to come; −1 is an unknown number
	chunked bool
	tail    []byte // the last bytes of a chunked body
	body    []byte // of a good answer, as far as it has come
	gone    bool   // the client hung up
}

// maxHeader bounds what is kept of a header; longer ones are not watched.
const maxHeader = 64 << 10

// endOfHeader parts a header from the body.
var endOfHeader = []byte("\r\n\r\n")

// Read implements net.Conn.
func (t *tap) Read(b []byte) (int, error) {
	n, err := t.Conn.Read(b)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.received(b[:n])
	// net/http ends its own reads with a deadline; the client is still there.
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) && !errors.Is(err, net.ErrClosed) {
		t.gone = true
		t.broke()
	}
	return n, err
}

// received takes bytes of requests. The lock is held.
func (t *tap) received(b []byte) {
	for len(b) > 0 {
		if t.skip > 0 {
			n := min(t.skip, int64(len(b)))
			t.skip -= n
			b = b[n:]
			continue
		}
		if len(t.in) == 0 {
			t.arrived = time.Now()
		}
		if len(t.in) > maxHeader {
			return
		}
		t.in = append(t.in, b...)
		at := bytes.Index(t.in, endOfHeader)
		if at < 0 {
			return
		}
		at += len(endOfHeader)
		head, rest := t.in[:at], bytes.Clone(t.in[at:])
		t.in = nil
		r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(head)))
		if err != nil {
			return
		}
		t.skip = max(r.ContentLength, 0)
		t.queue = append(t.queue, t.to.saw(&sight{at: t.arrived, connection: t.number, kept: t.asked > 0, method: r.Method, path: r.URL.Path, ttl: r.Header.Get(service.TokenTTLHeader)}))
		t.asked++
		if t.open == nil {
			t.next()
		}
		b = rest
	}
}

// next turns to the request that is answered next, if there is one. The lock is
// held.
func (t *tap) next() {
	t.open = nil
	if len(t.queue) > 0 {
		t.open, t.queue = t.queue[0], t.queue[1:]
	}
	t.out, t.tail, t.body, t.left = nil, nil, nil, 0
}

// Write implements net.Conn.
func (t *tap) Write(b []byte) (int, error) {
	t.mu.Lock()
	s := t.open
	if s != nil {
		t.sent(s, b)
	}
	t.mu.Unlock()
	n, err := t.Conn.Write(b)
	if err != nil {
		t.mu.Lock()
		t.gone = true
		t.broke()
		t.mu.Unlock()
	}
	return n, err
}

// sent takes bytes of the answer to a request. The lock is held.
func (t *tap) sent(s *sight, b []byte) {
	if s.status == 0 {
		t.out = append(t.out, b...)
		at := bytes.Index(t.out, endOfHeader)
		if at < 0 {
			return
		}
		at += len(endOfHeader)
		r, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(t.out[:at])), &http.Request{Method: s.method})
		if err != nil {
			return
		}
		_ = r.Body.Close()
		b = bytes.Clone(t.out[at:])
		t.out = nil
		if r.StatusCode == http.StatusContinue {
			t.sent(s, b)
			return
		}
		t.to.answered(s, r.StatusCode)
		t.left, t.chunked = r.ContentLength, len(r.TransferEncoding) > 0
		if s.method == http.MethodHead { // its length is that of a body that does not follow
			t.left = 0
		}
	}
	if s.status == http.StatusOK && len(t.body)+len(b) <= maxHeader {
		t.body = append(t.body, b...)
	}
	switch {
	case t.left > 0:
		t.left = max(t.left-int64(len(b)), 0)
	case t.left < 0 && t.chunked:
		t.tail = append(t.tail, b...)
		t.tail = t.tail[max(len(t.tail)-8, 0):]
		if bytes.HasSuffix(t.tail, []byte("0\r\n\r\n")) {
			t.left = 0
		}
	}
	if t.left == 0 {
		t.to.ended(s, "")
		t.to.issued(t.body)
		t.next()
	}
}

// Close implements net.Conn.
func (t *tap) Close() error {
	t.mu.Lock()
	t.broke()
	t.mu.Unlock()
	return t.Conn.Close()
}

// broke ends the requests that have no whole answer. The lock is held.
func (t *tap) broke() {
	for ; t.open != nil; t.next() {
		switch s := t.open; {
		case t.gone:
			t.to.ended(s, timeline.Timeout)
		case s.status != 0 && t.left < 0 && !t.chunked:
			t.to.ended(s, "") // the body ends with the connection
		case s.status != 0:
			t.to.ended(s, timeline.Truncated)
		default:
			t.to.ended(s, timeline.Reset)
		}
	}
}

// SetLinger makes Close reset the connection, where it has that.
func (t *tap) SetLinger(seconds int) error {
	if c, ok := t.Conn.(interface{ SetLinger(int) error }); ok {
		return c.SetLinger(seconds)
	}
	return errors.ErrUnsupported
}

// CloseWrite ends what is sent, where the connection has that.
func (t *tap) CloseWrite() error {
	if c, ok := t.Conn.(interface{ CloseWrite() error }); ok {
		return c.CloseWrite()
	}
	return errors.ErrUnsupported
}
