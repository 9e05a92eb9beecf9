package profiles

import (
	"fmt"
	"strings"

	"tenement/internal/strategy"
)

// set puts a value at a path of a profile. Nodes that it makes on the way lie
// where at is. What is not known to the format is left to the reader, which
// knows all keys; set itself refuses only the names of groups and strategies
// that do not exist.
func (n *node) set(path string, value, at *node) error {
	segments := strings.Split(path, ".")
	for _, s := range segments {
		if s == "" {
			return fmt.Errorf("the path %q has an empty segment: want one such as endpoint.limit.rate", path)
		}
	}
	first, rest := segments[0], segments[1:]
	if len(rest) == 0 {
		n.put(first, value, at)
		return nil
	}
	switch first {
	case "fleet":
		return n.setGroup(rest, value, at)
	case "strategies":
		if all := n.get("strategies"); all == nil || all.get(rest[0]) == nil {
			var names []string
			if all != nil {
				names = all.keys()
			}
			return unknownName("strategy", rest[0], names)
		}
	}
	return n.setBelow(segments, value, at)
}

// setGroup puts a value into a group, which is an item of a list.
func (n *node) setGroup(segments []string, value, at *node) error {
	fleet := n.get("fleet")
	if fleet == nil {
		fleet = &node{}
	}
	var names []string
	for i, item := range fleet.items {
		name := item.get("group")
		if name == nil {
			continue
		}
		if name.text != segments[0] {
			names = append(names, name.text)
			continue
		}
		if len(segments) == 1 {
			fleet.items[i] = value
			return nil
		}
		return item.setBelow(segments[1:], value, at)
	}
	return unknownName("group", segments[0], names)
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
		switch {
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
