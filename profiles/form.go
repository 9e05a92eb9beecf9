package profiles

import (
	"fmt"
	"slices"

	"tenement/internal/trace"
)

// form describes one value of a profile: how it is read, how it is written
// back, and what the JSON Schema says of it. The forms are the one description
// of the format; reading, `profile show` and profile.schema.json follow it.
type form[T any] struct {
	// read returns the value of the node, and tells the reader what is wrong
	// with it; after an error the value means nothing.
	read func(r *reader, n *node, path string) T
	// write is the inverse. In full, every default is written; else what is
	// as it would be anyway may be left out. nil writes nothing.
	write  func(v T, full bool) *node
	schema func() *schema
}

// reader collects what is wrong with a document as it is read.
type reader struct {
	errs Errors
	// context names the what_if that the document has been changed by.
	context string
	// traces holds the traces read so far, so that further cases of a profile
	// do not read them again.
	traces map[string]*trace.Trace
}

// fail notes that something is wrong with a node.
func (r *reader) fail(n *node, path, format string, args ...any) {
	r.failAt(n, n.line, n.col, path, fmt.Sprintf(format, args...))
}

// failAt notes that something is wrong at a position of a node's source.
func (r *reader) failAt(n *node, line, col int, path, message string) {
	e := &Error{File: n.src.name, Path: path, Message: message}
	if !n.src.isFlag() {
		e.Line, e.Col, e.excerpt = line, col, n.src.excerpt(line, col)
	}
	if r.context != "" {
		e.Message = e.Path + ": " + e.Message
		if e.Path == "" {
			e.Message = message
		}
		e.Path = r.context
	}
	r.errs = append(r.errs, e)
}

// sorted is the errors in order of position.
func (e Errors) sorted() Errors {
	slices.SortStableFunc(e, func(a, b *Error) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Col - b.Col
	})
	return e
}

// scalarText is the text of a scalar, or an error that says what was wanted.
func (r *reader) scalarText(n *node, path, want string) (string, bool) {
	if n.kind != scalar || n.null() {
		r.fail(n, path, "want %s, got %s", want, n.what())
		return "", false
	}
	return n.text, true
}

// convert makes a form of B from a form of A: a B is written as the A that from
// makes of it.
func convert[A, B any](f form[A], to func(A) B, from func(B) A) form[B] {
	return form[B]{
		read:   func(r *reader, n *node, path string) B { return to(f.read(r, n, path)) },
		write:  func(v B, full bool) *node { return f.write(from(v), full) },
		schema: f.schema,
	}
}

// optional is a form of which nil is a value that is not written: the key was
// left out.
func optional[T any](f form[T]) form[*T] {
	return form[*T]{
		read: func(r *reader, n *node, path string) *T {
			v := f.read(r, n, path)
			return &v
		},
		write: func(v *T, full bool) *node {
			if v == nil {
				return nil
			}
			return f.write(*v, full)
		},
		schema: f.schema,
	}
}

// listOf is a list of at least that many values of a form.
func listOf[T any](f form[T], least int) form[[]T] {
	return listNamed(f, least, "")
}

// listNamed is a list whose items are mappings with a name under a key: errors
// then say fleet.batch rather than fleet[1].
func listNamed[T any](f form[T], least int, key string) form[[]T] {
	return form[[]T]{
		read: func(r *reader, n *node, path string) []T {
			if n.kind != sequence {
				r.fail(n, path, "want a list, got %s", n.what())
				return nil
			}
			if len(n.items) < least {
				r.fail(n, path, "is empty: want at least %d", least)
			}
			var values []T
			for i, item := range n.items {
				at := fmt.Sprintf("%s[%d]", path, i)
				if name := item.get(key); name != nil && namePattern.MatchString(name.text) {
					at = join(path, name.text)
				}
				values = append(values, f.read(r, item, at))
			}
			return values
		},
		write: func(values []T, full bool) *node {
			n := &node{kind: sequence}
			for _, v := range values {
				n.items = append(n.items, f.write(v, full))
			}
			return n
		},
		schema: func() *schema { return &schema{Type: "array", Items: f.schema(), MinItems: least} },
	}
}
