// Package form describes a file format once, so that reading, writing and its
// JSON Schema follow from one description.
//
// A Form describes one value: text, a number, a word, a duration, a list, or a
// mapping with certain keys (Object, OneOf, Variants). ParseYAML and ParseJSON
// turn text into nodes, which know their line and column. A form reads nodes
// into Go values, and reports all mistakes to a Reader, as Errors that name
// file, line, column, path and the nearest word; and it writes values as nodes,
// with or without their defaults. Paths changes a tree of nodes at a path such
// as endpoint.limit.rate.
//
// The package is the only one that imports the YAML library. It knows nothing
// of what a format is about.
package form

// Form describes one value of a file format: how it is read, how it is written
// back, and what the JSON Schema says of it.
type Form[T any] struct {
	// Read returns the value of the node at a path, and reports what is wrong
	// with it to the reader; after an error the value means nothing.
	Read func(r *Reader, n *Node, path string) T
	// Write is the inverse. In full, every default is written; else defaults
	// may be omitted. nil writes nothing.
	Write  func(v T, full bool) *Node
	Schema func() *Schema
}

// Convert makes a form of B from a form of A. A B is written as the A that from
// returns.
func Convert[A, B any](f Form[A], to func(A) B, from func(B) A) Form[B] {
	return Form[B]{
		Read:   func(r *Reader, n *Node, path string) B { return to(f.Read(r, n, path)) },
		Write:  func(v B, full bool) *Node { return f.Write(from(v), full) },
		Schema: f.Schema,
	}
}

// Optional is a form in which nil means that the key was left out; nil is not
// written.
func Optional[T any](f Form[T]) Form[*T] {
	return Form[*T]{
		Read: func(r *Reader, n *Node, path string) *T {
			v := f.Read(r, n, path)
			return &v
		},
		Write: func(v *T, full bool) *Node {
			if v == nil {
				return nil
			}
			return f.Write(*v, full)
		},
		Schema: f.Schema,
	}
}
