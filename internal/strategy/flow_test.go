package strategy_test

import (
	"testing"
	"time"

	"tenement/internal/strategy"
	"tenement/internal/strategy/strategytest"
)

func TestFlow(t *testing.T) {
	again := &strategy.Backoff{Attempts: 2, On: strategy.OnDefault | strategy.On401, Wait: strategy.Wait{Base: 10 * time.Millisecond, Factor: 1}}
	rows := []struct {
		name   string
		s      strategy.Strategy
		script string
	}{
		{"token, role, keys", strategy.Strategy{}, `
			begin -> put 6h0m0s
			ok -> role t1
			ok -> keys t1
			ok -> ok after 3
			begin -> put 6h0m0s`},
		{"the document is cached, not the legs", strategy.Strategy{Cache: strategy.TTL{For: minute}}, `
			begin -> put 6h0m0s
			ok -> role t1
			ok -> keys t1
			ok -> ok after 3
			begin -> ok after 0
			61s
			begin -> put 6h0m0s`},
		{"a kept token is used until early before its end", strategy.Strategy{Session: strategy.Session{TTL: minute, Keep: true, Early: 10 * time.Second}}, `
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
		{"a kept token is not used from its end on", strategy.Strategy{Session: strategy.Session{TTL: minute, Keep: true}}, `
			begin -> put 1m0s
			ok -> role t1
			ok -> keys t1
			ok -> ok after 3
			59.998s
			begin -> put 1m0s`},
		{"a token for each request and its retries", strategy.Strategy{Retry: again, Session: strategy.Session{OneUse: true}}, `
			begin -> put 6h0m0s
			ok -> role t1
			503 -> role t1 in 10ms
			ok -> put 6h0m0s
			503 -> put 6h0m0s in 10ms
			ok -> keys t2
			ok -> ok after 6`},
		{"a fallback for each request", strategy.Strategy{Session: strategy.Session{OneUse: true, FallBack: strategy.OnAny4xx}}, `
			begin -> put 6h0m0s
			404 -> role
			ok -> put 6h0m0s
			404 -> keys
			ok -> ok after 4`},
		{"each leg has its own attempts", strategy.Strategy{Retry: again}, `
			begin -> put 6h0m0s
			503 -> put 6h0m0s in 10ms
			ok -> role t1
			503 -> role t1 in 10ms
			ok -> keys t1
			503 -> keys t1 in 10ms
			503 -> error after 6`},
		{"the token's attempts apart", strategy.Strategy{Retry: again, Session: strategy.Session{Retry: strategy.NoRetry{}}}, `
			begin -> put 6h0m0s
			503 -> error after 1`},
		{"a fallback is for the fetch", strategy.Strategy{Session: strategy.Session{FallBack: strategy.OnAny4xx}}, `
			begin -> put 6h0m0s
			404 -> role
			ok -> keys
			ok -> ok after 3
			begin -> put 6h0m0s
			503 -> error after 1`},
		{"a sticky fallback is for good", strategy.Strategy{Session: strategy.Session{FallBack: strategy.OnAny4xx, Sticky: strategy.On404}}, `
			begin -> put 6h0m0s
			404 -> role
			ok -> keys
			ok -> ok after 3
			begin -> role
			ok -> keys
			401 -> rejected after 2
			begin -> role`},
		{"a retry that begins again asks for a token again, whatever was before", strategy.Strategy{
			Retry:   &strategy.Backoff{Attempts: 3, On: strategy.OnDefault, Wait: strategy.Wait{Base: 10, Factor: 1}, Restart: true},
			Session: strategy.Session{Retry: again, FallBack: strategy.OnAny4xx},
		}, `
			begin -> put 6h0m0s
			503 -> put 6h0m0s in 10ms
			ok -> role t1
			503 -> put 6h0m0s in 10ns
			503 -> put 6h0m0s in 10ms
			404 -> role
			503 -> put 6h0m0s in 10ns`},
		{"a retry that begins again in mid-fetch comes by every leg", strategy.Strategy{
			Retry: &strategy.Backoff{Attempts: 3, On: strategy.OnDefault, Wait: strategy.Wait{Base: 10, Factor: 1}, Restart: true}, Session: strategy.Session{TTL: time.Second, Every: true},
		}, `
			begin -> put 1s
			ok -> role t1
			1s
			ok -> put 1s
			503 -> put 1s in 10ns
			ok -> role t2`},
		{"a token in mid-fetch has its own attempts", strategy.Strategy{Retry: again, Session: strategy.Session{TTL: time.Second, Every: true}}, `
			begin -> put 1s
			503 -> put 1s in 10ms
			ok -> role t1
			1s
			ok -> put 1s
			503 -> put 1s in 10ms
			ok -> keys t2`},
		{"a 401 is over with the token after it", strategy.Strategy{Retry: again, Session: strategy.Session{TTL: time.Second, Renew: true}}, `
			begin -> put 1s
			ok -> role t1
			401 -> put 1s in 10ms
			ok -> role t2
			1s
			ok -> keys t2`},
		{"a 401 ends it if the client renews", strategy.Strategy{Session: strategy.Session{FallBack: strategy.OnAny4xx, Sticky: strategy.On404, Renew: true}}, `
			begin -> put 6h0m0s
			404 -> role
			401 -> rejected after 2
			begin -> put 6h0m0s`},
		{"a 401 renews the token, and costs a try", strategy.Strategy{Retry: again, Session: strategy.Session{Keep: true, Renew: true}}, `
			begin -> put 6h0m0s
			ok -> role t1
			ok -> keys t1
			401 -> put 6h0m0s in 10ms
			ok -> keys t2
			401 -> rejected after 5
			begin -> put 6h0m0s`},
		{"every request looks for a token", strategy.Strategy{Retry: again, Session: strategy.Session{Every: true, Retry: strategy.NoRetry{}, FallBack: strategy.On503}}, `
			begin -> put 6h0m0s
			503 -> role
			503 -> put 6h0m0s in 10ms
			503 -> role
			ok -> put 6h0m0s
			ok -> keys t1
			ok -> ok after 6`},
		{"a token that ends on the way is renewed", strategy.Strategy{Session: strategy.Session{TTL: time.Second, Every: true}}, `
			begin -> put 1s
			ok -> role t1
			1s
			ok -> put 1s
			ok -> keys t2
			ok -> ok after 4`},
		{"the name is asked for once", strategy.Strategy{Cache: strategy.TTL{For: minute}, Session: strategy.Session{NameOnce: true}}, `
			begin -> put 6h0m0s
			ok -> role t1
			ok -> keys t1
			ok -> ok after 3
			61s
			begin -> put 6h0m0s
			ok -> keys t2
			ok -> ok after 2`},
		{"the name is known without a cache", strategy.Strategy{Session: strategy.Session{NameOnce: true}}, `
			begin -> put 6h0m0s
			ok -> role t1
			ok -> keys t1
			ok -> ok after 3
			begin -> put 6h0m0s
			ok -> keys t2
			ok -> ok after 2`},
		{"a retry begins again", strategy.Strategy{Retry: &strategy.Backoff{Attempts: 2, On: strategy.OnDefault, Wait: strategy.Wait{Base: 10, Factor: 1}, Restart: true}}, `
			begin -> put 6h0m0s
			ok -> role t1
			503 -> put 6h0m0s in 10ns
			ok -> role t2
			ok -> keys t2
			503 -> error after 5`},
		{"one budget for all", strategy.Strategy{Retry: &strategy.Backoff{Attempts: 4, On: strategy.OnDefault, Wait: strategy.Wait{Base: 10, Factor: 1}, Shared: true}}, `
			begin -> put 6h0m0s
			ok -> role t1
			ok -> keys t1
			503 -> keys t1 in 10ns
			503 -> error after 4`},
		{"a leg has an end", strategy.Strategy{Retry: &strategy.Backoff{Attempts: 9, On: strategy.OnDefault, Wait: strategy.Wait{Base: 10 * time.Millisecond, Factor: 1}}, Timeouts: strategy.Timeouts{Leg: 20 * time.Millisecond}}, `
			begin -> put 6h0m0s
			503 -> put 6h0m0s in 10ms
			ok -> role t1
			503 -> sleep 7ms
			due -> timeout after 3`},
		{"the role's leg, with its token, and the next have their time each", strategy.Strategy{
			Retry: again, Timeouts: strategy.Timeouts{Leg: 20 * time.Millisecond},
		}, `
			begin -> put 6h0m0s
			ok -> role t1
			8ms
			ok -> keys t1
			8ms
			503 -> keys t1 in 10ms
			ok -> ok after 4`},
		{"a fallback comes after the last wait", strategy.Strategy{
			Session:  strategy.Session{Retry: &strategy.Backoff{Attempts: 1, On: strategy.On503, Wait: strategy.Wait{Base: 10 * time.Millisecond}, AfterLast: true}, FallBack: strategy.On503},
			Timeouts: strategy.Timeouts{Leg: 20 * time.Millisecond},
		}, `
			begin -> put 6h0m0s
			503 -> sleep 10ms
			due -> role`},
		{"and not if its leg is over by then", strategy.Strategy{
			Session:  strategy.Session{Retry: &strategy.Backoff{Attempts: 1, On: strategy.On503, Wait: strategy.Wait{Base: 30 * time.Millisecond}, AfterLast: true}, FallBack: strategy.On503},
			Timeouts: strategy.Timeouts{Leg: 20 * time.Millisecond},
		}, `
			begin -> put 6h0m0s
			503 -> sleep 19ms
			due -> error after 1`},
		{"each leg is sent twice by the HTTP library", strategy.Strategy{Resend: strategy.ResendIdempotent}, `
			begin -> put 6h0m0s
			timeout -> put 6h0m0s
			ok -> role t1
			timeout -> role t1
			timeout -> timeout after 4`},
		{"a leg that needed no retry earns one token", strategy.Strategy{Retry: again, Quota: strategy.Quota{Tokens: 10, Cost: 4}}, `
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
		{"a fallback earns none", strategy.Strategy{Retry: again, Quota: strategy.Quota{Tokens: 10, Cost: 4}, Session: strategy.Session{FallBack: strategy.On404}}, `
			begin -> put 6h0m0s
			503 -> put 6h0m0s in 10ms
			404 -> role
			ok -> keys
			503 -> keys in 10ms
			503 -> error after 5
			begin -> put 6h0m0s
			503 -> error after 1`},
		{"the quota pays for every leg", strategy.Strategy{Retry: again, Quota: strategy.Quota{Tokens: 7, Cost: 5}}, `
			begin -> put 6h0m0s
			503 -> put 6h0m0s in 10ms
			ok -> role t1
			503 -> role t1 in 10ms
			503 -> error after 4
			begin -> put 6h0m0s
			503 -> error after 1`},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) { strategytest.Play(t, strategytest.New(&r.s, false), r.script) })
	}
}

// A resource beyond those that have legs is a fetch of one request.
func TestFlowBesideLegs(t *testing.T) {
	m := strategytest.New(new(strategy.Strategy), false)
	m.BeginCall(&strategy.Call{Resource: uint32(len(strategytest.InstanceLegs))})
	if w := m.Call.Wants(); w != (strategy.Wants{Resource: m.Call.Resource}) {
		t.Errorf("got %+v", w)
	}
	if got := m.Answer(strategytest.Good(hour)); got != "ok after 1" {
		t.Errorf("got %q", got)
	}
}

// A client built for one call keeps no token for the next.
func TestFlowPerCall(t *testing.T) {
	strategytest.Play(t, strategytest.New(&strategy.Strategy{Session: strategy.Session{Keep: true, FallBack: strategy.On404, Sticky: strategy.On404}}, true), `
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
	s := strategy.Strategy{Session: strategy.Session{Keep: true, FallBack: strategy.On404}}
	m := &strategytest.Machine{Client: strategytest.Client(strategy.Clients{Strategy: &s, Legs: [][]strategy.Leg{{{Resource: 0, Token: true}}}})}
	for _, want := range []struct {
		status uint16
		step   string
	}{{200, "ok after 1"}, {404, "rejected after 1"}} {
		if got := m.BeginCall(new(strategy.Call)); got != "put 6h0m0s" {
			t.Fatalf("begins with %q", got)
		}
		if got := m.Answer(strategy.Outcome{Status: want.status}); got != want.step {
			t.Errorf("%d: got %q, want %q", want.status, got, want.step)
		}
	}
}

// A token that comes where none was asked for, as a target may send one, is not
// kept by a client that has nowhere to keep it.
func TestTokenWithoutFlow(t *testing.T) {
	s := strategy.Strategy{Session: strategy.Session{Keep: true}}
	m := &strategytest.Machine{Client: strategytest.Client(strategy.Clients{Strategy: &s, PerCall: true})}
	m.BeginCall(new(strategy.Call))
	if got := m.Answer(strategy.Outcome{Status: 200, Token: &strategy.SessionToken{Expires: time.Minute}}); got != "ok after 1" {
		t.Errorf("got %q", got)
	}
}

// Whoever shares no token and no name is worked through alone; what is kept is
// shared.
func TestFlowSolo(t *testing.T) {
	for _, r := range []struct {
		s    strategy.Session
		want bool
	}{{strategy.Session{}, true}, {strategy.Session{Keep: true}, false}, {strategy.Session{Sticky: strategy.On404}, false}, {strategy.Session{NameOnce: true}, false}} {
		if got := strategytest.New(&strategy.Strategy{Session: r.s}, false).Client.Solo(); got != r.want {
			t.Errorf("%+v: solo %v, want %v", r.s, got, r.want)
		}
	}
}

// TestFirst counts as first what a call asks for the first time: each leg of a
// fetch once, and nothing twice, whatever becomes of it.
func TestFirst(t *testing.T) {
	again := &strategy.Backoff{Attempts: 3, On: strategy.OnDefault | strategy.On401, Wait: strategy.Wait{Base: 10 * time.Millisecond, Factor: 1}}
	m := strategytest.New(&strategy.Strategy{Retry: again, Session: strategy.Session{Retry: again, Renew: true, Keep: true}}, false)
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
		var got string
		if step.reply == "" {
			got = m.Begin()
		} else {
			got = m.Answer(strategytest.Replies[step.reply])
		}
		if m.Step.Do == strategy.Send && m.Call.First() != step.first {
			t.Errorf("after %q (%s): got %v, want %v", step.reply, got, m.Call.First(), step.first)
		}
	}
	single := strategytest.New(&strategy.Strategy{Retry: again}, false)
	single.BeginCall(&strategy.Call{Resource: 1})
	if !single.Call.First() {
		t.Error("the first attempt of a fetch of one request is none")
	}
	if single.Answer(strategytest.Err503); single.Call.First() {
		t.Error("its second attempt is a first one")
	}
}
