package profiles_test

import (
	"fmt"
	"strings"
	"testing"

	"tenement/internal/plan"
	"tenement/internal/sdk"
	"tenement/profiles"
)

// TestSettingsMoveTheStrategy sets the last value of every setting of every SDK in a
// profile: each goes together with the preset, and changes it.
func TestSettingsMoveTheStrategy(t *testing.T) {
	t.Parallel()
	for _, p := range sdk.Presets() {
		base, err := profiles.Load("settings", fmt.Appendf(nil, `{version: 1, name: settings, duration: 1m, endpoint: {service: %s},
fleet: [{group: you, tasks: 2, processes: 2, client: per-call, arrivals: {once: {within: 10s}}, strategy: {preset: %s}}]}`, p.Service, p.Name))
		if err != nil {
			t.Fatal(err)
		}
		all := map[string]sdk.Setting{}
		for _, s := range p.Settings() {
			if _, twice := all[s.Name]; twice {
				t.Errorf("%s: two settings %q", p.Name, s.Name)
			}
			all[s.Name] = s
		}
		for _, s := range all {
			if s.Option == "" || s.Code == "" || s.Source == "" || len(s.Values) == 0 {
				t.Errorf("%s, %s: a setting without option, code, source or values", p.Name, s.Name)
			}
			var before []plan.Setting
			if s.Needs != "" {
				needed, ok := all[s.Needs]
				if !ok {
					t.Errorf("%s, %s: needs %s, which there is not", p.Name, s.Name, s.Needs)
				}
				before = moved(needed, needed.Values[0])
			}
			was, err := base.WithAll(before)
			if err != nil {
				t.Fatalf("%s, %s: %v", p.Name, s.Needs, err)
			}
			for _, value := range s.Values[len(s.Values)-1:] {
				now, err := base.WithAll(append(before[:len(before):len(before)], moved(s, value)...))
				switch {
				case err != nil:
					t.Errorf("%s, %s %s: %v", p.Name, s.Name, value, err)
				case now.Digest() == was.Digest():
					t.Errorf("%s, %s %s: changes nothing", p.Name, s.Name, value)
				}
				if code := sdk.Fill(s.Code, value); strings.Contains(code, "{value}") || strings.Contains(code, "{seconds}") ||
					strings.Contains(code, "{milliseconds}") || strings.Contains(code, "{go}") || strings.Contains(code, "{retries}") {
					t.Errorf("%s, %s %s: the code keeps a word in braces: %s", p.Name, s.Name, value, code)
				}
			}
		}
	}
}

// moved are the paths that a setting moves in group you.
func moved(s sdk.Setting, value string) (sets []plan.Setting) {
	for _, m := range s.Moves {
		path, ofGroup := strings.CutPrefix(m.Path, "group.")
		if !ofGroup {
			path = "strategy." + path
		}
		sets = append(sets, plan.Setting{Path: "fleet.you." + path, Value: sdk.Fill(m.To, value)})
	}
	return sets
}
