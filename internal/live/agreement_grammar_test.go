package live

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"

	"tenement/internal/plan"
	"tenement/internal/service"
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
	fields, living, more := map[string]bool{}, map[string]bool{}, newFurtherDrawn()
	for seed := range uint64(grammarSeeds) {
		text := drawProfile(seed)
		p, err := profiles.Load(fmt.Sprintf("seed-%d.yaml", seed), []byte(text))
		if err != nil {
			t.Fatalf("the grammar is wrong: %v\n%s", err, text)
		}
		for _, c := range p.Cases() {
			plan := p.Plan(c, seed)
			comes(living, plan)
			further(more, plan)
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
	for _, what := range slices.Sorted(maps.Keys(living)) {
		if !living[what] {
			t.Errorf("the grammar never draws %s", what)
		}
	}
	for _, what := range slices.Sorted(maps.Keys(more)) {
		if !more[what] {
			t.Errorf("the grammar never draws %s of further endpoints", what)
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

// comes marks what the grammar draws of tasks that come and go.
func comes(drawn map[string]bool, p *plan.Plan) {
	for what, is := range map[string]bool{
		"hosts that start later": p.StartWithin > 0, "hosts that differ": len(p.Differ) > 0,
	} {
		drawn[what] = drawn[what] || is
	}
	for i := range p.Groups {
		g := &p.Groups[i]
		l := &g.Lives
		for what, is := range map[string]bool{
			"a lifetime": l.Lifetime > 0, "a backoff": l.Relaunch.Base > 0, "launches over a time": l.Relaunch.Within > 0, "a start over a time": g.StartWithin > 0,
			"a deployment at once":     len(l.Deploy.At) > 0 && l.Deploy.Within == 0 && l.Deploy.Batch == 0,
			"a deployment over a time": l.Deploy.Within > 0, "a rolling deployment": l.Deploy.Batch > 0,
			"several activities": len(g.Activities) > 1, "a placement": g.Placed != nil,
		} {
			drawn[what] = drawn[what] || is
		}
		for _, a := range g.Activities {
			drawn["a required activity"] = drawn["a required activity"] || a.Required
			drawn["an activity after another"] = drawn["an activity after another"] || a.After > 0
			drawn["an activity with a strategy"] = drawn["an activity with a strategy"] || a.Strategy != nil
		}
	}
}

// newFurtherDrawn is what is to be drawn of further endpoints: every service, limits and
// faults, and two of them in a profile.
func newFurtherDrawn() map[string]bool {
	drawn := map[string]bool{"two": false, "several limits": false, "several faults": false, "a restart": false, "one asked after another": false}
	for _, s := range service.All() {
		drawn["the service "+s.String()] = false
	}
	return drawn
}

// further notes what is drawn of further endpoints.
func further(drawn map[string]bool, plan *plan.Plan) {
	for i := range plan.Endpoints {
		e := &plan.Endpoints[i]
		drawn["the service "+e.Service.String()] = true
		drawn["several limits"] = drawn["several limits"] || len(e.Limits) > 1
		drawn["several faults"] = drawn["several faults"] || len(e.Faults) > 1
		for _, f := range e.Faults {
			drawn["a restart"] = drawn["a restart"] || f.Kind == throttle.RestartFault
		}
	}
	if len(plan.Endpoints) > 1 {
		drawn["two"] = true
		drawn["one asked after another"] = drawn["one asked after another"] || plan.Groups[0].Activities[1].After > 0
	}
}
