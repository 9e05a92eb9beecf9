package strategy_test

import (
	"testing"
	"time"

	"tenement/internal/strategy"
	"tenement/internal/strategy/strategytest"
)

// keeping is a client of a server that keeps an idle connection for a minute. What
// it knows of restarts is in order.
func keeping(s strategy.Strategy, perCall bool, restarts ...time.Duration) *strategy.Client {
	return strategytest.Client(strategy.Clients{
		Strategy: &s, PerCall: perCall, Legs: strategytest.InstanceLegs,
		Methods: []strategy.Method{3: strategy.Post}, KeepAlive: minute, Restarts: restarts,
	})
}

var (
	refusal = reply(strategytest.Refused)
	broken  = reply(strategytest.Reset)
	slow    = reply(strategytest.ReadTimeout)
	half    = reply(strategytest.Truncated)

	onceMore = &strategy.Backoff{Attempts: 2, On: strategy.OnAnyStatus | strategy.OnTimeout | strategy.OnConnection, Wait: strategy.Wait{Base: 10, Factor: 1}}
)

// An attempt is sent again at once, with no wait before it, if its connection was
// kept and broke; a retry waits 10 ns.
func TestResendOnKeptConnections(t *testing.T) {
	likeGo := strategy.Strategy{Retry: onceMore, Resend: strategy.ResendKept}
	with := func(c strategy.Connections) strategy.Strategy {
		return strategy.Strategy{Retry: onceMore, Resend: strategy.ResendKept, Connections: c}
	}
	for name, test := range map[string]struct {
		client *strategy.Client
		rows   []row
	}{
		"a fresh connection that breaks is a failure": {keeping(likeGo, false), []row{
			{0, "a", nil, "send"},
			{1, "a", broken, "send in 10ns"},
			{12, "a", broken, "reset fetched"},
		}},
		"one that an answer has left is not, and a fresh one follows it": {keeping(likeGo, false), []row{
			{0, "a", nil, "send"},
			{1, "a", success, "ok fetched"},
			{2, "b", nil, "send"},
			{3, "b", broken, "send"},
			{4, "b", broken, "send in 10ns"},
			{15, "b", broken, "reset fetched"},
		}},
		"again for each further kept connection": {keeping(likeGo, false), []row{
			{0, "a", nil, "send"},
			{0, "b", nil, "send"},
			{1, "a", success, "ok fetched"},
			{2, "b", success, "ok fetched"},
			{3, "c", nil, "send"},
			{4, "c", broken, "send"},
			{5, "c", broken, "send"},
			{6, "c", broken, "send in 10ns"},
			{17, "c", success, "ok fetched"},
		}},
		"a refusal leaves its connection, as every whole answer does": {keeping(likeGo, false), []row{
			{0, "a", nil, "send"},
			{1, "a", failure, "send in 10ns"},
			{12, "a", broken, "send"},
			{13, "a", success, "ok fetched"},
		}},
		"no answer, and half of one, are not resent, and end the connection": {keeping(likeGo, false), []row{
			{0, "a", nil, "send"},
			{1, "a", success, "ok fetched"},
			{2, "b", nil, "send"},
			{3, "b", slow, "send in 10ns"},
			{14, "b", broken, "reset fetched"},
			{20, "c", nil, "send"},
			{21, "c", success, "ok fetched"},
			{22, "d", nil, "send"},
			{23, "d", half, "send in 10ns"},
			{34, "d", broken, "reset fetched"},
		}},
		"where one is refused, none is left": {keeping(likeGo, false), []row{
			{0, "a", nil, "send"},
			{0, "b", nil, "send"},
			{1, "a", success, "ok fetched"},
			{2, "b", success, "ok fetched"},
			{3, "c", nil, "send"},
			{4, "c", refusal, "send in 10ns"},
			{15, "c", broken, "reset fetched"},
		}},
		"the client takes the connection when it sends, not when it begins to wait": {keeping(likeGo, false), []row{
			{0, "a", nil, "send"},
			{1, "a", failure, "send in 10ns"}, // at 11
			{2, "b", nil, "send"},             // takes the connection
			{12, "a", broken, "reset fetched"},
			{13, "b", success, "ok fetched"},
			{14, "c", nil, "send"},
			{15, "c", slow, "send in 10ns"}, // at 25
			{20, "d", nil, "send"},
			{24, "d", success, "ok fetched"}, // leaves one
			{26, "c", broken, "send"},
		}},
		"a server that closes each keeps none": {strategytest.Fresh(&likeGo), []row{
			{0, "a", nil, "send"},
			{1, "a", success, "ok fetched"},
			{2, "b", nil, "send"},
			{3, "b", broken, "send in 10ns"},
		}},
		"a client that makes one per request has none": {keeping(with(strategy.Connections{PerRequest: true}), false), []row{
			{0, "a", nil, "send"},
			{1, "a", success, "ok fetched"},
			{2, "b", nil, "send"},
			{3, "b", broken, "send in 10ns"},
		}},
		"it keeps so many": {keeping(with(strategy.Connections{Keep: 1}), false), []row{
			{0, "a", nil, "send"},
			{0, "b", nil, "send"},
			{1, "a", success, "ok fetched"},
			{2, "b", success, "ok fetched"},
			{3, "c", nil, "send"},
			{4, "c", broken, "send"},
			{5, "c", broken, "send in 10ns"},
		}},
		"and those it has lost do not count": {keeping(with(strategy.Connections{Keep: 1, Idle: 5}), false), []row{
			{0, "a", nil, "send"},
			{0, "b", nil, "send"},
			{1, "a", success, "ok fetched"},
			{6, "b", success, "ok fetched"},
			{7, "c", nil, "send"},
			{8, "c", broken, "send"},
		}},
		"the client gives up what is idle for too long": {keeping(with(strategy.Connections{Idle: 5}), false), []row{
			{0, "a", nil, "send"},
			{1, "a", success, "ok fetched"},
			{5, "b", nil, "send"},
			{6, "b", broken, "send"},
			{7, "b", success, "ok fetched"},
			{12, "c", nil, "send"},
			{13, "c", broken, "send in 10ns"},
		}},
		"and so does the server": {keeping(with(strategy.Connections{Idle: hour}), false), []row{
			{0, "a", nil, "send"},
			{1, "a", success, "ok fetched"},
			{minute, "b", nil, "send"},
			{minute + 1, "b", broken, "send"},
			{minute + 2, "b", success, "ok fetched"},
			{2*minute + 2, "c", nil, "send"},
			{2*minute + 3, "c", broken, "send in 10ns"},
		}},
		"a restart closes them": {keeping(likeGo, false, 2, 10), []row{
			{0, "a", nil, "send"},
			{1, "a", success, "ok fetched"},
			{2, "b", nil, "send"},
			{3, "b", broken, "send in 10ns"},
			{14, "b", success, "ok fetched"},
			{15, "c", nil, "send"},
			{16, "c", broken, "send"},
		}},
		"a call's own client begins with none, and keeps one": {keeping(likeGo, true, 50), []row{
			{0, "a", nil, "send"},
			{1, "a", success, "ok fetched"},
			{2, "b", nil, "send"},
			{3, "b", broken, "send in 10ns"},
			{14, "b", broken, "reset fetched"},
			{20, "c", nil, "send"},
			{21, "c", failure, "send in 10ns"},
			{32, "c", broken, "send"},
			{33, "c", broken, "reset fetched"},
			{41, "d", nil, "send"},
			{42, "d", failure, "send in 10ns"}, // after the restart
			{53, "d", broken, "reset fetched"},
		}},
	} {
		t.Run(name, func(t *testing.T) { runOn(t, test.client, test.rows) })
	}
}

// Which requests a library sends again depends on their method.
func TestResendByMethod(t *testing.T) {
	again := &strategy.Backoff{Attempts: 2, On: strategy.OnDefault, Wait: strategy.Wait{Base: time.Second, Factor: 1}}
	for name, test := range map[string]struct {
		resend strategy.Resend
		script string
	}{
		"Go: a GET, never a PUT": {strategy.ResendKept, `
			begin -> put 6h0m0s
			503 -> put 6h0m0s in 1s
			reset -> reset after 2
			begin -> put 6h0m0s
			ok -> role t1
			reset -> role t1
			ok -> keys t1
			reset -> keys t1
			reset -> keys t1 in 1s`},
		"Ruby: both, once, whatever the connection": {strategy.ResendIdempotent, `
			begin -> put 6h0m0s
			reset -> put 6h0m0s
			timeout -> put 6h0m0s in 1s
			ok -> role t1
			timeout -> role t1
			reset -> role t1 in 1s
			truncated -> truncated after 6`},
		"twice in a row": {strategy.Resend{On: strategy.OnReset, Times: 2}, `
			begin -> put 6h0m0s
			ok -> role t1
			reset -> role t1
			reset -> role t1
			reset -> role t1 in 1s
			reset -> role t1`},
	} {
		t.Run(name, func(t *testing.T) {
			strategytest.Play(t, &strategytest.Machine{Client: keeping(strategy.Strategy{Retry: again, Resend: test.resend}, false)}, test.script)
		})
	}
	t.Run("what is no idempotent request is not sent again", func(t *testing.T) {
		c := keeping(strategy.Strategy{Retry: again, Resend: strategy.ResendIdempotent}, false)
		k := &strategy.Call{Resource: 3}
		c.Begin(0, k)
		if step := c.Resume(1, k, *broken); step.For != time.Second || k.Resent() {
			t.Errorf("got a request after %v, resent %v; want a retry after 1s", step.For, k.Resent())
		}
	})
}

// An observer is told which attempts the library has sent again.
func TestResent(t *testing.T) {
	c := keeping(strategy.Strategy{Retry: onceMore, Resend: strategy.ResendKept}, false)
	k := new(strategy.Call)
	c.Begin(0, k)
	for i, step := range []struct {
		e    *strategy.Event
		want bool
	}{{failure, false}, {broken, true}, {broken, false}} {
		if c.Resume(time.Duration(20*(i+1)), k, *step.e); k.Resent() != step.want {
			t.Errorf("after outcome %d: got %v, want %v", i, k.Resent(), step.want)
		}
	}
}

// Connections cost no memory per attempt.
func TestConnectionsDoNotAllocate(t *testing.T) {
	c := strategytest.Client(strategy.Clients{ // without legs, as no walk is made
		Strategy: &strategy.Strategy{Retry: onceMore, Resend: strategy.ResendKept}, KeepAlive: minute,
	})
	now := time.Duration(0)
	k := new(strategy.Call)
	got := testing.AllocsPerRun(100, func() {
		*k = strategy.Call{}
		c.Begin(now, k)
		now += 20
		c.Resume(now, k, *failure)
		now += 20
		c.Resume(now, k, *success)
	})
	if got > 0 {
		t.Errorf("got %v allocations per call, want 0", got)
	}
}
