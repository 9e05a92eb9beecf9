package live

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"tenement/internal/hosting"
	"tenement/internal/imds"
	"tenement/internal/plan"
	"tenement/internal/strategy"
)

// sockets makes attempts over HTTP. Every task has connections of its own and,
// where the system has more than one loopback address, a source address of its
// own. The URL's host names the task; dialling maps it to both addresses.
type sockets struct {
	plan        *plan.Plan
	began       time.Time
	connections *connections // nil until all senders are made
	senders     *senders
	next        atomic.Int64   // number of the next source address, beyond those of the first tasks
	documents   []document     // by resource
	hosts       [][]*imds.Port // by host, then the endpoint's number; none with a target
	shared      bool           // tasks share an address
	target      *url.URL       // nil if the endpoints are ours
	aim         *aim           // where the target may be; nil without one
	network     network

	connected atomic.Bool // at least once

	sent atomic.Int64
	most int64       // attempts allowed, 0 is no limit
	halt func(error) // ends the run
}

// senders are those of the tasks of a run.
type senders struct {
	plan   *plan.Plan
	bySlot []atomic.Pointer[sender] // by host, then the task's slot
	named  sync.Map                 // of *sender, by the URL's host
}

func newSenders(plan *plan.Plan) *senders {
	return &senders{plan: plan, bySlot: make([]atomic.Pointer[sender], plan.Hosts*plan.Slots())}
}

// add adds the sender of a task of a host.
func (all *senders) add(host, slot int, s *sender) {
	all.bySlot[host*all.plan.Slots()+slot].Store(s)
	all.named.Store(s.name, s)
}

// of is the sender of a call's task; nil if that has stopped.
func (all *senders) of(k *strategy.Call) *sender {
	for side := range all.plan.Sides(int(k.Group)) {
		slot := all.plan.Slot(int(k.Group), int(k.Task), side)
		if s := all.bySlot[int(k.Host)*all.plan.Slots()+slot].Load(); s != nil && s.life == k.Life {
			return s
		}
	}
	return nil
}

// sender is what a task's requests are sent with: a name that stands for the task
// in URLs, its address, and its URLs.
type sender struct {
	name   string
	life   uint32
	source *net.TCPAddr              // nil: the system's choice
	ways   []way                     // by number of the endpoint
	urls   []*url.URL                // by resource
	last   []atomic.Pointer[reading] // the last document it got, by resource
}

// way is how a task's requests reach an endpoint.
type way struct {
	endpoint string    // host:port to connect to
	host     string    // the Host header: the link-local address, unless there is a target
	pod      *podToken // nil unless the service is EKS Pod Identity
}

// maxBody bounds what is read of an answer; real documents are far smaller.
const maxBody = 1 << 20

// idleTimeout closes connections that a task no longer uses: in a run of many
// tasks that ask once each, they would add up. It is shorter than the 5 s after
// which the ECS agent closes them (agent/handlers/task_server_setup.go), because
// an attempt sent just as its connection is closed is lost.
const idleTimeout = 4 * time.Second

// mostIdle bounds the idle connections of a task.
const mostIdle = 64

// newTransport returns a transport for an activity of a group's tasks, which keeps
// connections as their strategy does, but none until its server closes it. It must not
// use a proxy, which would send the load elsewhere.
func (s *sockets) newTransport(group, activity int) *http.Transport {
	g, how := &s.plan.Groups[group], s.plan.Strategy(group, activity)
	kept, number := how.Connections, s.plan.Asked(group, activity)
	t := &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			return s.dial(ctx, network, address, number, how.Timeouts.Connect)
		},
		DisableCompression:  true,
		DisableKeepAlives:   kept.PerRequest,
		MaxIdleConnsPerHost: mostIdle,
		IdleConnTimeout:     idleTimeout,
	}
	if kept.Keep > 0 {
		t.MaxIdleConnsPerHost = min(kept.Keep*g.Processes, mostIdle)
	}
	for _, limit := range []time.Duration{kept.Idle, s.plan.Numbered(number).KeepAlive / 5 * 4} {
		if limit > 0 {
			t.IdleConnTimeout = min(t.IdleConnTimeout, limit)
		}
	}
	return t
}

// dial connects a task to the endpoint of that number, within a time if that is not 0.
func (s *sockets) dial(ctx context.Context, network, address string, number int, timeout time.Duration) (net.Conn, error) {
	name, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("dialling %s: %w", address, err)
	}
	known, ok := s.senders.named.Load(name)
	if !ok {
		return nil, fmt.Errorf("dialling %s: no such task", name)
	}
	c, err := s.connect(ctx, network, known.(*sender), number, timeout)
	if err == nil {
		s.connected.Store(true)
	}
	return c, err
}

// attempt implements wire.
func (s *sockets) attempt(ctx context.Context, k *strategy.Call, r strategy.Request) (strategy.Outcome, progress) {
	if n := s.sent.Add(1); s.most > 0 && n > s.most {
		s.halt(ErrMaxRequests)
		return strategy.Outcome{}, unsent
	}
	wants := k.Wants()
	resource := wants.Resource
	sender := s.senders.of(k)
	if sender == nil {
		return strategy.Outcome{}, unsent
	}
	run := ctx
	if r.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, r.Timeout)
		defer cancel()
	}
	method, to := s.plan.Resources[resource].Method, &sender.ways[s.plan.Resources[resource].Endpoint]
	req := (&http.Request{
		Method: method,
		URL:    sender.urls[resource],
		Host:   to.host,
		Header: to.header(&wants, time.Since(s.began)),
		Proto:  "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}).WithContext(ctx)
	if method == http.MethodGet || method == http.MethodHead {
		req.Body, req.TransferEncoding = unrepeatable{}, identity
	}
	resp, err := s.connections.of(k).RoundTrip(req)
	if err != nil {
		switch {
		case errors.Is(err, ErrMoved):
			s.halt(err)
			return strategy.Outcome{}, unsent
		case lacksResources(err):
			s.halt(fmt.Errorf("%w: %w", ErrResources, err))
		}
		return strategy.Outcome{Err: failure(err)}, cutIf(run)
	}
	defer resp.Body.Close()
	buffer := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buffer)
	buffer.Reset()
	if _, err := buffer.ReadFrom(io.LimitReader(resp.Body, maxBody)); err != nil {
		if f := bodyFailure(err); f != strategy.CutShort || resp.StatusCode != http.StatusOK {
			return strategy.Outcome{Err: f}, cutIf(run)
		}
		return readHalf(resp, buffer.Bytes(), s.documents[resource], s.began), cutIf(run)
	}
	return sender.read(resp, buffer.Bytes(), resource, s.documents[resource], s.began), ended
}

// finished implements wire.
func (s *sockets) finished(k *strategy.Call) { s.connections.end(k) }

// unrepeatable is an empty body, which puts nothing on the wire. Without it the
// transport would send a GET again by itself when a reused connection breaks
// without an answer: an attempt would be two requests, and most resets would stay
// invisible.
type unrepeatable struct{}

func (unrepeatable) Read([]byte) (int, error) { return 0, io.EOF }

func (unrepeatable) Close() error { return nil }

// WriteTo spares the transport a copy buffer.
func (unrepeatable) WriteTo(io.Writer) (int64, error) { return 0, nil }

// identity keeps the transport from reading a body of unknown length to find out
// whether it is empty.
var identity = []string{"identity"}

// buffers are reused: an answer is read, understood and forgotten.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// lacksResources reports whether a connection failed because the generator's
// machine lacks something: that is no outcome.
func lacksResources(err error) bool {
	for _, lack := range []error{syscall.EMFILE, syscall.ENFILE, syscall.EADDRNOTAVAIL, syscall.ENOBUFS, syscall.ENOMEM} {
		if errors.Is(err, lack) {
			return true
		}
	}
	return false
}

// failure is how a client sees an error of its transport.
func failure(err error) strategy.Failure {
	var op *net.OpError
	dialling := errors.As(err, &op) && op.Op == "dial"
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		if dialling {
			return strategy.ConnectTimeout
		}
		return strategy.ResponseTimeout
	case dialling:
		if errors.Is(err, syscall.ETIMEDOUT) {
			return strategy.ConnectTimeout
		}
		return strategy.ConnRefused
	}
	return strategy.ConnReset
}

// bodyFailure is how a client sees an error of its transport within a body.
func bodyFailure(err error) strategy.Failure {
	if f := failure(err); f == strategy.ResponseTimeout {
		return f
	}
	return strategy.CutShort
}

// manyAddresses reports whether the system lets a process use any address of
// 127.0.0.0/8, as Linux does and macOS does not.
func manyAddresses() bool {
	l, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: hosting.Source(0).AsSlice()})
	if err != nil {
		return false
	}
	return l.Close() == nil
}
