package profiles

import (
	"fmt"
	"strings"

	"tenement/internal/strategy"
)

// itemNames are the lists whose items a path selects by name, and the key that
// is the name.
var itemNames = map[string]string{"fleet": "group", "limits": "limit", "faults": "fault"}

// set puts a value at a path of a profile. Nodes that it makes on the way lie
// where at is. What is not known to the format is left to the reader, which
// knows all keys; set itself refuses only the names of groups, strategies,
// limits and faults that do not exist.
func (n *node) set(path string, value, at *node) error {
	segments := strings.Split(path, ".")
	for _, s := range segments {
		if s == "" {
			return fmt.Errorf("the path %q has an empty segment: want one such as endpoint.limit.rate", path)
		}
	}
	if segments[0] == "strategies" && len(segments) > 1 {
		if all := n.get("strategies"); all == nil || all.get(segments[1]) == nil {
			var names []string
			if all != nil {
				names = all.keys()
			}
			return unknownName("strategy", segments[1], names)
		}
	}
	return n.setBelow(segments, value, at)
}

// setItem puts a value into the item of that name of a list, or in its place.
func (n *node) setItem(key string, segments []string, value, at *node) error {
	var names []string
	for i, item := range n.items {
		name := item.get(key)
		if name == nil {
			continue
		}
		if name.text != segments[0] {
			names = append(names, name.text)
			continue
		}
		if len(segments) == 1 {
			n.items[i] = value
			return nil
		}
		return item.setBelow(segments[1:], value, at)
	}
	return unknownName(key, segments[0], names)
}

func unknownName(what, name string, names []string) error {
	return fmt.Errorf("there is no %s %q%s", what, name, hint(name, names))
}

// setBelow walks down mappings. A preset's part that a path leads into starts
// from the preset's own value; a word, such as `retry: none`, gives way to a
// mapping.
func (n *node) setBelow(segments []string, value, at *node) error {
	for len(segments) > 1 {
		key := segments[0]
		next := n.get(key)
		if next == nil {
			next = n.presetPart(key, at)
		}
		name, isList := itemNames[key]
		switch {
		case isList && next == nil:
			return unknownName(name, segments[1], nil)
		case isList && next.kind == sequence:
			return next.setItem(name, segments[1:], value, at)
		case next == nil || next.kind == scalar:
			next = &node{kind: mapping, src: at.src, line: at.line, col: at.col}
		case next.kind == sequence:
			return fmt.Errorf("%s is a list, which is set as a whole", key)
		}
		n.put(key, next, at)
		n, segments = next, segments[1:]
	}
	n.put(segments[0], value, at)
	return nil
}

// presetPart is a part of the strategy that a mapping's preset stands for, nil
// if it has no preset, or the preset leaves the part out.
func (n *node) presetPart(key string, at *node) *node {
	name := n.get("preset")
	if name == nil {
		return nil
	}
	preset, ok := strategy.PresetNamed(name.text)
	if !ok {
		return nil
	}
	if part := render(preset.Strategy).get(key); part != nil {
		return part.placed(at)
	}
	return nil
}

// firstSegment is the first segment of a path.
func firstSegment(path string) string {
	first, _, _ := strings.Cut(path, ".")
	return first
}
