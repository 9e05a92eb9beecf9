package strategy_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tenement/internal/strategy"
	"tenement/internal/strategy/strategytest"
)

// variant is a strategy in which one field is set that is not in its base.
type variant struct {
	field string
	strategy.Strategy
}

// caches and retries are every implementation, which implementations proves.
var (
	caches  = []strategy.Cache{strategy.NoCache{}, strategy.Static{}, strategy.TTL{For: time.Hour}, &strategy.Refresh{Window: time.Hour}}
	retries = []strategy.Retry{strategy.NoRetry{}, &strategy.Backoff{Attempts: 3, On: strategy.OnDefault}}
)

// variants are strategies with every field set in turn, those of structs and of
// implementations included. A field of a type that it cannot set fails the test.
func variants(t *testing.T, base strategy.Strategy) []variant {
	var all []variant
	set(t, "Strategy", reflect.ValueOf(&base).Elem(), func(field string) { all = append(all, variant{field, base}) })
	return all
}

// set sets the fields of v in turn, calls each while one is set, and sets it
// back.
func set(t *testing.T, path string, v reflect.Value, each func(field string)) {
	old := reflect.ValueOf(v.Interface())
	if !old.IsValid() {
		old = reflect.Zero(v.Type())
	}
	try := func(value any, of string) {
		v.Set(reflect.ValueOf(value).Convert(v.Type()))
		each(of)
		v.Set(old)
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				set(t, path+"."+v.Type().Field(i).Name, v.Field(i), each)
			}
		}
	case reflect.Bool:
		try(true, path)
	case reflect.Int:
		try(50, path+" = 50")
		fallthrough
	case reflect.Uint8:
		try(2, path+" = 2")
		try(1, path+" = 1")
	case reflect.Uint32:
		try(^uint32(0), path)
	case reflect.Float64:
		try(1.5, path)
	case reflect.Int64:
		try(700*time.Millisecond, path)
	case reflect.Slice:
		one := reflect.New(v.Type().Elem()).Elem()
		put := func(field string) { try(reflect.Append(reflect.Zero(v.Type()), one).Interface(), field) }
		put(path + "[0]")
		set(t, path+"[0]", one, put)
	case reflect.Interface:
		var implementations []any
		switch v.Type() {
		case reflect.TypeFor[strategy.Cache]():
			for _, c := range caches {
				implementations = append(implementations, c)
			}
		case reflect.TypeFor[strategy.Retry]():
			for _, r := range retries {
				implementations = append(implementations, r)
			}
		default:
			t.Fatalf("%s is a %s: say here which implementations there are", path, v.Type())
		}
		for _, one := range implementations {
			inner := reflect.ValueOf(one)
			name := fmt.Sprintf("%s.(%T)", path, one)
			pointer := inner.Kind() == reflect.Pointer
			if pointer {
				inner = inner.Elem()
			}
			copied := reflect.New(inner.Type())
			copied.Elem().Set(inner)
			put := func(field string) {
				fresh := reflect.New(inner.Type())
				fresh.Elem().Set(copied.Elem())
				if !pointer {
					fresh = fresh.Elem()
				}
				v.Set(fresh)
				each(field)
				v.Set(old)
			}
			put(name)
			set(t, name, copied.Elem(), put)
		}
	default:
		t.Fatalf("%s is a %s, which this test cannot set: teach it", path, v.Type())
	}
}

// TestImplementationsAreKnown finds every Cache and every Retry of the package.
func TestImplementationsAreKnown(t *testing.T) {
	var known []string
	for _, c := range caches {
		known = append(known, strings.TrimLeft(fmt.Sprintf("%T", c), "*"))
	}
	for _, r := range retries {
		known = append(known, strings.TrimLeft(fmt.Sprintf("%T", r), "*"))
	}
	packages, err := parser.ParseDir(token.NewFileSet(), ".", nil, 0) //nolint:staticcheck // syntax is enough
	if err != nil {
		t.Fatal(err)
	}
	for path, file := range packages["strategy"].Files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv == nil || f.Name.Name != "Lookup" && f.Name.Name != "Next" {
				continue
			}
			receiver := f.Recv.List[0].Type
			if star, ok := receiver.(*ast.StarExpr); ok {
				receiver = star.X
			}
			name := "strategy." + receiver.(*ast.Ident).Name
			if !slices.Contains(known, name) {
				t.Errorf("%s has a method %s, and this test does not know it", name, f.Name.Name)
			}
		}
	}
}

// TestSoloIsTheWholeMachine sets every field of a strategy in turn. Where Solo
// says that calls share nothing, its shortcut takes the steps that the whole
// machine takes, call after call, whatever is answered. A field with which calls
// do share something, and which Solo does not know, fails here.
func TestSoloIsTheWholeMachine(t *testing.T) {
	again := &strategy.Backoff{Attempts: 3, On: strategy.OnAnyStatus | strategy.OnTimeout, Wait: strategy.Wait{Base: 10 * time.Millisecond, Cap: time.Second, Jitter: strategy.FullJitter}}
	bases := map[string]strategy.Strategy{
		"the zero strategy":    {},
		"with retries":         {Retry: again, Session: strategy.Session{Retry: again, TTL: time.Hour}},
		"with fall-backs":      {Retry: again, Session: strategy.Session{FallBack: strategy.OnAny4xx, Renew: true}},
		"with costs of quotas": {Retry: again, Quota: strategy.Quota{Cost: 1}},
		"with a cache of keys": {Retry: again, Flight: strategy.Flight{MaxWait: time.Second}},
		"with two uses":        {Retry: again, FirstUse: 2, Cache: &strategy.Refresh{Window: time.Hour, EmptyOnError: true}, Session: strategy.Session{Renew: true}},
		"with advisory uses":   {Retry: again, FirstUse: 3, Cache: &strategy.Refresh{Window: time.Hour, Mandatory: 10 * time.Minute, Extend: strategy.Extension{Least: time.Minute, Most: time.Hour, On: strategy.On404}}},
		"with gates": {
			Retry: &strategy.Backoff{Attempts: 3, On: strategy.OnAnyStatus, Wait: strategy.Wait{Waits: []time.Duration{0, time.Second}}, Classes: []strategy.Class{{On: strategy.On429, Wait: strategy.Wait{Base: time.Second, Spread: time.Second}}}}, FirstUse: 3,
			Cache: &strategy.Refresh{
				Windows: []strategy.LifeWindow{{Below: 10 * minute, Window: hour}, {Below: hour, Window: 15 * minute}}, Mandatory: 5 * minute, Latest: 5 * hour, JitterTo: minute,
				Extend:    strategy.Extension{Least: time.Minute, Most: hour, Factor: 2, Cap: 3 * hour, Defer: strategy.DeferAttempts},
				ExtendOld: strategy.OldExtension{Least: minute, Most: hour, Defer: strategy.DeferMandatory},
			},
			Timeouts: strategy.Timeouts{Fetch: 3 * time.Second}, Session: strategy.Session{Timeout: time.Second},
		},
		"with resends":    {Retry: again, Resend: strategy.ResendKept},
		"with idle times": {Retry: &strategy.Backoff{Attempts: 4, On: strategy.OnDefault, Wait: strategy.Wait{Base: time.Second}}, Resend: strategy.ResendKept, FirstUse: 2, Cache: &strategy.Refresh{Window: time.Hour}, Connections: strategy.Connections{Idle: time.Second}},
		"with names":      {Retry: again, FirstUse: 2, Cache: &strategy.Refresh{Window: time.Hour}, Session: strategy.Session{NameOnce: true, Keep: true}},
	}
	for name, base := range bases {
		solo := 0
		for _, v := range variants(t, base) {
			for _, legs := range [][][]strategy.Leg{nil, strategytest.InstanceLegs} {
				for _, perCall := range []bool{false, true} {
					c := strategy.Clients{Strategy: &v.Strategy, PerCall: perCall, Legs: legs, KeepAlive: hour, Restarts: []time.Duration{minute + 2*time.Second}}
					if soloIsWhole(t, c, name+", "+v.field) {
						solo++
					}
				}
			}
		}
		if solo < 20 {
			t.Errorf("%s: got %d clients that share nothing, too few to have tested anything", name, solo)
		}
	}
}

// soloIsWhole compares the calls of a solo client with those of the whole
// machine, of one client or, where each call has its own, of several; and with
// those of a client that has made no call yet, which must not differ. It reports
// whether the client is solo.
func soloIsWhole(t *testing.T, clients strategy.Clients, name string) bool {
	short := strategytest.Client(clients)
	if !short.Solo() {
		return false
	}
	clients.PerCall = false
	whole := strategytest.Client(clients)
	scripts := []string{"ok ok soon ok", "ok ok soon 429", "ok ok near 429", "soon 404", "soon soon ok", "expired", "expired ok", "ok ok expired", "ok 404 ok ok", "ok ok 404 ok ok", "truncated ok", "ok truncated 404", "429 reset reset ok", "ok reset 503 reset ok", "503 503 reset", "reset 404 reset reset", "ok", "429 ok", "timeout 401 ok", "404", "empty", "401 401 ok", "503 malformed 405 ok", "400 403 ok", "429", "503"}
	for n, script := range append(scripts, scripts...) {
		if short.PerCall() {
			whole = strategytest.Client(clients)
		}
		whole.Whole(short)
		fresh := strategytest.Client(clients)
		fresh.Untouched(short)
		now := time.Duration(n) * time.Minute
		got := steps(short, now, script)
		if want := steps(fresh, now, script); got != want {
			t.Errorf("%s: after %d calls, %q goes on from what other calls did:\n got %s\nwant %s", name, n, script, got, want)
			break
		}
		if want := steps(whole, now, script); got != want {
			t.Errorf("%s: after %d calls, %q:\n got %s\nwant %s", name, n, script, got, want)
			break
		}
	}
	return true
}

// steps is what a client does for a call whose attempts are answered so, the
// last answer again and again.
func steps(c *strategy.Client, now time.Duration, script string) string {
	answers := strings.Fields(script)
	m := &strategytest.Machine{Client: c, Now: now}
	said := []string{m.BeginCall(&strategy.Call{Resource: 2, Scheduled: now})}
	for n := 0; m.Step.Do != strategy.Finish && n < 40; n++ {
		switch m.Step.Do {
		case strategy.Send:
			said = append(said, m.Answer(m.Reply(answers[min(n, len(answers)-1)])))
		default:
			said = append(said, m.Due())
		}
	}
	return strings.Join(said, "; ")
}
