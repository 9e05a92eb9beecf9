package form

import (
	"fmt"
	"strings"
)

// Paths says how paths such as endpoint.limit.rate lead through the documents
// of a format.
type Paths struct {
	// Lists are the keys of the lists whose items a path selects by name, and
	// the key of an item that is its name.
	Lists map[string]string
	// Mappings are the keys of the mappings, at the top of a document, from
	// names to values, and what such a value is called. A path adds no name.
	Mappings map[string]string
	// Implied returns the value that a mapping has for a key that it lacks,
	// nil if it has none: where a path that leads into that value starts from.
	Implied func(n *Node, key string) *Node
	// Short returns the mapping that a scalar under a key is short for, nil if it is
	// short for none: then a path that leads below it replaces it.
	Short func(key string, scalar *Node) *Node
}

// Set puts a value at a path of a document. Nodes that it makes on the way lie
// where at is. What is not known to the format is left to the reader, which
// knows all keys; Set itself refuses only names that do not exist.
func (p *Paths) Set(root *Node, path string, value, at *Node) error {
	segments := strings.Split(path, ".")
	for _, s := range segments {
		if s == "" {
			return fmt.Errorf("the path %q has an empty segment: want one such as endpoint.limit.rate", path)
		}
	}
	if what, ok := p.Mappings[segments[0]]; ok && len(segments) > 1 {
		if all := root.Get(segments[0]); all == nil || all.Get(segments[1]) == nil {
			var names []string
			if all != nil {
				names = all.keys()
			}
			return unknownName(what, segments[1], names)
		}
	}
	return p.setBelow(root, segments, value, at)
}

// setItem puts a value into the item of that name of a list, or in its place.
func (p *Paths) setItem(list *Node, key string, segments []string, value, at *Node) error {
	var names []string
	for i, item := range list.Items {
		name := item.Get(key)
		if name == nil {
			continue
		}
		if name.Text != segments[0] {
			names = append(names, name.Text)
			continue
		}
		if len(segments) == 1 {
			list.Items[i] = value
			return nil
		}
		if len(segments) == 2 && segments[1] == key && value.Text != name.Text {
			return fmt.Errorf("%s is the name that paths, gates and comparisons find %q by: want another name in the file itself", key, name.Text)
		}
		return p.setBelow(item, segments[1:], value, at)
	}
	return unknownName(key, segments[0], names)
}

func unknownName(what, name string, names []string) error {
	return fmt.Errorf("there is no %s %q%s", what, name, Hint(name, names))
}

// setBelow walks down mappings. A word, such as `retry: none`, gives way to a
// mapping.
func (p *Paths) setBelow(n *Node, segments []string, value, at *Node) error {
	for len(segments) > 1 {
		key := segments[0]
		next := n.Get(key)
		if next == nil && p.Implied != nil {
			if next = p.Implied(n, key); next != nil {
				next = next.Placed(at)
			}
		}
		name, isList := p.Lists[key]
		switch {
		case isList && next == nil:
			return unknownName(name, segments[1], nil)
		case isList && next.Kind == Sequence:
			return p.setItem(next, name, segments[1:], value, at)
		case next == nil || next.Kind == Scalar:
			next = p.mapping(key, next, at)
		case next.Kind == Sequence:
			return fmt.Errorf("%s is a list, which is set as a whole", key)
		}
		n.Put(key, next, at)
		n, segments = next, segments[1:]
	}
	n.Put(segments[0], value, at)
	return nil
}

// mapping is what takes the place of a scalar under a key, or of nothing.
func (p *Paths) mapping(key string, scalar, at *Node) *Node {
	if scalar != nil && p.Short != nil {
		if n := p.Short(key, scalar); n != nil {
			return n
		}
	}
	return &Node{Kind: Mapping, src: at.src, line: at.line, col: at.col}
}
