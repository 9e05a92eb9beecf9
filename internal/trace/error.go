package trace

import (
	"errors"
	"fmt"

	"tenement/internal/words"
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
	file, text := words.Visible(e.File), words.Visible(e.Text)
	if e.Col == 0 {
		return fmt.Sprintf("%s:%d: %s", file, e.Line, text)
	}
	return fmt.Sprintf("%s:%d:%d: %s", file, e.Line, e.Col, text)
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
func (p *problems) err() error { return errors.Join(p.first()...) }

// first are the first problems of a line, and how many more there are.
func (p *problems) first() []error {
	const most = 20
	if len(p.list) <= most {
		return p.list
	}
	return append(p.list[:most:most], fmt.Errorf("... and %d more in this line", len(p.list)-most))
}
