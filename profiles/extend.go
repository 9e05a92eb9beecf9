package profiles

import (
	"slices"

	"tenement/internal/form"
	"tenement/internal/sdk"
	"tenement/internal/strategy"
)

// extendsKey is the key of a strategy that names the one which it starts from.
const extendsKey = "extends"

// itself are the keys of a strategy that are about it alone, so that one which
// extends it does not take them over.
var itself = []string{"title", "sdk_setting"}

// displaced are the keys, by the path of their mapping in a strategy, that do not go
// together with a key there: one that is given takes the place of those of the strategy
// that is extended.
var displaced = map[string]map[string][]string{
	"retry": {
		"fixed":       {"exponential", "listed"},
		"exponential": {"fixed", "listed"},
		"listed":      {"fixed", "exponential"},
	},
	"cache": {
		"ttl":     {"refresh"},
		"refresh": {"ttl", "jitter"},
	},
	"flight": {
		"join":   {"serial"},
		"serial": {"join"},
	},
	"cache.refresh": {
		"jitter":    {"jitter_to"},
		"jitter_to": {"jitter"},
	},
	"breaker": {
		"failures": {"rate", "calls", "window", "least", "slow", "slow_rate"},
		"rate":     {"failures"},
		"calls":    {"window"},
		"window":   {"calls"},
	},
}

// extended is a strategy that starts from base, a mapping without extends, and says
// over. Mappings are put together key by key, at every level; anything else of over
// takes the place of what base has; null removes it. at is where base is named.
func extended(base, over, at *form.Node) *form.Node {
	out := base.Clone()
	for _, p := range over.Pairs {
		key := p.Key.Text
		switch {
		case key == extendsKey:
			continue
		case isRemoval(p.Value):
			out = spelledOut(out, at)
			out.Remove(key)
			continue
		}
		was := out.Get(key)
		if part := presetPart(out, key); was == nil && part != nil {
			was = part.Placed(at)
		}
		out.Put(key, merged(was, p.Value, key), p.Key)
	}
	return out
}

// merged is a value of a strategy with another over it.
func merged(base, over *form.Node, path string) *form.Node {
	if base == nil || base.Kind != form.Mapping || over.Kind != form.Mapping {
		return withoutRemovals(over)
	}
	out := base.Clone()
	for _, p := range over.Pairs {
		key := p.Key.Text
		out.Remove(slices.DeleteFunc(slices.Clone(displaced[path][key]), func(k string) bool { return over.Get(k) != nil })...)
		if isRemoval(p.Value) {
			out.Remove(key)
			continue
		}
		out.Put(key, merged(out.Get(key), p.Value, form.Join(path, key)), p.Key)
	}
	return out
}

// withoutRemovals is a value in which nothing is removed: there is nothing below it.
func withoutRemovals(n *form.Node) *form.Node {
	if n.Kind != form.Mapping {
		return n.Clone()
	}
	out := *n
	out.Pairs = nil
	for _, p := range n.Pairs {
		if !isRemoval(p.Value) {
			out.Pairs = append(out.Pairs, form.Pair{Key: p.Key, Value: withoutRemovals(p.Value)})
		}
	}
	return &out
}

// isRemoval reports whether a value says null, and is not just left out.
func isRemoval(n *form.Node) bool { return n.Null() && n.Text != "" }

// spelledOut is a strategy with all that its preset stands for in place of the preset.
func spelledOut(n, at *form.Node) *form.Node {
	name := n.Get("preset")
	if name == nil {
		return n
	}
	preset, _, ok := sdk.Named(name.Text)
	if !ok {
		return n
	}
	out := n.Clone()
	out.Remove("preset")
	for _, p := range render(preset.Strategy).Placed(at).Pairs {
		if out.Get(p.Key.Text) == nil {
			out.Put(p.Key.Text, p.Value, at)
		}
	}
	return out
}

// strategyOf is the strategy that a sound mapping without extends describes.
func strategyOf(n *form.Node) strategy.Strategy {
	var r form.Reader
	return strategyForm().Read(&r, n, "").Strategy
}
