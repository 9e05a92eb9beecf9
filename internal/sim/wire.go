package sim

import (
	"net/http"
	"time"

	"tenement/internal/hosting"
	"tenement/internal/imds"
	"tenement/internal/plan"
	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
)

// answer is what an admitted request for a resource gets.
type answer struct {
	outcome strategy.Outcome
	good    strategy.Outcome // outcome, with the expiry of the document that was served last
	plain   bool             // it is good and the same for all but for its expiry
	expires bool             // the document has an expiry
	limited bool             // the limiter is asked at all
	text    bool             // the document is text: half of it is still valid
	route   service.Routes

	instance bool // an EC2 instance answers
	session  imds.Session
	token    bool // the answer is a session token
	put      bool // the request is a PUT, whose answer the hop limit can stop
	hopLimit int

	endpoint    int // which is asked, by number
	tokens      bool
	credentials *throttle.Credentials
}

// wire is what the servers of a plan answer, asked from package imds, so that a
// simulated endpoint has the same routes and answers as a served one.
type wire struct {
	plan    *plan.Plan
	servers []*imds.Handler // by number of the endpoint
	answers []answer        // by resource
	mishaps [][]mishap      // by resource, those of the run so far
}

func newWire(p *plan.Plan) *wire {
	w := &wire{plan: p, answers: make([]answer, len(p.Resources)), mishaps: make([][]mishap, len(p.Resources))}
	for number := range len(p.Endpoints) + 1 {
		config := hosting.Server(p, number)
		config.Registered = append([]string{service.CredentialsID, service.ExecutionID, service.EndpointID}, config.Registered...)
		w.servers = append(w.servers, imds.New(config))
	}
	for i, r := range p.Resources {
		a, e := w.servers[r.Endpoint].Answer(r.Method, r.Path), p.Numbered(r.Endpoint)
		w.answers[i] = answer{
			outcome: strategy.Outcome{Status: uint16(a.Status), Body: bodies[a.Body]},
			expires: a.Expires, limited: a.Limited, route: a.Route, text: a.Body == imds.PlainDocument,
			instance: e.Instance != nil, session: a.Session, token: a.Token, put: r.Method == http.MethodPut,
			endpoint: r.Endpoint, tokens: e.PodTokens != nil, credentials: &e.Credentials,
		}
		if e.Instance != nil {
			w.answers[i].hopLimit = e.Instance.HopLimit
		}
		w.answers[i].good = w.answers[i].outcome
		w.answers[i].plain = a.Limited && e.Instance == nil && e.PodTokens == nil && w.answers[i].outcome.Good()
		if a.Body == imds.NoBody && a.Status == http.StatusOK {
			w.answers[i].outcome.Body = strategy.BodyMalformed
		}
	}
	return w
}

// served is the outcome of an attempt that no fault and no limit affects, decided
// at now and answered at ended, by a task whose credentials were issued at that
// instant.
func (w *wire) served(a *answer, wants *strategy.Wants, now, ended, issued time.Duration) strategy.Outcome {
	o := a.outcome
	switch {
	case a.token:
		o.Token = &strategy.SessionToken{Expires: ended + wants.TTL, Ends: now + wants.TTL}
	case !authorized(a.session, wants.Token, now):
		return strategy.Outcome{Status: http.StatusUnauthorized, Body: strategy.BodyText}
	case a.expires:
		o.Expires = a.credentials.ExpiresAt(now, issued)
	}
	return o
}

// authorized reports whether a request is allowed that carries this session token
// at now, or none.
func authorized(s imds.Session, t *strategy.SessionToken, now time.Duration) bool {
	if s == imds.NoSession {
		return true
	}
	if t == nil {
		return s == imds.SessionOptional
	}
	return now < t.Ends
}

// loses reports whether an answer never arrives at the tasks of a group, because
// they are more hops away than the hop limit allows. A connection that breaks, or
// is not made, is no answer.
func (w *wire) loses(a *answer, group uint32, v *throttle.Verdict) bool {
	if v.Kind == throttle.Failed {
		switch v.Effect.Kind {
		case throttle.NoFault, throttle.RefuseFault, throttle.ResetFault, throttle.CutFault:
			return false
		}
	}
	return a.put && w.plan.Groups[group].Hops > a.hopLimit
}

// bodies is what a client's parser takes each of the server's bodies for.
var bodies = map[imds.Body]strategy.BodyKind{
	imds.NoBody:              strategy.BodyText,
	imds.CredentialsDocument: strategy.BodyOK,
	imds.JSONDocument:        strategy.BodyOK,
	imds.Text:                strategy.BodyText,
	imds.ErrorJSON:           strategy.BodyErrorJSON,
	imds.PlainDocument:       strategy.BodyOK,
}

// mishap is an answer that is an error, as a client takes it.
type mishap struct {
	cause   cause
	status  int
	text    string // of the body; "" is the server's default
	outcome strategy.Outcome
}

// cause is why a server answers with an error.
type cause uint8

const (
	limited cause = iota // the limiter turned the request away
	failing              // a fault says so
	pending              // there are no credentials yet; the server has the status
)

// mishap is the outcome of a request for a resource that is answered with an error of
// this status and text. The caller must not change it. To compose and read one costs as much
// as all the rest of an attempt, so that is done once.
func (w *wire) mishap(cause cause, resource uint32, status int, text string) *strategy.Outcome {
	known := w.mishaps[resource]
	for i := range known {
		// Most have no text of their own; then none are compared.
		if m := &known[i]; m.status == status && m.cause == cause && len(m.text) == len(text) && (text == "" || m.text == text) {
			return &m.outcome
		}
	}
	return w.compose(cause, resource, status, text)
}

// compose adds a mishap to those of the run so far. It is apart so that mishap is short.
func (w *wire) compose(cause cause, resource uint32, status int, text string) *strategy.Outcome {
	r := &w.plan.Resources[resource]
	server, answered, body := w.servers[r.Endpoint], status, []byte(nil)
	switch cause {
	case limited:
		body = server.Refusal(r.Method, r.Path, status, text)
	case failing:
		body = server.Failure(r.Method, r.Path, status, text)
	case pending:
		answered, body = server.Pending(r.Method, r.Path)
	}
	known := append(w.mishaps[resource], mishap{cause, status, text, strategy.Outcome{Status: uint16(answered), Body: strategy.ErrorBody(body)}})
	w.mishaps[resource] = known
	return &known[len(known)-1].outcome
}

// failed is the outcome of an attempt that a fault affects. served is the outcome
// without the fault. A fault that leaves the attempt unanswered is not for here.
func (w *wire) failed(resource uint32, v throttle.Verdict, fault throttle.Fault, served strategy.Outcome) strategy.Outcome {
	a := &w.answers[resource]
	good := served.Status == http.StatusOK
	switch kind := v.Effect.Kind; {
	case kind == throttle.ResetFault, kind == throttle.CutFault:
		return strategy.Outcome{Err: strategy.ConnReset}
	case kind == throttle.RefuseFault:
		return strategy.Outcome{Err: strategy.ConnRefused}
	case kind == throttle.PendingFault:
		return *w.mishap(pending, resource, 0, "")
	case kind == throttle.StatusFault:
		o := *w.mishap(failing, resource, v.Status, fault.Body)
		o.RetryAfter = fault.RetryAfter
		return o
	case kind == throttle.TruncateFault && good:
		v.Effect.Kind = throttle.MalformedFault // with half of its body it would come as if whole
		o := w.failed(resource, v, fault, served)
		o.Status, o.Err, o.Expires = 0, strategy.CutShort, 0
		return o
	case (kind == throttle.MalformedFault || kind == throttle.EmptyFault) && good && a.token:
		// Half a session token looks like one, and so does {}; no server accepts
		// either.
		return strategy.Outcome{Status: http.StatusOK, Token: &strategy.SessionToken{Expires: served.Token.Expires}}
	case kind == throttle.MalformedFault && good && !a.text:
		return strategy.Outcome{Status: http.StatusOK, Body: strategy.BodyMalformed}
	case kind == throttle.EmptyFault && good && a.expires:
		return strategy.Outcome{Status: http.StatusOK, Body: strategy.BodyEmpty}
	case kind == throttle.MissingFieldFault && good && strategy.Needs(fault.Missing()):
		return strategy.Outcome{Status: http.StatusOK, Body: strategy.BodyMissingField}
	}
	return served
}
