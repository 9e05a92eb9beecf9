package strategy

import (
	"slices"
	"time"

	"tenement/internal/draw"
)

// Host owns the clients of one host.
type Host struct {
	groups  []Clients
	first   []int // the first client of each group
	clients []Client
	fresh   []Client // of each group, as a process starts it
	key     draw.Key
}

// Clients describes the clients of one group on a host.
type Clients struct {
	Strategy  *Strategy
	Tasks     int
	Processes int  // in each task
	PerCall   bool // the application builds a client per operation
	// Grace is how long past its expiry a document leaves its calls Stale, and
	// not Expired.
	Grace time.Duration
	// Legs are the legs of a fetch in order, indexed by Call.Resource. An
	// empty or missing entry means one request, for the resource itself.
	Legs [][]Leg
	// Methods are those of the resources, by index; a missing entry is Get.
	Methods []Method
	// KeepAlive is how long the server keeps an idle connection; 0 closes each
	// connection after its answer.
	KeepAlive time.Duration
	// Restarts are the instants, in order, at which the server's connections break.
	Restarts []time.Duration
	// Key returns the key that a task's draws derive from.
	Key func(task int) draw.Key
}

// NewHost makes the clients of one host; seed is the run's.
func NewHost(seed uint64, host uint32, groups []Clients) *Host {
	h := &Host{groups: groups, key: draw.Seed(seed).With(uint64(host))}
	for _, g := range groups {
		h.first = append(h.first, len(h.clients))
		proto := newClient(g)
		h.fresh = append(h.fresh, proto)
		for task := range g.Tasks {
			key := h.key.With(uint64(g.Key(task)))
			for process := range g.domains() {
				c := proto
				c.key = key.With(uint64(process))
				h.clients = append(h.clients, c)
			}
		}
	}
	return h
}

// Renew replaces the clients of a task by those of a new task, whose draws derive from
// key. No call of the old ones may be open.
func (h *Host) Renew(group, task uint32, key draw.Key) {
	n := h.groups[group].domains()
	key = h.key.With(uint64(key))
	for process := range n {
		c := &h.clients[h.first[group]+int(task)*n+process]
		slots, more := c.slots[:0], c.more
		clear(more)
		*c = h.fresh[group]
		c.key, c.slots, c.more = key.With(uint64(process)), slots, more
	}
}

// domains is how many sharing domains a task of the group has.
func (g Clients) domains() int {
	if g.Strategy.Scope == PerTask {
		return 1
	}
	return g.Processes
}

// Client returns the client of a process; processes that share a cache share it.
func (h *Host) Client(group, task, process uint32) *Client {
	return &h.clients[h.Index(group, task, process)]
}

// Len is the number of clients.
func (h *Host) Len() int { return len(h.clients) }

// At returns client number i, 0 ≤ i < Len.
func (h *Host) At(i int) *Client { return &h.clients[i] }

// Index returns the number of a process's client on the host, so that an engine
// can keep data of its own for each.
func (h *Host) Index(group, task, process uint32) int {
	g := &h.groups[group]
	if n := g.domains(); n > 1 {
		return h.first[group] + int(task)*n + int(process)
	}
	return h.first[group] + int(task)
}

// Client is one sharing domain: the state that the calls of a process, or of
// all processes of a task, have in common. An engine holds one lock per client:
// it calls Begin and Resume of one client one at a time.
type Client struct {
	strategy *Strategy
	cache    Cache
	retry    Retry
	askRetry Retry   // of the token request
	legs     [][]Leg // nil if no resource has any
	grace    time.Duration
	key      draw.Key
	fetches  uint32 // begun so far
	quota    int    // retry tokens left
	session  sessionState
	static   bool             // the cache is Static: nothing is ever sent
	solo     bool             // see Solo
	pooled   bool             // connections are kept, and it matters which
	perCall  bool             // each call has a client of its own: what it learns is kept in the call
	gated    bool             // a failed refresh that was not mandatory puts off the next (DeferAttempts)
	single   bool             // no fetch has legs: each is one request and its retries
	slots    []slot           // one per document asked for
	more     map[uint32]int32 // where the slots beyond the first few are

	pool      pool // of connections
	methods   []Method
	keepAlive time.Duration
	restarts  []time.Duration
}

// newClient returns a client of a group as a process starts it, without a key.
func newClient(g Clients) Client {
	s := g.Strategy
	c := Client{strategy: s, cache: s.Cache, retry: s.Retry, askRetry: s.Session.Retry, legs: g.Legs, grace: g.Grace, quota: s.Quota.Tokens,
		methods: g.Methods, keepAlive: g.KeepAlive, restarts: g.Restarts}
	if c.cache == nil {
		c.cache = NoCache{}
	}
	if c.retry == nil {
		c.retry = NoRetry{}
	}
	if c.askRetry == nil {
		c.askRetry = c.retry
	}
	c.single = s.Timeouts.Leg == 0 && !slices.ContainsFunc(g.Legs, func(flow []Leg) bool { return len(flow) > 0 })
	_, c.static = c.cache.(Static)
	_, none := c.cache.(NoCache)
	if r, ok := c.cache.(*Refresh); ok {
		c.gated = r.Extend.Defer == DeferAttempts
	}
	c.perCall = g.PerCall && s.Scope == PerProcess
	c.pooled = s.Resend.Kept && s.Resend.On != 0 && !s.Connections.PerRequest && c.keepAlive > 0
	c.solo = c.perCall || none && !c.pooled && s.Flight.Kind == Each && s.Quota.Tokens == 0 && s.FirstUse <= 1 && !s.FailForGood &&
		(c.single || !s.Session.shares())
	return c
}

// Solo reports whether the client's calls share nothing, so that an engine may
// run one call to its end without looking at the others.
func (c *Client) Solo() bool { return c.solo }

// What a draw of a client is for. A key is (client, purpose, fetch, attempt).
const (
	drawBackoff = iota + 1
	drawRefresh
	drawAttempt
	drawExtend
)

// draw is the keyed draw for a purpose at an attempt of the call's fetch, counted
// from 0. After 65,536 attempts the draws of a fetch repeat.
func (c *Client) draw(purpose uint64, k *Call, attempt uint32) uint64 {
	return c.key.With(purpose<<56 | uint64(k.fetch)<<16 | uint64(uint16(attempt))).Bits()
}

// Abandon ends a call that is still open when the run ends, or when its task stops,
// with the result Unfinished or Stopped. The call must not be resumed, even if what it
// waited for still comes.
func (c *Client) Abandon(now time.Duration, k *Call, r Result) {
	switch k.phase {
	case waiting:
		c.slots[k.slot].remove(k)
	case sent:
		c.unsend(k)
	}
	k.phase = idle
	k.Ended, k.Result = now, r
}

// tighter is the shorter of two time limits, either of which may be 0: none.
func tighter(a, b time.Duration) time.Duration {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}
