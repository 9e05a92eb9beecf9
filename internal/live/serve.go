package live

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"tenement/internal/hosting"
	"tenement/internal/imds"
	"tenement/internal/plan"
)

// newSockets serves the plan's endpoints, or prepares requests to the target.
func newSockets(e *Engine, plan *plan.Plan, began time.Time, stop func(error)) (world, error) {
	total := plan.Hosts * plan.Tasks()
	s := &sockets{
		plan: plan, began: began, senders: newSenders(plan),
		target: e.Target, aim: e.aim, network: e.network, most: e.MaxRequests, halt: stop,
	}
	s.next.Store(int64(total))
	s.shared = total > hosting.MaxSources || !manyAddresses() || e.Target != nil && !e.loopback4()
	s.documents = documentsOf(plan)
	for host := range plan.Hosts {
		tasks := hosting.Tasks(plan, host, !s.shared)
		if e.Target == nil {
			h, err := serve(s.network.open, plan, host, tasks, began)
			if err != nil {
				s.close()
				return nil, err
			}
			s.hosts = append(s.hosts, h)
		}
		for i := range tasks {
			if err := s.addSender(&tasks[i], host); err != nil {
				s.close()
				return nil, err
			}
		}
	}
	s.connections = newConnections(plan, s.newTransport)
	return s, nil
}

// start implements wire. The URLs of a later task are as good as those of the first.
func (s *sockets) start(host uint32, t imds.Task) {
	switch {
	case s.shared:
	case t.Life == 0:
		t.Source = hosting.Source(int(host)*s.plan.Tasks() + t.Slot)
	default:
		t.Source = hosting.Source(int(s.next.Add(1)-1) % hosting.MaxSources)
	}
	if len(s.hosts) > 0 {
		s.hosts[host].Handler().Start(t)
	}
	_ = s.addSender(&t, int(host))
}

// stop implements wire.
func (s *sockets) stop(host uint32, t imds.Task) {
	if len(s.hosts) > 0 {
		s.hosts[host].Handler().Stop(t)
	}
	s.senders.named.Delete(senderName(&t, int(host)))
}

// senderName is the name that stands for a task in URLs.
func senderName(t *imds.Task, host int) string {
	if t.Life == 0 {
		return fmt.Sprintf("task-%d.host-%d.invalid", t.Slot, host)
	}
	return fmt.Sprintf("life-%d.task-%d.host-%d.invalid", t.Life, t.Slot, host)
}

// addSender makes the sender of a task.
func (s *sockets) addSender(t *imds.Task, host int) error {
	sender := &sender{
		name: senderName(t, host), life: t.Life,
		host: s.plan.Service.Row().IPv4,
	}
	target := s.target
	switch {
	case target != nil:
		sender.endpoint, sender.host = hostPort(target), target.Host
	case len(s.hosts) > host:
		sender.endpoint = s.hosts[host].Addr().String()
	}
	if s.plan.PodTokens != nil {
		sender.pod = &podToken{task: t, plan: s.plan, began: s.began}
	}
	if t.Source.IsValid() {
		sender.source = &net.TCPAddr{IP: t.Source.AsSlice()}
	}
	for _, r := range s.plan.Resources {
		u, err := url.ParseRequestURI(t.Path(r.Path))
		if err != nil {
			return fmt.Errorf("asking for %s: %w", r.Path, err)
		}
		if target != nil && strings.Trim(target.Path, "/") != "" {
			u.Path, u.RawPath, u.RawQuery = target.Path, target.RawPath, target.RawQuery
		}
		u.Scheme, u.Host = "http", sender.name
		sender.urls = append(sender.urls, u)
	}
	sender.last = make([]atomic.Pointer[reading], len(sender.urls))
	s.senders.add(host, t.Slot, sender)
	return nil
}

// serve starts the endpoint of one host on a port of its own.
func serve(open func() (net.Listener, error), plan *plan.Plan, host int, tasks []imds.Task, began time.Time) (*imds.Port, error) {
	l, err := open()
	if err != nil {
		return nil, fmt.Errorf("serving host %d: %w", host, err)
	}
	// The server's log is dropped: the outcomes show what goes wrong.
	return imds.Serve(l, imds.New(hosting.Config(plan, host, tasks, began)), log.New(io.Discard, "", 0)), nil
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

// level implements world.
func (s *sockets) level() (left, holds float64, ok bool) {
	for _, h := range s.hosts {
		handler := h.Handler()
		limits := handler.Limits()
		if len(limits) == 0 {
			return 0, 0, false
		}
		now, known := handler.Level(0)
		if !known {
			return 0, 0, false
		}
		left += now / float64(len(s.hosts))
		holds = float64(max(limits[0].Burst, limits[0].Count))
	}
	return left, holds, holds > 0
}

// err implements world.
func (s *sockets) err() error {
	if s.aim != nil && s.sent.Load() > 0 && !s.connected.Load() {
		return fmt.Errorf("asking %s: %w", s.aim.target.Redacted(), ErrNoConnection)
	}
	return nil
}

// close implements world: it cuts every connection.
func (s *sockets) close() {
	if s.connections != nil {
		s.connections.close()
	}
	for _, h := range s.hosts {
		_ = h.Close()
	}
}

// loopback4 reports whether the target is on 127.0.0.0/8, which can be called
// from any loopback address.
func (e *Engine) loopback4() bool {
	ip := net.ParseIP(e.Target.Hostname())
	return strings.EqualFold(e.Target.Hostname(), "localhost") && !e.aim.only6 || ip != nil && ip.To4() != nil && ip.IsLoopback()
}

// hostPort is the host:port to connect to for a URL.
func hostPort(u *url.URL) string {
	if u.Port() != "" {
		return u.Host
	}
	return net.JoinHostPort(u.Hostname(), "80")
}

// Files is how many open files a run of the plan needs, so that a run does not
// find out in the middle: a connection per task, both ends of which are in this
// process unless there is a target.
func (e *Engine) Files(plan *plan.Plan) int {
	n := plan.Hosts * plan.Slots()
	if e.Target == nil {
		n = 2*n + plan.Hosts
	}
	return n
}
