package profiles

import (
	"fmt"
	"maps"
	"slices"

	"tenement/internal/form"
)

// Difference is a key that has another value in each of two profiles, as YAML in one
// line; "" is none.
type Difference struct {
	Path, Base, Current string
}

// mostDifferences bounds what Differences returns.
const mostDifferences = 200

// Differences are the keys in which two kept profiles differ, sorted by path, those
// left out that change no figure: name, description, seed, engine and gates. Both are
// read with the defaults of today, so a key that the format has gained since is no
// difference.
func Differences(base, current Kept) []Difference {
	a, b := base.values(), current.values()
	var out []Difference
	for _, path := range differingPaths(a, b) {
		if len(out) < mostDifferences {
			out = append(out, Difference{path, a[path], b[path]})
		}
	}
	return out
}

// differingPaths are the paths, sorted, that have other values in each of two documents.
func differingPaths(a, b map[string]string) (paths []string) {
	all := maps.Clone(a)
	maps.Copy(all, b)
	for _, path := range slices.Sorted(maps.Keys(all)) {
		if a[path] != b[path] {
			paths = append(paths, path)
		}
	}
	return paths
}

// values are the values of a kept profile, by path.
func (k Kept) values() map[string]string {
	values := map[string]string{}
	for _, t := range k.Traces {
		values["content of "+t.File] = t.Digest
	}
	tree, err := form.ParseJSON(k.Document)
	if err != nil || tree.Kind != form.Mapping {
		return values
	}
	var r form.Reader
	if doc := documentForm().Read(&r, tree, ""); len(r.Errs) == 0 {
		tree = documentForm().Write(doc, true)
	} // else it is of another version of the format, and compared as it is written
	tree = tree.Clone()
	tree.Remove("version", "name", "description", "seed", "engine", "gates")
	flatten(values, "", "", tree)
	return values
}

// flatten adds the values below a node, which stands at a path and under a key.
func flatten(to map[string]string, path, key string, n *form.Node) {
	switch {
	case n.Kind == form.Mapping && len(n.Pairs) > 0:
		for _, p := range n.Pairs {
			flatten(to, form.Join(path, p.Key.Text), p.Key.Text, p.Value)
		}
	case n.Kind == form.Sequence && len(n.Items) > 0:
		for i, item := range n.Items {
			flatten(to, form.Join(path, itemName(key, item, i)), "", item)
		}
	default:
		to[path] = n.OneLine()
	}
}

// itemName is what a path calls an item of the list under a key.
func itemName(list string, item *form.Node, place int) string {
	if item.Kind == form.Mapping {
		for _, key := range []string{documentPaths.Lists[list], "name"} {
			if name := item.Get(key); name != nil && name.Text != "" {
				return name.Text
			}
		}
	}
	return fmt.Sprint(place)
}
