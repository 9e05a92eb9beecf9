package live

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"

	"tenement/internal/throttle"
	"tenement/profiles"
)

// grammarSeeds is enough for the grammar to draw its rarest alternatives.
const grammarSeeds = 400

// TestGrammarDrawsEverything loads random profiles, without running them, and
// fails for a kind of limit, a kind of fault or a field of a strategy that none
// of them has: the agreement test proves nothing about what the grammar does not
// draw.
func TestGrammarDrawsEverything(t *testing.T) {
	drawn := map[string]bool{}
	fields := map[string]bool{}
	for seed := range uint64(grammarSeeds) {
		text := drawProfile(seed)
		p, err := profiles.Load(fmt.Sprintf("seed-%d.yaml", seed), []byte(text))
		if err != nil {
			t.Fatalf("the grammar is wrong: %v\n%s", err, text)
		}
		for _, c := range p.Cases() {
			plan := p.Plan(c, seed)
			for i := range plan.Limits {
				drawn["the limit "+plan.Limits[i].Kind.String()] = true
			}
			for i := range plan.Faults {
				drawn["the fault "+plan.Faults[i].Kind.String()] = true
			}
			for i := range plan.Groups {
				mark(fields, "Strategy", reflect.ValueOf(plan.Groups[i].Strategy).Elem())
			}
		}
	}
	for _, k := range throttle.LimitKinds() {
		if !drawn["the limit "+k.String()] {
			t.Errorf("the grammar never draws the limit %s", k)
		}
	}
	for _, k := range throttle.FaultKinds() {
		if !drawn["the fault "+k.String()] {
			t.Errorf("the grammar never draws the fault %s", k)
		}
	}
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		if !fields[field] {
			t.Errorf("no drawn strategy sets %s", field)
		}
	}
	for _, implementation := range []string{"Strategy.Cache.(strategy.TTL)", "Strategy.Cache.(*strategy.Refresh)", "Strategy.Retry.(*strategy.Backoff)"} {
		if !fields[implementation] {
			t.Errorf("no drawn strategy has %s", implementation)
		}
	}
}

// mark records, for every field under path, whether v sets it.
func mark(fields map[string]bool, path string, v reflect.Value) {
	switch v.Kind() {
	case reflect.Interface:
		if v.IsNil() {
			return
		}
		path = fmt.Sprintf("%s.(%T)", path, v.Interface())
		fields[path] = true
		v = v.Elem()
		if v.Kind() == reflect.Pointer {
			v = v.Elem()
		}
		fallthrough
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				mark(fields, path+"."+v.Type().Field(i).Name, v.Field(i))
			}
		}
	case reflect.Slice:
		fields[path] = fields[path] || v.Len() > 0
		element := reflect.Zero(v.Type().Elem())
		for i := range v.Len() {
			element = v.Index(i)
			mark(fields, path+"[]", element)
		}
		mark(fields, path+"[]", element)
	default:
		fields[path] = fields[path] || !v.IsZero()
	}
}
