package form

import (
	"fmt"
	"unicode/utf8"
)

// Reader collects what is wrong with a document as it is read.
type Reader struct {
	Errs Errors // all that is wrong so far
	// Context, unless it is "", names the change of the document that caused what
	// is wrong. Errors have it in front of the path.
	Context string
}

// Fail notes that something is wrong with a node at a path.
func (r *Reader) Fail(n *Node, path, format string, args ...any) {
	r.failAt(n, n.line, n.col, path, fmt.Sprintf(format, args...))
}

// failAt notes that something is wrong at a position of a node's source.
func (r *Reader) failAt(n *Node, line, col int, path, message string) {
	e := &Error{File: n.src.Name, Path: path, Message: message}
	if !n.src.IsFlag() {
		e.Line, e.Col, e.src = line, col, n.src
	}
	if r.Context != "" {
		e.Message = e.Path + ": " + e.Message
		if e.Path == "" {
			e.Message = message
		}
		e.Path = r.Context
	}
	r.Errs = append(r.Errs, e)
}

// FailIn notes what is wrong at a byte of a scalar's text.
func (r *Reader) FailIn(n *Node, at int, path, message string) {
	col := n.col
	if n.line >= 1 && n.line <= len(n.src.lines) {
		// The place is known only if the text is on one line, without escapes.
		line := n.src.line(n.line)
		before := utf8.RuneCountInString(n.Text[:at])
		for _, mark := range []int{0, 1} {
			start := n.col - 1 + mark
			if start >= 0 && start <= len(line) && begins(line[start:], n.Text) {
				col = start + 1 + before
				break
			}
		}
	}
	r.failAt(n, n.line, col, path, message)
}

// begins reports whether a line begins with a text.
func begins(line []rune, text string) bool {
	i := 0
	for _, r := range text {
		if i == len(line) || line[i] != r {
			return false
		}
		i++
	}
	return true
}

// Scalar is the text of a scalar, or an error that says what was wanted.
func (r *Reader) Scalar(n *Node, path, want string) (string, bool) {
	if n.Kind != Scalar || n.Null() {
		r.Fail(n, path, "want %s, got %s", want, n.What())
		return "", false
	}
	return n.Text, true
}
