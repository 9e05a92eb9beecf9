package form

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// MaxText is the most bytes of a document: a wrong file is refused before it is
// understood.
const MaxText = 1 << 20

// Further bounds of a document.
const (
	maxLine  = 128 << 10 // bytes of a line
	maxDepth = 100       // lists and mappings within each other
)

// ParseYAML reads one YAML document. The errors are those of the syntax, and
// what YAML allows but documents must not have: aliases, tags, several
// documents. The node is nil if the text cannot be read. A duplicate key is an
// error, and the first value is kept.
func ParseYAML(src *Source, text []byte) (*Node, Errors) {
	if len(text) > MaxText {
		return nil, Errors{{File: src.Name, Message: fmt.Sprintf("larger than %d MiB", MaxText>>20)}}
	}
	if e := checkText(src, text); e != nil {
		return nil, Errors{e}
	}
	doc, err := decodeYAML(text)
	if err != nil {
		return nil, Errors{syntaxError(src, err)}
	}
	if doc == nil {
		e := &Error{File: src.Name, Message: "is empty"}
		if !src.IsFlag() {
			e.Line, e.Col = 1, 1
		}
		return nil, Errors{e}
	}
	c := converter{src: src}
	n := c.convert(doc, 1)
	if c.broken {
		return nil, c.errs
	}
	return n, c.errs
}

// decodeYAML returns the root of the only document, nil if there is none.
func decodeYAML(text []byte) (root *yaml.Node, err error) {
	// The library does not recover from every panic, and a document must never
	// end the program with a stack trace.
	defer func() {
		if r := recover(); r != nil {
			root, err = nil, fmt.Errorf("yaml: cannot be read: %v", r)
		}
	}()
	d := yaml.NewDecoder(bytes.NewReader(text))
	var doc, second yaml.Node
	switch err := d.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil:
		return nil, err
	}
	switch err := d.Decode(&second); {
	case err == nil:
		return nil, fmt.Errorf("yaml: line %d: a second document: want one", second.Line)
	case !errors.Is(err, io.EOF):
		return nil, err
	}
	if len(doc.Content) == 0 {
		return nil, nil
	}
	return doc.Content[0], nil
}

// checkText finds characters that YAML must not have, because the library does
// not say where they are.
func checkText(src *Source, text []byte) *Error {
	line, col, begun := 1, 1, 0
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		problem := ""
		switch {
		case r == utf8.RuneError && size == 1:
			problem = "not UTF-8"
		case unicode.IsControl(r) && !strings.ContainsRune("\t\n\r\u0085", r):
			problem = fmt.Sprintf("not YAML: a control character (%U)", r)
		case i-begun >= maxLine && r != '\n':
			problem = fmt.Sprintf("the line is longer than %d bytes", maxLine)
		}
		if problem != "" {
			e := &Error{File: src.Name, Message: problem}
			if !src.IsFlag() {
				e.Line, e.Col, e.src = line, col, src
			}
			return e
		}
		if col++; r == '\n' {
			line, col, begun = line+1, 1, i+1
		}
		i += size
	}
	return nil
}

// converter turns the library's nodes into ours.
type converter struct {
	src    *Source
	errs   Errors
	broken bool // something is there that nodes cannot hold
}

// refuse records something that nodes cannot hold.
func (c *converter) refuse(y *yaml.Node, format string, args ...any) {
	c.broken = true
	c.fail(y, format, args...)
}

func (c *converter) fail(y *yaml.Node, format string, args ...any) {
	e := &Error{File: c.src.Name, Message: fmt.Sprintf(format, args...)}
	if !c.src.IsFlag() {
		e.Line, e.Col, e.src = y.Line, y.Column, c.src
	}
	c.errs = append(c.errs, e)
}

func (c *converter) convert(y *yaml.Node, depth int) *Node {
	n := &Node{src: c.src, line: y.Line, col: y.Column}
	switch {
	case depth > maxDepth && y.Kind != yaml.ScalarNode:
		c.refuse(y, "nested deeper than %d levels", maxDepth)
		return n
	case y.Kind == yaml.AliasNode:
		c.refuse(y, "aliases (*%s) are not read: write the value out", y.Value)
		return n
	case y.Anchor != "":
		c.refuse(y, "anchors (&%s) are not read: write the value out", y.Anchor)
	case y.Style&yaml.TaggedStyle != 0:
		c.refuse(y, "tags (%s) are not read", y.Tag)
	}
	switch y.Kind {
	case yaml.MappingNode:
		n.Kind = Mapping
		c.pairs(n, y, depth)
	case yaml.SequenceNode:
		n.Kind = Sequence
		for _, item := range y.Content {
			n.Items = append(n.Items, c.convert(item, depth+1))
		}
	default:
		n.Text = y.Value
		n.Quoted = y.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0
	}
	return n
}

func (c *converter) pairs(n *Node, y *yaml.Node, depth int) {
	first := make(map[string]*Node)
	for i := 0; i+1 < len(y.Content); i += 2 {
		if y.Content[i].Kind == yaml.MappingNode || y.Content[i].Kind == yaml.SequenceNode {
			c.refuse(y.Content[i], "a key must be text")
			continue
		}
		key, value := c.convert(y.Content[i], depth+1), c.convert(y.Content[i+1], depth+1)
		if before := first[key.Text]; before != nil {
			where := ""
			if !c.src.IsFlag() {
				where = fmt.Sprintf(" (first on line %d)", before.line)
			}
			c.fail(y.Content[i], "duplicate key %s%s", key.What(), where)
			continue
		}
		first[key.Text] = key
		n.Pairs = append(n.Pairs, Pair{key, value})
	}
}
