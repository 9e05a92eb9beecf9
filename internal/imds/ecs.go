package imds

import (
	"math"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"tenement/internal/draw"
	"tenement/internal/throttle"
)

// ECS is the ECS agent's task metadata server: credentials v1 and v2; metadata,
// statistics and tags v2, v3 and v4; associations v3 and v4; task protection.
// It is an http.Handler, safe for concurrent use.
//
// The order of its layers is the agent's: a path that is not in its clean form
// is redirected; then the limiter is asked, whatever the path; then come the
// routes. A task is known by the credentials ID or the endpoint ID in the path,
// else by its source address.
// Source: amazon-ecs-agent ecs-agent/tmds/server.go.
type ECS struct {
	gate        *gate
	roster      *roster
	credentials throttle.Credentials
	keys        draw.Key // what the values in documents descend from
	limit       []string // the limiter's header, or nil without a limiter
	pendingFor  time.Duration
	flavour     Flavour
	standalone  bool
	tags        tags
	associated  []Association
	audit       *auditLog // or nil
}

// question is a request as the routes see it.
type question struct {
	method, path, query string
	asker               *resident // the task that asks, or nil
	now                 time.Duration

	// The exchange itself; nil where a question is asked without one.
	writer  http.ResponseWriter
	request *http.Request
}

// NewECS is a server. Close lets go of the requests that it never answers.
func NewECS(c Config) *ECS {
	c = c.withDefaults()
	s := &ECS{
		gate:        newGate(c),
		roster:      newRoster(c),
		credentials: c.Credentials,
		keys:        draw.Seed(c.Seed).Name("documents"),
		pendingFor:  c.PendingFor,
		flavour:     c.Flavour,
		standalone:  c.Standalone,
		tags:        tags{c.Tags, c.InstanceTags},
		associated:  c.Associations,
	}
	if c.Audit != nil {
		s.audit = newAuditLog(c.Audit, s.keys)
	}
	if c.Limit != (throttle.Rate{}) {
		s.limit = []string{strconv.FormatFloat(c.Limit.PerSecond(), 'f', 2, 64)}
	}
	return s
}

// Counts is what the endpoint has decided so far.
func (s *ECS) Counts() throttle.Counts { return s.gate.counts() }

// Sources is how many addresses have asked, up to 65,536. Redirected requests
// do not count, as they do not reach the limiter.
func (s *ECS) Sources() int { return s.gate.seen.len() }

// Close breaks off the requests that were dropped, which would otherwise be
// held until their clients go away; http.Server.Shutdown would wait for them.
// All else is served as before. It never fails.
func (s *ECS) Close() error {
	s.gate.abandon()
	return nil
}

// Answer is what a request without a body gets if the limiter lets it in,
// without sending it, when credentials are there and the address it comes from
// is a task's. Target is the path, with its query if it has one.
func (s *ECS) Answer(method, target string) Answer {
	u, err := url.ParseRequestURI(target)
	if err != nil {
		// net/http turns such a request away by itself.
		return Answer{Status: http.StatusBadRequest, Body: Text}
	}
	if clean(u.Path) != u.Path {
		return Answer{Status: http.StatusMovedPermanently}
	}
	a := s.find(&question{
		method: method, path: u.Path, query: u.RawQuery,
		asker: s.roster.anyone, now: math.MaxInt64,
	}).Answer
	if method == http.MethodHead {
		a.Body, a.Expires = NoBody, false
	}
	return a
}

// ServeHTTP implements http.Handler. Time counts from when it is called.
func (s *ECS) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	now := s.gate.now()
	if p := clean(r.URL.Path); p != r.URL.Path {
		redirect(w, r.URL, p)
		return
	}
	source := sourceOf(r.RemoteAddr)
	asker := s.asker(r.URL, source)
	request := s.gate.request(asker, source, r.URL.Path)
	now, verdict := s.gate.decide(now, request)
	if verdict.Kind.Served() {
		defer s.gate.done(request)
	}
	if !s.gate.hold(r, verdict) {
		return
	}
	s.stamp(w.Header(), r)
	if verdict.Kind == throttle.Rejected {
		if s.audit != nil {
			s.audit.log(r, verdict.Status, nil)
		}
		w.Header()["Content-Type"] = textType
		w.WriteHeader(verdict.Status)
		_, _ = w.Write(refusal)
		return
	}
	p := s.find(&question{
		method: r.Method, path: r.URL.Path, query: r.URL.RawQuery,
		asker: asker, now: now, writer: w, request: r,
	})
	if p.audited && s.audit != nil {
		s.audit.log(r, p.Status, p.owner)
	}
	s.send(w, r, p, now)
}

// refusal is the limiter's body, whatever the status.
// Source: didip/tollbooth v4.0.2 limiter/limiter.go.
var refusal = []byte("You have reached maximum request limit.")

// stamp sets the headers that the limiter puts on every answer behind it.
// Source: didip/tollbooth v4.0.2 tollbooth.go.
func (s *ECS) stamp(h http.Header, r *http.Request) {
	if s.limit == nil {
		return
	}
	h["X-Rate-Limit-Limit"] = s.limit
	h["X-Rate-Limit-Duration"] = oneSecond
	h["X-Rate-Limit-Request-Remote-Addr"] = []string{r.RemoteAddr}
	if v := r.Header["X-Forwarded-For"]; len(v) > 0 {
		h["X-Rate-Limit-Request-Forwarded-For"] = v[:1:1]
	} else {
		h["X-Rate-Limit-Request-Forwarded-For"] = empty
	}
}

// send writes a reply that was decided at now.
func (s *ECS) send(w http.ResponseWriter, r *http.Request, p reply, now time.Duration) {
	switch p.Body {
	case Text:
		http.NotFound(w, r)
		return
	case NoBody:
		w.WriteHeader(p.Status)
		return
	}
	w.Header()["Content-Type"] = jsonType
	if p.document != noDocument {
		// The status is 200, which writing implies.
		_, _ = w.Write(s.document(p.owner, p.document, now))
		return
	}
	w.WriteHeader(p.Status)
	_, _ = w.Write(p.body)
}

// document is a document of a task as served at now.
func (s *ECS) document(owner *resident, d document, now time.Duration) []byte {
	var epoch int64 // what the document's content depends on, if on anything
	switch d {
	case credentialsDocument:
		epoch = int64(s.credentials.ExpiresAt(now))
	case statsDocument, taskStatsDocument, statsV2Document, taskStatsV2Document:
		epoch = sampleAt(now)
	case taskDocument:
		if s.flavour == Fargate {
			epoch = clockAt(now)
		}
	}
	if r := owner.rendered[d].Load(); r != nil && r.epoch == epoch {
		return r.body
	}
	// Requests that come here together render the same bytes.
	r := &rendering{epoch: epoch, body: encode(s.content(owner, d, epoch))}
	owner.rendered[d].Store(r)
	return r.body
}

// content is a document as a value.
func (s *ECS) content(owner *resident, d document, epoch int64) any {
	if d == credentialsDocument {
		return newCredentials(s.keys, owner, s.gate.began, time.Duration(epoch))
	}
	c := newContainer(s.keys, &owner.Task, s.gate.began)
	if s.flavour == Fargate {
		c.onFargate(&owner.Task)
	}
	switch d {
	case containerDocument:
		return c
	case containerV2Document:
		return c.v2()
	case taskDocument, taggedDocument, taskV2Document, taggedV2Document:
		return s.taskContent(owner, d, c, epoch)
	}
	sample := newStats(s.keys, c, s.gate.began, epoch)
	if d == statsV2Document || d == taskStatsV2Document {
		sample.NetworkRateStats = nil // version 4 alone has them
	}
	if d == statsDocument || d == statsV2Document {
		return sample
	}
	return map[string]stats{c.DockerID: sample}
}

// taskContent is the document of a task with the container c.
func (s *ECS) taskContent(owner *resident, d document, c container, epoch int64) any {
	t := newTaskMetadata(&owner.Task, c)
	if s.standalone {
		t.ServiceName = ""
	}
	if d == taggedDocument || d == taggedV2Document {
		t.tags = s.tags
	}
	switch {
	case d == taskV2Document || d == taggedV2Document:
		return t.v2()
	case s.flavour == Fargate:
		return t.onFargate(s.keys, s.gate.began, epoch)
	}
	return t
}

// asker is the task that a request comes from, or nil for a stranger.
func (s *ECS) asker(u *url.URL, source netip.Addr) *resident {
	if t := s.named(u.Path, u.RawQuery); t != nil {
		return t
	}
	return s.roster.bySource[source]
}

// named is the task whose ID a path contains, or nil. An ID tells who asks
// even where the path has no route.
func (s *ECS) named(p, query string) *resident {
	if id, ok := strings.CutPrefix(p, credentialsV2); ok {
		return s.roster.byCredentials[id]
	}
	if p == credentialsV1 {
		return s.roster.byCredentials[queryID(query)]
	}
	for _, prefix := range [...]string{prefixV4, prefixV3, prefixAPI} {
		if rest, ok := strings.CutPrefix(p, prefix); ok {
			id, _, _ := strings.Cut(rest, "/")
			return s.roster.byEndpoint[id]
		}
	}
	return nil
}

// find follows the routes. Methods make a difference for task protection only.
func (s *ECS) find(q *question) reply {
	if id, ok := strings.CutPrefix(q.path, credentialsV2); ok {
		return s.findCredentials(2, id, q)
	}
	if rest, ok := strings.CutPrefix(q.path, prefixV4); ok {
		return s.findByEndpoint(routesV4, "V4", rest, q)
	}
	if rest, ok := strings.CutPrefix(q.path, prefixV3); ok {
		return s.findByEndpoint(routesV3, "V3", rest, q)
	}
	if rest, ok := strings.CutPrefix(q.path, prefixAPI); ok {
		return s.findProtection(rest, q)
	}
	if s.flavour == Fargate {
		return notFound()
	}
	if q.path == credentialsV1 {
		return s.findCredentials(1, queryID(q.query), q)
	}
	return s.findV2(q)
}

// clean is the clean form of a path: it begins with a slash and has no empty,
// "." or ".." element. A slash at the end stays.
func clean(p string) string {
	if p == "" || p[0] != '/' {
		p = "/" + p
	}
	c := path.Clean(p)
	if c == "/" || p[len(p)-1] != '/' {
		return c
	}
	if len(p) == len(c)+1 {
		return p // the common case, which need not allocate
	}
	return c + "/"
}

// redirect sends a client to the clean form p of a path. It has no body.
// Source: gorilla/mux, whose router does this ahead of its handlers.
func redirect(w http.ResponseWriter, u *url.URL, p string) {
	to := *u
	to.Path = p
	w.Header().Set("Location", to.String())
	w.WriteHeader(http.StatusMovedPermanently)
}
