package recording

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// layoutFormat is the format that a layout belongs to, for a recording that begins
// with these lines, whose format nobody named; "" is any. A log_format has variables;
// a mapping is of objects, if the first line has one, and of columns otherwise.
func layoutFormat(layout string, lines [][]byte) string {
	if strings.Contains(layout, "$") {
		return nginxFormat.Name
	}
	if _, err := parseMapping(layout); err != nil || len(lines) == 0 {
		return ""
	}
	if bytes.Contains(lines[0], []byte(`{"`)) || bytes.HasPrefix(bytes.TrimSpace(lines[0]), []byte("{")) {
		return jsonLog.Name
	}
	return csvFormat.Name
}

// laid says what is wrong with a layout that is of no format at all; nil if it is of one.
func laid(layout string) error {
	_, mapping := parseMapping(layout)
	_, pace := parsePace(layout)
	if layout == "" || strings.Contains(layout, "$") || mapping == nil || pace == nil {
		return nil
	}
	if strings.HasPrefix(layout, "rate=") {
		return pace
	}
	return mapping
}

// takes refuses a layout that the format would not look at.
func (f *Format) takes(o Options) error {
	if o.Layout == "" || f.layout {
		return nil
	}
	return fmt.Errorf("a layout was given, and the format %s takes none", f.Name)
}

// laidOut is the format with a layout: its lines are recognised by the layout, and its
// rows are not looked at before they are read.
func (f *Format) laidOut(o Options) (*Format, error) {
	out := *f
	switch {
	case o.Layout == "":
	case f.Lines != nil:
		decode, err := f.Lines(o)
		if err != nil {
			return nil, err
		}
		out.Sniff = func(head []byte) bool { return decode(firstLine(head), &Entry{}) == nil }
	case f.Name == csvFormat.Name:
		out.Sniff = nil
	}
	return &out, nil
}

// misfit says where the first line leaves the layout; nil if there is no layout of
// lines.
func misfit(f *Format, o Options, lines [][]byte) error {
	if f == nil || f.Lines == nil || o.Layout == "" || len(lines) == 0 {
		return nil
	}
	decode, err := f.Lines(o)
	if err != nil {
		return err
	}
	const text = "the layout does not fit the first line: "
	err = decode(lines[0], &Entry{})
	if damage, ok := errors.AsType[*Damage](err); ok {
		return &Damage{Col: max(1, damage.Col), Text: text + damage.Text}
	}
	if _, ok := errors.AsType[Foreign](err); ok && f.Name == jsonLog.Name {
		return &Damage{Col: 1, Text: text + "the fields that it names for the time and the path are not both there"}
	}
	return nil
}
