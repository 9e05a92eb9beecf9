package form

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// ParseJSON reads one JSON value. Its nodes have no positions, because a
// request is often one line.
func ParseJSON(text []byte) (*Node, error) {
	var value json.RawMessage
	if err := json.Unmarshal(text, &value); err != nil {
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	n, errs := nodeOf(d, &Source{Name: "JSON"})
	if len(errs) > 0 {
		return nil, errs
	}
	return n, nil
}

// nodeOf is the next value of valid JSON. The YAML parser cannot read it: the
// two have different escapes.
func nodeOf(d *json.Decoder, src *Source) (n *Node, errs Errors) {
	t, _ := d.Token()
	n = &Node{src: src}
	switch t := t.(type) {
	case string:
		n.Text, n.Quoted = t, true
	case json.Delim:
		if n.Kind = Sequence; t == '{' {
			n.Kind = Mapping
		}
		for d.More() {
			item, wrong := nodeOf(d, src)
			if errs = append(errs, wrong...); n.Kind == Sequence {
				n.Items = append(n.Items, item)
				continue
			}
			value, wrong := nodeOf(d, src)
			if errs = append(errs, wrong...); n.Get(item.Text) != nil {
				errs = append(errs, &Error{File: src.Name, Message: fmt.Sprintf("duplicate key %q", item.Text)})
				continue
			}
			n.Pairs = append(n.Pairs, Pair{item, value})
		}
		_, _ = d.Token() // its end
	case nil: // null, which is no value
	default:
		n.Text = fmt.Sprint(t)
	}
	return n, errs
}

// JSON is the node as JSON: a scalar that is not text is a number if it looks
// like one.
func (n *Node) JSON() json.RawMessage {
	switch n.Kind {
	case Mapping:
		b := []byte{'{'}
		for i, p := range n.Pairs {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(append(append(b, quoted(p.Key.Text)...), ':'), p.Value.JSON()...)
		}
		return append(b, '}')
	case Sequence:
		b := []byte{'['}
		for i, item := range n.Items {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(b, item.JSON()...)
		}
		return append(b, ']')
	}
	var number json.Number
	if text := []byte(n.Text); !n.Quoted && json.Unmarshal(text, &number) == nil {
		return slices.Clone(text)
	}
	return quoted(n.Text)
}

// quoted is text as JSON.
func quoted(text string) json.RawMessage {
	b, err := json.Marshal(text)
	if err != nil {
		panic("form: " + err.Error()) // no text is beyond encoding
	}
	return b
}
