// Package tracestat counts what a recording holds: how many requests of which tasks
// for which paths, when, how bursty, how many of them were refused, and who had used
// the bucket when others were. It goes through the events once, in memory that grows
// with the distinct tasks and paths and not with the requests.
//
// It counts what was recorded and replays nothing. How the figures look is decided
// by package render.
package tracestat

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"tenement/internal/service"
	"tenement/internal/throttle"
	"tenement/internal/trace"
)

// Events gives the events of a trace in order of time. An event is valid until the
// next; yield returns false to stop.
type Events func(yield func(*trace.Event) bool) error

// Options say what the recording is measured against.
type Options struct {
	// Limit is a token bucket. nil is the one that the trace's header names, else the
	// published one of the service; if there is none either, there is no limit.
	Limit *throttle.Limit
}

// Of counts the events of a trace with this header. The error is that of events, or
// about a limit that a trace cannot be measured against.
func Of(h trace.Header, events Events, o Options) (*Stats, error) {
	c, err := newCounter(h, o)
	if err != nil {
		return nil, err
	}
	if err := events(func(e *trace.Event) bool { c.see(e); return true }); err != nil {
		return nil, err
	}
	return c.stats(), nil
}

// counter is the state of the one pass.
type counter struct {
	header  trace.Header
	service service.Service

	tasks, addresses, paths, plain names
	taskParts, pathParts           []part
	pathOf                         []pathInfo // by path
	routes                         map[service.Routes]*part

	n, cut, inferred uint64
	all              part
	statuses         map[int]uint64
	first, last      time.Duration
	latency          trace.Latency
	slowest          time.Duration
	rate             series
	gaps             gaps
	windows          windows
	limit            *demand // nil without a limit
	used             *usage  // nil without a limit
}

// pathInfo is what a path is.
type pathInfo struct {
	plain int32 // without its query
	route service.Routes
}

// part counts requests of one kind.
type part struct {
	Requests, Answered, Refused uint64
}

func (p *part) see(status int, refused bool) {
	p.Requests++
	if status != 0 {
		p.Answered++
	}
	if refused {
		p.Refused++
	}
}

func newCounter(h trace.Header, o Options) (*counter, error) {
	c := &counter{header: h, routes: map[service.Routes]*part{}, statuses: map[int]uint64{}}
	if h.Service != "" {
		s, err := service.Parse(h.Service)
		if err != nil {
			return nil, fmt.Errorf("header: service: %w", err)
		}
		c.service = s
	}
	l, from, err := c.chooseLimit(o.Limit)
	if err != nil {
		return nil, err
	}
	c.windows.widths = [numWindows]time.Duration{time.Second, 100 * time.Millisecond}
	if l != nil {
		c.limit = newDemand(*l, from)
		c.used = newUsage(*l)
	}
	return c, nil
}

// chooseLimit is the limit to measure against, and where it is from.
func (c *counter) chooseLimit(given *throttle.Limit) (*throttle.Limit, string, error) {
	check := func(l throttle.Limit) error {
		if l.Kind != throttle.TokenBucket || l.Scope&throttle.TenantScope != 0 {
			return fmt.Errorf("limit %s: a trace is measured against a token bucket whose scope is host, or of task, ip and path", l.Line())
		}
		return nil
	}
	if given != nil {
		return given, FromYou, check(*given)
	}
	if p := c.header.Placed; p != nil && p.Limit != "" {
		l, err := throttle.ParseLimit(p.Limit)
		if err != nil {
			return nil, "", fmt.Errorf("header: placed: %w", err)
		}
		from := FromHeader
		if p.Fitted {
			from = FromRefusals
		}
		return &l, from, check(l)
	}
	row := c.service.Row().Limit
	if row.PerSecond == 0 {
		return nil, "", nil
	}
	scope, err := throttle.ParseScope(row.Scope)
	if err != nil {
		panic("tracestat: " + err.Error()) // our own table
	}
	return &throttle.Limit{Rate: throttle.Rate{Tokens: row.PerSecond, Seconds: 1}, Burst: row.Burst, Scope: scope}, FromService, nil
}

// see takes in the next event.
func (c *counter) see(e *trace.Event) {
	if c.n == 0 {
		c.first = e.T
		c.rate.begin = e.T.Truncate(time.Second)
	}
	refused := c.service.Row().Limit.Refuses(e.Status)
	c.last = max(e.T, c.last)
	c.gaps.see(e.T, c.n == 0, c.first)
	c.n++
	c.all.see(e.Status, refused)
	c.statuses[e.Status]++
	if e.Cut {
		c.cut++
	}
	if e.Inferred {
		c.inferred++
	}
	if e.Lat > 0 {
		c.latency.Add(e.Lat)
		c.slowest = max(c.slowest, e.Lat)
	}
	c.rate.see(e.T, refused)

	task, path := c.task(e.Task), c.path(e)
	c.taskParts[task].see(e.Status, refused)
	c.pathParts[path].see(e.Status, refused)
	route := c.pathOf[path].route
	if c.routes[route] == nil {
		c.routes[route] = new(part)
	}
	c.routes[route].see(e.Status, refused)

	if c.limit == nil {
		c.windows.see(e.T, 0)
		return
	}
	bucket := c.limit.bucket(c.place(e, task, path))
	c.windows.see(e.T, bucket)
	c.limit.see(e.T, bucket)
	c.used.see(e.T, bucket, task, refused)
}

// task is the number of a task.
func (c *counter) task(name string) int32 {
	id, fresh := c.tasks.id(name)
	if fresh {
		c.taskParts = append(c.taskParts, part{})
	}
	return id
}

// path is the number of an event's path.
func (c *counter) path(e *trace.Event) int32 {
	id, fresh := c.paths.id(e.Path)
	if fresh {
		plain, _, _ := strings.Cut(e.Path, "?")
		info := pathInfo{route: routeOf(c.service, plain)}
		info.plain, _ = c.plain.id(plain)
		c.pathParts, c.pathOf = append(c.pathParts, part{}), append(c.pathOf, info)
	}
	return id
}

// routeOf is what a path without its query asks for, a cut one included.
func routeOf(s service.Service, path string) service.Routes {
	if path == trace.CutCredentials {
		path = service.CredentialsV2
	}
	return s.Route(path)
}

// place is what tells an event's bucket from others. A path that was cut is the
// task's own.
func (c *counter) place(e *trace.Event, task, path int32) place {
	p := place{source: -1, task: task, path: c.pathOf[path].plain, owner: -1}
	if e.Addr == "" {
		p.source, _ = c.addresses.id(e.Task)
	} else {
		p.source, _ = c.addresses.id(e.Addr)
	}
	if e.Cut || e.Path == trace.CutCredentials {
		p.owner = 2 * task
		if e.Execution {
			p.owner++
		}
	}
	return p
}

// names numbers texts in order of their appearance.
type names struct {
	ids map[string]int32
	all []string
}

func (n *names) id(name string) (id int32, fresh bool) {
	if id, known := n.ids[name]; known {
		return id, false
	}
	if n.ids == nil {
		n.ids = make(map[string]int32)
	}
	id = int32(len(n.all))
	n.ids[name] = id
	n.all = append(n.all, name)
	return id, true
}

// largest are the numbers of the largest parts, the largest first; among equals the
// one that came first.
func largest(parts []part, most int) []int {
	order := make([]int, len(parts))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(parts[b].Requests, parts[a].Requests) })
	return order[:min(most, len(order))]
}
