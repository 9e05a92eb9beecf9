package trace

import (
	"fmt"
	"io"
	"strings"
)

// Format is a kind of recording that Import can turn into a trace.
type Format struct {
	Name string // what a user calls it
	Doc  string // what it is, without a full stop, for help

	// sniff recognises the first bytes of such a recording.
	sniff func(head []byte) bool
	// convert reads the lines to their end.
	convert func(in *lines) (*Trace, error)
}

// Formats returns the formats that Import knows, in the order in which it tries
// them on a recording of unknown format. A new format is a file and a row here.
func Formats() []Format { return []Format{auditFormat} }

// Import turns a recording, gzipped or not, into a trace. format is the name of a
// Format; if it is empty, the content tells. The name is used in errors and as
// the trace's source. Limits and errors are those of Read.
func Import(name, format string, r io.Reader) (*Trace, error) {
	return importFrom(name, format, r, bounds)
}

// importFrom is Import with limits that a test can afford to reach.
func importFrom(name, format string, r io.Reader, lim limits) (*Trace, error) {
	in, err := newLines(name, r, lim)
	if err != nil {
		return nil, err
	}
	if format != "" {
		for _, f := range Formats() {
			if f.Name == format {
				return f.convert(in)
			}
		}
		return nil, fmt.Errorf("importing %s: unknown format %q, want one of: %s", name, format, formatNames())
	}
	if f := sniff(in.head); f != nil {
		return f.convert(in)
	}
	if in.in.err != nil { // the source broke, which says nothing about its format
		_, _, err := in.next()
		return nil, err
	}
	text := "not a recording of a known format: " + formatNames()
	switch {
	case len(in.head) == 0:
		text = "the file is empty"
	case in.head[0] == '{' && strings.Contains(string(in.head), `"version"`):
		text = "this looks like a trace already: it needs no import"
	}
	return nil, &Error{name, 1, 1, text}
}

// sniff is the format of a recording that begins with head, nil if no format
// claims it.
func sniff(head []byte) *Format {
	for _, f := range Formats() {
		if f.sniff(head) {
			return &f
		}
	}
	return nil
}

// formatNames is the list of names for messages.
func formatNames() string {
	var names []string
	for _, f := range Formats() {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}
