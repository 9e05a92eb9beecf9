package profiles

import (
	"strings"

	"tenement/internal/form"
)

// documentPaths are the paths of a profile. A path into a preset's part starts
// from the preset's own value.
var documentPaths = form.Paths{
	Lists:    map[string]string{"fleet": "group", "limits": "limit", "faults": "fault"},
	Mappings: map[string]string{"strategies": "strategy"},
	Implied:  presetPart,
}

// presetPart is a part of the strategy that a mapping's preset stands for, nil
// if it has no preset, or the preset leaves the part out.
func presetPart(n *form.Node, key string) *form.Node {
	name := n.Get("preset")
	if name == nil {
		return nil
	}
	preset, ok := presetNamed(name.Text)
	if !ok {
		return nil
	}
	return render(preset.Strategy).Get(key)
}

// firstSegment is the first segment of a path.
func firstSegment(path string) string {
	first, _, _ := strings.Cut(path, ".")
	return first
}
