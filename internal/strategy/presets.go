package strategy

import (
	"strings"

	"tenement/internal/service"
)

// ModelVersion is the version of the presets, of the random streams, of what
// limits decide and of how calls are judged. Two reports of different models are
// never silently compared. In version 2 a change of a limit gives nothing away, the
// first use of a client looks at what it has loaded, and a call is judged by the
// expiry of what it gets.
const ModelVersion = 2

// Preset is the strategy of a real SDK's credentials provider, as it is out of
// the box.
type Preset struct {
	Name     string          // followed by @ and the service, unless that is ECS
	SDK      string          // what it mirrors, with the version whose source was read
	Service  service.Service // which one the provider asks
	Sources  []string        // repository and files
	Notes    []string        // surprising behaviour, and what the strategy does not model
	Knobs    []string        // what a user of the SDK can set, and how
	Strategy Strategy
}

// Presets returns the presets in order of their names.
func Presets() []Preset {
	return []Preset{
		goV2(), goV2IMDS(), javaScriptV3(), javaScriptV3EKS(), javaScriptV3IMDS(),
		php(), phpIMDS(), ruby(), rubyIMDS(), botocore(), botocoreIMDS(),
	}
}

// Asks reports whether the preset's provider asks this service. A container
// credentials provider asks ECS and EKS Pod Identity in the same way, unless the
// SDK has a preset of its own for the latter.
func (p *Preset) Asks(s service.Service) bool {
	if p.Service == s {
		return true
	}
	_, other := PresetNamed(p.Name + "@eks")
	return p.Service == service.ECS && s == service.PodIdentity && !other
}

// Elsewhere returns the name of the same SDK's preset for another service, and
// false if there is none.
func (p *Preset) Elsewhere(s service.Service) (string, bool) {
	sdk, _, _ := strings.Cut(p.Name, "@")
	for _, q := range Presets() {
		if other, _, _ := strings.Cut(q.Name, "@"); other == sdk && q.Asks(s) {
			return q.Name, true
		}
	}
	return "", false
}

// PresetNamed returns the preset of that name, and false if there is none.
func PresetNamed(name string) (Preset, bool) {
	for _, p := range Presets() {
		if p.Name == name {
			return p, true
		}
	}
	return Preset{}, false
}

// everyOutcome is every failure: it is for clients that only look at whether an
// attempt succeeded.
const everyOutcome = OnAnyStatus | OnTimeout | OnConnection | OnMalformed | OnMissingField | OnEmpty | OnThrottleCode
