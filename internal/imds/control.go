package imds

import (
	"net/netip"
	"strings"
	"time"

	"tenement/internal/service"
	"tenement/internal/throttle"
)

// Refusal is a request that was turned away or hit by a fault. It holds no tokens,
// and no IDs that give access to credentials.
type Refusal struct {
	At           time.Duration // since the run began
	Group, Task  string        // of the task that asked, its ARN; "" for a stranger
	Source       netip.Addr
	Method, Path string // what was issued is taken out, and a long one cut
	Route        service.Routes
	Kind         throttle.Kind
	Status       int           // that was answered; 0 if none was, or if it is the route's own
	After        time.Duration // how long it is held before it is answered, or before what happens instead
	RetryAfter   time.Duration // the least wait that would have helped; 0 unless a limit refused
	Limit        int           // its index, or −1
	Fault        throttle.FaultKind
	FaultName    string
}

// refusal describes a request that was not served as it should have been, for
// Config.OnRefusal.
func (h *Handler) refusal(q *question, request *throttle.Request, d *decision) Refusal {
	r := Refusal{
		At: d.at, Source: q.source, Method: h.told(q.method), Path: h.told(withoutID(q.path)), Route: request.Route,
		Kind: d.Kind, Status: d.Status, After: d.After, RetryAfter: d.RetryAfter, Limit: d.Limit,
		Fault: d.Effect.Kind, FaultName: d.faultName(),
	}
	if r.Fault == throttle.PendingFault && r.Route == service.CredentialsRoute {
		r.Status = h.surface.pending(q).Status
	}
	if q.asker != nil {
		r.Group, r.Task = q.asker.Group, q.asker.ARN
	}
	return r
}

// unscheduled names the causes of failed requests that are no scheduled fault: the
// service behind the endpoint, and the write timeout.
var unscheduled = map[throttle.FaultKind]string{
	throttle.StatusFault: "upstream",
	throttle.CutFault:    "write timeout",
}

// withoutID is a path without its credentials ID, which logs must not show.
func withoutID(p string) string {
	if strings.HasPrefix(p, service.CredentialsV2) {
		return service.CutCredentials
	}
	return p
}

// Listening reports whether connections are accepted: not while a RestartFault
// is on.
func (h *Handler) Listening() bool {
	defer h.gate.lock()()
	return !h.gate.endpoint.Refuses(h.gate.age())
}

// Elapsed is the time since the run began.
func (h *Handler) Elapsed() time.Duration { return h.gate.now() }

// Limits are the limits now in force, by index.
func (h *Handler) Limits() []throttle.Limit {
	defer h.gate.lock()()
	return h.gate.endpoint.Limits(h.gate.age())
}

// Level is what a limit whose scope is the host has left now: tokens, requests
// of the window, or places. ok is false for a limit of another scope, which has
// as many levels as keys.
func (h *Handler) Level(index int) (left float64, ok bool) {
	defer h.gate.lock()()
	milli, ok := h.gate.endpoint.Level(h.gate.age(), index)
	return float64(milli) / 1000, ok
}

// NumberedLimit is a limit with the number that it keeps.
type NumberedLimit struct {
	Number int
	throttle.Limit
}

// InForce are the limits now in force, by index. The number of one stays the same when
// others are removed, and no later one gets it; a reset begins anew with that too.
func (h *Handler) InForce() []NumberedLimit {
	defer h.gate.lock()()
	var all []NumberedLimit
	limits := h.gate.endpoint.Limits(h.gate.age())
	for i, number := range h.gate.endpoint.Numbers() {
		all = append(all, NumberedLimit{number, limits[i]})
	}
	return all
}

// SetLimit changes the limit with an index from now on; its kind and its scope stay.
// The error says what is wrong with the new one.
func (h *Handler) SetLimit(index int, l throttle.Limit) error {
	defer h.gate.lock()()
	defer h.announce()
	return h.gate.endpoint.SetLimit(h.gate.age(), index, l)
}

// AddLimit adds a limit, unused, from now on. The error says what is wrong with it.
func (h *Handler) AddLimit(l throttle.Limit) error {
	defer h.gate.lock()()
	defer h.announce()
	return h.gate.endpoint.AddLimit(h.gate.age(), l)
}

// ReplaceLimit puts another limit, unused, in the place of the one with an index. The
// error says what is wrong with it.
func (h *Handler) ReplaceLimit(index int, l throttle.Limit) error {
	defer h.gate.lock()()
	defer h.announce()
	return h.gate.endpoint.ReplaceLimit(h.gate.age(), index, l)
}

// RemoveLimit removes the limit with an index.
func (h *Handler) RemoveLimit(index int) error {
	defer h.gate.lock()()
	defer h.announce()
	return h.gate.endpoint.RemoveLimit(h.gate.age(), index)
}

// announce tells the surface of limits that it has not been told of. The gate is
// locked.
func (h *Handler) announce() {
	if r := h.gate.endpoint.Revision(); r != h.announced {
		h.announced = r
		h.surface.limited(h.gate.endpoint.Limits(h.gate.age()))
	}
}

// Faults are those that are on now or yet to come.
func (h *Handler) Faults() []throttle.Fault {
	defer h.gate.lock()()
	return h.gate.endpoint.Faults(h.gate.age())
}

// Inject adds a fault, from now on if it has no From. The error says what is
// wrong with it.
func (h *Handler) Inject(f throttle.Fault) error {
	defer h.changed()
	defer h.gate.lock()()
	return h.gate.endpoint.Inject(h.gate.age(), f)
}

// Lift ends the faults of that name, and reports whether there was one.
func (h *Handler) Lift(name string) bool {
	defer h.changed()
	defer h.gate.lock()()
	return h.gate.endpoint.Lift(h.gate.age(), name)
}

// Reset begins anew: see throttle.Endpoint.Reset, whose time 0 is now. New credentials
// are issued to all tasks, and no task is protected. What a request under way was told
// stays; tokens stay valid.
func (h *Handler) Reset(initial bool) {
	defer h.changed()
	defer h.gate.lock()()
	h.gate.origin = h.gate.last.Truncate(time.Second)
	h.gate.endpoint.Reset(initial)
	h.announce()
	_ = h.issue(h.gate.last, h.expiresIn)
	h.gate.seen.forget()
	h.turnedAway.Store(0)
	h.roster.unprotect()
	if s, ok := h.surface.(forgetful); ok {
		s.reset()
	}
}

// forgetful is a surface that forgets, at a reset, what clients have made.
type forgetful interface{ reset() }

// Issue issues new credentials to all tasks, with so much life left; 0 is a whole
// lifetime. They are renewed when a sixth of it is left, or RenewBefore their expiry
// if that is sooner. It returns the instants of the issue and of the expiry.
func (h *Handler) Issue(left time.Duration) (at, expires time.Duration) {
	defer h.gate.lock()()
	return h.gate.last, h.issue(h.gate.last, left)
}

func (h *Handler) issue(now, left time.Duration) (expires time.Duration) {
	if left == 0 {
		left = h.credentials.Lifetime
	}
	return h.credentials.issue(now, left)
}

// Tasks are the tasks that the server knows, in the order of the Config.
func (h *Handler) Tasks() []Task { return h.tasks }

// changed wakes the Port, which waits for the next outage and may now have to
// wait for another.
func (h *Handler) changed() {
	select {
	case h.outages <- struct{}{}:
	default: // a wake-up is pending
	}
}

// age is the endpoint's time. The gate is locked.
func (g *gate) age() time.Duration { return g.last - g.origin }

// lock locks the gate, brings its time up to date, and returns what unlocks it.
func (g *gate) lock() (unlock func()) {
	g.mu.Lock()
	g.last = max(g.last, g.now())
	return g.mu.Unlock
}
