// Package imdstest is the mock inside a Go test: the ECS agent, the metadata service
// of an EC2 instance or the EKS Pod Identity agent, with their documents, errors and
// rate limits, and with credentials that are visibly fake.
//
//	srv := imdstest.New(t, imdstest.Limit("40/s", 60))
//	srv.Setenv() // an SDK now gets its credentials from srv
//	...
//	if got := imdstest.Statuses(srv.Requests("credentials")); !slices.Equal(got, []int{200, 429}) {
//
// A test says what the server answers (Answer, Fail, SetLimit, Issue, Restart), and
// asks which requests it has seen, in which rhythm. What the application saw it knows
// itself.
//
// Inside a testing/synctest bubble the server has no port: it serves Client, and it
// believes to have the address of the real service. Waits take no time there, so a
// test can go through the six hours of credentials, or a day of a pod's token.
//
// The methods of a Server are safe for concurrent use, but those that can fail must be
// called from the goroutine of the test: they end it.
package imdstest

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tenement/internal/imds"
	"tenement/internal/service"
)

// Server is a server that a test has started. It ends with the test.
type Server struct {
	// URL is where it is, such as http://127.0.0.1:40123. In a bubble it is the
	// address of the real service, which only Client and TaskClient find.
	URL string

	t       testing.TB
	config  imds.Config
	handler *imds.Handler
	pipes   *pipes // nil on a port
	token   *podToken

	mu       sync.Mutex // guards what follows
	requests []Request
	names    map[string]bool // of the faults that were added and may be on
	added    int             // faults so far
}

// group is the name of the tasks' group, and of their role unless Role says otherwise.
const group = "app"

// seed is what the IDs of the tasks descend from: those of mockimds without flags.
const seed = 1

// New starts a server. Without options it is the ECS agent with its default limit.
func New(t testing.TB, options ...Option) *Server {
	t.Helper()
	o := settings{tasks: 1}
	for _, set := range options {
		if err := set(&o); err != nil {
			t.Fatalf("imdstest: %v", err)
		}
	}
	s := &Server{t: t, names: make(map[string]bool)}
	var err error
	if s.config, err = o.config(imds.WholeSecond(time.Now())); err != nil {
		t.Fatalf("imdstest: %v", err)
	}
	s.config.OnRequest = s.saw
	s.handler = imds.New(s.config)
	l := s.listen()
	if o.blackHole {
		s.swallow(l)
		return s
	}
	port := imds.Serve(l, s.handler, log.New(io.Discard, "", 0))
	t.Cleanup(func() { _ = port.Close() })
	if s.config.Service == service.PodIdentity {
		if s.token, err = newPodToken(t, &s.config); err != nil {
			t.Fatalf("imdstest: %v", err)
		}
	}
	return s
}

// listen opens a port, or in a bubble what stands for one.
func (s *Server) listen() net.Listener {
	s.t.Helper()
	if inBubble() {
		s.URL = "http://" + s.config.Place.Authority(s.config.Service)
		at := netip.AddrFrom4([4]byte{192, 0, 2, 1}) // of an API, which is found by its name
		if home := s.config.Service.Row().IPv4; home != "" {
			at = netip.MustParseAddr(home)
		}
		s.pipes = newPipes(netip.AddrPortFrom(at, 80))
		return s.pipes
	}
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		s.t.Fatalf("imdstest: %v", err)
	}
	s.URL = "http://" + l.Addr().String()
	return l
}

// swallow makes a port accept nothing.
func (s *Server) swallow(l net.Listener) {
	s.t.Helper()
	if s.pipes != nil {
		return // nobody accepts
	}
	release, err := imds.BlackHole(l)
	if err != nil {
		s.t.Fatalf("imdstest: %v", err)
	}
	s.t.Cleanup(func() { release(); _ = l.Close() })
}

// inBubble reports whether the goroutine is in a synctest bubble, where a socket would
// keep time from passing. Outside of one Wait panics.
func inBubble() (in bool) {
	defer func() { in = recover() == nil }()
	synctest.Wait()
	return
}

// Client is an HTTP client whose requests are the first task's. It uses no proxy. In a
// bubble no other client finds the server.
func (s *Server) Client() *http.Client { return s.TaskClient(0) }

// TaskClient is the Client of a task, counted from 0. Each call returns one with
// connections of its own.
func (s *Server) TaskClient(task int) *http.Client {
	source := s.task(task).Source
	transport := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		if s.pipes != nil {
			return s.pipes.dial(ctx, source)
		}
		d := net.Dialer{Timeout: 30 * time.Second}
		if task > 0 {
			d.LocalAddr = &net.TCPAddr{IP: source.AsSlice()}
		}
		return d.DialContext(ctx, network, address)
	}}
	s.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// task is a task of the server.
func (s *Server) task(n int) *imds.Task {
	s.t.Helper()
	if n < 0 || n >= len(s.config.Tasks) {
		s.t.Fatalf("imdstest: there is no task %d: want 0 to %d", n, len(s.config.Tasks)-1)
	}
	return &s.config.Tasks[n]
}

// Env is the environment of the first task, as NAME=value, for a program that the test
// runs. For a pod it names a file with the pod's token, which is renewed in time.
func (s *Server) Env() []string { return s.TaskEnv(0) }

// TaskEnv is the environment of a task, counted from 0. Pods but the first have their
// token of this moment in a variable.
func (s *Server) TaskEnv(task int) []string {
	s.t.Helper()
	var all []string
	for _, v := range s.variables(s.task(task), task) {
		all = append(all, v[0]+"="+v[1])
	}
	return all
}

func (s *Server) variables(t *imds.Task, number int) [][2]string {
	if s.token != nil && number == 0 {
		return append(imds.Env(s.config.Service, *t, s.URL), [2]string{service.TokenFileVariable, s.token.path})
	}
	return s.handler.Environment(t, s.URL)
}

// elsewhere are variables that would lead an SDK to other credentials.
var elsewhere = [...]string{
	"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE",
	"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI", service.TokenFileVariable, service.TokenVariable,
	"AWS_EC2_METADATA_DISABLED", "AWS_EC2_METADATA_SERVICE_ENDPOINT", "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
}

// Setenv gives the test the environment of the first task, and takes away what would
// lead an SDK to other credentials, if the server hands some out. It cannot be used in
// parallel tests.
func (s *Server) Setenv() {
	s.t.Helper()
	for _, name := range elsewhere {
		if !s.config.Service.Row().Issues() {
			break // the credentials are another server's
		}
		if _, set := os.LookupEnv(name); set {
			s.t.Setenv(name, "") // which keeps what it was
			_ = os.Unsetenv(name)
		}
	}
	s.t.Setenv("AWS_CONFIG_FILE", os.DevNull)
	s.t.Setenv("AWS_SHARED_CREDENTIALS_FILE", os.DevNull)
	for _, v := range s.variables(s.task(0), 0) {
		s.t.Setenv(v[0], v[1])
	}
}

// nameFault is a name for a fault that no other has.
func (s *Server) nameFault(kind string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.added++
	name := kind + "-" + strconv.Itoa(s.added)
	s.names[name] = true
	return name
}
