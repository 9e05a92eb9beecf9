package trace

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"time"
)

// Open reads the trace in a file. The path is the name in errors.
func Open(path string) (*Trace, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("opening trace: %w", err)
	}
	defer f.Close()
	return read(path, f)
}

// OpenFS is Open for a file of fsys.
func OpenFS(fsys fs.FS, path string) (*Trace, error) {
	f, err := fsys.Open(path)
	if err != nil {
		return nil, fmt.Errorf("opening trace: %w", err)
	}
	defer func() { _ = f.Close() }() // only read from
	return read(path, f)
}

// read reads a trace, gzipped or not. The name is used in errors; a mistake in a
// line is an Error. It refuses lines of more than 1 MiB, more than 2 GiB of text
// and more than 10 million events. There is no partial result: the trace is nil
// if err is not.
func read(name string, r io.Reader) (*Trace, error) { return readWithin(name, r, bounds) }

// readWithin is read with limits that a test can afford to reach.
func readWithin(name string, r io.Reader, lim limits) (*Trace, error) {
	in, err := newLines(name, r, lim)
	if err != nil {
		return nil, err
	}
	line, ok, err := in.next()
	switch {
	case err != nil:
		return nil, err
	case !ok:
		return nil, &Error{name, 1, 1, "the file is empty: want a trace's header"}
	}
	t := new(Trace)
	p := in.problems()
	d := decoder{strings: make(map[string]string), headers: make(map[string]map[string]string)}
	d.header(p, line, &t.Header)
	if err := p.err(); err != nil {
		if f := sniff(in.head); f != nil {
			err = &Error{name, 1, 1, fmt.Sprintf("not a trace but a recording that can be imported (%s)", f.Name)}
		}
		return nil, err
	}
	for last := time.Duration(0); ; {
		line, ok, err := in.next()
		switch {
		case err != nil:
			return nil, err
		case !ok && len(t.Events) == 0:
			return nil, &Error{name, in.n, 1, "no event follows the header"}
		case !ok:
			return t, nil
		}
		if err := in.room(len(t.Events)); err != nil {
			return nil, err
		}
		p := problems{file: name, line: in.n}
		var e Event
		d.event(&p, line, &e, last)
		if err := p.err(); err != nil {
			return nil, err
		}
		last = e.T
		t.Events = append(t.Events, e)
	}
}

// decoder turns lines into headers and events. Recordings repeat themselves:
// each distinct text is checked once and kept once.
type decoder struct {
	fields  []field
	strings map[string]string // by name of the field and value as written
	headers map[string]map[string]string
	key     []byte
}

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
	case string(d.fields[at].value) != "1":
		p.add(d.fields[at].at, "version: this is version %s, want %d", excerpt(string(d.fields[at].value)), version)
		return
	}
	for _, f := range d.fields {
		if f.duplicates {
			p.add(f.keyAt, "field %s given twice", quote(f.key))
			continue
		}
		var err error
		switch f.key {
		case "version":
			h.Version = version
		case "source":
			err = decode(f.value, &h.Source, "a string")
			if err == nil {
				err = checkText(h.Source)
			}
		case "start":
			err = decode(f.value, &h.Start, "a time as in 2026-01-01T12:00:00Z")
			if err == nil {
				h.Start = h.Start.UTC()
				err = checkStart(h.Start)
			}
		case "resolution_s":
			err = decode(f.value, &h.ResolutionS, "a number of seconds")
			if err == nil {
				err = checkResolution(h.ResolutionS)
			}
		case "redactions":
			err = decode(f.value, &h.Redactions, "a list of strings")
			if err == nil {
				err = checkTexts(h.Redactions)
			}
			if len(h.Redactions) == 0 {
				h.Redactions = nil
			}
		default:
			p.add(f.keyAt, "unknown field %s", quote(f.key))
		}
		if err != nil {
			p.add(f.at, "%s: %v", f.key, err)
		}
	}
}

// event decodes an event line. last is the time of the line before.
func (d *decoder) event(p *problems, line []byte, e *Event, last time.Duration) {
	d.fields = object(p, line, d.fields)
	if len(p.list) > 0 {
		return
	}
	var timed bool
	for _, f := range d.fields {
		if f.duplicates {
			p.add(f.keyAt, "field %s given twice", quote(f.key))
			continue
		}
		var err error
		switch f.key {
		case "t":
			timed = true
			e.T, err = number(f.value, secondDigits, "seconds")
			if err == nil && e.T < last {
				err = fmt.Errorf("%v is before the previous event, at %v", e.T, last)
			}
		case "task":
			e.Task, err = d.text(f, checkTask)
		case "method":
			e.Method, err = d.text(f, checkMethod)
		case "path":
			e.Path, err = d.text(f, checkPath)
		case "status":
			err = decode(f.value, &e.Status, "a status code")
			if err == nil && e.Status == 0 {
				err = fmt.Errorf("want 100..999, or no status")
			}
			if err == nil {
				err = checkStatus(e.Status)
			}
		case "lat_us":
			e.Lat, err = number(f.value, microDigits, "microseconds")
		case "headers":
			d.eventHeaders(p, f, e)
		default:
			p.add(f.keyAt, "unknown field %s", quote(f.key))
		}
		if err != nil {
			p.add(f.at, "%s: %v", f.key, err)
		}
	}
	for _, required := range [...]struct {
		name  string
		given bool
	}{{"t", timed}, {"task", d.has("task")}, {"method", d.has("method")}, {"path", d.has("path")}} {
		if !required.given {
			p.add(0, "%s: missing", required.name)
		}
	}
}

// has reports whether the current line has a field.
func (d *decoder) has(key string) bool {
	for _, f := range d.fields {
		if f.key == key {
			return true
		}
	}
	return false
}

// text is the value of a string field that passes a check.
func (d *decoder) text(f field, check func(string) error) (string, error) {
	d.key = append(append(append(d.key[:0], f.key...), 0), f.value...)
	if s, ok := d.strings[string(d.key)]; ok {
		return s, nil
	}
	if f.value[0] != '"' {
		return "", fmt.Errorf("want a string, got %s", excerpt(string(f.value)))
	}
	s := text(f.value)
	if err := check(s); err != nil {
		return "", err
	}
	d.strings[string(d.key)] = s
	return s, nil
}

// eventHeaders decodes the headers of an event.
func (d *decoder) eventHeaders(p *problems, f field, e *Event) {
	if h, ok := d.headers[string(f.value)]; ok {
		e.Headers = h
		return
	}
	if f.value[0] != '{' {
		p.add(f.at, "headers: want an object of strings, got %s", excerpt(string(f.value)))
		return
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
	if len(p.list) == before && len(headers) > 0 {
		e.Headers = headers
		d.headers[string(f.value)] = headers
	}
}

// number is a duration given as a JSON number of the unit.
func number(value []byte, digits int, unit string) (time.Duration, error) {
	if c := value[0]; c != '-' && (c < '0' || c > '9') {
		return 0, fmt.Errorf("want a number of %s, got %s", unit, excerpt(string(value)))
	}
	return parseDuration(string(value), digits)
}

// decode decodes a value of the header or a plain number, and says what was
// wanted instead of naming Go types. A null is not a value.
func decode(value []byte, into any, want string) error {
	if err := json.Unmarshal(value, into); err != nil || string(value) == "null" {
		return fmt.Errorf("want %s, got %s", want, excerpt(string(value)))
	}
	return nil
}
