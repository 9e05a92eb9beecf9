package command

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"tenement/internal/words"
)

// Exit codes. They are promises to scripts and CI jobs.
const (
	Fine        = 0
	Failed      = 1   // could not run
	BadUsage    = 2   // usage or bad input
	GateFailed  = 3   // a gate failed
	Interrupted = 130 // the user stopped a run before its end
)

// Error is an error with an exit code.
type Error struct {
	Err  error
	Code int
	Hint string // for a second line, or ""
}

// Error implements error.
func (e *Error) Error() string { return e.Err.Error() }

// Unwrap returns the error without its code.
func (e *Error) Unwrap() error { return e.Err }

// Usage marks an error as bad usage or bad input. An empty hint is none.
func Usage(err error, hint string) error { return &Error{err, BadUsage, hint} }

// Usagef is Usage with a new error.
func Usagef(hint, format string, args ...any) error {
	return Usage(fmt.Errorf(format, args...), hint)
}

// Unreadable is the usage error for a file that the user named and that cannot
// be read. err is of package os, which names the file too.
func Unreadable(name string, err error) error {
	if at, ok := errors.AsType[*os.PathError](err); ok {
		err = at.Err
	}
	return Usagef("", "reading %s: %w", words.Visible(name), err)
}

// Explain is what a program prints about the error that ends it, and its exit
// code: Failed, unless the error has another. The text can be shown on a
// terminal, whatever names and values the error has.
func Explain(program string, err error) (text string, code int) {
	if err == nil {
		return "", Fine
	}
	code = Failed
	text = fmt.Sprintf("%s: %s\n", program, strings.TrimRight(err.Error(), "\n"))
	if coded, ok := errors.AsType[*Error](err); ok {
		code = coded.Code
		if coded.Hint != "" {
			text += fmt.Sprintf("  %s\n", coded.Hint)
		}
	}
	return words.VisibleLines(text), code
}
