package strategy

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// imdsLegs is the flow of credentials from EC2: resource 0 is the token, 1 the
// name of the role, 2 the credentials; 3 and 4 are those below the extended path.
var imdsLegs = [][]Leg{nil, nil, {
	{Resource: 0, Token: true}, {Resource: 1, Extended: 3, HasExtended: true}, {Resource: 2, Extended: 4, HasExtended: true},
}}

// machine is a client of an instance, and the call that it works on.
type machine struct {
	client *Client
	call   *Call
	now    time.Duration
	step   Step
	tokens int
}

func newMachine(s *Strategy, perCall bool) *machine {
	h := NewHost(1, 0, []Clients{{Strategy: s, Tasks: 1, Processes: 1, PerCall: perCall, Key: taskKey("g"), Legs: imdsLegs}})
	return &machine{client: h.Client(0, 0, 0)}
}

// begin begins a call and describes its first step.
func (m *machine) begin() string {
	m.call = &Call{Resource: 2}
	m.step = m.client.Begin(m.now, m.call)
	return m.describe()
}

// answer lets the attempt under way take a millisecond, and end so.
func (m *machine) answer(o Outcome) string {
	m.now += m.step.For + time.Millisecond
	if w := m.call.Wants(); w.TTL > 0 && (o.Good() || o.Err == CutShort) {
		m.tokens++
		o.Token = &SessionToken{Expires: m.now + w.TTL, Value: fmt.Sprint("t", m.tokens)}
	}
	m.step = m.client.Resume(m.now, m.call, *reply(o))
	return m.describe()
}

// due ends a wait that no attempt follows.
func (m *machine) due() string {
	m.now += m.step.For
	m.step = m.client.Resume(m.now, m.call, *due)
	return m.describe()
}

// describe is the step in a few words: what is asked for, with which token,
// after which wait.
func (m *machine) describe() string {
	var text string
	w := m.call.Wants()
	switch m.step.Do {
	case Finish:
		return fmt.Sprintf("%v after %d", m.call.Result, m.call.Attempts)
	case Sleep:
		return "sleep " + m.step.For.String()
	case Send:
	default:
		return "await"
	}
	switch {
	case w.TTL > 0:
		text = "put " + w.TTL.String()
	case w.Resource == 1:
		text = "role"
	case w.Resource == 3:
		text = "extended role"
	case w.Resource == 4:
		text = "extended keys"
	default:
		text = "keys"
	}
	if w.Token != nil {
		text += " " + w.Token.Value
	}
	if m.step.For > 0 {
		text += " in " + m.step.For.String()
	}
	return text
}

// reply is the answer of that name: one of replies, or a document with 700 s
// (soon), 240 s (near) or nothing left (expired) when it comes.
func (m *machine) reply(name string) Outcome {
	left, ok := map[string]time.Duration{"soon": 700 * time.Second, "near": 240 * time.Second, "expired": -minute}[name]
	if ok {
		return good(m.now + m.step.For + left)
	}
	return replies[name]
}

// replies are the answers of a script, by the letter.
var replies = map[string]Outcome{
	"ok": good(6 * hour), "400": {Status: 400}, "401": {Status: 401}, "403": {Status: 403}, "404": {Status: 404},
	"405": {Status: 405}, "429": plain429, "500": err500, "503": err503,
	"timeout": readTimeout, "dial": dialTimeout, "refused": refused, "reset": reset, "truncated": truncated,
	"half":      {Err: CutShort}, // of a text
	"malformed": malformed, "empty": emptyObject, "missing": missingField,
}

// play runs a script: "begin" begins a call, "1h" lets time pass, "due" ends a
// wait, anything else is the answer to the attempt under way. What follows the
// arrow is the step after it.
func play(t *testing.T, m *machine, script string) {
	t.Helper()
	for line := range strings.SplitSeq(strings.TrimSpace(script), "\n") {
		event, want, _ := strings.Cut(strings.TrimSpace(line), " -> ")
		if d, err := time.ParseDuration(event); err == nil {
			m.now += d
			continue
		}
		got := ""
		switch o := m.reply(event); {
		case o != (Outcome{}):
			got = m.answer(o)
		case event == "begin":
			got = m.begin()
		case event == "due":
			got = m.due()
		default:
			t.Fatalf("no reply %q", event)
		}
		if got != want {
			t.Fatalf("%s at %v: got %q, want %q", event, m.now, got, want)
		}
	}
}

func TestFlow(t *testing.T) {
	again := &Backoff{Attempts: 2, On: OnDefault | On401, Base: 10 * time.Millisecond, Factor: 1}
	rows := []struct {
		name   string
		s      Strategy
		script string
	}{
		{"token, role, keys", Strategy{}, `
			begin -> put 6h0m0s
			ok -> role t1
			ok -> keys t1
			ok -> ok after 3
			begin -> put 6h0m0s`},
		{"the document is cached, not the legs", Strategy{Cache: TTL{For: minute}}, `
			begin -> put 6h0m0s
			ok -> role t1
			ok -> keys t1
			ok -> ok after 3
			begin -> ok after 0
			61s
			begin -> put 6h0m0s`},
		{"a kept token is used until early before its end", Strategy{Session: Session{TTL: minute, Keep: true, Early: 10 * time.Second}}, `
			begin -> put 1m0s
			ok -> role t1
			ok -> keys t1
			ok -> ok after 3
			49s
			begin -> role t1
			ok -> keys t1
			ok -> ok after 2
			1s
			begin -> put 1m0s
			ok -> role t2`},
		{"a kept token is not used from its end on", Strategy{Session: Session{TTL: minute, Keep: true}}, `
			begin -> put 1m0s
			ok -> role t1
			ok -> keys t1
			ok -> ok after 3
			59.998s
			begin -> put 1m0s`},
		{"a token for each request and its retries", Strategy{Retry: again, Session: Session{OneUse: true}}, `
			begin -> put 6h0m0s
			ok -> role t1
			503 -> role t1 in 10ms
			ok -> put 6h0m0s
			503 -> put 6h0m0s in 10ms
			ok -> keys t2
			ok -> ok after 6`},
		{"a fallback for each request", Strategy{Session: Session{OneUse: true, FallBack: OnAny4xx}}, `
			begin -> put 6h0m0s
			404 -> role
			ok -> put 6h0m0s
			404 -> keys
			ok -> ok after 4`},
		{"each leg has its own attempts", Strategy{Retry: again}, `
			begin -> put 6h0m0s
			503 -> put 6h0m0s in 10ms
			ok -> role t1
			503 -> role t1 in 10ms
			ok -> keys t1
			503 -> keys t1 in 10ms
			503 -> error after 6`},
		{"the token's attempts apart", Strategy{Retry: again, Session: Session{Retry: NoRetry{}}}, `
			begin -> put 6h0m0s
			503 -> error after 1`},
		{"a fallback is for the fetch", Strategy{Session: Session{FallBack: OnAny4xx}}, `
			begin -> put 6h0m0s
			404 -> role
			ok -> keys
			ok -> ok after 3
			begin -> put 6h0m0s
			503 -> error after 1`},
		{"a sticky fallback is for good", Strategy{Session: Session{FallBack: OnAny4xx, Sticky: On404}}, `
			begin -> put 6h0m0s
			404 -> role
			ok -> keys
			ok -> ok after 3
			begin -> role
			ok -> keys
			401 -> rejected after 2
			begin -> role`},
		{"a retry that begins again asks for a token again, whatever was before", Strategy{
			Retry:   &Backoff{Attempts: 3, On: OnDefault, Base: 10, Factor: 1, Restart: true},
			Session: Session{Retry: again, FallBack: OnAny4xx},
		}, `
			begin -> put 6h0m0s
			503 -> put 6h0m0s in 10ms
			ok -> role t1
			503 -> put 6h0m0s in 10ns
			503 -> put 6h0m0s in 10ms
			404 -> role
			503 -> put 6h0m0s in 10ns`},
		{"a retry that begins again in mid-fetch comes by every leg", Strategy{
			Retry: &Backoff{Attempts: 3, On: OnDefault, Base: 10, Factor: 1, Restart: true}, Session: Session{TTL: time.Second, Every: true},
		}, `
			begin -> put 1s
			ok -> role t1
			1s
			ok -> put 1s
			503 -> put 1s in 10ns
			ok -> role t2`},
		{"a token in mid-fetch has its own attempts", Strategy{Retry: again, Session: Session{TTL: time.Second, Every: true}}, `
			begin -> put 1s
			503 -> put 1s in 10ms
			ok -> role t1
			1s
			ok -> put 1s
			503 -> put 1s in 10ms
			ok -> keys t2`},
		{"a 401 is over with the token after it", Strategy{Retry: again, Session: Session{TTL: time.Second, Renew: true}}, `
			begin -> put 1s
			ok -> role t1
			401 -> put 1s in 10ms
			ok -> role t2
			1s
			ok -> keys t2`},
		{"a 401 ends it if the client renews", Strategy{Session: Session{FallBack: OnAny4xx, Sticky: On404, Renew: true}}, `
			begin -> put 6h0m0s
			404 -> role
			401 -> rejected after 2
			begin -> put 6h0m0s`},
		{"a 401 renews the token, and costs a try", Strategy{Retry: again, Session: Session{Keep: true, Renew: true}}, `
			begin -> put 6h0m0s
			ok -> role t1
			ok -> keys t1
			401 -> put 6h0m0s in 10ms
			ok -> keys t2
			401 -> rejected after 5
			begin -> put 6h0m0s`},
		{"every request looks for a token", Strategy{Retry: again, Session: Session{Every: true, Retry: NoRetry{}, FallBack: On503}}, `
			begin -> put 6h0m0s
			503 -> role
			503 -> put 6h0m0s in 10ms
			503 -> role
			ok -> put 6h0m0s
			ok -> keys t1
			ok -> ok after 6`},
		{"a token that ends on the way is renewed", Strategy{Session: Session{TTL: time.Second, Every: true}}, `
			begin -> put 1s
			ok -> role t1
			1s
			ok -> put 1s
			ok -> keys t2
			ok -> ok after 4`},
		{"the name is asked for once", Strategy{Cache: TTL{For: minute}, Session: Session{NameOnce: true}}, `
			begin -> put 6h0m0s
			ok -> role t1
			ok -> keys t1
			ok -> ok after 3
			61s
			begin -> put 6h0m0s
			ok -> keys t2
			ok -> ok after 2`},
		{"the name is known without a cache", Strategy{Session: Session{NameOnce: true}}, `
			begin -> put 6h0m0s
			ok -> role t1
			ok -> keys t1
			ok -> ok after 3
			begin -> put 6h0m0s
			ok -> keys t2
			ok -> ok after 2`},
		{"a retry begins again", Strategy{Retry: &Backoff{Attempts: 2, On: OnDefault, Base: 10, Factor: 1, Restart: true}}, `
			begin -> put 6h0m0s
			ok -> role t1
			503 -> put 6h0m0s in 10ns
			ok -> role t2
			ok -> keys t2
			503 -> error after 5`},
		{"one budget for all", Strategy{Retry: &Backoff{Attempts: 4, On: OnDefault, Base: 10, Factor: 1, Shared: true}}, `
			begin -> put 6h0m0s
			ok -> role t1
			ok -> keys t1
			503 -> keys t1 in 10ns
			503 -> error after 4`},
		{"a leg has an end", Strategy{Retry: &Backoff{Attempts: 9, On: OnDefault, Base: 10 * time.Millisecond, Factor: 1}, Timeouts: Timeouts{Leg: 20 * time.Millisecond}}, `
			begin -> put 6h0m0s
			503 -> put 6h0m0s in 10ms
			ok -> role t1
			503 -> sleep 7ms
			due -> timeout after 3`},
		{"the role's leg, with its token, and the next have their time each", Strategy{
			Retry: again, Timeouts: Timeouts{Leg: 20 * time.Millisecond},
		}, `
			begin -> put 6h0m0s
			ok -> role t1
			8ms
			ok -> keys t1
			8ms
			503 -> keys t1 in 10ms
			ok -> ok after 4`},
		{"a fallback comes after the last wait", Strategy{
			Session:  Session{Retry: &Backoff{Attempts: 1, On: On503, Base: 10 * time.Millisecond, AfterLast: true}, FallBack: On503},
			Timeouts: Timeouts{Leg: 20 * time.Millisecond},
		}, `
			begin -> put 6h0m0s
			503 -> sleep 10ms
			due -> role`},
		{"and not if its leg is over by then", Strategy{
			Session:  Session{Retry: &Backoff{Attempts: 1, On: On503, Base: 30 * time.Millisecond, AfterLast: true}, FallBack: On503},
			Timeouts: Timeouts{Leg: 20 * time.Millisecond},
		}, `
			begin -> put 6h0m0s
			503 -> sleep 19ms
			due -> error after 1`},
		{"each leg is sent twice by the HTTP library", Strategy{Resend: ResendIdempotent}, `
			begin -> put 6h0m0s
			timeout -> put 6h0m0s
			ok -> role t1
			timeout -> role t1
			timeout -> timeout after 4`},
		{"a leg that needed no retry earns one token", Strategy{Retry: again, Quota: Quota{Tokens: 10, Cost: 4}}, `
			begin -> put 6h0m0s
			503 -> put 6h0m0s in 10ms
			503 -> error after 2
			begin -> put 6h0m0s
			503 -> put 6h0m0s in 10ms
			ok -> role t1
			ok -> keys t1
			503 -> keys t1 in 10ms
			503 -> error after 5
			begin -> put 6h0m0s
			503 -> error after 1`},
		{"a fallback earns none", Strategy{Retry: again, Quota: Quota{Tokens: 10, Cost: 4}, Session: Session{FallBack: On404}}, `
			begin -> put 6h0m0s
			503 -> put 6h0m0s in 10ms
			404 -> role
			ok -> keys
			503 -> keys in 10ms
			503 -> error after 5
			begin -> put 6h0m0s
			503 -> error after 1`},
		{"the quota pays for every leg", Strategy{Retry: again, Quota: Quota{Tokens: 7, Cost: 5}}, `
			begin -> put 6h0m0s
			503 -> put 6h0m0s in 10ms
			ok -> role t1
			503 -> role t1 in 10ms
			503 -> error after 4
			begin -> put 6h0m0s
			503 -> error after 1`},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) { play(t, newMachine(&r.s, false), r.script) })
	}
}

// scripted is a policy that does as it is told, and keeps what it was asked.
type scripted struct {
	moves []told
	tries []Try
}

type told struct {
	after time.Duration
	move  Move
}

func (s *scripted) Next(t Try) (time.Duration, Move) {
	t.Outcome, t.U = nil, 0
	next := s.moves[len(s.tries)]
	s.tries = append(s.tries, t)
	return next.after, next.move
}

// What a policy hears of a try: N and Prev begin anew with each leg and link;
// once the fetch has begun again, N counts its failures instead.
func TestTries(t *testing.T) {
	const ms = time.Millisecond
	s := &scripted{moves: []told{{10 * ms, Again}, {20 * ms, Again}, {5 * ms, Again}, {7 * ms, Restart}, {ms, Again}, {3 * ms, Again}, {2 * ms, OtherLink}, {0, GiveUp}}}
	play(t, newMachine(&Strategy{Retry: s}, false), `
		begin -> put 6h0m0s
		503 -> put 6h0m0s in 10ms
		503 -> put 6h0m0s in 20ms
		ok -> role t1
		503 -> role t1 in 5ms
		503 -> put 6h0m0s in 7ms
		503 -> put 6h0m0s in 1ms
		ok -> role t2
		503 -> role t2 in 3ms
		503 -> role t2 in 2ms
		503 -> error after 10`)
	want := []Try{
		{N: 1, Total: 1},
		{N: 2, Total: 2, Prev: 10 * ms},
		{N: 1, Total: 4},
		{N: 2, Total: 5, Prev: 5 * ms},
		{N: 1, Total: 6, Prev: 7 * ms},
		{N: 3, Total: 8},
		{N: 4, Total: 9, Prev: 3 * ms},
		{Link: 1, N: 1, Total: 10},
	}
	if !slices.Equal(s.tries, want) {
		t.Errorf("got  %+v\nwant %+v", s.tries, want)
	}
}

// The second fetch of a first use begins as the first did.
func TestTriesOfFirstUse(t *testing.T) {
	const ms = time.Millisecond
	s := &scripted{moves: []told{{ms, Restart}, {2 * ms, Again}, {3 * ms, OtherLink}, {0, GiveUp}, {4 * ms, Again}, {0, GiveUp}}}
	play(t, newMachine(&Strategy{Cache: &Refresh{EmptyOnError: true}, Retry: s, FirstUse: 2}, false), `
		begin -> put 6h0m0s
		ok -> role t1
		503 -> put 6h0m0s in 1ms
		ok -> role t2
		503 -> role t2 in 2ms
		503 -> role t2 in 3ms
		503 -> put 6h0m0s
		ok -> role t3
		503 -> role t3 in 4ms
		ok -> keys t3
		503 -> empty after 10`)
	want := []Try{
		{N: 1, Total: 2},
		{N: 2, Total: 4},
		{N: 3, Total: 5, Prev: 2 * ms},
		{Link: 1, N: 1, Total: 6},
		{N: 1, Total: 2}, // of the second fetch
		{N: 1, Total: 4},
	}
	if !slices.Equal(s.tries, want) {
		t.Errorf("got  %+v\nwant %+v", s.tries, want)
	}
}

// A resource beyond those that have legs is a fetch of one request.
func TestFlowBesideLegs(t *testing.T) {
	m := newMachine(new(Strategy), false)
	m.call = &Call{Resource: uint32(len(imdsLegs))}
	m.step = m.client.Begin(0, m.call)
	if w := m.call.Wants(); w != (Wants{Resource: m.call.Resource}) {
		t.Errorf("got %+v", w)
	}
	if got := m.answer(good(hour)); got != "ok after 1" {
		t.Errorf("got %q", got)
	}
}

// A client built for one call keeps no token for the next.
func TestFlowPerCall(t *testing.T) {
	play(t, newMachine(&Strategy{Session: Session{Keep: true, FallBack: On404, Sticky: On404}}, true), `
		begin -> put 6h0m0s
		ok -> role t1
		ok -> keys t1
		ok -> ok after 3
		begin -> put 6h0m0s
		404 -> role
		ok -> keys
		ok -> ok after 3
		begin -> put 6h0m0s`)
}

// The request for a token can be all that a call wants.
func TestFlowOfTheTokenAlone(t *testing.T) {
	s := Strategy{Session: Session{Keep: true, FallBack: On404}}
	h := NewHost(1, 0, []Clients{{
		Strategy: &s, Tasks: 1, Processes: 1, Key: taskKey("g"), Legs: [][]Leg{{{Resource: 0, Token: true}}},
	}})
	m := &machine{client: h.Client(0, 0, 0)}
	for _, want := range []struct {
		status uint16
		step   string
	}{{200, "ok after 1"}, {404, "rejected after 1"}} {
		m.call = new(Call)
		m.step = m.client.Begin(0, m.call)
		if m.describe() != "put 6h0m0s" {
			t.Fatalf("begins with %q", m.describe())
		}
		if got := m.answer(Outcome{Status: want.status}); got != want.step {
			t.Errorf("%d: got %q, want %q", want.status, got, want.step)
		}
	}
}

// A token that comes where none was asked for, as a target may send one, is not
// kept by a client that has nowhere to keep it.
func TestTokenWithoutFlow(t *testing.T) {
	s := Strategy{Session: Session{Keep: true}}
	h := NewHost(1, 0, []Clients{{Strategy: &s, Tasks: 1, Processes: 1, PerCall: true, Key: taskKey("g")}})
	m := &machine{client: h.Client(0, 0, 0), call: new(Call)}
	m.step = m.client.Begin(0, m.call)
	if got := m.answer(Outcome{Status: 200, Token: &SessionToken{Expires: time.Minute}}); got != "ok after 1" {
		t.Errorf("got %q", got)
	}
}

// Whoever shares no token and no name is worked through alone; what is kept is
// shared.
func TestFlowSolo(t *testing.T) {
	for _, r := range []struct {
		s    Session
		want bool
	}{{Session{}, true}, {Session{Keep: true}, false}, {Session{Sticky: On404}, false}, {Session{NameOnce: true}, false}} {
		if got := newMachine(&Strategy{Session: r.s}, false).client.Solo(); got != r.want {
			t.Errorf("%+v: solo %v, want %v", r.s, got, r.want)
		}
	}
}

// TestFirst counts as first what a call asks for the first time: each leg of a
// fetch once, and nothing twice, whatever becomes of it.
func TestFirst(t *testing.T) {
	again := &Backoff{Attempts: 3, On: OnDefault | On401, Base: 10 * time.Millisecond, Factor: 1}
	m := newMachine(&Strategy{Retry: again, Session: Session{Retry: again, Renew: true, Keep: true}}, false)
	for _, step := range []struct {
		reply string // to the attempt before; "" begins a call
		first bool
	}{
		{"", true},     // the token
		{"503", false}, // again
		{"ok", true},   // the role
		{"ok", true},   // the keys
		{"429", false}, // again
		{"401", false}, // another token
		{"ok", false},  // the keys with it
		{"ok", true},   // finished
		{"", true},     // the role, with the token that is kept
		{"ok", true},   // the keys
		{"503", false}, // again
		{"503", false}, // and again
		{"503", false}, // given up
	} {
		if step.reply == "" {
			m.begin()
		} else {
			m.answer(replies[step.reply])
		}
		if m.step.Do == Send && m.call.First() != step.first {
			t.Errorf("after %q (%s): got %v, want %v", step.reply, m.describe(), m.call.First(), step.first)
		}
	}
	single := newMachine(&Strategy{Retry: again}, false)
	single.call = &Call{Resource: 1}
	single.step = single.client.Begin(0, single.call)
	if !single.call.First() {
		t.Error("the first attempt of a fetch of one request is none")
	}
	if single.answer(err503); single.call.First() {
		t.Error("its second attempt is a first one")
	}
}
