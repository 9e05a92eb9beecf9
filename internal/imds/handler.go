package imds

import (
	"math"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"tenement/internal/throttle"
)

// Handler is an endpoint on the wire: a surface, which knows routes and
// documents, behind a gate, which asks the limiter and waits. It is an
// http.Handler, safe for concurrent use.
type Handler struct {
	gate    *gate
	roster  *roster
	surface surface
}

// surface is one kind of server: what it answers, in which form.
type surface interface {
	// ahead answers what never reaches the limiter; ok is false for all else.
	ahead(q *question) (p reply, ok bool)
	// asker is the task that asks, or nil for a stranger.
	asker(q *question) *resident
	// route is what is asked for, for limits and faults that tell.
	route(q *question) throttle.Routes
	// find follows the routes, for a request that the limiter lets in.
	find(q *question) reply
	// refuse is the answer to a request that it turns away. With an empty body
	// it is the surface's own for that status.
	refuse(q *question, status int, body string) reply
	// render is a document of a task as served at now.
	render(owner *resident, d document, now time.Duration) []byte
	// stamp sets the headers that every answer behind the limiter has.
	stamp(h http.Header, r *http.Request)
}

// question is a request as a surface sees it.
type question struct {
	method, path, query string
	source              netip.Addr
	asker               *resident // the task that asks, or nil; known behind ahead
	now                 time.Duration

	// The exchange itself; nil where a question is asked without one.
	writer  http.ResponseWriter
	request *http.Request
}

// New is a server of the kind that the Config names. Close lets go of the
// requests that it never answers.
func New(c Config) *Handler {
	c = c.withDefaults()
	h := &Handler{gate: newGate(c), roster: newRoster(c)}
	h.surface = newSurface[c.Service](c, h.roster)
	return h
}

// newSurface makes each kind of surface.
var newSurface = [...]func(c Config, r *roster) surface{
	ECS: newECS,
}

// Counts is what the endpoint has decided so far.
func (h *Handler) Counts() throttle.Counts { return h.gate.counts() }

// Sources is how many addresses have asked, up to 65,536. Requests that are
// answered ahead of the limiter do not count.
func (h *Handler) Sources() int { return h.gate.seen.len() }

// Close breaks off the requests that were dropped, which would otherwise be
// held until their clients go away; http.Server.Shutdown would wait for them.
// All else is served as before. It never fails.
func (h *Handler) Close() error {
	h.gate.abandon()
	return nil
}

// Answer is what a request without a body gets if the limiter lets it in,
// without sending it, when credentials are there, the address it comes from is
// a task's and it shows whatever token is wanted. Target is the path, with its
// query if it has one.
func (h *Handler) Answer(method, target string) Answer {
	u, err := url.ParseRequestURI(target)
	if err != nil {
		// net/http turns such a request away by itself.
		return Answer{Status: http.StatusBadRequest, Body: Text}
	}
	q := &question{method: method, path: u.Path, query: u.RawQuery, now: math.MaxInt64}
	if p, ok := h.surface.ahead(q); ok {
		return p.Answer
	}
	q.asker = h.roster.anyone
	a := h.surface.find(q).Answer
	a.Limited, a.Route = true, h.surface.route(q)
	if method == http.MethodHead {
		a.Body, a.Expires = NoBody, false
	}
	return a
}

// ServeHTTP implements http.Handler. Time counts from when it is called.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	now := h.gate.now()
	q := &question{
		method: r.Method, path: r.URL.Path, query: r.URL.RawQuery,
		source: sourceOf(r.RemoteAddr), now: now, writer: w, request: r,
	}
	if p, ok := h.surface.ahead(q); ok {
		h.send(w, p, now)
		return
	}
	q.asker = h.surface.asker(q)
	request := h.gate.request(q.asker, q.source, q.path)
	request.Route = h.surface.route(q)
	now, verdict := h.gate.decide(now, request)
	if !h.gate.hold(r, verdict) {
		return
	}
	h.surface.stamp(w.Header(), r)
	q.now = now
	if verdict.Kind == throttle.Rejected {
		h.send(w, h.surface.refuse(q, verdict.Status, ""), now)
		return
	}
	h.send(w, h.surface.find(q), now)
}

// send writes a reply that was decided at now.
func (h *Handler) send(w http.ResponseWriter, p reply, now time.Duration) {
	header := w.Header()
	for _, f := range p.fields {
		header[f.name] = f.value
	}
	if p.document != noDocument {
		p.body = h.surface.render(p.owner, p.document, now)
	}
	if p.Status != http.StatusOK || len(p.body) == 0 {
		w.WriteHeader(p.Status)
	}
	if len(p.body) > 0 {
		_, _ = w.Write(p.body)
	}
}
