package imds

import (
	"fmt"
	"hash/maphash"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"tenement/internal/service"
	"tenement/internal/throttle"
)

// Request is a request that the server has read, and what became of it. It holds no
// token, and no ID that gives access to credentials.
type Request struct {
	At           time.Duration // when it arrived, since the run began
	Took         time.Duration // until it was answered, or broken off; 0 if neither happens by itself
	Task         *Task         // that asked, or nil for a stranger; read-only
	Source       netip.Addr
	Method, Path string // what was issued is taken out, and a long one cut; without the query
	Agent        string // User-Agent, in the same way
	Route        service.Routes
	Token        bool // whether it shows a session token or the token of a pod
	Status       int  // of the answer; 0 if it gets none, or never sees it
	Outcome      Outcome
	Reason       string // of an answer that is an error, or lost, in a few words; "" where the status says it
	Limit        int    // the number of the limit that refused or delayed it, or −1
	Fault        throttle.FaultKind
	FaultName    string
}

// Outcome is what became of a request.
type Outcome uint8

// The outcomes.
const (
	Served     Outcome = iota // it got what it asked for, even if late or if a fault changed it
	Redirected                // to the clean form of its path; no limit has counted it
	Errored                   // the server's own answer is an error: 400, 401, 404 and so on
	Throttled                 // a limit refused it, with a status
	Dropped                   // a limit refused it, without an answer
	Failed                    // a fault or the upstream decided its answer, or that there is none
	Lost                      // its answer is lost on the way: the client is further away than the hop limit
	Abandoned                 // the client went away before its answer was due
	CutOff                    // its connection was being closed, by a restart
	numOutcomes
)

var outcomeNames = [numOutcomes]string{"served", "redirected", "error", "throttled", "dropped", "failed", "lost", "abandoned", "cut-off"}

// String is the outcome's name in logs and metrics.
func (o Outcome) String() string {
	if o < numOutcomes {
		return outcomeNames[o]
	}
	return fmt.Sprintf("Outcome(%d)", uint8(o))
}

// Outcomes are all outcomes.
func Outcomes() []Outcome {
	all := make([]Outcome, numOutcomes)
	for i := range all {
		all[i] = Outcome(i)
	}
	return all
}

// outcome is what becomes of a request whose reply is p.
func outcome(d *decision, p *reply) Outcome {
	switch {
	case p.Lost:
		return Lost
	case d.Kind == throttle.Rejected:
		return Throttled
	case d.Kind == throttle.Failed && (p.Status == http.StatusOK || !d.Effect.Kind.Spoils()):
		return Failed
	case p.Status >= http.StatusBadRequest:
		return Errored
	case p.Status >= http.StatusMultipleChoices:
		return Redirected
	}
	return Served
}

// tell reports a request to Config.OnRequest. D is nil if the limiter was not asked.
func (h *Handler) tell(q *question, d *decision, o Outcome, p *reply) {
	if h.seen == nil {
		return
	}
	r := Request{
		At: q.arrived, Source: q.source, Route: q.route, Outcome: o, Limit: -1,
		Method: h.toldMethod(q.method), Path: h.texts.told(h, withoutID(q.path)), Agent: h.texts.told(h, userAgent(q.request)),
		Token: showsToken(q.request), Reason: p.reason,
	}
	if q.asker != nil {
		r.Task = &q.asker.Task
	}
	if o != Lost && o != Dropped && o != Abandoned && o != CutOff {
		r.Status = p.Status
	}
	if d != nil {
		r.Limit, r.Fault, r.FaultName = d.limit, d.Effect.Kind, d.faultName()
	}
	if !d.endless() {
		r.Took = max(h.gate.now()-q.arrived, 0)
	}
	h.seen(r)
}

// toldMethod is a method, as others are told of it.
func (h *Handler) toldMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodPut, http.MethodHead, http.MethodPost:
		return method
	}
	return h.texts.told(h, method)
}

// userAgent is a request's User-Agent. Request.UserAgent looks for it in any spelling, which
// the server has made one of.
func userAgent(r *http.Request) string {
	if all := r.Header["User-Agent"]; len(all) > 0 {
		return all[0]
	}
	return ""
}

// showsToken reports whether a request shows a token.
func showsToken(r *http.Request) bool {
	return r.Header[service.TokenHeader] != nil || r.Header["Authorization"] != nil
}

// texts are texts that clients chose, as others are told of them. The last ones are
// kept, because clients repeat them, and to look for secrets takes time.
type texts struct {
	seed maphash.Seed
	kept [1024]atomic.Pointer[text] // by hash
}

// text is a text and what is told of it.
type text struct{ raw, told string }

// maxKept is how long the texts are that are kept.
const maxKept = 2 * maxTold

// told is as Handler.told.
func (t *texts) told(h *Handler, raw string) string {
	if raw == "" || len(raw) > maxKept {
		return h.told(raw)
	}
	place := &t.kept[maphash.String(t.seed, raw)%uint64(len(t.kept))]
	if last := place.Load(); last != nil && last.raw == raw {
		return last.told
	}
	one := &text{strings.Clone(raw), h.told(raw)} // raw is a part of the request's headers
	place.Store(one)
	return one.told
}
