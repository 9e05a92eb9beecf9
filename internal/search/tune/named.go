package tune

import (
	"slices"

	"tenement/profiles"
)

// Named is the profile with a name for the strategy under test, where it names none: what is
// tried are changes of that strategy. The profile means the same. Its case is none, as before.
func Named(p *profiles.Profile) (*profiles.Profile, error) {
	d := documentOf(p)
	if len(d.Strategies) > 0 || !slices.ContainsFunc(d.Fleet, func(g group) bool { return g.UnderTest }) {
		return p, nil
	}
	return p.With("strategies", "{none: {}}")
}
