package live

import (
	"context"
	"fmt"
	"io"
	"log"
	"math"
	"net"
	"net/url"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"tenement/internal/imds"
	"tenement/internal/throttle"
	"tenement/profiles"
)

// Tasks is who lives on a host of a plan, by dense number: the IDs that the
// profile's seed gives them, and a loopback address each if there are enough.
func Tasks(plan *profiles.Plan, host int, addresses bool) []imds.Task {
	var tasks []imds.Task
	for number, g := range plan.Groups {
		for index := range g.Tasks {
			t := imds.Identify(plan.Seed, host, g.Name, index)
			t.Tenant, t.TenantNumber = g.Tenant, g.TenantIndex
			t.Slot, t.GroupNumber, t.Hops = len(tasks), number, g.Hops
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
	config.Service, config.Flavour = kind(plan)
	if len(plan.Limits) > 0 {
		config.Limit = plan.Limits[0].Rate
	}
	if plan.PodTokens != nil {
		config.Tokens = *plan.PodTokens
	}
	if i := plan.Instance; i != nil {
		config.Instance = imds.Instance{TokensRequired: i.TokensRequired, HopLimit: i.HopLimit, Role: i.Role}
	}
	return config
}

// kind is the service and the flavour that a plan names. Names that package imds
// does not have are a mistake of the program, and panic.
func kind(plan *profiles.Plan) (imds.Service, imds.Flavour) {
	s, f, err := imds.Kind(plan.Service, plan.Flavour)
	if err != nil {
		panic("live: " + err.Error())
	}
	return s, f
}

// newSockets serves the plan's endpoints, or finds the way to the target.
func newSockets(_ context.Context, e *Engine, plan *profiles.Plan, began time.Time) (world, error) {
	total := plan.Hosts * plan.Tasks()
	s := &sockets{plan: plan, began: began, named: make(map[string]*seat, total)}
	s.shared = total > maxSources || !manyAddresses() || e.Target != nil && !e.loopback4()
	s.documents = documentsOf(plan)
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
			if err := s.sit(e, &tasks[i], host); err != nil {
				s.close()
				return nil, err
			}
		}
	}
	s.transport = s.newTransport()
	return s, nil
}

// sit gives a task its seat.
func (s *sockets) sit(e *Engine, t *imds.Task, host int) error {
	seat := &seat{
		name:    fmt.Sprintf("task-%d.host-%d.invalid", t.Slot, host),
		host:    linkLocal[s.plan.Service],
		timeout: s.plan.Groups[t.GroupNumber].Strategy.Timeouts.Connect,
	}
	switch {
	case e.Target != nil:
		seat.endpoint, seat.host = hostPort(e.Target), e.Target.Host
	case len(s.hosts) > host:
		seat.endpoint = s.hosts[host].Addr().String()
	}
	if s.plan.PodTokens != nil {
		seat.pod = &pod{task: t, plan: s.plan, began: s.began}
	}
	if t.Source.IsValid() {
		seat.source = &net.TCPAddr{IP: t.Source.AsSlice()}
	}
	own := strings.NewReplacer("{credentials_id}", t.CredentialsID, "{endpoint_id}", t.EndpointID)
	for _, r := range s.plan.Resources {
		u, err := url.ParseRequestURI(own.Replace(r.Path))
		if err != nil {
			return fmt.Errorf("asking for %s: %w", r.Path, err)
		}
		if e.Target != nil && strings.Trim(e.Target.Path, "/") != "" {
			u.Path, u.RawPath, u.RawQuery = e.Target.Path, e.Target.RawPath, e.Target.RawQuery
		}
		u.Scheme, u.Host = "http", seat.name
		seat.urls = append(seat.urls, u)
	}
	seat.last = make([]atomic.Pointer[reading], len(seat.urls))
	s.seats = append(s.seats, seat)
	s.named[seat.name] = seat
	return nil
}

// serve starts the endpoint of one host on a free loopback port.
func serve(plan *profiles.Plan, host int, tasks []imds.Task, began time.Time) (*imds.Port, error) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("serving host %d: %w", host, err)
	}
	// What goes wrong shows in the outcomes.
	return imds.Serve(l, imds.New(Config(plan, host, tasks, began)), log.New(io.Discard, "", 0)), nil
}

// counts implements world.
func (s *sockets) counts(r *Ran) {
	r.SharedAddresses = s.shared
	r.Counted = len(s.hosts) > 0
	for _, h := range s.hosts {
		r.Counts.Merge(h.Handler().Counts())
		r.Sources += h.Handler().Sources()
	}
}

// close implements world: it cuts every connection.
func (s *sockets) close() {
	if s.transport != nil {
		s.transport.CloseIdleConnections()
	}
	for _, h := range s.hosts {
		_ = h.Close()
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

// Files is how many open files a run of the plan needs, before a run finds out
// in the middle: a connection for every task, of which both ends are here
// unless there is a target.
func (e *Engine) Files(plan *profiles.Plan) int {
	n := plan.Hosts * plan.Tasks()
	if e.Target == nil {
		n = 2*n + plan.Hosts
	}
	return n
}

// spareFiles is for everything that is not a task's first connection.
const spareFiles = 256

// MaxFiles is how many files of runs may be open at once. Go has raised the
// soft limit to the hard one already.
func MaxFiles() int {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil || limit.Cur > math.MaxInt32 {
		return math.MaxInt32 // a system without the limit
	}
	return max(int(limit.Cur)-spareFiles, 0)
}
