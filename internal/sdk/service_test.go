package sdk

import (
	"slices"
	"testing"

	"tenement/internal/service"
	"tenement/internal/strategy"
)

// Every service that hands out credentials is asked by a preset, and clients need only fields that its
// credentials have.
func TestEveryServiceHasAPreset(t *testing.T) {
	for _, s := range service.Issuers() {
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

// Which presets ask which service, and what to take instead.
func TestPresetServices(t *testing.T) {
	for _, r := range []struct {
		preset    string
		service   service.Service
		asks      bool
		elsewhere string
	}{
		{"aws-sdk-go-v2", service.ECS, true, "aws-sdk-go-v2"},
		{"aws-sdk-go-v2", service.PodIdentity, true, "aws-sdk-go-v2"},
		{"aws-sdk-go-v2", service.IMDS, false, "aws-sdk-go-v2@imds"},
		{"aws-sdk-js-v3@container", service.PodIdentity, false, "aws-sdk-js-v3@eks-pod-identity"},
		{"aws-sdk-js-v3", service.PodIdentity, false, "aws-sdk-js-v3@eks-pod-identity"},
		{"botocore@imds", service.ECS, false, "botocore"},
		{"botocore@imds", service.Service(99), false, ""},
	} {
		p := named(t, r.preset)
		if got := p.Asks(r.service); got != r.asks {
			t.Errorf("%s asks %s: %v, want %v", r.preset, r.service, got, r.asks)
		}
		if got, _ := p.Elsewhere(r.service); got != r.elsewhere {
			t.Errorf("%s for %s: %q, want %q", r.preset, r.service, got, r.elsewhere)
		}
	}
}
