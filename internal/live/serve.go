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
			if err := s.serve(host, tasks); err != nil {
				s.close()
				return nil, err
			}
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
	s.each(host, func(h *imds.Handler) { h.Start(t) })
	_ = s.addSender(&t, int(host))
}

// stop implements wire.
func (s *sockets) stop(host uint32, t imds.Task) {
	s.each(host, func(h *imds.Handler) { h.Stop(t) })
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
	sender := &sender{name: senderName(t, host), life: t.Life}
	target := s.target
	for number := range len(s.plan.Endpoints) + 1 {
		e := s.plan.Numbered(number)
		one := way{host: e.Service.Row().IPv4}
		switch {
		case target != nil:
			one.endpoint, one.host = hostPort(target), target.Host
		case len(s.hosts) > host:
			one.endpoint = s.hosts[host][number].Addr().String()
		}
		if e.PodTokens != nil {
			one.pod = &podToken{task: t, seed: s.plan.Seed, tokens: *e.PodTokens, began: s.began}
		}
		sender.ways = append(sender.ways, one)
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

// serve starts the endpoints of one host, each on a port of its own.
func (s *sockets) serve(host int, tasks []imds.Task) error {
	s.hosts = append(s.hosts, nil)
	for number := range len(s.plan.Endpoints) + 1 {
		l, err := s.network.open()
		if err != nil {
			return fmt.Errorf("serving host %d: %w", host, err)
		}
		// The server's log is dropped: the outcomes show what goes wrong.
		port := imds.Serve(l, imds.New(hosting.Config(s.plan, host, number, tasks, s.began)), log.New(io.Discard, "", 0))
		s.hosts[host] = append(s.hosts[host], port)
	}
	return nil
}

// each calls do with the endpoints of a host that are ours.
func (s *sockets) each(host uint32, do func(*imds.Handler)) {
	if len(s.hosts) > 0 {
		for _, port := range s.hosts[host] {
			do(port.Handler())
		}
	}
}

// counts implements world.
func (s *sockets) counts(r *Ran) {
	r.SharedAddresses = s.shared
	r.Counted = len(s.hosts) > 0
	for host := range s.hosts {
		var all []*imds.Handler
		s.each(uint32(host), func(h *imds.Handler) { all = append(all, h) })
		r.count(all)
	}
}

// level implements world.
func (s *sockets) level() (left, holds float64, ok bool) {
	for _, h := range s.hosts {
		handler := h[0].Handler()
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
	for _, ports := range s.hosts {
		for _, port := range ports {
			_ = port.Close()
		}
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
// find out in the middle: a connection of each task to each endpoint, both ends of
// which are in this process unless there is a target.
func (e *Engine) Files(plan *plan.Plan) int {
	endpoints := 1 + len(plan.Endpoints)
	n := 0
	for i := range plan.Groups {
		_, places := plan.Present(plan.Hosts, i)
		n += places * plan.Sides(i) * endpoints
	}
	if e.Target == nil {
		n = 2*n + plan.Hosts*endpoints
	}
	return n
}
