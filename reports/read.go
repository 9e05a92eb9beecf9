package reports

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"

	"tenement/internal/words"
)

// ByteOrderMark is what some programs put in front of UTF-8. Read passes over it.
const ByteOrderMark = "\ufeff"

// MaxBytes bounds what Read takes in.
const MaxBytes = 256 << 20

// Read reads a report that Write wrote. Errors begin with name, and with the
// line and column where the file is damaged. What it returns can be rendered
// and merged without failing.
func Read(name string, in io.Reader) (*Report, error) {
	b, err := io.ReadAll(io.LimitReader(in, MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	if len(b) > MaxBytes {
		return nil, fmt.Errorf("%s: larger than %d MiB", name, MaxBytes>>20)
	}
	if bytes.HasPrefix(b, []byte("\xff\xfe")) || bytes.HasPrefix(b, []byte("\xfe\xff")) {
		return nil, fmt.Errorf("%s: UTF-16, as some shells write what is sent to a file: want UTF-8, as -o writes it", name)
	}
	b = bytes.TrimPrefix(b, []byte(ByteOrderMark))
	var head struct {
		Version *int              `json:"version"`
		Cases   []json.RawMessage `json:"cases"`
		Given   json.RawMessage   `json:"given"`
		Design  json.RawMessage   `json:"design"` // of a Comparison
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return nil, damaged(name, b, err)
	}
	if head.Design != nil {
		return nil, fmt.Errorf("%s: a comparison, and no report", name)
	}
	if head.Version == nil || head.Cases == nil {
		return nil, fmt.Errorf("%s: not a report: it has no version or no cases", name)
	}
	if *head.Version != Version {
		return nil, fmt.Errorf("%s: report version %d: this program reads version %d", name, *head.Version, Version)
	}
	if err := (atMost{"cases", len(head.Cases), mostCases}).check(); err != nil { // before their histograms are decoded
		return nil, fmt.Errorf("%s: %w", name, err)
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
		for j := range r.Cases[i].Endpoints {
			r.Cases[i].Endpoints[j].Complete()
		}
		r.Cases[i].deriveChanges()
	}
	if err := r.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", words.Visible(name), err)
	}
	return r, nil
}

// noOffset is the offset of an error whose place in the file is not known, only its field.
const noOffset = -1

// damaged is an error of the JSON decoder with its place in the file.
func damaged(name string, b []byte, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		// The offset is after the offending byte.
		return fmt.Errorf("%s: not a report: %w", place(name, b, max(syntax.Offset-1, 0)), err)
	case errors.As(err, &kind):
		at := name
		if kind.Offset != noOffset {
			at = place(name, b, kind.Offset)
		}
		return fmt.Errorf("%s: %s: got a JSON %s, want %s", at, field(kind.Field), kind.Value, wanted(kind.Type))
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
	switch t {
	case reflect.TypeFor[Ends]():
		return "an array of two numbers"
	case reflect.TypeFor[Interval]():
		return "an array of two numbers, the second of which may be null"
	}
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
