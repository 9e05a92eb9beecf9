package form

import (
	"fmt"
	"slices"
	"strings"

	"tenement/internal/words"
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

	src *Source // whose line the error shows, nil if it shows none
}

// mostErrors is how many errors Errors.Error has, and longestMessage how many
// characters of a message: a value of a megabyte is not repeated.
const (
	mostErrors     = 20
	longestMessage = 1000
)

// Error is file:line:col: path: message, then the line it is about with a
// caret under the column. It can be shown on a terminal.
func (e *Error) Error() string {
	var b strings.Builder
	e.write(&b)
	return b.String()
}

func (e *Error) write(b *strings.Builder) {
	if e.Flag != "" {
		b.WriteString(words.Visible(e.Flag) + ": ")
	}
	b.WriteString(words.Visible(e.File))
	if e.Line > 0 {
		fmt.Fprintf(b, ":%d", e.Line)
	}
	if e.Col > 0 {
		fmt.Fprintf(b, ":%d", e.Col)
	}
	b.WriteString(": ")
	if e.Path != "" {
		b.WriteString(words.Visible(words.Shortened(e.Path, longestMessage)) + ": ")
	}
	b.WriteString(words.VisibleLines(words.Shortened(e.Message, longestMessage)))
	if e.src == nil {
		return
	}
	if excerpt := e.src.excerpt(e.Line, e.Col); excerpt != "" {
		b.WriteString("\n" + excerpt)
	}
}

// Problem is what is wrong and the path of what it is about, without the place
// in a file.
func (e *Error) Problem() (path, message string) { return e.Path, e.Message }

// Errors is everything wrong with a document, in order of position.
type Errors []*Error

// Error is the first errors, one after the other, and how many more there are.
// All is every one.
func (e Errors) Error() string {
	if len(e) <= mostErrors {
		return e.All()
	}
	return fmt.Sprintf("%s\n... and %d more: --all-errors prints them", e[:mostErrors].All(), len(e)-mostErrors)
}

// All is every error, one after the other.
func (e Errors) All() string {
	var b strings.Builder
	for i := range e {
		if i > 0 {
			b.WriteByte('\n')
		}
		e[i].write(&b)
	}
	return b.String()
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
