package sdk

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/strategy/strategytest"
)

// legs are the names of what resources 0, 1, … of imdsLegs ask for; a container's
// endpoint has the last alone.
var legs = []string{"token", "role", "credentials"}

var imdsLegs = [][]strategy.Leg{nil, nil, {{Resource: 0, Token: true}, {Resource: 1}, {Resource: 2}}}

// endpoint answers one client by a script, in virtual time, in no time.
type endpoint struct {
	preset  *Preset
	client  *strategy.Client
	answers map[string][]string
	now     time.Duration
	events  []event
	running int
	last    Last // how the last attempt ended
}

// event is what happens to a call next.
type event struct {
	at   time.Duration
	call *strategy.Call
	kind strategy.EventKind
	send bool // the attempt leaves now; else something ends
	out  strategy.Outcome
	step strategy.Step
}

func newEndpoint(p *Preset, r *recording) *endpoint {
	e := &endpoint{preset: p, answers: map[string][]string{}}
	for leg, list := range r.Answers {
		e.answers[leg] = slices.Clone(list)
		if list[0] == "refuse" { // nobody listens, whatever is asked
			for _, leg := range legs {
				e.answers[leg] = list
			}
			break
		}
	}
	clients := strategy.Clients{Strategy: &p.Strategy, Tasks: 1, Processes: 1, PerCall: r.PerCall, Key: strategytest.TaskKey("g")}
	if p.Service == service.IMDS {
		clients.Legs = imdsLegs
	}
	if r.Kept {
		clients.KeepAlive = time.Hour
	}
	e.client = strategy.NewHost(1, 0, []strategy.Clients{clients}).Client(0, 0, 0)
	return e
}

// seen is what the endpoint and the application see of calls that begin together.
type seen struct {
	requests string
	gaps     []time.Duration
	sent     []time.Duration
	took     time.Duration
	ok       int
	failed   int
	result   strategy.Result
}

// together lets so many calls begin now and carries them out.
func (e *endpoint) together(calls int) seen {
	var s seen
	begun := e.now
	for range calls {
		k := &strategy.Call{Resource: 2, Scheduled: e.now}
		e.running++
		e.do(k, e.client.Begin(e.now, k), &s)
	}
	for len(e.events) > 0 {
		slices.SortStableFunc(e.events, func(a, b event) int { return cmp.Compare(a.at, b.at) })
		next := e.events[0]
		e.events = e.events[1:]
		e.now = next.at
		if next.send {
			e.send(next, &s)
			continue
		}
		v := strategy.Event{Kind: next.kind}
		if next.kind == strategy.Replied {
			e.last.Outcome = next.out
			v.Outcome = &next.out
		}
		e.do(next.call, e.client.Resume(e.now, next.call, v), &s)
	}
	s.took = e.now - begun
	for i := range s.sent[min(1, len(s.sent)):] {
		s.gaps = append(s.gaps, s.sent[i+1]-s.sent[i])
	}
	return s
}

// do carries out a step of a call, and those of the calls that it wakes.
func (e *endpoint) do(k *strategy.Call, step strategy.Step, s *seen) {
	switch at := e.now + step.For; step.Do {
	case strategy.Send:
		e.events = append(e.events, event{at: at, call: k, send: true, step: step})
	case strategy.Sleep:
		e.events = append(e.events, event{at: at, call: k, kind: strategy.Due})
	case strategy.Finish:
		s.result = k.Result
		if !k.Result.Failed() || k.Result == strategy.Expired && !e.rejects() {
			s.ok++
		} else {
			s.failed++
		}
	}
	for w := step.Wake; w != nil; {
		next := w.Unlink()
		e.do(w, e.client.Resume(e.now, w, strategy.Event{Kind: strategy.Woken}), s)
		w = next
	}
}

// send lets an attempt arrive, and its answer come at once or not at all.
func (e *endpoint) send(v event, s *seen) {
	wants := v.call.Wants()
	leg := legs[wants.Resource]
	if wants.TTL > 0 {
		leg = legs[0]
	}
	e.last.URL = "http://127.0.0.1:PORT" + e.path(leg)
	e.last.Leg = leg
	answer := "ok:21600"
	if list := e.answers[leg]; len(list) > 0 {
		answer = list[0]
		if len(list) > 1 {
			e.answers[leg] = list[1:]
		}
	}
	kind, _, _ := strings.Cut(answer, ":")
	if kind != "refuse" { // else there is no request
		s.requests += leg + " "
		s.sent = append(s.sent, e.now)
	}
	e.last.Body = bodies[kind]
	var wait time.Duration
	v.out, wait = e.outcome(answer, leg, v.step.What.Timeout)
	if wants.TTL > 0 && (v.out.Good() || v.out.Err == strategy.CutShort) {
		v.out.Token = &strategy.SessionToken{Expires: e.now + wants.TTL, Value: "t"}
	}
	v.send, v.kind, v.at = false, strategy.Replied, e.now+wait
	e.events = append(e.events, v)
}

// outcome is an answer as a client sees it, and how long that takes.
func (e *endpoint) outcome(answer, leg string, patience time.Duration) (strategy.Outcome, time.Duration) {
	document := leg == "credentials"
	kind, arg, _ := strings.Cut(answer, ":")
	number, _ := strconv.ParseFloat(arg, 64)
	o := strategy.Outcome{Status: 200}
	if document {
		o.Expires = strategy.ExpiresAt(e.now + 6*time.Hour)
	}
	switch kind {
	case "ok":
		if document && arg != "" {
			o.Expires = strategy.ExpiresAt(e.now + inSeconds(number))
		}
	case "expired":
		o.Expires = strategy.ExpiresAt(e.now - inSeconds(number))
	case "slow":
		return o, inSeconds(number)
	case "badjson":
		o = strategytest.Malformed
	case "empty":
		o = strategytest.EmptyObject
	case "missing":
		o.Body = strategy.BodyMissingField
	case "truncate":
		o = strategy.Outcome{Err: strategy.CutShort}
		if document {
			o.Body = strategy.BodyMalformed
		}
	case "hang":
		return strategytest.ReadTimeout, patience
	case "refuse":
		o = strategytest.Refused
	case "cut", "reset":
		o = strategytest.Reset
	case "429json":
		o = strategy.Outcome{Status: 429, Body: strategy.BodyThrottleJSON}
	case "429ra":
		o = strategy.Outcome{Status: 429, Body: strategy.BodyText, RetryAfter: inSeconds(number)}
	default:
		status, _ := strconv.Atoi(kind)
		o = strategy.Outcome{Status: uint16(status), Body: strategy.BodyText}
	}
	return o, 0
}

// bodies are those of answers that an error may quote.
var bodies = map[string]string{
	"429": "Too Many Requests\n", "429ra": "Too Many Requests\n", "404": "404 page not found\n",
	"429json": `{"code":"ThrottlingException","message":"Rate exceeded"}`,
	"400":     "failed\n", "401": "failed\n", "403": "failed\n", "500": "failed\n", "503": "failed\n",
}

// path is what a request for a leg asks for.
func (e *endpoint) path(leg string) string {
	if e.preset.Service != service.IMDS {
		return "/v2/credentials/x"
	}
	return map[string]string{
		"token": "/latest/api/token", "role": "/latest/meta-data/iam/security-credentials/",
		"credentials": "/latest/meta-data/iam/security-credentials/tenement-role",
	}[leg]
}

// text is the error of calls that failed, as the preset has it.
func (e *endpoint) text(s seen) string {
	if s.failed == 0 {
		return ""
	}
	e.last.Attempts, e.last.Reason = len(s.sent), http.StatusText(int(e.last.Outcome.Status))
	return ErrorText(e.preset.Errors, &e.last)
}

// rejects reports whether the client makes an error of a document that has expired,
// and does not put its expiry off.
func (e *endpoint) rejects() bool {
	cache, ok := e.preset.Strategy.Cache.(*strategy.Refresh)
	return e.preset.Strategy.RejectExpired && ok && cache.ExtendOld.Most == 0
}
