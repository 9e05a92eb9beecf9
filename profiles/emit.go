package profiles

import (
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// toYAML turns a node into the library's, for writing. What fits on a line
// stands on one line: it begins at column start, or on lines of their own at
// indent; 0 is the document as such.
func (n *node) toYAML(indent, start int) *yaml.Node {
	y := &yaml.Node{}
	switch n.kind {
	case scalar:
		y.Kind, y.Value = yaml.ScalarNode, n.text
		if n.quoted {
			y.Tag = "!!str"
		}
		if strings.Contains(n.text, "\n") {
			y.Style = yaml.LiteralStyle
		}
		return y
	case mapping:
		y.Kind = yaml.MappingNode
		for _, p := range n.pairs {
			y.Content = append(y.Content, p.key.toYAML(0, 0), p.value.toYAML(indent+2, indent+len(p.key.text)+2))
		}
	case sequence:
		y.Kind = yaml.SequenceNode
		for _, item := range n.items {
			y.Content = append(y.Content, item.toYAML(indent+2, indent+2))
		}
	}
	const width = 80
	if length, ok := n.flat(); indent > 0 && ok && start+length <= width {
		y.Style = yaml.FlowStyle
	}
	return y
}

// flat is how long the node is on one line, if it can be on one line.
func (n *node) flat() (length int, ok bool) {
	if strings.Contains(n.text, "\n") {
		return 0, false
	}
	length = len(n.text)
	for _, p := range n.pairs {
		l, ok := p.value.flat()
		if !ok {
			return 0, false
		}
		length += len(p.key.text) + len(": ") + l + len(", ")
	}
	for _, item := range n.items {
		l, ok := item.flat()
		if !ok {
			return 0, false
		}
		length += l + len(", ")
	}
	return length, true
}

// writeYAML writes the node as a document.
func (n *node) writeYAML(w io.Writer) error {
	e := yaml.NewEncoder(w)
	e.SetIndent(2)
	if err := e.Encode(n.toYAML(0, 0)); err != nil {
		return fmt.Errorf("writing YAML: %w", err)
	}
	return e.Close()
}

// oneLine is a value as it could stand behind `--set path=`.
func (n *node) oneLine() string {
	if n.kind == scalar {
		return n.text
	}
	y := n.toYAML(0, 0)
	y.Style = yaml.FlowStyle
	text, err := yaml.Marshal(y)
	if err != nil {
		return n.what()
	}
	return strings.TrimSpace(string(text))
}
