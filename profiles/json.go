package profiles

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"tenement/internal/draw"
	"tenement/internal/throttle"
)

// ReadFault reads a fault as JSON, with the keys and the values that it has in
// `endpoint.faults`, for the service of that name. The error is Errors, without
// positions, or says that the text is no JSON.
func ReadFault(service string, text []byte) (throttle.Fault, error) {
	n, err := parseJSON(text)
	if err != nil {
		return throttle.Fault{}, err
	}
	var r reader
	v := faultForm().read(&r, n, "")
	if len(r.errs) == 0 {
		serviceNamed(service).checkFault(&r, n, "", &v)
	}
	if len(r.errs) > 0 {
		return throttle.Fault{}, r.errs
	}
	return v.compiled(func(l latency) *draw.Table { return draw.LogNormal(l.P50, l.P99) }), nil
}

// ReadLimit is a limit after a change given as JSON, with the keys that a
// change has in a limit's `schedule`, but for `at`. The error is as of
// ReadFault.
func ReadLimit(was throttle.Limit, text []byte) (throttle.Limit, error) {
	n, err := parseJSON(text)
	if err != nil {
		return throttle.Limit{}, err
	}
	var r reader
	now := writtenLimit(was)
	c := object(change{}, changeKeys(), nil).read(&r, n, "")
	if len(r.errs) == 0 {
		now.checkOwn(&r, n, "")
	}
	if n.kind == mapping && len(n.pairs) == 0 {
		r.fail(n, "", "changes nothing")
	}
	if len(r.errs) == 0 {
		now = now.changed(&c)
		now.check(&r, n, "")
	}
	if len(r.errs) > 0 {
		return throttle.Limit{}, r.errs
	}
	return now.compiled(), nil
}

// FaultJSON is a fault as ReadFault reads it. What is as it would be anyway is
// left out.
func FaultJSON(f throttle.Fault) json.RawMessage {
	v := fault{
		Name: f.Name, Kind: f.Kind.String(), From: f.From, For: f.For, Share: f.Share, Routes: f.Routes,
		Status: f.Status, Body: f.Body, Shift: f.Shift, Field: f.Field,
	}
	if v.Share == 0 {
		v.Share = 1 // either is all
	}
	switch f.Kind {
	case throttle.CutFault:
		v.After = f.After
	case throttle.RestartFault:
		v.Pending = f.After
	case throttle.MissingFieldFault:
		v.Field = f.Missing()
	}
	if f.Latency != nil {
		v.Latency.P50, v.Latency.P99 = quantiles(f.Latency)
	}
	return faultForm().write(v, false).json()
}

// LimitJSON is a limit with the keys and the values that it has in a profile,
// its kind and its defaults included, without its schedule.
func LimitJSON(l throttle.Limit) json.RawMessage {
	name := ""
	if l.Name != "" {
		name = "limit"
	}
	v := writtenLimit(l)
	n := limitKinds(name).form().write(v, true)
	if n.get(kindKey) == nil {
		n.pairs = append(n.pairs, pair{plain(kindKey), plain(v.Kind)})
	}
	return n.json()
}

// writtenLimit is the limit as a profile has it, the inverse of limit.compiled.
func writtenLimit(l throttle.Limit) limit {
	v := limit{
		Name: l.Name, Kind: l.Kind.String(), Rate: l.Rate, Burst: l.Burst, Count: l.Count, Window: l.Window,
		Scope: l.Scope, RefusalCost: l.RefusalCost, OnExceed: l.OnExceed,
	}
	switch {
	case l.Kind == throttle.LeakyBucket:
		v.Burst, v.Queue = 0, l.Burst
	case l.Cost > 0:
		v.Kind, v.Packets = packetRate, l.Cost
	}
	return v
}

// quantiles are the median of a table, exactly, and its 99th percentile to
// three digits: within what a table keeps of it.
func quantiles(t *draw.Table) (p50, p99 time.Duration) {
	const half = 1 << 63 // the half of the draws above the median begins there
	p50, p99 = t.At(half), t.At(half+half/100*98)
	unit := time.Duration(1)
	for p99/unit >= 1000 {
		unit *= 10
	}
	return p50, max(p50, p99.Round(unit))
}

// parseJSON reads one JSON value. Positions mean nothing in what is one line
// of a request.
func parseJSON(text []byte) (*node, error) {
	var value json.RawMessage
	if err := json.Unmarshal(text, &value); err != nil {
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	n, errs := nodeOf(d, &source{name: "JSON"})
	if len(errs) > 0 {
		return nil, errs
	}
	return n, nil
}

// nodeOf is the next value of JSON that is known to be sound. That almost all
// JSON is YAML does not help: its escapes are not YAML's.
func nodeOf(d *json.Decoder, src *source) (n *node, errs Errors) {
	t, _ := d.Token()
	n = &node{src: src}
	switch t := t.(type) {
	case string:
		n.text, n.quoted = t, true
	case json.Delim:
		if n.kind = sequence; t == '{' {
			n.kind = mapping
		}
		for d.More() {
			item, wrong := nodeOf(d, src)
			if errs = append(errs, wrong...); n.kind == sequence {
				n.items = append(n.items, item)
				continue
			}
			value, wrong := nodeOf(d, src)
			if errs = append(errs, wrong...); n.get(item.text) != nil {
				errs = append(errs, &Error{File: src.name, Message: fmt.Sprintf("duplicate key %q", item.text)})
				continue
			}
			n.pairs = append(n.pairs, pair{item, value})
		}
		_, _ = d.Token() // its end
	case nil: // null, which is no value
	default:
		n.text = fmt.Sprint(t)
	}
	return n, errs
}

// json is the node as JSON: a scalar that is not text is a number if it looks
// like one.
func (n *node) json() json.RawMessage {
	switch n.kind {
	case mapping:
		b := []byte{'{'}
		for i, p := range n.pairs {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(append(append(b, quoted(p.key.text)...), ':'), p.value.json()...)
		}
		return append(b, '}')
	case sequence:
		b := []byte{'['}
		for i, item := range n.items {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(b, item.json()...)
		}
		return append(b, ']')
	}
	var number json.Number
	if text := []byte(n.text); !n.quoted && json.Unmarshal(text, &number) == nil {
		return slices.Clone(text)
	}
	return quoted(n.text)
}

// quoted is text as JSON.
func quoted(text string) json.RawMessage {
	b, err := json.Marshal(text)
	if err != nil {
		panic("profiles: " + err.Error()) // no text is beyond encoding
	}
	return b
}
