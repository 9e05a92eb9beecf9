package profiles

import (
	"slices"
	"strings"
)

// node is a YAML node that knows where it comes from. Unlike the library's, it
// has no aliases, tags or comments, no duplicate keys, and every key of a
// mapping is text.
type node struct {
	kind   kind
	text   string // of a scalar
	quoted bool   // a scalar that is text, whatever it looks like
	pairs  []pair // of a mapping, in file order
	items  []*node

	src       *source
	line, col int // from 1
}

type kind uint8

const (
	scalar kind = iota
	mapping
	sequence
)

type pair struct {
	key   *node // a scalar
	value *node
}

// plain is a scalar that means what it looks like.
func plain(text string) *node { return &node{kind: scalar, text: text} }

// quote is a scalar that is text.
func quote(text string) *node { return &node{kind: scalar, text: text, quoted: true} }

// null reports whether the node is a key without a value.
func (n *node) null() bool {
	return n.kind == scalar && !n.quoted && (n.text == "" || n.text == "~" || strings.EqualFold(n.text, "null"))
}

// get is the value of a key of a mapping, nil if it is not there.
func (n *node) get(key string) *node {
	for i := range n.pairs {
		if n.pairs[i].key.text == key {
			return n.pairs[i].value
		}
	}
	return nil
}

// at is where to point for a key of a mapping: its value, or the mapping.
func (n *node) at(key string) *node {
	if v := n.get(key); v != nil {
		return v
	}
	return n
}

// item is an item of the list under a key of a mapping.
func (n *node) item(key string, i int) *node { return n.get(key).items[i] }

// put sets a key of a mapping. A new key takes its position from at.
func (n *node) put(key string, value, at *node) {
	for i := range n.pairs {
		if n.pairs[i].key.text == key {
			n.pairs[i].value = value
			return
		}
	}
	k := &node{kind: scalar, text: key, src: at.src, line: at.line, col: at.col}
	n.pairs = append(n.pairs, pair{k, value})
}

// remove takes keys out of a mapping.
func (n *node) remove(keys ...string) {
	n.pairs = slices.DeleteFunc(n.pairs, func(p pair) bool { return slices.Contains(keys, p.key.text) })
}

// keys are the keys of a mapping.
func (n *node) keys() []string {
	keys := make([]string, len(n.pairs))
	for i := range n.pairs {
		keys[i] = n.pairs[i].key.text
	}
	return keys
}

// clone is a deep copy, except that scalars are shared: nothing changes them.
func (n *node) clone() *node {
	if n.kind == scalar {
		return n
	}
	c := *n
	c.pairs = slices.Clone(n.pairs)
	for i := range c.pairs {
		c.pairs[i].value = c.pairs[i].value.clone()
	}
	c.items = slices.Clone(n.items)
	for i := range c.items {
		c.items[i] = c.items[i].clone()
	}
	return &c
}

// same reports whether two nodes say the same, wherever they stand.
func (n *node) same(o *node) bool {
	if n.kind != o.kind || n.text != o.text || len(n.pairs) != len(o.pairs) || len(n.items) != len(o.items) {
		return false
	}
	for i := range n.pairs {
		if n.pairs[i].key.text != o.pairs[i].key.text || !n.pairs[i].value.same(o.pairs[i].value) {
			return false
		}
	}
	for i := range n.items {
		if !n.items[i].same(o.items[i]) {
			return false
		}
	}
	return true
}

// placed is the node and all below it as if written where at is.
func (n *node) placed(at *node) *node {
	c := *n
	c.src, c.line, c.col = at.src, at.line, at.col
	c.pairs = slices.Clone(n.pairs)
	for i, p := range c.pairs {
		c.pairs[i] = pair{p.key.placed(at), p.value.placed(at)}
	}
	c.items = slices.Clone(n.items)
	for i := range c.items {
		c.items[i] = c.items[i].placed(at)
	}
	return &c
}

// what names the kind of a node in an error.
func (n *node) what() string {
	switch {
	case n.kind == mapping:
		return "a mapping"
	case n.kind == sequence:
		return "a list"
	case n.null():
		return "nothing"
	}
	const long = 40
	if text := []rune(n.text); len(text) > long {
		return `"` + printable(text[:long]) + `…"`
	}
	return `"` + printable([]rune(n.text)) + `"`
}
