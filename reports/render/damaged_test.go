package render

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"tenement/reports"
)

// wholePlane is the JSON of a report of a control plane with everything that one can have.
func wholePlane(t *testing.T) string {
	t.Helper()
	r := controlReport(t)
	half, zero := 0.5, 0.
	for i := range r.Cases {
		c := r.Cases[i].ControlPlane
		c.Callers = slices.Clone(c.Callers)
		c.Callers[1].Name = "another"
		c.Seeds, c.Alarm = 2, &half
		c.Regions[0].FromS, c.Regions[0].ToS = &zero, &half
		c.Capacity = reports.ControlCapacity{PaidVCPUHours: 2, UsedVCPUHours: 1, IdleVCPUHours: 0.5, PaidGBHours: 2, UsedGBHours: 1}
		c.Capacity.Derive()
		rec := reports.NewControlRecorder(1, 1)
		rec.Answered(0, 0, 1e9)
		for j := range c.Callers {
			o := &c.Callers[j]
			running := o.StartHistogram
			rec.Caller(0, o)
			o.StartHistogram = running
			o.Derive()
			o.FailedAt = map[string]uint64{"agent": 1}
			o.OverSeeds = reports.NewControlOverSeeds([]float64{0.6, 0.7})
			o.Sharing = reports.ControlSharing{Placed: 1, AloneShare: &half, OwnMean: &half, OthersMean: &half, MostOnHost: 2}
		}
		counts := []uint64{3, 3}
		seed := reports.ControlSeed{Asked: counts, NotRunning: []uint64{2, 2}, Throttled: []uint64{0, 0}, Attempts: counts, Starts: make([]reports.ControlTimes, 2)}
		r.Cases[i].Blocks = reports.NewControlBlocks(c.Callers, 1, []reports.ControlSeed{seed, seed})
	}
	return rendered(t, "json", r)
}

// placesOf are the paths of everything below a value, but of each array the first.
func placesOf(path string, v any, keys ...any) []field {
	var all []field
	if len(keys) > 0 {
		all = append(all, field{path, slices.Clone(keys)})
	}
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			all = append(all, placesOf(strings.TrimPrefix(path+"."+key, "."), value, append(slices.Clone(keys), key)...)...)
		}
	case []any:
		if len(v) > 0 {
			all = append(all, placesOf(path+"[0]", v[0], append(slices.Clone(keys), 0)...)...)
		}
	}
	return all
}

// without takes a key out of what keys lead to.
func without(v any, keys []any) bool {
	for _, key := range keys[:len(keys)-1] {
		switch in := v.(type) {
		case map[string]any:
			v = in[key.(string)]
		case []any:
			v = in[key.(int)]
		}
	}
	in, ok := v.(map[string]any)
	if ok {
		delete(in, keys[len(keys)-1].(string))
	}
	return ok
}

// A damaged report of a control plane is refused with the place of the damage, or all that is
// written of it has nothing absurd in it.
func TestDamagedControlPlanes(t *testing.T) {
	text := wholePlane(t)
	if _, err := reports.Read("plane.json", strings.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	gone := struct{}{}
	refused := 0
	places := placesOf("", decoded(t, text))
	places = slices.DeleteFunc(places, func(f field) bool { return !strings.HasPrefix(f.path, "cases[0].control_plane") })
	for _, f := range places {
		for _, to := range []any{gone, nil, []any{}, "x", json.Number("0"), json.Number("1e300")} {
			model := decoded(t, text)
			if to == gone && !without(model, f.keys) || to != gone && !set(model, f.keys, to) {
				continue
			}
			b, err := json.Marshal(model)
			if err != nil {
				t.Fatal(err)
			}
			r, err := reports.Read("plane.json", bytes.NewReader(b))
			if err != nil {
				refused++
				if !strings.HasPrefix(err.Error(), "plane.json") || !strings.Contains(err.Error(), ": ") {
					t.Errorf("%s: %v: got %v", f.path, to, err)
				}
				continue
			}
			if !r.ControlPlane() {
				continue
			}
			if found := noFigure.FindString(rendered(t, "text", r)); found != "" {
				t.Errorf("%s: %v: got %q", f.path, to, found)
			}
		}
	}
	if refused < 3*len(places) {
		t.Errorf("got %d refusals of %d places", refused, len(places))
	}
}

// Each of these was read as if it were whole.
func TestDamagedControlPlanesAreNamed(t *testing.T) {
	text := wholePlane(t)
	const caller = "cases[0].control_plane.callers[0]."
	for _, row := range []struct {
		damage func(model map[string]any, plane, caller map[string]any)
		want   string
	}{
		{func(_, p, _ map[string]any) { delete(p, "plane") }, `plane.json: cases[0].control_plane.plane: "": want instances or microvms`},
		{func(_, p, _ map[string]any) { p["plane"] = "hosts" }, `plane.json: cases[0].control_plane.plane: "hosts": want instances or microvms`},
		{func(m, _, _ map[string]any) { m["engine"] = "live" }, `plane.json: engine: live: want sim, because a control plane is only simulated`},
		{func(m, _, _ map[string]any) { delete(m["cases"].([]any)[1].(map[string]any), "control_plane") }, `plane.json: cases[1].control_plane: is missing: other cases have one`},
		{func(m, _, _ map[string]any) { delete(m["cases"].([]any)[0].(map[string]any), "control_plane") }, `plane.json: cases[0].control_plane: is missing: other cases have one`},
		{func(m, _, _ map[string]any) {
			m["cases"].([]any)[0].(map[string]any)["groups"] = []any{map[string]any{"name": "g"}}
		}, `plane.json: cases[0].groups: there are 1: want none beside a control plane`},
		{func(_, _, c map[string]any) { c["start_histogram"] = nil }, "plane.json: " + caller + "start_histogram: 0 samples: want 1"},
		{func(_, _, c map[string]any) { c["start_histogram"] = "" }, "plane.json: " + caller + "start_histogram: 0 samples: want 1"},
		{func(_, _, c map[string]any) { c["answer_histogram"] = nil }, "plane.json: " + caller + "answer_ms: is there, and answer_histogram counts nothing"},
		{func(_, _, c map[string]any) { c["start_ms"] = nil }, "plane.json: " + caller + "start_ms: is missing, and states.running counts something"},
		{func(_, _, c map[string]any) { c["not_running_rate"] = nil }, "plane.json: " + caller + "not_running_rate: is missing, and asked counts something"},
		{func(_, _, c map[string]any) { c["over_seeds"].(map[string]any)["ci95"] = []any{} }, "plane.json: cases.control_plane.callers.over_seeds.ci95: got a JSON array of 0, want an array of two numbers"},
		{func(_, _, c map[string]any) { c["over_seeds"].(map[string]any)["ci95"] = []any{0.1, nil} }, "plane.json: cases.control_plane.callers.over_seeds.ci95: got a JSON array with null, want an array of two numbers"},
		{func(_, _, c map[string]any) { c["over_seeds"].(map[string]any)["ci95"] = []any{0.1, 0.2, 0.3} }, "plane.json: cases.control_plane.callers.over_seeds.ci95: got a JSON array of 3, want an array of two numbers"},
		{func(_, _, c map[string]any) { c["over_seeds"].(map[string]any)["ci95"] = []any{0.3, 0.2} }, "plane.json: " + caller + "over_seeds.ci95[1]: 0.2: want 0.3 to 2"},
		{func(_, p, _ map[string]any) { p["steps"].([]any)[0].(map[string]any)["histogram"] = nil }, "plane.json: cases[0].control_plane.steps[0].histogram: 0 samples: want 1"},
		{func(_, p, _ map[string]any) { p["capacity"].(map[string]any)["paid_vcpu_hours"] = 0 }, "plane.json: cases[0].control_plane.capacity.wasted_share: is there, and paid_vcpu_hours counts nothing"},
	} {
		model := decoded(t, text).(map[string]any)
		plane := model["cases"].([]any)[0].(map[string]any)["control_plane"].(map[string]any)
		row.damage(model, plane, plane["callers"].([]any)[0].(map[string]any))
		b, err := json.Marshal(model)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := reports.Read("plane.json", bytes.NewReader(b)); err == nil || err.Error() != row.want {
			t.Errorf("got  %v\nwant %s", err, row.want)
		}
	}
}
