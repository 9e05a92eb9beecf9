package form

import (
	"reflect"
	"slices"

	"tenement/internal/words"
)

// Words is one of some words, each of which stands for a value.
func Words[T comparable](values ...Word[T]) Form[T] {
	names := make([]string, len(values))
	for i := range values {
		names[i] = values[i].Name
	}
	return Form[T]{
		Read: func(r *Reader, n *Node, path string) T {
			var none T
			text, ok := r.Scalar(n, path, words.List(names, "or"))
			if !ok {
				return none
			}
			for _, v := range values {
				if v.Name == text {
					return v.Value
				}
			}
			r.Fail(n, path, "want %s, got %s%s", words.List(names, "or"), n.What(), Guess(text, names))
			return none
		},
		Write: func(v T, _ bool) *Node {
			for _, w := range values {
				if w.Value == v {
					return Plain(w.Name)
				}
			}
			return nil
		},
		Schema: func() *Schema {
			s := &Schema{}
			for _, name := range names {
				s.Enum = append(s.Enum, name)
			}
			return s
		},
	}
}

// Word is a word that stands for a value.
type Word[T any] struct {
	Name  string
	Value T
}

// NewWord is a word that stands for a value.
func NewWord[T any](name string, value T) Word[T] { return Word[T]{name, value} }

// Guess suggests the word that was meant, in an error that lists them all; ""
// if none is near.
func Guess(text string, names []string) string {
	if best, ok := nearest(text, names); ok {
		return didYouMean(best)
	}
	return ""
}

// WordFirst is one of some words, or else what the form reads.
func WordFirst[T any](f Form[T], values ...Word[T]) Form[T] {
	return Form[T]{
		Read: func(r *Reader, n *Node, path string) T {
			for _, v := range values {
				if n.Kind == Scalar && n.Text == v.Name {
					return v.Value
				}
			}
			return f.Read(r, n, path)
		},
		Write: func(v T, full bool) *Node {
			for _, w := range values {
				if reflect.DeepEqual(v, w.Value) {
					return Plain(w.Name)
				}
			}
			return f.Write(v, full)
		},
		Schema: func() *Schema {
			w := &Schema{}
			for _, v := range values {
				w.Enum = append(w.Enum, v.Name)
			}
			return &Schema{OneOf: []*Schema{w, f.Schema()}}
		},
	}
}

// WordOr is one of some words, or else what the form reads, which is no scalar.
// The error for any other scalar lists the words, and other.
func WordOr[T any](f Form[T], other string, values ...Word[T]) Form[T] {
	names := make([]string, len(values))
	for i := range values {
		names[i] = values[i].Name
	}
	want := words.List(append(slices.Clone(names), other), "or")
	read := f.Read
	f.Read = func(r *Reader, n *Node, path string) T {
		if n.Kind != Scalar {
			return read(r, n, path)
		}
		var none T
		if text, ok := r.Scalar(n, path, want); ok {
			r.Fail(n, path, "want %s, got %s%s", want, n.What(), Guess(text, names))
		}
		return none
	}
	return WordFirst(f, values...)
}

// SetOf is a list of words, each of which stands for some members of a set;
// one reads and describes a word. A set is written with the first words that
// it covers, so the wider ones come before the narrower.
func SetOf[T ~uint16 | ~uint32](one Form[T], values []Word[T]) Form[T] {
	return Convert(List(one, 1),
		func(list []T) T {
			var set T
			for _, members := range list {
				set |= members
			}
			return set
		},
		func(set T) []T {
			var list []T
			for _, w := range values {
				if set&w.Value == w.Value {
					list = append(list, w.Value)
					set &^= w.Value
				}
			}
			return list
		})
}
