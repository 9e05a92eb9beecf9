package imds

import (
	"hash/maphash"
	"io"
	"math"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"tenement/internal/redact"
	"tenement/internal/service"
	"tenement/internal/throttle"
)

// Handler is an endpoint on the wire: a surface, which knows routes and
// documents, behind a gate, which asks the limiter and waits. It is an
// http.Handler, safe for concurrent use.
type Handler struct {
	service service.Service
	gate    *gate
	roster  *roster
	surface surface
	tasks   []Task
	refused func(Refusal)                     // or nil
	seen    func(Request)                     // or nil
	port    func(at time.Duration, open bool) // or nil
	texts   *texts                            // of OnRequest
	audit   *auditLog                         // or nil
	secrets *redact.Redactor

	seed        uint64
	podTokens   throttle.PodTokens
	credentials *cycle
	expiresIn   time.Duration // of the first credentials, or 0

	outages   chan struct{} // holds something when outages may have changed
	announced uint64        // the revision of the limits that the surface knows; guarded by the lock of the gate

	keepAlive       time.Duration // of an idle connection; 0 closes each after its answer
	keepsIfAsked    bool          // but not one whose client asks for it to be kept
	mostConnections int           // that a Port holds; 0 is any number
	turnedAway      atomic.Uint64 // connections beyond them
	waiting         atomic.Int64  // requests whose answer is not yet due
}

// surface is one kind of server: what it answers, in which form.
type surface interface {
	// ahead answers what never reaches the limiter; ok is false for all else.
	ahead(q *question) (p reply, ok bool)
	// asker is the task that asks, or nil for a stranger.
	asker(q *question) *knownTask
	// cacheKey identifies the token that the server would pass on to what is
	// behind it, for an Upstream's cache: a hash of the token, or 0 if it would
	// pass nothing on.
	cacheKey(q *question) uint64
	// started is told of a task that starts while the server runs, and stopped of one
	// that stops.
	started(t *knownTask)
	stopped(t *Task)
	// find follows the routes, for a request that the limiter lets in.
	find(q *question) reply
	// refuse is the answer to a request that it turns away.
	refuse(q *question, status int) reply
	// fail is the server's answer with a status, for a fault that answers with
	// that status and sets no body.
	fail(q *question, status int) reply
	// pending is the answer to a request for credentials, or for what needs
	// them, while the server has received none yet.
	pending(q *question) reply
	// render returns a document of a task with the values it has at now.
	render(owner *knownTask, d document, v variant, now time.Duration) []byte
	// limited is called with the limits when they have changed, for a server
	// that tells its clients of them.
	limited(limits []throttle.Limit)
	// stamp sets the headers that every answer has which the limiter let in or
	// turned away.
	stamp(h http.Header, r *http.Request)
}

// question is a request as a surface sees it.
type question struct {
	method, path, query string // the path unescaped
	url                 *url.URL
	source              netip.Addr
	asker               *knownTask // the task that asks, or nil; known behind ahead
	token               *podToken  // that it shows, where that identifies the task
	route               service.Routes
	arrived             time.Duration // since the run began
	now                 time.Duration // when it was decided
	age                 time.Duration // the same, since the run began or was reset
	pending             bool          // a fault says that there are no credentials yet

	// The exchange itself; nil where a question is asked without one.
	writer  http.ResponseWriter
	request *http.Request
	awaited bool // there is a deadline for the body
}

// New is a server of the kind that the Config names. Close lets go of the
// requests that it never answers.
func New(c Config) *Handler {
	c = c.withDefaults()
	c.cycle = &cycle{Credentials: c.Credentials}
	h := &Handler{
		service: c.Service, gate: newGate(c), roster: newRoster(c),
		tasks: c.Tasks, refused: c.OnRefusal, outages: make(chan struct{}, 1),
		keepAlive: *c.KeepAlive, keepsIfAsked: c.Service.Row().KeepsIfAsked, mostConnections: c.MaxConnections, credentials: c.cycle, expiresIn: c.ExpiresIn,
		seen: c.OnRequest, port: c.OnPort, seed: c.Seed, podTokens: c.Pod.Tokens,
	}
	h.surface = newSurface[c.Service](c, h.roster)
	h.secrets = secretsOf(c)
	if c.OnRequest != nil {
		h.texts = &texts{seed: maphash.MakeSeed()}
	}
	if c.ExpiresIn > 0 {
		_ = h.credentials.issue(h.gate.now(), c.ExpiresIn)
	}
	if c.ECS.Audit != nil {
		h.audit = newAuditLog(c.ECS.Audit, containerInstanceARN(c), h.roster, h.secrets)
	}
	return h
}

// newSurface makes each kind of surface.
var newSurface = [...]func(c Config, r *roster) surface{
	service.ECS: newECS, service.IMDS: newEC2, service.PodIdentity: newPodIdentity,
	service.ECR: newJSONAPI, service.SecretsManager: newJSONAPI, service.SSM: newJSONAPI, service.Logs: newJSONAPI,
	service.ECRDocker: newRegistry, service.S3: newRegistry,
}

// Start adds a task that starts while the server runs. Its Slot may be that of a task
// that has stopped: its requests are then numbered from 0 again.
func (h *Handler) Start(t Task) {
	known := newKnownTask(t)
	h.roster.add(known)
	h.surface.started(known)
	if t.Slot >= 0 {
		defer h.gate.lock()()
		h.gate.endpoint.Renew(int32(t.Slot))
	}
}

// Stop removes a task. Requests with its IDs are then those of a stranger; Tasks is as
// before.
func (h *Handler) Stop(t Task) {
	h.roster.remove(&t)
	h.surface.stopped(&t)
}

// Counts is what the endpoint has decided so far.
func (h *Handler) Counts() throttle.Counts { return h.gate.counts() }

// Sources is how many addresses have asked, up to 65,536. Requests that are
// answered ahead of the limiter do not count.
func (h *Handler) Sources() int { return h.gate.seen.len() }

// TurnedAway is how many connections a Port has reset because it already held its
// most.
func (h *Handler) TurnedAway() uint64 { return h.turnedAway.Load() }

// Waiting is how many requests wait for an answer that is not yet due. Config.OnRequest
// has not been told of them.
func (h *Handler) Waiting() int { return int(h.waiting.Load()) }

// Close aborts the requests that were dropped, which would otherwise be held until
// their clients disconnect; http.Server.Shutdown would wait for them. All others
// are served as before. It never fails.
func (h *Handler) Close() error {
	h.gate.abandon()
	return nil
}

// Answer is what a request without a body would get. It assumes that the limiter
// admits the request, that there are credentials, that the request comes from a
// task's address, and that it shows the token it needs. Target is the path, with
// its query if it has one.
func (h *Handler) Answer(method, target string) Answer {
	q, ok := h.suppose(method, target)
	if !ok {
		// net/http turns such a request away by itself.
		return Answer{Status: http.StatusBadRequest, Body: Text}
	}
	if p, ok := h.surface.ahead(q); ok {
		return p.Answer
	}
	a := h.surface.find(q).Answer
	a.Limited, a.Route = true, h.service.Route(q.path)
	if method == http.MethodHead {
		a.Body, a.Expires = NoBody, false
	}
	return a
}

// suppose is a request without an exchange, by a task with its own address, long
// after the start; ok is false if the target cannot be parsed.
func (h *Handler) suppose(method, target string) (q *question, ok bool) {
	q = &question{method: method, now: math.MaxInt64, age: math.MaxInt64, asker: h.roster.anyone}
	u, err := url.ParseRequestURI(target)
	if err != nil {
		return q, false
	}
	q.path, q.query, q.url = u.Path, u.RawQuery, u
	return q, true
}

// Refusal is the body of an answer with that status to a request that the limiter
// turns away, and Failure to one that a fault fails. Text is the body that the limit or
// the fault sets, "" if it sets none.
func (h *Handler) Refusal(method, target string, status int, text string) []byte {
	q, _ := h.suppose(method, target)
	return h.say(q, h.surface.refuse(q, status), text).body
}

// Failure is described with Refusal.
func (h *Handler) Failure(method, target string, status int, text string) []byte {
	q, _ := h.suppose(method, target)
	return h.say(q, h.surface.fail(q, status), text).body
}

// coder is a surface whose errors have codes.
type coder interface {
	// coded is the error of a code, with a status; ok is false if the text is no code.
	coded(q *question, status int, text string) (p reply, ok bool)
}

// say is a reply with the body that a fault or a limit sets, unless that is empty. Where
// errors have codes, a code alone stands for its error.
func (h *Handler) say(q *question, p reply, text string) reply {
	if text == "" {
		return p
	}
	if s, ok := h.surface.(coder); ok {
		if coded, ok := s.coded(q, p.Status, text); ok {
			return coded
		}
	}
	p.document, p.body = noDocument, []byte(text)
	return p
}

// Pending is the status and the body of what a request gets while there are no
// credentials yet, in the circumstances of Answer.
func (h *Handler) Pending(method, target string) (status int, body []byte) {
	q, _ := h.suppose(method, target)
	p := h.surface.pending(q)
	return p.Status, p.body
}

// ServeHTTP implements http.Handler. Time counts from when it is called.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	now := h.gate.now()
	q := &question{
		method: r.Method, path: h.asked(r), query: r.URL.RawQuery, url: r.URL,
		source: sourceOf(r.RemoteAddr), now: now, arrived: now, writer: w, request: r,
	}
	q.route = h.service.Route(q.path)
	if p, ok := h.surface.ahead(q); ok {
		h.tell(q, nil, outcome(&decision{}, &p), &p)
		h.drain(q)
		h.endConnection(w, r)
		h.send(w, &p, now)
		return
	}
	q.asker = h.surface.asker(q)
	request := h.gate.request(q.asker, q.source, q.path)
	request.Route, request.CacheKey = q.route, h.surface.cacheKey(q)
	d, ok := h.decide(now, &request)
	if !ok {
		h.tell(q, nil, CutOff, new(reply))
		h.gate.strand(w, r, 0, reset)
	}
	q.now, q.age = d.at, d.at-d.origin
	if h.refused != nil && (!d.Kind.Served() || d.Effect.Kind != throttle.NoFault) {
		h.refused(h.refusal(q, &request, &d))
	}
	h.await(w, q, &d)
	p := h.reply(q, &d)
	if p.Lost && p.reason == "" {
		p.reason = "hop limit"
	}
	h.tell(q, &d, outcome(&d, &p), &p)
	if p.Lost {
		h.gate.lose(w, r)
	}
	h.drain(q)
	h.surface.stamp(w.Header(), r)
	h.endConnection(w, r)
	p.head.wear(r)
	if d.Effect.Kind == throttle.TruncateFault && p.Status == http.StatusOK {
		h.truncate(w, &p, d.at)
	}
	h.send(w, &p, d.at)
}

// asked is the path of a request, or the one that stands for its operation.
func (h *Handler) asked(r *http.Request) string {
	if target := r.Header[service.TargetHeader]; len(target) > 0 && r.URL.Path == "/" && h.service.Row().JSON {
		return service.TargetPath(target[0])
	}
	return r.URL.Path
}

// await waits until the answer is due. It returns only if there is an answer and the
// client is still there; otherwise it ends the connection as was decided.
func (h *Handler) await(w http.ResponseWriter, q *question, d *decision) {
	if d.Kind == throttle.Dropped {
		h.tell(q, d, Dropped, new(reply))
		h.gate.lose(w, q.request)
	}
	if d.Kind == throttle.Failed && d.Effect.Kind.Silent() {
		h.tell(q, d, Failed, new(reply))
		h.gate.breakOff(w, q.request, d)
	}
	h.waiting.Add(1)
	there := h.gate.hold(q.request, d)
	h.waiting.Add(-1)
	if !there {
		h.tell(q, d, Abandoned, new(reply))
		panic(http.ErrAbortHandler)
	}
}

// endConnection makes the connection end with the answer, unless the server keeps
// connections, or keeps those whose client asks for it.
func (h *Handler) endConnection(w http.ResponseWriter, r *http.Request) {
	if h.keepAlive == 0 && (!h.keepsIfAsked || !asksToKeep(r)) {
		w.Header()["Connection"] = closing
	}
}

// asksToKeep reports whether a request asks for its connection to be kept.
func asksToKeep(r *http.Request) bool {
	return slices.ContainsFunc(r.Header["Connection"], func(v string) bool { return strings.EqualFold(v, "keep-alive") })
}

// awaitBody sets a deadline for the body, as far ahead as the real server's read
// timeout. net/http reads what a reply has not read of the body, and without a
// deadline would wait for it as long as the client likes. The deadline ends with
// the request.
func (q *question) awaitBody(patience time.Duration) {
	if q.awaited || q.request.ContentLength == 0 {
		return
	}
	q.awaited = true
	// A writer without deadlines is a test's.
	_ = http.NewResponseController(q.writer).SetReadDeadline(time.Now().Add(patience))
}

// drain reads what is left of the body of a request to an AWS API. A client that is still
// sending when its answer comes and the connection closes may read no answer, but a reset.
// The agents and the metadata service leave what follows the head to net/http, as the real
// agents do.
func (h *Handler) drain(q *question) {
	q.awaitBody(patience[h.service])
	if h.service.Row().Host != "" && q.request.Body != nil {
		_, _ = io.Copy(io.Discard, q.request.Body)
	}
}

// decide asks the endpoint about a request that arrived at now. The decision is at
// now, unless a request that read the clock later was decided first: for the
// endpoint, time does not run backwards. While nothing listens, a request on a
// connection that is being closed is not decided, and ok is false.
func (h *Handler) decide(now time.Duration, r *throttle.Request) (d decision, ok bool) {
	g := h.gate
	g.mu.Lock()
	defer g.mu.Unlock()
	d.at, d.origin = max(now, g.last), g.origin
	g.last = d.at
	if g.endpoint.Refuses(d.at - g.origin) {
		return d, false
	}
	g.endpoint.Decide(d.at-g.origin, r, &d.Verdict)
	h.announce()
	if d.limit = d.Limit; d.limit >= 0 && h.seen != nil {
		d.limit = g.endpoint.Number(d.Limit)
	}
	if d.Kind == throttle.Rejected {
		d.exceed = *g.endpoint.Exceed(&d.Verdict)
	}
	if d.Effect.Kind != throttle.NoFault {
		d.fault, _ = g.endpoint.Blame(d.Verdict)
	}
	return d, true
}

// reply composes the reply that was decided, and writes its entry in the audit
// log.
func (h *Handler) reply(q *question, d *decision) reply {
	var p reply
	failed := d.Kind == throttle.Failed
	switch {
	case d.Kind == throttle.Rejected:
		p = h.say(q, h.surface.refuse(q, d.Status), d.exceed.Body)
		if seconds := d.exceed.RetrySeconds(d.RetryAfter); seconds > 0 {
			p.fields = append(slices.Clip(p.fields), field{"Retry-After", []string{strconv.FormatInt(seconds, 10)}})
		}
	case failed && d.Effect.Kind == throttle.StatusFault:
		p = h.say(q, h.surface.fail(q, d.Status), d.fault.Body)
		if d.Effect.Answer > 0 {
			p.fields = answerHeaders(&d.fault)
		}
	case failed && d.Effect.Kind == throttle.PendingFault:
		p = h.surface.pending(q)
	default:
		p = h.surface.find(q)
	}
	if p.audited && h.audit != nil {
		h.audit.log(q.request, &p)
	}
	if d.Effect.Kind != throttle.NoFault && p.Status == http.StatusOK {
		h.spoil(&p, d)
	}
	return p
}

// send writes a reply that was decided at now.
func (h *Handler) send(w http.ResponseWriter, p *reply, now time.Duration) {
	body := h.dress(w, p, now)
	if p.sized {
		w.Header()["Content-Length"] = []string{strconv.Itoa(len(body))}
	}
	if p.Status != http.StatusOK || len(body) == 0 {
		w.WriteHeader(p.Status)
	}
	if len(body) > 0 {
		_, _ = w.Write(body)
	}
}

// dress sets the headers of a reply and returns its body.
func (h *Handler) dress(w http.ResponseWriter, p *reply, now time.Duration) []byte {
	header := w.Header()
	for _, f := range p.fields {
		header[f.name] = f.value
	}
	if p.document != noDocument {
		return h.surface.render(p.owner, p.document, p.variant, now)
	}
	return p.body
}
