package trace

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
)

// Write writes the trace in the form that Read reads; the same trace always gives
// the same bytes. A trace that Read would refuse is an error, and nothing is
// written. A Version of 0 is written as the current one.
func (t *Trace) Write(w io.Writer) error {
	if err := t.check(); err != nil {
		return fmt.Errorf("writing trace: %w", err)
	}
	h := t.Header
	h.Version = version
	h.Start = h.Start.UTC()
	b := bufio.NewWriter(w)
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(h); err != nil {
		return fmt.Errorf("writing trace: header: %w", err)
	}
	var line []byte
	for i := range t.Events {
		line = t.Events[i].append(line[:0])
		// A bufio.Writer keeps its first error; Flush returns it.
		_, _ = b.Write(append(line, '\n'))
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("writing trace: %w", err)
	}
	return nil
}

// check checks what Read checks.
func (t *Trace) check() error {
	if v := t.Header.Version; v != 0 && v != version {
		return fmt.Errorf("header: version %d, want %d", v, version)
	}
	if err := checkResolution(t.Header.ResolutionS); err != nil {
		return fmt.Errorf("header: resolution_s: %w", err)
	}
	if err := checkText(t.Header.Source); err != nil {
		return fmt.Errorf("header: source: %w", err)
	}
	if err := checkTexts(t.Header.Redactions); err != nil {
		return fmt.Errorf("header: redactions: %w", err)
	}
	if err := checkStart(t.Header.Start); err != nil {
		return fmt.Errorf("header: start: %w", err)
	}
	if len(t.Events) == 0 {
		return errors.New("no events")
	}
	last := t.Events[0].T
	for i := range t.Events {
		e := &t.Events[i]
		if err := e.check(); err != nil {
			return fmt.Errorf("event %d: %w", i+1, err)
		}
		if e.T < last {
			return fmt.Errorf("event %d: t: %v is before the previous event, at %v", i+1, e.T, last)
		}
		last = e.T
	}
	return nil
}

// check checks an event.
func (e *Event) check() error {
	for _, c := range [...]struct {
		name string
		err  error
	}{
		{"task", checkTask(e.Task)},
		{"method", checkMethod(e.Method)},
		{"path", checkPath(e.Path)},
		{"status", checkStatus(e.Status)},
	} {
		if c.err != nil {
			return fmt.Errorf("%s: %w", c.name, c.err)
		}
	}
	if e.T < 0 || e.T > longest {
		return fmt.Errorf("t: %w", tooLong(e.T < 0))
	}
	if e.Lat < 0 || e.Lat > longest {
		return fmt.Errorf("lat_us: %w", tooLong(e.Lat < 0))
	}
	for _, name := range slices.Sorted(maps.Keys(e.Headers)) {
		if err := checkHeader(name, e.Headers[name]); err != nil {
			return fmt.Errorf("headers: %w", err)
		}
	}
	return nil
}

// append appends the event as JSON, its headers in order of their names.
func (e *Event) append(b []byte) []byte {
	b = appendDuration(append(b, `{"t":`...), e.T, secondDigits)
	b = appendText(append(b, `,"task":`...), e.Task)
	b = appendText(append(b, `,"method":`...), e.Method)
	b = appendText(append(b, `,"path":`...), e.Path)
	if e.Status != 0 {
		b = strconv.AppendInt(append(b, `,"status":`...), int64(e.Status), 10)
	}
	if e.Lat != 0 {
		b = appendDuration(append(b, `,"lat_us":`...), e.Lat, microDigits)
	}
	if len(e.Headers) > 0 {
		b = append(b, `,"headers":`...)
		for i, name := range slices.Sorted(maps.Keys(e.Headers)) {
			b = append(b, "{,"[min(i, 1)])
			b = appendText(b, name)
			b = appendText(append(b, ':'), e.Headers[name])
		}
		b = append(b, '}')
	}
	return append(b, '}')
}

// appendText appends a JSON string. It does not escape & < >, which paths with a
// query have.
func appendText(b []byte, s string) []byte {
	plain := true
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			plain = false
			break
		}
	}
	if plain {
		return append(append(append(b, '"'), s...), '"')
	}
	var quoted bytes.Buffer
	enc := json.NewEncoder(&quoted)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s) // a string always encodes
	return append(b, bytes.TrimSuffix(quoted.Bytes(), []byte("\n"))...)
}
