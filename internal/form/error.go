package form

import (
	"fmt"
	"slices"
	"strings"
)

// Error is one thing wrong with a document, and where.
type Error struct {
	File    string // the document's, or the flag with the mistake, such as `--set "seed=x"`
	Line    int    // from 1; 0 if File is a flag, or the mistake is in the file as a whole
	Col     int    // in characters, from 1; 0 where only the line is known
	Path    string // in the user's words, such as fleet.batch.arrivals; "" is the file
	Message string

	// Flag is the flag without which there would be no error, or "".
	Flag string

	excerpt string // the line with a caret under it
}

// Error is file:line:col: path: message, then the line it is about with a
// caret under the column.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Flag != "" {
		b.WriteString(e.Flag + ": ")
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

// Problem is what is wrong and the path of what it is about, without the place
// in a file.
func (e *Error) Problem() (path, message string) { return e.Path, e.Message }

// Errors is everything wrong with a document, in order of position.
type Errors []*Error

// Error is every error, one after the other.
func (e Errors) Error() string {
	texts := make([]string, len(e))
	for i := range e {
		texts[i] = e[i].Error()
	}
	return strings.Join(texts, "\n")
}

// Sorted is the errors in order of position.
func (e Errors) Sorted() Errors {
	slices.SortStableFunc(e, func(a, b *Error) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Col - b.Col
	})
	return e
}

// Unwrap lets errors.As see every error.
func (e Errors) Unwrap() []error {
	list := make([]error, len(e))
	for i := range e {
		list[i] = e[i]
	}
	return list
}
