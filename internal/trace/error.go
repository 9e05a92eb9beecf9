package trace

import (
	"errors"
	"fmt"
)

// Error is one mistake in an input, and where it is. A line with several mistakes
// is reported as several Errors, joined.
type Error struct {
	File string
	Line int // from 1
	Col  int // in bytes, from 1; 0 if it is about no column
	Text string
}

// Error returns the form that editors know: file:line:col: text.
func (e *Error) Error() string {
	if e.Col == 0 {
		return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Text)
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Col, e.Text)
}

// problems collects what is wrong with one line.
type problems struct {
	file string
	line int
	list []error
}

// add notes a problem at a byte offset from the start of the line.
func (p *problems) add(offset int, format string, args ...any) {
	p.list = append(p.list, &Error{p.file, p.line, offset + 1, fmt.Sprintf(format, args...)})
}

// err is all of them, nil if there are none.
func (p *problems) err() error { return errors.Join(p.list...) }
