// Package sdk has the presets: the strategies of the real SDKs' credentials
// providers, as they are out of the box, and what a user of one can set and see.
// There is one file per SDK.
package sdk

import (
	"slices"
	"strings"
	"sync"

	"tenement/internal/service"
	"tenement/internal/strategy"
)

// Preset is the strategy of a real SDK's credentials provider, as it is out of
// the box.
type Preset struct {
	// Name is SDK[@VERSION][@SERVICE]: the newest release if it has no version,
	// and what it asks of a container's credentials endpoint if it has no service.
	Name    string
	SDK     string          // what it mirrors, with the versions
	Release string          // the newest release that it mirrors, as the SDK's package counts; "none yet"
	Service service.Service // which one the provider asks
	Checked string          // "run on DATE (versions)", or "from source, not run"
	Sources []string        // repository and files
	Notes   []string        // surprising behaviour, and what the strategy does not model
	Knobs   []Knob          // what a user of the SDK can set, and how; retries first
	// Throttled is how a user sees throttling in an application: what to log, what
	// to count.
	Throttled []string
	Errors    []FinalError // of a call that fails; the first that fits
	Strategy  strategy.Strategy

	alone bool // it asks its Service and no other
}

// catalogue is the presets in order of their names, and where each is.
type catalogue struct {
	presets []Preset
	names   []name
	at      map[name]int
}

// all are the presets. They are made once; nothing changes them.
var all = sync.OnceValue(func() *catalogue {
	c := &catalogue{at: make(map[name]int)}
	c.presets = slices.Concat(
		botocorePresets(), cppPresets(), goV1Presets(), goV2Presets(), javaScriptV2Presets(), javaScriptV3Presets(),
		minioPresets(), phpPresets(), rubyPresets(), rustPresets(),
		javaV1Presets(), javaV2Presets(), kotlinPresets(), dotNetPresets(),
	)
	slices.SortFunc(c.presets, func(a, b Preset) int { return strings.Compare(a.Name, b.Name) })
	for i, p := range c.presets {
		n := parse(p.Name)
		c.names = append(c.names, n)
		c.at[n] = i
	}
	return c
})

// Presets returns the presets in order of their names. Nothing may change what
// they hold.
func Presets() []Preset { return slices.Clone(all().presets) }

// Asks reports whether the preset's provider asks this service. A container
// credentials provider asks ECS and EKS Pod Identity in the same way, unless the
// SDK has a preset of its own for the latter, or refuses its address.
func (p *Preset) Asks(s service.Service) bool {
	if p.Service == s {
		return true
	}
	if p.Service != service.ECS || s != service.PodIdentity || p.alone {
		return false
	}
	n := parse(p.Name)
	n.service = s.String()
	_, other := preset(n)
	return !other
}

// Elsewhere returns the name of the same SDK's preset for another service, of the
// same version if there is one, and false if there is none.
func (p *Preset) Elsewhere(s service.Service) (string, bool) {
	n := parse(p.Name)
	for _, version := range []string{n.version, ""} {
		if q, ok := asking(name{sdk: n.sdk, version: version}, s); ok {
			return q.Name, true
		}
	}
	return "", false
}
