// Package strategytest plays scripts against a client: what is asked for, with
// which token, after which wait. The tests of presets are such scripts, most of them
// recordings of real clients.
package strategytest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tenement/internal/draw"
	"tenement/internal/strategy"
)

// TaskKey is the key of a group's tasks.
func TaskKey(group string) func(int) draw.Key {
	return func(task int) draw.Key { return draw.Key(0).Name(group).With(uint64(task)) }
}

// Good is the answer with a document that expires at that instant.
func Good(expires time.Duration) strategy.Outcome {
	return strategy.Outcome{Status: 200, Expires: expires}
}

// InstanceLegs is the flow of credentials from EC2: resource 0 is the token, 1 the
// name of the role, 2 the credentials; 3 and 4 are those below the extended path.
var InstanceLegs = [][]strategy.Leg{nil, nil, {
	{Resource: 0, Token: true}, {Resource: 1, Extended: 3, HasExtended: true}, {Resource: 2, Extended: 4, HasExtended: true},
}}

// Machine is a client of an instance, and the call that it works on.
type Machine struct {
	Client *strategy.Client
	Call   *strategy.Call
	Now    time.Duration
	Step   strategy.Step // the last one
	tokens int
}

// New is a client of an instance under a strategy. The instance closes each
// connection, unless one of change says otherwise.
func New(s *strategy.Strategy, perCall bool, change ...func(*strategy.Clients)) *Machine {
	c := strategy.Clients{Strategy: s, PerCall: perCall, Legs: InstanceLegs}
	for _, one := range change {
		one(&c)
	}
	return &Machine{Client: Client(c)}
}

// Begin begins a call for credentials and describes its first step.
func (m *Machine) Begin() string { return m.BeginCall(&strategy.Call{Resource: 2}) }

// BeginCall begins that call and describes its first step.
func (m *Machine) BeginCall(k *strategy.Call) string {
	m.Call = k
	m.Step = m.Client.Begin(m.Now, k)
	return m.describe()
}

// Answer lets the attempt under way take a millisecond, and end so.
func (m *Machine) Answer(o strategy.Outcome) string {
	m.Now += m.Step.For + time.Millisecond
	if w := m.Call.Wants(); w.TTL > 0 && (o.Good() || o.Err == strategy.CutShort) {
		m.tokens++
		o.Token = &strategy.SessionToken{Expires: m.Now + w.TTL, Value: fmt.Sprint("t", m.tokens)}
	}
	m.Step = m.Client.Resume(m.Now, m.Call, strategy.Event{Kind: strategy.Replied, Outcome: &o})
	return m.describe()
}

// Due ends a wait that no attempt follows.
func (m *Machine) Due() string {
	m.Now += m.Step.For
	m.Step = m.Client.Resume(m.Now, m.Call, strategy.Event{Kind: strategy.Due})
	return m.describe()
}

// describe is the step in a few words: what is asked for, with which token,
// after which wait.
func (m *Machine) describe() string {
	var text string
	w := m.Call.Wants()
	switch m.Step.Do {
	case strategy.Finish:
		return fmt.Sprintf("%v after %d", m.Call.Result, m.Call.Attempts)
	case strategy.Sleep:
		return "sleep " + m.Step.For.String()
	case strategy.Send:
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
	if m.Step.For > 0 {
		text += " in " + m.Step.For.String()
	}
	return text
}

// Reply is the answer of that name: one of Replies, or a document with 700 s
// (soon), 240 s (near) or nothing left (expired) when it comes.
func (m *Machine) Reply(name string) strategy.Outcome {
	left, ok := map[string]time.Duration{"soon": 700 * time.Second, "near": 240 * time.Second, "expired": -time.Minute}[name]
	if ok {
		return Good(m.Now + m.Step.For + left)
	}
	return Replies[name]
}

// Replies are the answers of a script, by name.
var Replies = map[string]strategy.Outcome{
	"ok": Good(6 * time.Hour), "400": {Status: 400}, "401": {Status: 401}, "403": {Status: 403}, "404": {Status: 404},
	"405": {Status: 405}, "429": Plain429, "500": Err500, "503": Err503,
	"timeout": ReadTimeout, "dial": DialTimeout, "refused": Refused, "reset": Reset, "truncated": Truncated,
	"half":      {Err: strategy.CutShort}, // of a text
	"malformed": Malformed, "empty": EmptyObject, "missing": MissingField,
}

// Play runs a script: "begin" begins a call, "1h" lets time pass, "due" ends a
// wait, anything else is the answer to the attempt under way. What follows the
// arrow is the step after it.
func Play(t *testing.T, m *Machine, script string) {
	t.Helper()
	for line := range strings.SplitSeq(strings.TrimSpace(script), "\n") {
		event, want, _ := strings.Cut(strings.TrimSpace(line), " -> ")
		if d, err := time.ParseDuration(event); err == nil {
			m.Now += d
			continue
		}
		got := ""
		switch o := m.Reply(event); {
		case o != (strategy.Outcome{}):
			got = m.Answer(o)
		case event == "begin":
			got = m.Begin()
		case event == "due":
			got = m.Due()
		default:
			t.Fatalf("no reply %q", event)
		}
		if got != want {
			t.Fatalf("%s at %v: got %q, want %q", event, m.Now, got, want)
		}
	}
}
