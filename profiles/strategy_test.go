package profiles

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"tenement/internal/form"
	"tenement/internal/sdk"
	"tenement/internal/strategy"
)

// parseStrategy reads a strategy from YAML.
func parseStrategy(t *testing.T, text []byte) strategy.Strategy {
	t.Helper()
	n, errs := form.ParseYAML(form.NewSource("strategy.yaml", text), text)
	if len(errs) > 0 {
		t.Fatalf("%v\n%s", errs, text)
	}
	r := form.Reader{}
	c := strategyForm().Read(&r, n, "")
	if len(r.Errs) > 0 {
		t.Fatalf("%v\n%s", r.Errs, text)
	}
	return c.Strategy
}

// plainly makes of ways to say the same the one that the reader uses.
func plainly(s strategy.Strategy) strategy.Strategy {
	if s.FirstUse == 1 {
		s.FirstUse = 0
	}
	if s.Quota.TimeoutCost == s.Quota.Cost {
		s.Quota.TimeoutCost = 0
	}
	if s.Quota.ThrottleCost == s.Quota.Cost {
		s.Quota.ThrottleCost = 0
	}
	if _, none := s.Cache.(strategy.NoCache); none {
		s.Cache = nil
	}
	if _, none := s.Retry.(strategy.NoRetry); none {
		s.Retry = nil
	}
	if b, ok := s.Retry.(*strategy.Backoff); ok {
		c := *b
		c.Classes = slices.Clone(c.Classes)
		waits := []*strategy.Wait{&c.Wait}
		for i := range c.Classes {
			waits = append(waits, &c.Classes[i].Wait)
		}
		for _, w := range waits {
			if w.Factor == 0 && len(w.Waits) == 0 {
				w.Factor = doubling
			}
		}
		s.Retry = &c
	}
	return s
}

func TestRenderPresets(t *testing.T) {
	for _, p := range sdk.Presets() {
		t.Run(p.Name, func(t *testing.T) {
			var b bytes.Buffer
			if err := WriteStrategy(&b, p.Strategy); err != nil {
				t.Fatal(err)
			}
			if got, want := parseStrategy(t, b.Bytes()), plainly(p.Strategy); !reflect.DeepEqual(got, want) {
				t.Errorf("got  %+v\nwant %+v\nby way of\n%s", got, want, &b)
			}
		})
	}
}

func TestRenderGolden(t *testing.T) {
	var b bytes.Buffer
	for _, p := range sdk.Presets() {
		b.WriteString("# " + p.Name + "\n")
		if err := WriteStrategy(&b, p.Strategy); err != nil {
			t.Fatal(err)
		}
	}
	golden(t, "testdata/presets.yaml", b.Bytes())
}

// TestRenderEverything gives every field of a strategy random values, so that
// a field that the grammar forgets is noticed.
func TestRenderEverything(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		s := randomStrategy(random)
		s.FirstUse %= mostUses + 1
		for _, full := range []bool{false, true} {
			n := strategyForm().Write(strategyKeys{Strategy: s}, full)
			var b bytes.Buffer
			if err := n.WriteYAML(&b); err != nil {
				t.Fatal(err)
			}
			if got, want := parseStrategy(t, b.Bytes()), plainly(s); !reflect.DeepEqual(got, want) {
				t.Fatalf("got  %+v\nwant %+v\nby way of\n%s", got, want, b.Bytes())
			}
		}
	}
}

func randomStrategy(r *rand.Rand) strategy.Strategy {
	var s strategy.Strategy
	fill(r, reflect.ValueOf(&s).Elem())
	s.Session.TTL = s.Session.TTL.Round(time.Second)
	s.Session.FallBack = strategy.Conditions(r.IntN(1 << 20))
	s.Session.Sticky = strategy.Conditions(r.IntN(1 << 20))
	s.Session.Sticky &^= s.Session.Sticky.Outside(s.Session.FallBack) // is refused
	s.Session.OneUse = s.Session.OneUse && !s.Session.Keep
	if r.IntN(2) == 0 {
		s.Session.Retry = strategy.NoRetry{}
	}
	if s.Connections.PerRequest {
		s.Connections = strategy.Connections{PerRequest: true}
	}
	switch s.Resend.On = []strategy.Conditions{0, strategy.OnReset, strategy.OnResponseTimeout, strategy.OnResponseTimeout | strategy.OnReset}[r.IntN(4)]; {
	case s.Resend.On == 0:
		s.Resend = strategy.Resend{}
	case s.Resend.Kept:
		s.Resend.Times = 0
	case s.Resend.Times == 0:
		s.Resend.Times = 1
	}
	s.Door = randomDoor(r)
	s.Scope = strategy.Scope(r.IntN(3))
	for range r.IntN(3) {
		s.Negative.Classes = append(s.Negative.Classes, strategy.NegativeClass{On: 1 << len(s.Negative.Classes), For: time.Second})
	}
	s.Flight.Kind = strategy.FlightKind(r.IntN(3))
	if s.Flight.Kind == strategy.Each {
		s.Flight = strategy.Flight{} // nobody waits
	}
	if s.Scope == strategy.PerHost {
		s.Flight.Kind = strategy.Join
		s.Flight.MaxWait, s.Flight.FirstEach = 0, false
	}
	s.Flight.LookAgain = s.Flight.LookAgain && s.Flight.Kind == strategy.Join
	s.Flight.WaitersRefresh = s.Flight.WaitersRefresh && s.Flight.Kind == strategy.Serial
	if s.Quota.Tokens == 0 {
		s.Quota = strategy.Quota{}
	}
	switch r.IntN(5) {
	case 0:
		s.Cache = nil
	case 1:
		s.Cache = strategy.NoCache{}
	case 2:
		s.Cache, s.Scope, s.Negative = strategy.Static{}, strategy.PerProcess, strategy.Negative{}
	case 3:
		var c strategy.TTL
		fill(r, reflect.ValueOf(&c).Elem())
		c.For++
		s.Cache = c
	case 4:
		var c strategy.Refresh
		fill(r, reflect.ValueOf(&c).Elem())
		c.Mandatory = min(c.Mandatory, c.Window)
		c.Jitter = float64(r.IntN(11)) / 10
		if c.JitterTo > 0 {
			c.Jitter = 0
		}
		if c.Latest > 0 {
			c.Earliest = min(c.Earliest, c.Latest)
		}
		c.LatestAgain = c.LatestAgain && c.Latest > 0 && c.Mandatory == 0 && !c.Behind && c.Share == 0 && len(c.Windows) == 0
		if x := &c.Extend; x.Least > x.Most || x.Most == 0 {
			*x = strategy.Extension{}
		} else {
			x.Defer, x.On = strategy.Defer(r.IntN(3)), strategy.Conditions(r.IntN(1<<20))
			if x.Cap = max(x.Cap, x.Most); x.Factor == 0 {
				x.Cap = 0
			}
		}
		if x := &c.ExtendOld; x.Least > x.Most || x.Most == 0 {
			*x = strategy.OldExtension{}
		} else if x.Defer = strategy.Defer(r.IntN(3)); x.Defer != strategy.DeferAll {
			x.Early = false // is refused
		}
		s.Cache = &c
	}
	switch s.Cache.(type) {
	case strategy.TTL, *strategy.Refresh:
	default:
		s.Early, s.Sidecar = strategy.Early{}, strategy.Sidecar{} // nothing is kept
	}
	if !s.Sidecar.On || s.Scope == strategy.PerProcess || s.Flight.Kind == strategy.Each {
		s.Sidecar = strategy.Sidecar{}
	}
	if s.Early.Beta == 0 {
		s.Early = strategy.Early{}
	}
	switch r.IntN(4) {
	case 0:
		s.Retry = nil
	case 1:
		s.Retry = strategy.NoRetry{}
	default:
		var b strategy.Backoff
		fill(r, reflect.ValueOf(&b).Elem())
		b.Attempts++
		b.On = strategy.Conditions(1 + r.IntN(1<<20-1))
		b.Wait = randomWait(r)
		left := strategy.Conditions(1<<20 - 1) // what no class has yet
		for range r.IntN(3) {
			on := strategy.Conditions(1 + r.IntN(1<<20-1))
			if on&left == 0 {
				break // is refused
			}
			left &^= on
			b.Classes = append(b.Classes, strategy.Class{On: on, Wait: randomWait(r)})
		}
		switch b.RetryAfter.Use = strategy.RetryAfterUse(r.IntN(4)); b.RetryAfter.Use {
		case strategy.IgnoreRetryAfter:
			b.RetryAfter = strategy.RetryAfter{}
		case strategy.Added, strategy.Instead:
			b.RetryAfter.Within = 0
		}
		b.OtherLinkOn = strategy.Conditions(r.IntN(1 << 20))
		s.Retry = &b
	}
	return s
}

// randomWait is a wait that grows, or a list.
func randomWait(r *rand.Rand) (w strategy.Wait) {
	fill(r, reflect.ValueOf(&w).Elem())
	w.Jitter = strategy.Jitter(r.IntN(4))
	w.Factor = []float64{0, 1, 1.2, 2, 3}[r.IntN(5)]
	if w.Cap > 0 {
		w.Cap += w.Base
	}
	w.CapExact = w.CapExact && w.Cap > 0
	if len(w.Waits) > 0 {
		w.Base, w.Cap, w.Factor, w.CapExact, w.Jitter = 0, 0, 0, false, min(w.Jitter, strategy.EqualJitter)
	}
	return w
}

// fill gives every field a value, half of them the zero value. A field of a
// kind that it does not know stops the test, so that somebody looks at it.
func fill(r *rand.Rand, v reflect.Value) {
	for i := range v.NumField() {
		f := v.Field(i)
		if r.IntN(2) == 0 {
			continue
		}
		switch f.Interface().(type) {
		case time.Duration:
			f.SetInt(int64(r.IntN(5000)) * int64(time.Millisecond))
		case int:
			f.SetInt(int64(1 + r.IntN(100)))
		case bool:
			f.SetBool(true)
		case strategy.RetryHeader:
			f.SetUint(uint64(r.IntN(3)))
		case float64:
			f.SetFloat(1)
		case []strategy.LifeWindow:
			f.Set(reflect.ValueOf([]strategy.LifeWindow{{Below: time.Minute, Window: time.Hour}, {Below: time.Hour}}))
		case strategy.Hedge:
			f.Set(reflect.ValueOf(strategy.Hedge{After: time.Duration(1 + r.IntN(5000)), Copies: []int{0, 3, 10}[r.IntN(3)]}))
		case []time.Duration:
			f.Set(reflect.ValueOf([]time.Duration{0, time.Duration(r.IntN(5000)) * time.Millisecond}))
		case string, strategy.Wait, strategy.Scope, strategy.FlightKind, strategy.Jitter, strategy.RetryAfterUse, strategy.Defer, strategy.Conditions, strategy.Cache, strategy.Retry, []strategy.Class, []strategy.NegativeClass, strategy.Door, nil:
		case strategy.Flight, strategy.Quota, strategy.Timeouts, strategy.Session, strategy.Extension, strategy.OldExtension, strategy.RetryAfter, strategy.Connections, strategy.Resend,
			strategy.Negative, strategy.Early, strategy.Sidecar:
			fill(r, f)
		default:
			panic("a field of type " + f.Type().String() + " is new")
		}
	}
	if q, ok := v.Addr().Interface().(*strategy.Quota); ok && q.Tokens > 0 {
		q.Cost = max(q.Cost, 1)
	}
}

func TestStrategyGrammar(t *testing.T) {
	backoff := func(b strategy.Backoff) strategy.Strategy { return strategy.Strategy{Retry: &b} }
	tests := []struct {
		text string
		want strategy.Strategy
	}{
		{"{}", strategy.Strategy{}},
		{"{cache: none, flight: each, retry: none, quota: none}", strategy.Strategy{}},
		{"{cache: static}", strategy.Strategy{Cache: strategy.Static{}}},
		{"{cache: {ttl: 5m}}", strategy.Strategy{Cache: strategy.TTL{For: 5 * time.Minute}}},
		{"{cache: {ttl: 1d, stale_on_error: 1d12h, scope: task}}", strategy.Strategy{
			Cache: strategy.TTL{For: form.Day, StaleOnError: 36 * time.Hour}, Scope: strategy.PerTask,
		}},
		{"{cache: {refresh: {}}}", strategy.Strategy{Cache: &strategy.Refresh{}}},
		{"{cache: {refresh: {window: 5m, jitter: 20%, mode: behind}, stale_on_error: 1h}}", strategy.Strategy{
			Cache: &strategy.Refresh{Window: 5 * time.Minute, Jitter: 0.2, Behind: true, StaleOnError: time.Hour},
		}},
		{"{cache: {refresh: {window: 1h, windows: [{below: 20m, window: 5m}, {below: 90m, window: 15m}], mandatory: 1m, jitter_to: 2m, extend: {least: 5m, most: 10m, defer: attempts, past: 1h}}}}", strategy.Strategy{
			Cache: &strategy.Refresh{
				Window: time.Hour, Mandatory: time.Minute, JitterTo: 2 * time.Minute,
				Windows: []strategy.LifeWindow{{Below: 20 * time.Minute, Window: 5 * time.Minute}, {Below: 90 * time.Minute, Window: 15 * time.Minute}},
				Extend:  strategy.Extension{Least: 5 * time.Minute, Most: 10 * time.Minute, Defer: strategy.DeferAttempts, Past: time.Hour},
			},
		}},
		{"{cache: {refresh: {share: 0.5, earliest: 5m, latest: 1h, extend: {least: 1ms, most: 100ms, factor: 2, cap: 10s, defer: mandatory}}}}", strategy.Strategy{
			Cache: &strategy.Refresh{
				Share: 0.5, Earliest: 5 * time.Minute, Latest: time.Hour,
				Extend: strategy.Extension{Least: time.Millisecond, Most: 100 * time.Millisecond, Factor: 2, Cap: 10 * time.Second, Defer: strategy.DeferMandatory},
			},
		}},
		{"{cache: {ttl: 1m, jitter: 20%, early: 1}}", strategy.Strategy{Cache: strategy.TTL{For: time.Minute, Jitter: 0.2}, Early: strategy.Early{Beta: 1}}},
		{"{cache: {refresh: {}, early: {beta: 2.5, least: 50ms}}}", strategy.Strategy{
			Cache: &strategy.Refresh{}, Early: strategy.Early{Beta: 2.5, Least: 50 * time.Millisecond},
		}},
		{"{cache: {negative: 2s}}", strategy.Strategy{Negative: strategy.Negative{For: 2 * time.Second}}},
		{"{cache: {ttl: 1m, negative: {for: 0s, jitter: 30%, classes: [{on: [404], for: 1m}]}}}", strategy.Strategy{
			Cache:    strategy.TTL{For: time.Minute},
			Negative: strategy.Negative{Jitter: 0.3, Classes: []strategy.NegativeClass{{On: strategy.On404, For: time.Minute}}},
		}},
		{"{cache: {ttl: 1m, scope: host}, flight: join}", strategy.Strategy{Cache: strategy.TTL{For: time.Minute}, Scope: strategy.PerHost, Flight: strategy.Flight{Kind: strategy.Join}}},
		{"{cache: {scope: task}}", strategy.Strategy{Scope: strategy.PerTask}},
		{"{flight: join}", strategy.Strategy{Flight: strategy.Flight{Kind: strategy.Join}}},
		{"{flight: {serial: {max_wait: 5s, first: each}}}", strategy.Strategy{
			Flight: strategy.Flight{Kind: strategy.Serial, MaxWait: 5 * time.Second, FirstEach: true},
		}},
		{"{flight: {join: {look_again: true}}}", strategy.Strategy{Flight: strategy.Flight{Kind: strategy.Join, LookAgain: true}}},
		{"{retry: {fixed: {wait: 1s, attempts: 3}}}", backoff(strategy.Backoff{
			Attempts: 3, On: strategy.OnDefault, Wait: strategy.Wait{Base: time.Second, Factor: 1},
		})},
		{"{retry: {exponential: {base: 100ms, cap: 5s, jitter: full, attempts: 5}}}", backoff(strategy.Backoff{
			Attempts: 5, On: strategy.OnDefault, Wait: strategy.Wait{Base: 100 * time.Millisecond, Cap: 5 * time.Second, Factor: 2, Jitter: strategy.FullJitter},
		})},
		{"{retry: {exponential: {base: 0s, attempts: 1}, retry_on: [4xx, 503, response_timeout], retry_after: honour}}", backoff(strategy.Backoff{
			Attempts: 1, On: strategy.OnAny4xx | strategy.On503 | strategy.OnResponseTimeout, Wait: strategy.Wait{Factor: 2}, RetryAfter: strategy.RetryAfter{Use: strategy.AtLeast},
		})},
		{"{retry: {listed: {waits: [0s, 2s], attempts: 3, spread: 50ms}}}", backoff(strategy.Backoff{
			Attempts: 3, On: strategy.OnDefault, Wait: strategy.Wait{Waits: []time.Duration{0, 2 * time.Second}, Spread: 50 * time.Millisecond},
		})},
		{"{retry: {exponential: {base: 50ms, cap: 20s, cap_exact: true, attempts: 3}, classes: [{on: [429], base: 1s, jitter: full}, {on: [5xx], waits: [1s]}]}}", backoff(strategy.Backoff{
			Attempts: 3, On: strategy.OnDefault, Wait: strategy.Wait{Base: 50 * time.Millisecond, Cap: 20 * time.Second, CapExact: true, Factor: 2},
			Classes: []strategy.Class{
				{On: strategy.On429, Wait: strategy.Wait{Base: time.Second, Factor: 2, Jitter: strategy.FullJitter}},
				{On: strategy.OnAny5xx, Wait: strategy.Wait{Waits: []time.Duration{time.Second}}},
			},
		})},
		{"{retry: {fixed: {wait: 0s, attempts: 2}, retry_after: {use: at_least, within: 5s, header: x-amz-retry-after}}}", backoff(strategy.Backoff{
			Attempts: 2, On: strategy.OnDefault, Wait: strategy.Wait{Factor: 1},
			RetryAfter: strategy.RetryAfter{Use: strategy.AtLeast, Within: 5 * time.Second, Header: strategy.AmzHeader},
		})},
		{"{retry: {fixed: {wait: 1s, attempts: 2}, retry_after: {use: instead, most: 30s}}}", backoff(strategy.Backoff{
			Attempts: 2, On: strategy.OnDefault, Wait: strategy.Wait{Base: time.Second, Factor: 1},
			RetryAfter: strategy.RetryAfter{Use: strategy.Instead, Most: 30 * time.Second},
		})},
		{"{quota: {tokens: 500, cost: 14, throttle_cost: 5, timeout_cost: 14}}", strategy.Strategy{Quota: strategy.Quota{Tokens: 500, Cost: 14, ThrottleCost: 5}}},
		{"{quota: {tokens: 500, cost: 5}}", strategy.Strategy{Quota: strategy.Quota{Tokens: 500, Cost: 5}}},
		{"{resend: false, connections: {}}", strategy.Strategy{}},
		{"{resend: true, connections: per-request}", strategy.Strategy{
			Resend: strategy.ResendIdempotent, Connections: strategy.Connections{PerRequest: true},
		}},
		{"{resend: kept, connections: {keep: 10, idle: 90s}}", strategy.Strategy{
			Resend: strategy.ResendKept, Connections: strategy.Connections{Keep: 10, Idle: 90 * time.Second},
		}},
		{"{resend: {kept: true, put: true}}", strategy.Strategy{Resend: strategy.Resend{On: strategy.OnReset, Kept: true, Put: true}}},
		{"{resend: {on: [response_timeout]}}", strategy.Strategy{Resend: strategy.Resend{On: strategy.OnResponseTimeout, Times: 1}}},
		{"{resend: {times: 2}}", strategy.Strategy{
			Resend: strategy.Resend{On: strategy.OnResponseTimeout | strategy.OnReset, Times: 2},
		}},
		{"{timeouts: {connect: 1s, call: none}}", strategy.Strategy{Timeouts: strategy.Timeouts{Connect: time.Second}}},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			if got := parseStrategy(t, []byte(test.text)); !reflect.DeepEqual(got, test.want) {
				t.Errorf("got  %+v\nwant %+v", got, test.want)
			}
		})
	}
}

func TestPresetParts(t *testing.T) {
	preset, _, _ := sdk.Named("botocore")
	got := parseStrategy(t, []byte("{retry: none, preset: botocore, timeouts: {connect: 3s}}"))
	want := preset.Strategy
	want.Retry, want.Timeouts = nil, strategy.Timeouts{Connect: 3 * time.Second}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}
