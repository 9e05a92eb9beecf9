package profiles

import (
	"strings"

	"tenement/internal/form"
)

// With is the profile with another value at a path, as after --set: paths such
// as fleet.NAME.key, strategies.NAME.key or endpoint.limit.rate, and a value as
// YAML text. It equals what Open makes of the same profile and the same --set,
// but reads no file and compiles nothing again, so that a search can try many
// values. The profile itself stays as it is, and With may be called from
// several goroutines.
//
// The error is form.Errors, and says what is wrong with the changed profile,
// what_ifs apart: see Check.
func (p *Profile) With(path, value string) (*Profile, error) {
	l := loader{tree: p.tree, doc: p.doc, shared: p.shared}
	path = strings.TrimSpace(path)
	l.set(form.FlagSource("with", path+"="+value), path, value)
	if len(l.flags) > 0 {
		return nil, l.flags
	}
	return l.profile(), nil
}
