package profiles

import (
	"fmt"
	"strings"

	"tenement/internal/form"
	"tenement/internal/plan"
	"tenement/internal/sdk"
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

// WithAll is With for several paths, set one after the other and read once: what stands
// between two of them need not be sound.
func (p *Profile) WithAll(sets []plan.Setting) (*Profile, error) {
	l := loader{tree: p.tree, doc: p.doc, shared: p.shared}
	src := form.FlagSource("with", "")
	l.change(src, func(tree *form.Node) error {
		for _, s := range sets {
			if err := setText(tree, form.FlagSource("with", s.Path+"="+s.Value), s.Path, s.Value); err != nil {
				return fmt.Errorf("%s: %w", s.Path, err)
			}
		}
		return nil
	})
	if len(l.flags) > 0 {
		return nil, l.flags
	}
	return l.profile(), nil
}

// documentPaths are the paths of a profile. A path into a preset's part starts
// from the preset's own value.
var documentPaths = form.Paths{
	Lists: map[string]string{"fleet": "group", "limits": "limit", "faults": "fault", "activities": "activity", "differ": "hosts",
		"endpoints": "endpoint", "vpc_endpoints": "vpc_endpoint", "callers": "caller", "sizes": "size", "losses": "loss"},
	Mappings: map[string]string{"strategies": "strategy"},
	Implied:  presetPart,
	Short:    whole,
}

// whole is the mapping that a scalar is short for: the name of a trace, the number of
// hosts, an instant, or a route.
func whole(key string, scalar *form.Node) *form.Node {
	short, ok := map[string]string{"trace": "file", "hosts": "count", "start": "at", "internet": "route"}[key]
	if !ok {
		return nil
	}
	n := scalar.Source().Place()
	n.Kind = form.Mapping
	n.Put(short, scalar, scalar)
	return n
}

// presetPart is a part of the strategy that a mapping's preset stands for, nil
// if it has no preset, or the preset leaves the part out.
func presetPart(n *form.Node, key string) *form.Node {
	name := n.Get("preset")
	if name == nil {
		return nil
	}
	preset, _, ok := sdk.Named(name.Text)
	if !ok {
		return nil
	}
	return render(preset.Strategy).Get(key)
}

// setAt puts a value at a path of a document.
func setAt(tree *form.Node, path string, value, at *form.Node) error {
	if parent, ok := strings.CutSuffix(path, "."+extendsKey); ok && placeOf(parent) == strategyPlace {
		return fmt.Errorf("%s is not set by a path: %s", extendsKey, wholeByName)
	}
	return documentPaths.Set(tree, path, value, at)
}

// firstSegment is the first segment of a path.
func firstSegment(path string) string {
	first, _, _ := strings.Cut(path, ".")
	return first
}
