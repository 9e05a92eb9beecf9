package process

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"tenement/internal/draw"
	"tenement/internal/imds"
	"tenement/internal/service"
	"tenement/internal/throttle"
	"tenement/profiles"
)

// script is what a client is answered: request after request, the last answer for
// ever. Several servers may share one, so that it goes on from one process of a
// client to the next.
type script struct {
	answers  []Answer
	handlers []http.Handler // one for each answer; nil refuses
	owner    imds.Task

	mu sync.Mutex
	n  int // requests so far
}

// seed is that of every mock: its documents are always the same.
const seed = 1

// newScript makes the endpoint of a client: a task of its own, whose address is
// 127.0.0.1, and a handler for each answer. The handlers know each other's session
// tokens, which hold all there is to know of them.
func newScript(of service.Service, answers []Answer, routes service.Routes) *script {
	s := &script{answers: answers, owner: imds.Identify(seed, 0, "client", 0)}
	s.owner.Source = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	began := imds.WholeSecond(time.Now())
	for _, a := range answers {
		if a.Refuse {
			s.handlers = append(s.handlers, nil)
			continue
		}
		config := throttle.Config{Seed: draw.Seed(seed), Slots: 1, Groups: 1}
		if a.Fault.Kind != throttle.NoFault {
			a.Fault.Routes = routes
			config.Faults = []throttle.Fault{a.Fault}
		}
		h := http.Handler(imds.New(imds.Config{
			Service: of, Endpoint: throttle.New(config), Tasks: []imds.Task{s.owner},
			Instance: imds.Instance{Role: profiles.DefaultRole}, Seed: seed, Credentials: a.Credentials, Began: began,
		}))
		if a.RetryAfter != "" {
			h = withHeader(h, "Retry-After", a.RetryAfter)
		}
		s.handlers = append(s.handlers, h)
	}
	return s
}

// withHeader is a handler whose answers have one more header.
func withHeader(h http.Handler, name, value string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(name, value)
		h.ServeHTTP(w, r)
	})
}

// close lets go of the requests that are never answered.
func (s *script) close() {
	for _, h := range s.handlers {
		if c, ok := h.(io.Closer); ok {
			_ = c.Close() // never fails
		}
	}
}

// next is the handler of the request that comes now, and whether nothing is to
// listen afterwards.
func (s *script) next() (h http.Handler, last bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h = s.handlers[min(s.n, len(s.handlers)-1)]
	s.n++
	return h, s.handlers[min(s.n, len(s.handlers)-1)] == nil
}

// refuses reports whether nothing listens now.
func (s *script) refuses() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.handlers[min(s.n, len(s.handlers)-1)] == nil
}

// server is the endpoint of one process, on a port of its own, which stands for the
// address and the token by which the real endpoints know a task.
type server struct {
	script *script
	http   *http.Server
	addr   net.Addr

	mu      sync.Mutex // guards what follows
	listen  net.Listener
	release func()
	served  chan struct{}
}

// open listens on a port of the loopback interface, and tells to what it sees.
func (s *script) open(of service.Service, to *record) (*server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listening for the client: %w", err)
	}
	v := &server{script: s, addr: l.Addr(), listen: l, release: func() {}, served: make(chan struct{})}
	v.http = &http.Server{ReadHeaderTimeout: imds.Patience(of), IdleTimeout: imds.Patience(of), Handler: v, ErrorLog: log.New(io.Discard, "", 0)}
	if s.refuses() {
		v.refuse()
	}
	go func() {
		defer close(v.served)
		_ = v.http.Serve(tapped{l, to}) // ends with the listener
	}()
	return v, nil
}

// ServeHTTP implements http.Handler. Where the next request is to be refused, the
// port closes before this one is answered, and its connection goes with the answer.
func (v *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h, last := v.script.next()
	if last {
		v.refuse()
	}
	if h == nil { // it came on a connection that was open before
		panic(http.ErrAbortHandler)
	}
	h.ServeHTTP(w, r)
}

// refuse closes the port and keeps it from other programs.
func (v *server) refuse() {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.listen == nil {
		return
	}
	v.http.SetKeepAlivesEnabled(false)
	_ = v.listen.Close()
	v.listen = nil
	v.release = imds.Reserve(v.addr)
}

// url is where the client finds it.
func (v *server) url() string { return "http://" + v.addr.String() }

// close cuts every connection.
func (v *server) close() {
	_ = v.http.Close()
	v.mu.Lock()
	if v.listen != nil {
		_ = v.listen.Close()
	}
	v.listen = nil
	release := v.release
	v.mu.Unlock()
	<-v.served
	release()
}
