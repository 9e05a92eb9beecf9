package form

import (
	"fmt"
	"slices"
	"strings"

	"tenement/internal/words"
)

// Node is a YAML node that knows where it comes from. Unlike a node of the
// library, it has no aliases, tags or comments, no duplicate keys, and every
// key of a mapping is text.
type Node struct {
	Kind   Kind
	Text   string // of a scalar
	Quoted bool   // a scalar that is text, whatever it looks like
	Pairs  []Pair // of a mapping, in file order
	Items  []*Node

	src       *Source
	line, col int // from 1
}

// Kind is the kind of a node.
type Kind uint8

// The kinds of node.
const (
	Scalar Kind = iota
	Mapping
	Sequence
)

// Pair is a key of a mapping and its value.
type Pair struct {
	Key   *Node // a scalar
	Value *Node
}

// Plain is a scalar whose type follows from its look.
func Plain(text string) *Node { return &Node{Kind: Scalar, Text: text} }

// Quote is a scalar that is text.
func Quote(text string) *Node { return &Node{Kind: Scalar, Text: text, Quoted: true} }

// Null reports whether the node is a key without a value.
func (n *Node) Null() bool {
	return n.Kind == Scalar && !n.Quoted && (n.Text == "" || n.Text == "~" || strings.EqualFold(n.Text, "null"))
}

// Get is the value of a key of a mapping, nil if it is not there.
func (n *Node) Get(key string) *Node {
	for i := range n.Pairs {
		if n.Pairs[i].Key.Text == key {
			return n.Pairs[i].Value
		}
	}
	return nil
}

// At is where to point for a key of a mapping: its value, or the mapping.
func (n *Node) At(key string) *Node {
	if v := n.Get(key); v != nil {
		return v
	}
	return n
}

// Item is an item of the list under a key of a mapping.
func (n *Node) Item(key string, i int) *Node { return n.Get(key).Items[i] }

// Put sets a key of a mapping. A new key takes its position from at.
func (n *Node) Put(key string, value, at *Node) {
	for i := range n.Pairs {
		if n.Pairs[i].Key.Text == key {
			n.Pairs[i].Value = value
			return
		}
	}
	k := &Node{Kind: Scalar, Text: key, src: at.src, line: at.line, col: at.col}
	n.Pairs = append(n.Pairs, Pair{k, value})
}

// Remove takes keys out of a mapping.
func (n *Node) Remove(keys ...string) {
	n.Pairs = slices.DeleteFunc(n.Pairs, func(p Pair) bool { return slices.Contains(keys, p.Key.Text) })
}

// Size is the number of values in the node: itself, and all below it.
func (n *Node) Size() int {
	size := 1
	for i := range n.Pairs {
		size += n.Pairs[i].Value.Size()
	}
	for _, item := range n.Items {
		size += item.Size()
	}
	return size
}

// keys are the keys of a mapping.
func (n *Node) keys() []string {
	keys := make([]string, len(n.Pairs))
	for i := range n.Pairs {
		keys[i] = n.Pairs[i].Key.Text
	}
	return keys
}

// Clone is a deep copy, except that scalars are shared: nothing changes them.
func (n *Node) Clone() *Node {
	if n.Kind == Scalar {
		return n
	}
	c := *n
	c.Pairs = slices.Clone(n.Pairs)
	for i := range c.Pairs {
		c.Pairs[i].Value = c.Pairs[i].Value.Clone()
	}
	c.Items = slices.Clone(n.Items)
	for i := range c.Items {
		c.Items[i] = c.Items[i].Clone()
	}
	return &c
}

// Same reports whether two nodes say the same, wherever they stand.
func (n *Node) Same(o *Node) bool {
	if n.Kind != o.Kind || n.Text != o.Text || len(n.Pairs) != len(o.Pairs) || len(n.Items) != len(o.Items) {
		return false
	}
	for i := range n.Pairs {
		if n.Pairs[i].Key.Text != o.Pairs[i].Key.Text || !n.Pairs[i].Value.Same(o.Pairs[i].Value) {
			return false
		}
	}
	for i := range n.Items {
		if !n.Items[i].Same(o.Items[i]) {
			return false
		}
	}
	return true
}

// Placed is a copy of the node and all below it as if written where at is.
func (n *Node) Placed(at *Node) *Node {
	c := *n
	c.src, c.line, c.col = at.src, at.line, at.col
	c.Pairs = slices.Clone(n.Pairs)
	for i, p := range c.Pairs {
		c.Pairs[i] = Pair{p.Key.Placed(at), p.Value.Placed(at)}
	}
	c.Items = slices.Clone(n.Items)
	for i := range c.Items {
		c.Items[i] = c.Items[i].Placed(at)
	}
	return &c
}

// What names the kind of a node in an error.
func (n *Node) What() string {
	switch {
	case n.Kind == Mapping:
		return "a mapping"
	case n.Kind == Sequence:
		return "a list"
	case n.Null():
		return "nothing"
	}
	return `"` + words.Visible(shown(n.Text)) + `"`
}

// shown is the text of a scalar in an error that does not quote it.
func shown(text string) string { return words.Shortened(text, 40) }

// Source is where the node comes from.
func (n *Node) Source() *Source { return n.src }

// Where is the place of the node in a text: file:line:col, or the name of its source
// if that has no lines.
func (n *Node) Where() string {
	if n.src.IsFlag() {
		return n.src.Name
	}
	return fmt.Sprintf("%s:%d:%d", n.src.Name, n.line, n.col)
}
