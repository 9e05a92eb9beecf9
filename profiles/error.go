package profiles

import (
	"fmt"
	"strings"
)

// Error is one thing wrong with a profile, and where.
type Error struct {
	File    string // the profile, or the flag that is to blame, such as `--set "seed=x"`
	Line    int    // from 1; 0 where File is a flag or the file as a whole is to blame
	Col     int    // in characters, from 1; 0 where only the line is known
	Path    string // in the user's words, such as fleet.batch.arrivals; "" is the file
	Message string

	flag    string // the flag without which there would be no error
	excerpt string // the line with a caret under it
}

// Error is file:line:col: path: message, then the line it is about with a
// caret under the column.
func (e *Error) Error() string {
	var b strings.Builder
	if e.flag != "" {
		b.WriteString(e.flag + ": ")
	}
	b.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d", e.Line)
	}
	if e.Col > 0 {
		fmt.Fprintf(&b, ":%d", e.Col)
	}
	b.WriteString(": ")
	if e.Path != "" {
		b.WriteString(e.Path + ": ")
	}
	b.WriteString(e.Message)
	if e.excerpt != "" {
		b.WriteString("\n" + e.excerpt)
	}
	return b.String()
}

// Errors is everything wrong with a profile, in order of position.
type Errors []*Error

// Error is every error, one after the other.
func (e Errors) Error() string {
	texts := make([]string, len(e))
	for i := range e {
		texts[i] = e[i].Error()
	}
	return strings.Join(texts, "\n")
}

// Unwrap gives errors.As every error.
func (e Errors) Unwrap() []error {
	list := make([]error, len(e))
	for i := range e {
		list[i] = e[i]
	}
	return list
}
