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
		Fault: d.Effect.Kind, FaultName: d.fault.Name,
	}
	if r.Fault == throttle.PendingFault && r.Route == service.CredentialsRoute {
		r.Status = h.surface.pending(q).Status
	}
	if r.FaultName == "" && d.Kind == throttle.Failed && d.Effect.Index < 0 {
		r.FaultName = unscheduled[d.Effect.Kind]
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
	return !h.gate.endpoint.Refuses(h.gate.last)
}

// Elapsed is the time since the run began.
func (h *Handler) Elapsed() time.Duration { return h.gate.now() }

// Limits are the limits now in force, by index.
func (h *Handler) Limits() []throttle.Limit {
	defer h.gate.lock()()
	return h.gate.endpoint.Limits(h.gate.last)
}

// Level is what a limit whose scope is the host has left now: tokens, requests
// of the window, or places. ok is false for a limit of another scope, which has
// as many levels as keys.
func (h *Handler) Level(index int) (left float64, ok bool) {
	defer h.gate.lock()()
	milli, ok := h.gate.endpoint.Level(h.gate.last, index)
	return float64(milli) / 1000, ok
}

// SetLimit changes a limit from now on; its kind and its scope stay. The error
// says what is wrong with the new one.
func (h *Handler) SetLimit(index int, l throttle.Limit) error {
	defer h.gate.lock()()
	if err := h.gate.endpoint.SetLimit(h.gate.last, index, l); err != nil {
		return err
	}
	h.announce()
	return nil
}

// announce tells the surface of limits that it has not been told of. The gate is
// locked.
func (h *Handler) announce() {
	if r := h.gate.endpoint.Revision(); r != h.announced {
		h.announced = r
		h.surface.limited(h.gate.endpoint.Limits(h.gate.last))
	}
}

// Faults are those that are on now or yet to come.
func (h *Handler) Faults() []throttle.Fault {
	defer h.gate.lock()()
	return h.gate.endpoint.Faults(h.gate.last)
}

// Inject adds a fault, from now on if it has no From. The error says what is
// wrong with it.
func (h *Handler) Inject(f throttle.Fault) error {
	defer h.changed()
	defer h.gate.lock()()
	return h.gate.endpoint.Inject(h.gate.last, f)
}

// Lift ends the faults of that name, and reports whether there was one.
func (h *Handler) Lift(name string) bool {
	defer h.changed()
	defer h.gate.lock()()
	return h.gate.endpoint.Lift(h.gate.last, name)
}

// Reset lets every limit begin afresh: buckets are full and windows empty.
// What has been counted stays.
func (h *Handler) Reset() {
	defer h.gate.lock()()
	h.gate.endpoint.Reset(h.gate.last)
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

// lock locks the gate, brings its time up to date, and returns what unlocks it.
func (g *gate) lock() (unlock func()) {
	g.mu.Lock()
	g.last = max(g.last, g.now())
	return g.mu.Unlock
}
