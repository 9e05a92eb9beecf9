package reports

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
)

// maxReport bounds what Read takes in, in bytes.
const maxReport = 256 << 20

// Read reads a report that Write wrote. Errors begin with name, and with the
// line and column where the file is damaged. What it returns can be rendered
// and merged without failing.
func Read(name string, in io.Reader) (*Report, error) {
	b, err := io.ReadAll(io.LimitReader(in, maxReport+1))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	if len(b) > maxReport {
		return nil, fmt.Errorf("%s: larger than %d MiB", name, maxReport>>20)
	}
	var head struct {
		Version *int            `json:"version"`
		Cases   json.RawMessage `json:"cases"`
		Given   json.RawMessage `json:"given"`
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return nil, damaged(name, b, err)
	}
	if head.Version == nil || head.Cases == nil {
		return nil, fmt.Errorf("%s: not a report: it has no version or no cases", name)
	}
	if *head.Version != Version {
		return nil, fmt.Errorf("%s: report version %d: this program reads version %d", name, *head.Version, Version)
	}
	r := new(Report)
	if err := json.Unmarshal(b, r); err != nil {
		return nil, damaged(name, b, err)
	}
	if head.Given == nil {
		var old Sentences
		if err := json.Unmarshal(b, &old); err != nil {
			return nil, damaged(name, b, err)
		}
		r.Given = givenOf(old.Warnings)
	}
	r.Given = r.Given.normal()
	for i := range r.Cases {
		r.Cases[i].Endpoint.Complete()
		r.Cases[i].deriveChanges()
	}
	if err := r.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return r, nil
}

// damaged is an error of the JSON decoder with its place in the file.
func damaged(name string, b []byte, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		// The offset is after the offending byte.
		return fmt.Errorf("%s: not a report: %w", place(name, b, max(syntax.Offset-1, 0)), err)
	case errors.As(err, &kind):
		return fmt.Errorf("%s: %s: got a JSON %s, want %s", place(name, b, kind.Offset), field(kind.Field), kind.Value, wanted(kind.Type))
	}
	return fmt.Errorf("%s: %w", name, err)
}

func field(path string) string {
	if path == "" {
		return "the report"
	}
	return path
}

// wanted is a Go type in a reader's words.
func wanted(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "true or false"
	case reflect.Float64:
		return "a number"
	case reflect.Slice, reflect.Array:
		return "an array"
	case reflect.Struct, reflect.Map:
		return "an object"
	}
	return "a whole number that fits " + t.Kind().String()
}

// place is name:line:col of a byte, both counted from 1.
func place(name string, b []byte, offset int64) string {
	before := b[:min(offset, int64(len(b)))]
	line := bytes.Count(before, []byte("\n")) + 1
	col := len(before) - bytes.LastIndexByte(before, '\n')
	return fmt.Sprintf("%s:%d:%d", name, line, col)
}

// check refuses a model that renderers and Merge could not work with.
func (r *Report) check() error {
	if r.Engine != Live && r.Engine != Sim {
		return fmt.Errorf("engine: unknown engine %q: want %s or %s", r.Engine, Live, Sim)
	}
	if !plausible(r.DurationS) {
		return fmt.Errorf("duration_s: %g is no duration of a run", r.DurationS)
	}
	names := map[string]bool{}
	for i := range r.Cases {
		c := &r.Cases[i]
		if names[c.Name] {
			return fmt.Errorf("cases[%d]: the name %q is taken", i, c.Name)
		}
		names[c.Name] = true
		if err := c.check(); err != nil {
			return fmt.Errorf("cases[%d].%w", i, err)
		}
	}
	return nil
}

// plausible reports whether seconds are nothing, or from a nanosecond to the
// longest time.Duration.
func plausible(seconds float64) bool {
	return seconds == 0 || seconds >= 1e-9 && seconds <= 1e10
}

func (c *Case) check() error {
	if !plausible(c.RanS) {
		return fmt.Errorf("ran_s: %g is no duration of a run", c.RanS)
	}
	if err := c.Endpoint.check(); err != nil {
		return fmt.Errorf("endpoint.%w", err)
	}
	names := map[string]bool{}
	for i := range c.Groups {
		g := &c.Groups[i]
		if names[g.Name] {
			return fmt.Errorf("groups[%d]: the name %q is taken", i, g.Name)
		}
		names[g.Name] = true
		if err := g.check(); err != nil {
			return fmt.Errorf("groups[%d].%w", i, err)
		}
	}
	if c.Series != nil {
		if err := c.Series.check(); err != nil {
			return fmt.Errorf("series.%w", err)
		}
	}
	return nil
}

func (g *Group) check() error {
	h := &g.Histograms
	named := []struct {
		name string
		h    Histogram
	}{
		{"histograms.latency", h.Latency}, {"histograms.failure_latency", h.FailureLatency},
		{"histograms.attempt_latency", h.AttemptLatency}, {"histograms.lateness", h.Lateness},
	}
	if g.Simulated != nil {
		named = append(named, struct {
			name string
			h    Histogram
		}{"simulated.histogram", g.Simulated.Histogram})
	}
	for _, n := range named {
		// One at a time, and none is kept: a small file cannot ask for much.
		if _, err := n.h.decode(); err != nil {
			return fmt.Errorf("%s: %s", n.name, strings.TrimPrefix(err.Error(), "histogram: "))
		}
	}
	return nil
}

func (s *Series) check() error {
	if s.BucketS == 0 || !plausible(s.BucketS) {
		return fmt.Errorf("bucket_s: %g is no width", s.BucketS)
	}
	n := len(s.Arrivals)
	if n > maxBuckets {
		return fmt.Errorf("arrivals: %d buckets: want at most %d", n, maxBuckets)
	}
	for _, row := range s.rows() {
		if *row != nil && len(*row) != n {
			return fmt.Errorf("arrivals: %d buckets, but another series has %d", n, len(*row))
		}
	}
	if s.Level != nil && (len(s.Level) != n || s.LevelHosts <= 0) {
		return fmt.Errorf("level: %d buckets of %d hosts, want %d of at least 1", len(s.Level), s.LevelHosts, n)
	}
	return nil
}
