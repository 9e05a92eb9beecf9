package strategy

import (
	"slices"
	"time"

	"tenement/internal/draw"
)

// Host owns the clients of one host.
type Host struct {
	groups  []Clients
	kinds   []kind // by group
	rows    []row  // by group
	clients []Client
	key     draw.Key // that those of all clients derive from
}

// row is where the clients of a group are.
type row struct {
	first   int  // number of the first
	domains int  // of a task
	shared  bool // by all tasks of the host (PerHost): there is one
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
	// Lasting says that nothing breaks a connection, nor refuses one. Then it matters to
	// nobody on which one an attempt is sent, and the clients keep no account of it.
	Lasting bool
	// Restarts are the instants, in order, at which the server's connections break.
	Restarts []time.Duration
	// Key returns the key that a task's draws derive from.
	Key func(task int) draw.Key
}

// NewHost makes the clients of one host; seed is the run's.
func NewHost(seed uint64, host uint32, groups []Clients) *Host {
	h := &Host{groups: groups}
	n := 0
	for _, g := range groups {
		h.rows = append(h.rows, row{n, g.domains(), g.Strategy.Scope == PerHost})
		h.kinds = append(h.kinds, newKind(g))
		n += g.owners() * g.domains()
	}
	h.clients = make([]Client, n)
	h.Reset(seed, host)
	return h
}

// Reset makes the clients those of another host of the same groups, as they are
// when their processes start, and reuses their memory.
func (h *Host) Reset(seed uint64, host uint32) {
	h.key = draw.Seed(seed).With(uint64(host))
	next := h.clients
	for i := range h.groups {
		g := &h.groups[i]
		domains := h.rows[i].domains
		for task := range g.owners() {
			key := h.key.With(uint64(g.Key(task)))
			for process := range domains {
				next[process].start(&h.kinds[i], key.With(uint64(process)))
			}
			next = next[domains:]
		}
	}
}

// Renew replaces the clients of a task by those of a new task, whose draws derive from
// key, and reuses their memory. No call of the old ones may be open. A client that all
// tasks of the host share stays.
func (h *Host) Renew(group, task uint32, key draw.Key) {
	r := &h.rows[group]
	if r.shared {
		return
	}
	key, kind := h.key.With(uint64(key)), &h.kinds[group]
	first := r.first + int(task)*r.domains
	for process := range r.domains {
		h.clients[first+process].start(kind, key.With(uint64(process)))
	}
}

// domains is how many sharing domains a task of the group has.
func (g *Clients) domains() int {
	if g.Strategy.Scope != PerProcess {
		return 1
	}
	return g.Processes
}

// owners is how many tasks of the group have clients of their own.
func (g *Clients) owners() int {
	if g.Strategy.Scope == PerHost {
		return min(g.Tasks, 1)
	}
	return g.Tasks
}

// Client returns the client of a process; processes that share a cache share it.
func (h *Host) Client(group, task, process uint32) *Client {
	return &h.clients[h.Index(group, task, process)]
}

// Touch brings into the processor's cache what a call of the client looks at first, for
// an engine that knows which call comes next. The number means nothing.
func (c *Client) Touch() uint64 { return uint64(c.key) + uint64(c.first.entry.Must) }

// Len is the number of clients.
func (h *Host) Len() int { return len(h.clients) }

// At returns client number i, 0 ≤ i < Len.
func (h *Host) At(i int) *Client { return &h.clients[i] }

// Index returns the number of a process's client on the host, so that an engine
// can keep data of its own for each.
func (h *Host) Index(group, task, process uint32) int {
	r := &h.rows[group]
	if r.shared {
		return r.first
	}
	if r.domains > 1 {
		return r.first + int(task)*r.domains + int(process)
	}
	return r.first + int(task)
}

// Client is one sharing domain: the state that the calls of a process, of all processes
// of a task, or of all tasks of a host, have in common. An engine holds one lock per
// client: it calls Begin and Resume of one client one at a time.
//
// A host may have very many clients, so what most of them do not need is apart.
type Client struct {
	*kind
	key     draw.Key
	fetches uint32 // begun so far
	quota   int32  // retry tokens left
	first   slot   // of the document that was asked for first
	extra   *extra // nil until it is needed
}

// kind is what the clients of a group have in common. It never changes.
type kind struct {
	strategy  *Strategy
	cache     Cache
	refresh   *Refresh // cache, if it is one: the common case, which has a fast path
	draws     bool     // refresh draws
	alike     bool     // refresh makes the same of all documents
	ahead     Entry    // then that of a document that expires at 0
	flight    Flight
	retry     Retry
	backoff   *Backoff      // retry, if it is one: the common case, which has a fast path
	oddly     Conditions    // failures after which a client of this kind does not only retry: those of Resend and HangOn
	askRetry  Retry         // of the token request
	tokens    int32         // of the strategy's Quota
	limit     time.Duration // of a first attempt, if nothing else bounds it
	legs      [][]Leg       // nil if no resource has any
	grace     time.Duration
	static    bool     // the cache is Static: nothing is ever sent
	solo      bool     // see Solo
	straight  bool     // see BeginStraight
	pooled    bool     // connections are kept, and it matters which
	perCall   bool     // each call has a client of its own: what it learns is kept in the call
	gated     bool     // a failed refresh that was not mandatory puts off the next (DeferAttempts)
	remembers bool     // failures (Strategy.Negative)
	hosted    bool     // it is shared by the tasks of a host (PerHost)
	hurries   bool     // documents are refreshed early (Strategy.Early)
	tended    bool     // it has a sidecar (Strategy.Sidecar)
	single    bool     // no fetch has legs: each is one request and its retries
	policies  []Policy // that the strategy has, in the order in which they are asked
	hedges    bool     // copies of slow requests are sent (Strategy.Hedge)
	guarded   bool     // some of them are more than the quota of an SDK

	methods   []Method
	keepAlive time.Duration
	restarts  []time.Duration
}

// extra is what a client has only if it needs it: for several documents, for what it does
// by itself, for failures that it remembers, for connections, legs and policies.
type extra struct {
	tending bool             // the sidecar has been started
	slots   []slot           // of the documents after the first
	more    map[uint32]int32 // the numbers of the slots beyond the first few, by resource
	asides  []aside          // by number of the slot
	session sessionState
	pool    pool  // of connections
	copies  *Call // that no race uses
	races   *race // that no call uses
	door    *door // nil until it is needed; if calls have clients of their own, the first that is free
}

// newKind is the kind of the clients of a group.
func newKind(g Clients) kind {
	s := g.Strategy
	c := kind{strategy: s, tokens: int32(s.Quota.Tokens), cache: s.Cache, retry: s.Retry, askRetry: s.Session.Retry, legs: g.Legs, grace: g.Grace,
		methods: g.Methods, keepAlive: g.KeepAlive, restarts: g.Restarts}
	if c.cache == nil {
		c.cache = NoCache{}
	}
	if c.retry == nil {
		c.retry = NoRetry{}
	}
	c.backoff, _ = c.retry.(*Backoff)
	c.oddly = s.Resend.On | s.HangOn
	if c.askRetry == nil {
		c.askRetry = c.retry
	}
	c.single = s.Timeouts.Leg == 0 && !slices.ContainsFunc(g.Legs, func(flow []Leg) bool { return len(flow) > 0 })
	for p := NoPolicy + 1; p < numPolicies; p++ {
		if p.of(s) != nil {
			c.policies = append(c.policies, p)
			c.guarded = c.guarded || p != QuotaPolicy
		}
	}
	_, c.static = c.cache.(Static)
	_, none := c.cache.(NoCache)
	if r, ok := c.cache.(*Refresh); ok {
		c.gated = r.Extend.Defer == DeferAttempts
		c.refresh, c.draws = r, r.draws()
		c.ahead, c.alike = r.alike()
	}
	c.tended = s.Sidecar.On && s.Scope != PerProcess
	c.flight = s.Flight
	if c.hosted = s.Scope == PerHost; c.hosted {
		c.flight = Flight{Kind: Join, LookAgain: s.Flight.LookAgain}
	}
	c.hurries = s.Early.Beta > 0
	c.hedges = s.Hedge.After > 0
	c.remembers = s.Negative.remembers()
	c.perCall = g.PerCall && s.Scope == PerProcess
	resends := s.Resend.On
	if g.Lasting {
		resends &^= OnConnection
	}
	c.pooled = s.Resend.Kept && resends != 0 && !s.Connections.PerRequest && c.keepAlive > 0
	c.solo = c.perCall || none && !c.pooled && s.Flight.Kind == Each && len(c.policies) == 0 && s.FirstUse <= 1 && !s.FailForGood && !c.remembers && !c.hosted && !c.tended &&
		(c.single || !s.Session.shares())
	c.limit = tighter(s.Timeouts.Attempt, s.Timeouts.Response)
	c.straight = c.isStraight()
	return c
}

// start makes the client one of a process that starts.
func (c *Client) start(k *kind, key draw.Key) {
	x := c.extra
	if x != nil {
		clear(x.more)
		*x = extra{slots: x.slots[:0], more: x.more, asides: x.asides[:0], pool: pool{idle: x.pool.idle[:0]}, door: x.door, copies: x.copies, races: x.races}
		if x.door != nil {
			x.door.reset()
		}
	}
	c.kind, c.key, c.fetches, c.quota = k, key, 0, k.tokens
	c.first = slot{}
}

// extras is the client's extra, which is made if it has none.
func (c *Client) extras() *extra {
	if c.extra == nil {
		c.extra = new(extra)
	}
	return c.extra
}

// Hosted reports whether the client is that of an agent on the host (PerHost). The calls
// that it makes in the background belong to no task, and their requests are those of
// the group's first task.
func (c *Client) Hosted() bool { return c.hosted }

// Solo reports whether the client's calls share nothing, so that an engine may
// run one call to its end without looking at the others.
func (c *Client) Solo() bool { return c.solo && !c.hedges }

// What a draw of a client is for. A key is (client, purpose, fetch, attempt).
const (
	drawBackoff = iota + 1
	drawRefresh
	drawAttempt
	drawExtend
	drawDoor
	drawNegative
	drawEarly
	drawSidecar
)

// draw is the keyed draw for a purpose at an attempt of the call's fetch, counted
// from 0. After 65,536 attempts the draws of a fetch repeat.
func (c *Client) draw(purpose uint64, k *Call, attempt uint32) uint64 {
	return c.key.With(drawn(purpose, k, attempt)).Bits()
}

// drawn is what a draw of a client is keyed by.
func drawn(purpose uint64, k *Call, attempt uint32) uint64 {
	return purpose<<56 | uint64(k.fetch)<<16 | uint64(uint16(attempt))
}

// Abandon ends a call that is still open when the run ends, or when its task stops,
// with the result Unfinished or Stopped. The call must not be resumed, even if what it
// waited for still comes.
func (c *Client) Abandon(now time.Duration, k *Call, r Result) {
	switch k.phase {
	case waiting:
		c.slot(k.slot).remove(k)
	case sent:
		c.unsend(k)
	case racing:
		c.abandonRace(k)
	}
	c.leave(k)
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
