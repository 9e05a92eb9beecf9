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
	p := jsonParser{d: d, src: &Source{Name: "JSON"}}
	n := p.value(1)
	if len(p.errs) > 0 {
		return nil, p.errs
	}
	return n, nil
}

// jsonParser makes nodes of JSON that is known to be sound. That almost all
// JSON is YAML does not help: its escapes are not YAML's.
type jsonParser struct {
	d    *json.Decoder
	src  *Source
	errs Errors
}

func (p *jsonParser) fail(format string, args ...any) {
	p.errs = append(p.errs, &Error{File: p.src.Name, Message: fmt.Sprintf(format, args...)})
}

// value is the next value.
func (p *jsonParser) value(depth int) *Node {
	t, _ := p.d.Token()
	n := &Node{src: p.src}
	switch t := t.(type) {
	case string:
		n.Text, n.Quoted = t, true
	case json.Delim:
		if n.Kind = Sequence; t == '{' {
			n.Kind = Mapping
		}
		if depth == maxDepth+1 { // said once for each; what is below is only passed over
			p.fail("nested deeper than %d levels", maxDepth)
		}
		seen := make(map[string]bool)
		for p.d.More() {
			item := p.value(depth + 1)
			if n.Kind == Sequence {
				n.Items = append(n.Items, item)
				continue
			}
			value := p.value(depth + 1)
			if seen[item.Text] {
				p.fail("duplicate key %s", item.What())
				continue
			}
			seen[item.Text] = true
			n.Pairs = append(n.Pairs, Pair{item, value})
		}
		_, _ = p.d.Token() // its end
	case nil: // null, which is no value
	default:
		n.Text = fmt.Sprint(t)
	}
	return n
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
	if !n.Quoted && (n.Text == "true" || n.Text == "false") {
		return json.RawMessage(n.Text)
	}
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
