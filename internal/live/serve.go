package live

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"tenement/internal/imds"
	"tenement/internal/throttle"
	"tenement/profiles"
)

// served is the endpoint of one host, in this process.
type served struct {
	handler *imds.ECS
	server  *http.Server
	address string
	tasks   []imds.Task
}

// Tasks is who lives on a host of a plan, by dense number: the IDs that the
// profile's seed gives them, and a loopback address each if there are enough.
func Tasks(plan *profiles.Plan, host int, addresses bool) []imds.Task {
	var tasks []imds.Task
	for number, g := range plan.Groups {
		for index := range g.Tasks {
			t := imds.Identify(plan.Seed, host, g.Name, index)
			t.Tenant, t.TenantNumber = g.Tenant, g.TenantIndex
			t.Slot, t.GroupNumber = len(tasks), number
			if addresses {
				t.Source = source(host*plan.Tasks() + len(tasks))
			}
			tasks = append(tasks, t)
		}
	}
	return tasks
}

// Config is the endpoint of one host of a plan, which begins at began.
func Config(plan *profiles.Plan, host int, tasks []imds.Task, began time.Time) imds.Config {
	config := imds.Config{
		Endpoint: throttle.New(plan.Endpoint(host)), Tasks: tasks, Registered: plan.Registered,
		Seed: plan.Seed, Credentials: plan.Credentials, Began: began,
	}
	if len(plan.Limits) > 0 {
		config.Limit = plan.Limits[0].Rate
	}
	return config
}

// newSockets serves the plan's endpoints, or finds the way to the target.
func newSockets(_ context.Context, e *Engine, plan *profiles.Plan, began time.Time) (world, error) {
	total := plan.Hosts * plan.Tasks()
	s := &sockets{plan: plan, began: began, named: make(map[string]*seat, total)}
	s.shared = total > maxSources || !manyAddresses() || e.Target != nil && !e.loopback4()
	if err := s.enoughFiles(e.Target == nil); err != nil {
		return nil, err
	}
	for i := range plan.Resources {
		s.documents = append(s.documents, documentOf(plan.Resources[i].Path))
	}
	for host := range plan.Hosts {
		tasks := Tasks(plan, host, !s.shared)
		if e.Target == nil {
			h, err := serve(plan, host, tasks, began)
			if err != nil {
				s.close()
				return nil, err
			}
			s.hosts = append(s.hosts, h)
		}
		for i := range tasks {
			s.sit(e, &tasks[i], host)
		}
	}
	s.transport = s.newTransport()
	return s, nil
}

// sit gives a task its seat.
func (s *sockets) sit(e *Engine, t *imds.Task, host int) {
	seat := &seat{
		name:    fmt.Sprintf("task-%d.host-%d.invalid", t.Slot, host),
		host:    linkLocal,
		timeout: s.plan.Groups[t.GroupNumber].Strategy.Timeouts.Connect,
	}
	switch {
	case e.Target != nil:
		seat.endpoint, seat.host = hostPort(e.Target), e.Target.Host
	case len(s.hosts) > host:
		seat.endpoint = s.hosts[host].address
	}
	if t.Source.IsValid() {
		seat.source = &net.TCPAddr{IP: t.Source.AsSlice()}
	}
	own := strings.NewReplacer("{credentials_id}", t.CredentialsID, "{endpoint_id}", t.EndpointID)
	for _, r := range s.plan.Resources {
		path, query, _ := strings.Cut(own.Replace(r.Path), "?")
		if e.Target != nil && strings.Trim(e.Target.Path, "/") != "" {
			path, query = e.Target.Path, e.Target.RawQuery
		}
		seat.urls = append(seat.urls, &url.URL{Scheme: "http", Host: seat.name, Path: path, RawQuery: query})
	}
	s.seats = append(s.seats, seat)
	s.named[seat.name] = seat
}

// serve starts the endpoint of one host on a free loopback port.
func serve(plan *profiles.Plan, host int, tasks []imds.Task, began time.Time) (*served, error) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("serving host %d: %w", host, err)
	}
	h := &served{handler: imds.NewECS(Config(plan, host, tasks, began)), tasks: tasks, address: l.Addr().String()}
	h.server = imds.Server(h.handler)
	go func() { _ = h.server.Serve(l) }() // ends with close
	return h, nil
}

// counts implements world.
func (s *sockets) counts(r *Ran) {
	r.SharedAddresses = s.shared
	r.Counted = len(s.hosts) > 0
	for _, h := range s.hosts {
		r.Counts.Merge(h.handler.Counts())
		r.Sources += h.handler.Sources()
	}
}

// close implements world: it cuts every connection.
func (s *sockets) close() {
	if s.transport != nil {
		s.transport.CloseIdleConnections()
	}
	for _, h := range s.hosts {
		_ = h.handler.Close()
		h.server.Close()
	}
}

// loopback4 reports whether the target is on 127.0.0.0/8, which any loopback
// address may call.
func (e *Engine) loopback4() bool {
	ip := net.ParseIP(e.Target.Hostname())
	return e.Target.Hostname() == "localhost" || ip != nil && ip.To4() != nil && ip.IsLoopback()
}

// hostPort is where to connect to for a URL.
func hostPort(u *url.URL) string {
	if u.Port() != "" {
		return u.Host
	}
	return net.JoinHostPort(u.Hostname(), "80")
}

// enoughFiles checks that every task can have a connection, before a run finds
// out in the middle. Go has raised the soft limit to the hard one already.
func (s *sockets) enoughFiles(ours bool) error {
	need := uint64(s.plan.Hosts*s.plan.Tasks()) + spareFiles
	if ours {
		need *= 2 // both ends of a connection are here
	}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return nil //nolint:nilerr // a system without the limit
	}
	if limit.Cur < need {
		return fmt.Errorf("%d tasks need %d open files, and the limit is %d: %w", s.plan.Tasks(), need, limit.Cur, ErrFiles)
	}
	return nil
}

// spareFiles is for everything that is not a task's first connection.
const spareFiles = 256

// ErrFiles is the cause when the limit on open files is too low for a run.
var ErrFiles = errors.New("too few files")
