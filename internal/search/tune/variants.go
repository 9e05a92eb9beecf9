package tune

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"tenement/internal/plan"
	"tenement/internal/throttle"
	"tenement/profiles"
	"tenement/reports/tuning"
)

// variant is a scenario that the search does not see.
type variant struct {
	name, title string
	// sets change a profile, as a candidate has it.
	sets func(p *profiles.Profile, c plan.Case) ([]plan.Setting, error)
}

// variantsOf are the variants that go together with the profile.
func (t *Tuner) variantsOf() []*variant {
	crowd := &variant{"more-neighbours", "half as many neighbours again", func(p *profiles.Profile, c plan.Case) ([]plan.Setting, error) { return crowded(p, c, false) }}
	if !t.neighbours {
		crowd = &variant{"more-tasks", "half as many tasks again", func(p *profiles.Profile, c plan.Case) ([]plan.Setting, error) { return crowded(p, c, true) }}
	}
	var all []*variant
	for _, v := range []*variant{
		crowd,
		{"lower-limit", "a limit of three quarters", lowered},
		{"agent-restart", "a restart of what answers, half way through", faulty(throttle.RestartFault, "{fault: tune-restart, kind: restart, from: %s, for: 2s, pending: 3s}", 2)},
		{"expired-documents", "expired documents for a tenth of the time", faulty(throttle.ExpiryFault, "{fault: tune-expired, kind: expiry, from: %s, for: %s, shift: -"+longAgo+"}", 4)},
	} {
		sets, err := v.sets(t.o.Profile, t.today)
		if err == nil {
			var changed *profiles.Profile
			if changed, err = t.o.Profile.WithAll(sets); err == nil {
				err = changed.Check(t.today)
			}
		}
		if err != nil {
			t.space.leave("the variant "+v.name, err.Error())
			continue
		}
		all = append(all, v)
	}
	return all
}

// longAgo is longer than credentials live.
const longAgo = "48h"

// shown is the variant in a result.
func (v *variant) shown(p *profiles.Profile, c plan.Case) tuning.Variant {
	out := tuning.Variant{Name: v.name, Title: v.title}
	sets, _ := v.sets(p, c) // which went well before
	for _, s := range sets {
		out.Paths = append(out.Paths, tuning.Path{Path: s.Path, Value: s.Value})
	}
	return out
}

// series are the seeds on which a variant is judged.
func (t *Tuner) seriesOf(i int) *series {
	return &series{name: t.variants[i].name, first: t.o.Seed + variantSeeds + uint64(i)<<32, seeds: t.search.seeds, variant: t.variants[i]}
}

// crowded has half as many tasks again in the neighbours' groups, or in those under test.
func crowded(p *profiles.Profile, c plan.Case, tested bool) ([]plan.Setting, error) {
	var sets []plan.Setting
	groups := p.Plan(c, 0).Groups
	written := documentOf(p).Fleet
	none := true
	for i := range groups {
		none = none && !groups[i].UnderTest
	}
	for i := range groups {
		g := &groups[i]
		if g.Recorded == nil && (g.UnderTest || none) == tested {
			path, tasks := "fleet."+g.Name+".tasks", g.Tasks
			if i < len(written) {
				for kind, of := range written[i].Placement { // one at most
					path, tasks = "fleet."+g.Name+".placement."+kind+".total", of.Total
				}
			}
			sets = append(sets, plan.Setting{Path: path, Value: strconv.Itoa((3*tasks + 1) / 2)})
		}
	}
	if len(sets) == 0 {
		return nil, errors.New("their tasks are those of a recording")
	}
	return sets, nil
}

// lowered has a limit of three quarters.
func lowered(p *profiles.Profile, _ plan.Case) ([]plan.Setting, error) {
	var sets []plan.Setting
	for path, limit := range limitsOf(p) {
		for _, key := range []string{"rate", "burst", "count"} {
			if text, ok := limit[key]; ok {
				if value, ok := scaled(text, 0.75); ok {
					sets = append(sets, plan.Setting{Path: path + "." + key, Value: value})
				}
			}
		}
	}
	if len(sets) == 0 {
		return nil, errors.New("there is no limit")
	}
	return sorted(sets), nil
}

// faulty adds a fault that begins at a part of the run, and lasts for a tenth of it if the
// text says how long.
func faulty(kind throttle.FaultKind, text string, part int64) func(*profiles.Profile, plan.Case) ([]plan.Setting, error) {
	return func(p *profiles.Profile, c plan.Case) ([]plan.Setting, error) {
		one := p.Plan(c, 0)
		for i := range one.Faults {
			if one.Faults[i].Kind == kind {
				return nil, fmt.Errorf("the profile has a fault of kind %s", kind)
			}
		}
		seconds := int64(one.Duration.Seconds())
		args := []any{fmt.Sprintf("%ds", max(seconds/part, 1))}
		if strings.Count(text, "%s") > 1 {
			args = append(args, fmt.Sprintf("%ds", max(seconds/10, 1)))
		}
		faults := append(documentOf(p).Endpoint.Faults, json.RawMessage(nil))
		var texts []string
		for _, f := range faults[:len(faults)-1] {
			texts = append(texts, string(f))
		}
		texts = append(texts, fmt.Sprintf(text, args...))
		return []plan.Setting{{Path: "endpoint.faults", Value: "[" + strings.Join(texts, ", ") + "]"}}, nil
	}
}

// scaled is a number with a unit, times a factor. A whole number stays one, of at least 1.
func scaled(text string, by float64) (string, bool) {
	number, unit := text, ""
	if i := strings.IndexFunc(text, func(r rune) bool { return (r < '0' || r > '9') && r != '.' }); i >= 0 {
		number, unit = text[:i], text[i:]
	}
	x, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return "", false
	}
	y := x * by
	if unit == "" {
		y = max(math.Floor(y), 1)
	} else {
		y = math.Round(y*100) / 100
	}
	return strconv.FormatFloat(y, 'f', -1, 64) + unit, y != x
}
