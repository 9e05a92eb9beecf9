package trace

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
)

// Writer writes a trace event by event, in the form that a Reader reads; the same
// trace always gives the same bytes. What a Reader would refuse is an error.
type Writer struct {
	out   *bufio.Writer
	check checker
	line  []byte
}

// NewWriter writes the header. A Version of 0 is written as the current one.
func NewWriter(w io.Writer, h Header) (*Writer, error) { return newWriter(w, h, version) }

// newWriter writes the header as that of a version.
func newWriter(w io.Writer, h Header, version int) (*Writer, error) {
	if err := h.check(); err != nil {
		return nil, fmt.Errorf("writing trace: header: %w", err)
	}
	h.Version = version
	h.Start = h.Start.UTC()
	var line bytes.Buffer
	enc := json.NewEncoder(&line)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(h); err != nil {
		return nil, fmt.Errorf("writing trace: header: %w", err)
	}
	out := &Writer{out: bufio.NewWriterSize(w, 64<<10), check: newChecker()}
	// A bufio.Writer keeps its first error; Flush returns it.
	_, _ = out.out.Write(line.Bytes())
	return out, nil
}

// Write writes the next event. Its headers must not change afterwards.
func (w *Writer) Write(e *Event) error {
	headers, err := w.check.event(e)
	if err != nil {
		return fmt.Errorf("writing trace: %w", err)
	}
	w.line = append(e.append(w.line[:0], headers), '\n')
	if _, err := w.out.Write(w.line); err != nil {
		return fmt.Errorf("writing trace: %w", err)
	}
	return nil
}

// Flush writes what is left. A trace without an event is an error.
func (w *Writer) Flush() error {
	if err := w.check.end(); err != nil {
		return fmt.Errorf("writing trace: %w", err)
	}
	if err := w.out.Flush(); err != nil {
		return fmt.Errorf("writing trace: %w", err)
	}
	return nil
}

// check checks what a Reader checks.
func (h *Header) check() error {
	if v := h.Version; v != 0 && v != version {
		return fmt.Errorf("version %d, want %d", v, version)
	}
	for _, c := range [...]struct {
		name string
		err  error
	}{
		{"resolution_s", checkResolution(h.ResolutionS)},
		{"source", checkText(h.Source)},
		{"service", checkService(h.Service)},
		{"redactions", checkTexts(h.Redactions)},
		{"start", checkStart(h.Start)},
	} {
		if c.err != nil {
			return fmt.Errorf("%s: %w", c.name, c.err)
		}
	}
	if h.Placed != nil {
		if err := h.Placed.check(); err != nil {
			return fmt.Errorf("placed: %w", err)
		}
	}
	if h.Counts != nil {
		if err := h.Counts.check(); err != nil {
			return fmt.Errorf("counts: %w", err)
		}
	}
	return nil
}

// checker checks events one after another, what it has seen before only once.
type checker struct {
	last    time.Duration
	n       int64
	tasks   map[string]bool
	methods map[string]bool
	paths   map[string]bool
	headers headerTexts
}

func newChecker() checker {
	return checker{
		tasks: make(map[string]bool), methods: make(map[string]bool), paths: make(map[string]bool),
		headers: make(headerTexts),
	}
}

// event checks the next event, and returns its headers as JSON.
func (c *checker) event(e *Event) (headers string, err error) {
	c.n++
	switch err := c.wrong(e); {
	case err != nil:
		return "", fmt.Errorf("event %d: %w", c.n, err)
	case e.T < c.last:
		return "", fmt.Errorf("event %d: t: %v is before the previous event, at %v", c.n, e.T, c.last)
	}
	c.last = e.T
	if len(e.Headers) > 0 {
		if headers, err = c.headers.of(e.Headers); err != nil {
			return "", fmt.Errorf("event %d: headers: %w", c.n, err)
		}
	}
	return headers, nil
}

// wrong is what is wrong with an event, except for its headers.
func (c *checker) wrong(e *Event) error {
	if err := once(c.tasks, e.Task, checkTask); err != nil {
		return fmt.Errorf("task: %w", err)
	}
	if err := once(c.methods, e.Method, checkMethod); err != nil {
		return fmt.Errorf("method: %w", err)
	}
	if err := once(c.paths, e.Path, checkPath); err != nil {
		return fmt.Errorf("path: %w", err)
	}
	if err := checkStatus(e.Status); err != nil {
		return fmt.Errorf("status: %w", err)
	}
	if e.T < 0 || e.T > longest {
		return fmt.Errorf("t: %w", tooLong(e.T < 0))
	}
	if e.Lat < 0 || e.Lat > longest {
		return fmt.Errorf("lat_us: %w", tooLong(e.Lat < 0))
	}
	if e.Addr != "" {
		if err := once(c.tasks, e.Addr, checkTask); err != nil {
			return fmt.Errorf("addr: %w", err)
		}
	}
	return nil
}

// end is an error if there was no event.
func (c *checker) end() error {
	if c.n == 0 {
		return errors.New("no events")
	}
	return nil
}

// mostSeen bounds what a checker remembers.
const mostSeen = 1 << 16

// once checks a text the first time that it is seen.
func once(seen map[string]bool, s string, check func(string) error) error {
	if seen[s] {
		return nil
	}
	if err := check(s); err != nil {
		return err
	}
	if len(seen) >= mostSeen {
		clear(seen)
	}
	seen[s] = true
	return nil
}

// append appends the event as JSON. headers is its headers as JSON, if it has any.
func (e *Event) append(b []byte, headers string) []byte {
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
	if e.Addr != "" {
		b = appendText(append(b, `,"addr":`...), e.Addr)
	}
	if e.Cut {
		b = append(b, `,"cut":true`...)
	}
	if e.Execution {
		b = append(b, `,"execution":true`...)
	}
	if e.Inferred {
		b = append(b, `,"inferred":true`...)
	}
	if headers != "" {
		b = append(append(b, `,"headers":`...), headers...)
	}
	return append(b, '}')
}
