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

// Formats are the formats that Import knows, in the order in which a recording
// of unknown format is tried on them. A new one is a file of its own and a name
// here.
func Formats() []Format { return []Format{auditFormat} }

// Import turns a recording into a trace, gzipped or not. format is the name of
// a Format, or empty to tell it by the content. The name is for errors and for
// the trace's source. The limits and the promises are those of Read.
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
	if in.in.err != nil { // a broken source, not a strange one
		_, _, err := in.next()
		return nil, err
	}
	text := "not a recording of a known format: " + formatNames()
	switch {
	case len(in.head) == 0:
		text = "the file is empty"
	case in.head[0] == '{' && strings.Contains(string(in.head), `"version"`):
		text = "this looks like a trace already, not like a recording to import"
	}
	return nil, &Error{name, 1, 1, text}
}

// sniff is the format of a recording that begins so, nil if none claims it.
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
