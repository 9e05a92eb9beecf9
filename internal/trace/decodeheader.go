package trace

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// header decodes the first line.
func (d *decoder) header(p *problems, line []byte, h *Header) {
	d.fields = object(p, line, d.fields)
	if len(p.list) > 0 {
		return
	}
	// A later version may have any fields, and an event line has no version:
	// say only what matters.
	at := slices.IndexFunc(d.fields, func(f field) bool { return f.key == "version" })
	switch {
	case at < 0:
		p.add(0, "version: missing, the first line must be a trace's header")
		return
	case string(d.fields[at].value) == "1":
		d.version = 1
	case string(d.fields[at].value) != "2":
		p.add(d.fields[at].at, "version: this is version %s, want 1 or %d", excerpt(string(d.fields[at].value)), version)
		return
	}
	h.Version = version
	d.each(p, 0, d.fields, func(f *field) error {
		switch f.key {
		case "version":
			return nil
		case "source":
			return decodeText(f.value, &h.Source)
		case "start":
			if err := decode(f.value, &h.Start, "a time as in 2026-01-01T12:00:00Z"); err != nil {
				return err
			}
			h.Start = h.Start.UTC()
			return checkStart(h.Start)
		case "resolution_s":
			if err := decode(f.value, &h.ResolutionS, "a number of seconds"); err != nil {
				return err
			}
			return checkResolution(h.ResolutionS)
		case "redactions":
			if err := decode(f.value, &h.Redactions, "a list of strings"); err != nil {
				return err
			}
			if len(h.Redactions) == 0 {
				h.Redactions = nil
			}
			return checkTexts(h.Redactions)
		}
		if d.version == 1 {
			return errUnknown
		}
		switch f.key {
		case "service":
			if err := decodeText(f.value, &h.Service); err != nil {
				return err
			}
			return checkService(h.Service)
		case "placed":
			h.Placed = new(Placed)
			return d.nested(p, f, func(f *field) error { return h.Placed.field(f) })
		case "counts":
			h.Counts = new(Counts)
			return d.nested(p, f, func(f *field) error { return d.count(p, f, h.Counts) })
		}
		return errUnknown
	})
	if len(p.list) == 0 && h.Placed != nil {
		if err := h.Placed.check(); err != nil {
			p.add(0, "placed: %v", err)
		}
	}
}

// field decodes a field of an object `placed`.
func (v *Placed) field(f *field) error {
	switch f.key {
	case "rule":
		return decodeText(f.value, &v.Rule)
	case "limit":
		return decodeText(f.value, &v.Limit)
	case "fitted":
		return decode(f.value, &v.Fitted, "true or false")
	case "misfits":
		return decodeCount(f.value, &v.Misfits)
	}
	return errUnknown
}

// count decodes a field of an object `counts`.
func (d *decoder) count(p *problems, f *field, c *Counts) error {
	switch f.key {
	case "lines":
		return decodeCount(f.value, &c.Lines)
	case "unreadable":
		return decodeCount(f.value, &c.Unreadable)
	case "foreign":
		kinds := make(map[string]int64)
		err := d.nested(p, f, func(f *field) error {
			var n int64
			err := errors.Join(checkText(f.key), decodeCount(f.value, &n))
			kinds[f.key] = n
			return err
		})
		if len(kinds) > 0 {
			c.Foreign = kinds
		}
		return err
	case "late":
		return decodeCount(f.value, &c.Late)
	case "cut":
		return decodeCount(f.value, &c.Cut)
	case "attributed":
		return decodeCount(f.value, &c.Attributed)
	case "inferred":
		return decodeCount(f.value, &c.Inferred)
	}
	return errUnknown
}

// decode decodes a value of the header or a plain number, and says what was
// wanted instead of naming Go types. A null is not a value.
func decode(value []byte, into any, want string) error {
	if err := json.Unmarshal(value, into); err != nil || string(value) == "null" {
		return fmt.Errorf("want %s, got %s", want, excerpt(string(value)))
	}
	return nil
}

// decodeText decodes a text that people see.
func decodeText(value []byte, into *string) error {
	if err := decode(value, into, "a string"); err != nil {
		return err
	}
	return checkText(*into)
}

// decodeCount decodes a number of lines or events.
func decodeCount(value []byte, into *int64) error {
	if err := decode(value, into, "a whole number"); err != nil {
		return err
	}
	return checkCount(*into)
}
