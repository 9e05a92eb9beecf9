package sdk

import (
	"slices"
	"testing"

	"tenement/internal/service"
	"tenement/internal/strategy"
)

// Every service is asked by a preset, and clients need only fields that its
// credentials have.
func TestEveryServiceHasAPreset(t *testing.T) {
	for _, s := range service.All() {
		if !slices.ContainsFunc(Presets(), func(p Preset) bool { return p.Asks(s) }) {
			t.Errorf("%s: no preset asks it", s)
		}
		needs := 0
		for _, field := range s.Row().Fields {
			if strategy.Needs(field) {
				needs++
			}
		}
		if needs != 4 {
			t.Errorf("%s: its credentials have %d of the fields that clients need, want 4", s, needs)
		}
	}
}
