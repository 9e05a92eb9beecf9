package process

import (
	"bufio"
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
)

// script is the endpoint of a client, which answers as told. Several servers may
// share one, so that the list of answers goes on from one process to the next.
type script struct {
	*imds.Handler
	owner imds.Task
	// ends says that connections are refused once the answers are used up.
	ends bool
}

// seed is that of every mock: its documents are always the same.
const seed = 1

// newScript makes the endpoint of a client: a task of its own, whose address is
// 127.0.0.1.
func newScript(of service.Service, answers []throttle.Answer, routes service.Routes) *script {
	s := &script{owner: imds.Identify(seed, 0, "client", 0)}
	s.owner.Source = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	if at := throttle.RefusesAt(answers); at > 0 {
		answers, s.ends = answers[:at-1], true
	}
	config := throttle.Config{Seed: draw.Seed(seed), Slots: 1, Groups: 1}
	if len(answers) > 0 {
		config.Faults = []throttle.Fault{{Kind: throttle.AnswersFault, Answers: answers, Stay: !s.ends, Routes: routes}}
	}
	s.Handler = imds.New(imds.Config{
		Service: of, Endpoint: throttle.New(config), Tasks: []imds.Task{s.owner},
		Instance: imds.Instance{Role: service.DefaultRole}, Seed: seed, Began: imds.WholeSecond(time.Now()),
	})
	return s
}

// close ends the requests that are never answered.
func (s *script) close() { _ = s.Close() } // it never fails

// refuses reports whether connections are refused now.
func (s *script) refuses() bool { return s.ends && len(s.Faults()) == 0 }

// server is the endpoint of one process, on a port of its own, which stands for the
// address and the token by which the real endpoints know a task.
type server struct {
	script *script
	http   *http.Server
	addr   net.Addr
	served chan struct{}

	mu      sync.Mutex   // guards what follows
	listen  net.Listener // nil: nothing listens
	release func()       // gives the port up
}

// open listens on a port of the loopback interface, and tells to what it sees.
func (s *script) open(to *record) (*server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listening for the client: %w", err)
	}
	v := &server{script: s, addr: l.Addr(), listen: l, release: func() {}, served: make(chan struct{}), http: imds.Server(s.Handler)}
	v.http.ErrorLog = log.New(io.Discard, "", 0)
	if s.ends {
		v.http.Handler = v
		v.follow()
	}
	go func() {
		defer close(v.served)
		_ = v.http.Serve(tapped{l, to}) // ends with the listener
	}()
	return v, nil
}

// ServeHTTP implements http.Handler, for a script that ends.
func (v *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if v.script.refuses() { // it came on a connection that was open before
		panic(http.ErrAbortHandler)
	}
	v.script.ServeHTTP(&ending{ResponseWriter: w, server: v}, r)
}

// ending is the answer of a script that ends. If it is the last one, the port closes
// before it is given, and its connection after it.
type ending struct {
	http.ResponseWriter
	server *server
}

// WriteHeader implements http.ResponseWriter.
func (e *ending) WriteHeader(status int) {
	e.server.follow()
	e.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (e *ending) Write(b []byte) (int, error) {
	e.server.follow()
	return e.ResponseWriter.Write(b)
}

// Hijack implements http.Hijacker: there is no answer, and the connection breaks.
func (e *ending) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	e.server.follow()
	return http.NewResponseController(e.ResponseWriter).Hijack()
}

// Unwrap is for http.ResponseController.
func (e *ending) Unwrap() http.ResponseWriter { return e.ResponseWriter }

// follow closes the port once the script refuses, and keeps it from other programs.
func (v *server) follow() {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.listen == nil || !v.script.refuses() {
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
