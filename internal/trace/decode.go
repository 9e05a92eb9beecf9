package trace

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tenement/internal/service"
)

// decoder turns lines into headers and events. Recordings repeat themselves:
// each distinct text is checked once and kept once.
type decoder struct {
	version int
	fields  []field
	// By value as written, quotes included.
	tasks, methods, paths, addrs map[string]string
	headers                      map[string]map[string]string

	left int64 // bytes that further distinct texts may take
}

// newDecoder is a decoder of the current version that keeps texts of that many bytes.
func newDecoder(distinct int64) decoder {
	return decoder{
		version: version, left: distinct,
		tasks: make(map[string]string), methods: make(map[string]string),
		paths: make(map[string]string), addrs: make(map[string]string),
		headers: make(map[string]map[string]string),
	}
}

// errUnknown is what is wrong with a field that the format does not have.
var errUnknown = errors.New("unknown field")

// each decodes fields of an object that begins at an offset of the line.
func (d *decoder) each(p *problems, offset int, fields []field, one func(*field) error) {
	for i := range fields {
		f := &fields[i]
		if f.duplicates {
			p.add(offset+f.keyAt, "field %s given twice", quote(f.key))
			continue
		}
		f.keyAt, f.at = offset+f.keyAt, offset+f.at
		switch err := one(f); {
		case errors.Is(err, errUnknown):
			p.add(f.keyAt, "unknown field %s", quote(f.key))
		case err != nil:
			p.add(f.at, "%s: %v", f.key, err)
		}
	}
}

// nested decodes a field that is an object.
func (d *decoder) nested(p *problems, f *field, one func(*field) error) error {
	if f.value[0] != '{' {
		return fmt.Errorf("want an object, got %s", excerpt(string(f.value)))
	}
	// The line is known to be valid, so object finds nothing wrong but too many fields.
	d.each(p, f.at, object(p, f.value, nil), one)
	return nil
}

// event decodes an event line. last is the time of the line before.
func (d *decoder) event(p *problems, line []byte, e *Event, last time.Duration) {
	*e = Event{}
	d.fields = object(p, line, d.fields)
	if len(p.list) > 0 {
		return
	}
	d.each(p, 0, d.fields, func(f *field) (err error) {
		switch f.key {
		case "t":
			e.T, err = number(f.value, secondDigits, "seconds")
			if err == nil && e.T < last {
				err = fmt.Errorf("%v is before the previous event, at %v", e.T, last)
			}
			return err
		case "task":
			e.Task, err = d.text(d.tasks, f, checkTask)
			return err
		case "method":
			e.Method, err = d.text(d.methods, f, checkMethod)
			return err
		case "path":
			e.Path, err = d.text(d.paths, f, checkPath)
			return err
		case "status":
			err = decode(f.value, &e.Status, "a status code")
			if err == nil && e.Status == 0 {
				err = errors.New("want 100..999, or no status")
			}
			if err == nil {
				err = checkStatus(e.Status)
			}
			return err
		case "lat_us":
			e.Lat, err = number(f.value, microDigits, "microseconds")
			return err
		case "headers":
			return d.eventHeaders(p, f, e)
		}
		if d.version == 1 {
			return errUnknown
		}
		switch f.key {
		case "addr":
			e.Addr, err = d.text(d.addrs, f, checkTask)
			return err
		case "cut":
			return decodeTrue(f.value, &e.Cut)
		case "execution":
			return decodeTrue(f.value, &e.Execution)
		case "inferred":
			return decodeTrue(f.value, &e.Inferred)
		}
		return errUnknown
	})
	for _, required := range [...]string{"t", "task", "method", "path"} {
		if !slices.ContainsFunc(d.fields, func(f field) bool { return f.key == required }) {
			p.add(0, "%s: missing", required)
		}
	}
}

// text is the value of a string field that passes a check, one copy of it.
func (d *decoder) text(known map[string]string, f *field, check func(string) error) (string, error) {
	if s, ok := known[string(f.value)]; ok {
		return s, nil
	}
	if f.value[0] != '"' {
		return "", fmt.Errorf("want a string, got %s", excerpt(string(f.value)))
	}
	s := text(f.value)
	if err := check(s); err != nil {
		return "", err
	}
	if err := d.keep(len(f.value) + len(s)); err != nil {
		return "", err
	}
	known[string(f.value)] = s
	return s, nil
}

// keep counts what a distinct text takes.
func (d *decoder) keep(bytes int) error {
	const around = 64 // a map's entry
	if d.left -= int64(bytes) + around; d.left < 0 {
		return errors.New("too many distinct tasks, paths and headers for memory")
	}
	return nil
}

// eventHeaders decodes the headers of an event.
func (d *decoder) eventHeaders(p *problems, f *field, e *Event) error {
	if h, ok := d.headers[string(f.value)]; ok {
		e.Headers = h
		return nil
	}
	if f.value[0] != '{' {
		return fmt.Errorf("want an object of strings, got %s", excerpt(string(f.value)))
	}
	before := len(p.list)
	headers := make(map[string]string)
	for _, h := range object(p, f.value, nil) {
		switch {
		case h.duplicates:
			p.add(f.at+h.keyAt, "headers: %s given twice", quote(h.key))
		case h.value[0] != '"':
			p.add(f.at+h.at, "headers: %s: want a string, got %s", quote(h.key), excerpt(string(h.value)))
		default:
			value := text(h.value)
			if err := checkHeader(h.key, value); err != nil {
				p.add(f.at+h.keyAt, "headers: %v", err)
			}
			headers[h.key] = value
		}
	}
	if len(p.list) > before || len(headers) == 0 {
		return nil
	}
	e.Headers = headers
	d.headers[string(f.value)] = headers
	return d.keep(2 * len(f.value))
}

// number is a duration given as a JSON number of the unit.
func number(value []byte, digits int, unit string) (time.Duration, error) {
	if c := value[0]; c != '-' && (c < '0' || c > '9') {
		return 0, fmt.Errorf("want a number of %s, got %s", unit, excerpt(string(value)))
	}
	return parseDuration(string(value), digits)
}

// decodeTrue decodes a field that is left out unless it is true.
func decodeTrue(value []byte, into *bool) error {
	if string(value) != "true" {
		return fmt.Errorf("want true or no such field, got %s", excerpt(string(value)))
	}
	*into = true
	return nil
}

// cut reports whether a path is one of a service that has no such path without an
// ID or a query.
func cut(path string) bool {
	return path == service.CutCredentials || strings.TrimSuffix(path, "?") == service.CredentialsV1
}
