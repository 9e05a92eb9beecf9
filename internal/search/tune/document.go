package tune

import (
	"cmp"
	"encoding/json"
	"slices"

	"tenement/internal/plan"
	"tenement/profiles"
)

// document is what a space needs of a profile's document.
type document struct {
	Endpoint struct {
		Service string                     `json:"service"`
		Limit   map[string]json.RawMessage `json:"limit"`
		Limits  []map[string]json.RawMessage
		Faults  []json.RawMessage `json:"faults"`
	} `json:"endpoint"`
	Fleet      []group                 `json:"fleet"`
	Strategies map[string]presetHolder `json:"strategies"`
}

type group struct {
	Name      string       `json:"group"`
	Client    string       `json:"client"`
	Strategy  presetHolder `json:"strategy"`
	UnderTest bool         `json:"under_test"`
	// Placement is the number of tasks on all hosts, by the kind of placement.
	Placement map[string]struct {
		Total int `json:"total"`
	} `json:"placement"`
}

type presetHolder struct {
	Preset string          `json:"preset"`
	Retry  json.RawMessage `json:"retry"`
}

// documentOf is the document of a profile.
func documentOf(p *profiles.Profile) (d document) {
	// A profile writes what it reads; what does not fit stays empty.
	_ = json.Unmarshal(p.Kept().Document, &d)
	return d
}

// presetOf is the SDK of a strategy, "" if it is of none.
func presetOf(p *profiles.Profile, c plan.Case) string {
	d := documentOf(p)
	if len(d.Strategies) > 0 {
		return d.Strategies[c.Name].Preset
	}
	for i := range d.Fleet {
		if g := &d.Fleet[i]; g.UnderTest || !slices.ContainsFunc(d.Fleet, func(g group) bool { return g.UnderTest }) {
			return g.Strategy.Preset
		}
	}
	return ""
}

// limitsOf are the limits of a profile by their paths, each with its keys as text.
func limitsOf(p *profiles.Profile) map[string]map[string]string {
	d := documentOf(p)
	all := map[string]map[string]string{}
	if len(d.Endpoint.Limit) > 0 {
		all["endpoint.limit"] = texts(d.Endpoint.Limit)
	}
	for _, l := range d.Endpoint.Limits {
		keys := texts(l)
		all["endpoint.limits."+keys["limit"]] = keys
	}
	return all
}

// texts are JSON values without their quotes.
func texts(of map[string]json.RawMessage) map[string]string {
	out := map[string]string{}
	for key, raw := range of {
		text := ""
		if json.Unmarshal(raw, &text) != nil {
			text = string(raw)
		}
		out[key] = text
	}
	return out
}

// sorted puts settings in the order of their paths.
func sorted(sets []plan.Setting) []plan.Setting {
	slices.SortFunc(sets, func(a, b plan.Setting) int { return cmp.Compare(a.Path, b.Path) })
	return sets
}
