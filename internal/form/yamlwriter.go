package form

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// toYAML turns a node into one of the library, for writing. A value that fits
// on one line is written on one line: it begins at column start. Other values
// are written on lines of their own, at indent; 0 is the document itself.
func (n *Node) toYAML(indent, start int) *yaml.Node {
	y := &yaml.Node{}
	switch n.Kind {
	case Scalar:
		y.Kind, y.Value = yaml.ScalarNode, n.Text
		if n.Quoted {
			y.Tag = "!!str"
		}
		if strings.Contains(n.Text, "\n") {
			y.Style = yaml.LiteralStyle
		}
		return y
	case Mapping:
		y.Kind = yaml.MappingNode
		for _, p := range n.Pairs {
			y.Content = append(y.Content, p.Key.toYAML(0, 0), p.Value.toYAML(indent+2, indent+len(p.Key.Text)+2))
		}
	case Sequence:
		y.Kind = yaml.SequenceNode
		for _, item := range n.Items {
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
func (n *Node) flat() (length int, ok bool) {
	if strings.Contains(n.Text, "\n") {
		return 0, false
	}
	length = len(n.Text)
	for _, p := range n.Pairs {
		l, ok := p.Value.flat()
		if !ok {
			return 0, false
		}
		length += len(p.Key.Text) + len(": ") + l + len(", ")
	}
	for _, item := range n.Items {
		l, ok := item.flat()
		if !ok {
			return 0, false
		}
		length += l + len(", ")
	}
	return length, true
}

// WriteYAML writes the node as a document. An error of w stays what it is, which the
// encoder would make a text of.
func (n *Node) WriteYAML(w io.Writer) error {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := errors.Join(e.Encode(n.toYAML(0, 0)), e.Close()); err != nil {
		return fmt.Errorf("writing YAML: %w", err)
	}
	_, err := w.Write(b.Bytes())
	return err
}

// OneLine is the node as a value of `--set path=`.
func (n *Node) OneLine() string {
	if n.Kind == Scalar {
		return n.Text
	}
	y := n.toYAML(0, 0)
	y.Style = yaml.FlowStyle
	text, err := yaml.Marshal(y)
	if err != nil {
		return n.What()
	}
	return strings.TrimSpace(string(text))
}
