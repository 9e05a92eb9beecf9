package profiles

import (
	"fmt"
	"reflect"
	"slices"
)

// words is one of some words, each of which stands for a value.
func words[T comparable](values ...word[T]) form[T] {
	names := make([]string, len(values))
	for i := range values {
		names[i] = values[i].name
	}
	return form[T]{
		read: func(r *reader, n *node, path string) T {
			var none T
			text, ok := r.scalarText(n, path, list(names, "or"))
			if !ok {
				return none
			}
			for _, v := range values {
				if v.name == text {
					return v.value
				}
			}
			r.fail(n, path, "want %s, got %s%s", list(names, "or"), n.what(), guess(text, names))
			return none
		},
		write: func(v T, _ bool) *node {
			for _, w := range values {
				if w.value == v {
					return plain(w.name)
				}
			}
			return nil
		},
		schema: func() *schema {
			s := &schema{}
			for _, name := range names {
				s.Enum = append(s.Enum, name)
			}
			return s
		},
	}
}

// word is a word that stands for a value.
type word[T any] struct {
	name  string
	value T
}

// guess suggests the word that was meant, in an error that lists them all; ""
// if none is near.
func guess(text string, names []string) string {
	if best, ok := nearest(text, names); ok {
		return fmt.Sprintf("; did you mean %q?", best)
	}
	return ""
}

// wordFirst is one of some words, or else what the form reads.
func wordFirst[T any](f form[T], values ...word[T]) form[T] {
	return form[T]{
		read: func(r *reader, n *node, path string) T {
			for _, v := range values {
				if n.kind == scalar && n.text == v.name {
					return v.value
				}
			}
			return f.read(r, n, path)
		},
		write: func(v T, full bool) *node {
			for _, w := range values {
				if reflect.DeepEqual(v, w.value) {
					return plain(w.name)
				}
			}
			return f.write(v, full)
		},
		schema: func() *schema {
			w := &schema{}
			for _, v := range values {
				w.Enum = append(w.Enum, v.name)
			}
			return &schema{OneOf: []*schema{w, f.schema()}}
		},
	}
}

// wordOr is one of some words, or else what the form reads, which is no
// scalar: of any other scalar the error lists the words, and other.
func wordOr[T any](f form[T], other string, values ...word[T]) form[T] {
	names := make([]string, len(values))
	for i := range values {
		names[i] = values[i].name
	}
	want := list(append(slices.Clone(names), other), "or")
	read := f.read
	f.read = func(r *reader, n *node, path string) T {
		if n.kind != scalar {
			return read(r, n, path)
		}
		var none T
		if text, ok := r.scalarText(n, path, want); ok {
			r.fail(n, path, "want %s, got %s%s", want, n.what(), guess(text, names))
		}
		return none
	}
	return wordFirst(f, values...)
}

// setOf is a list of words, each of which stands for some members of a set;
// one reads and describes a word. A set is written with the first words that
// it covers, so the wider ones come before the narrower.
func setOf[T ~uint16 | ~uint32](one form[T], values []word[T]) form[T] {
	return convert(listOf(one, 1),
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
				if set&w.value == w.value {
					list = append(list, w.value)
					set &^= w.value
				}
			}
			return list
		})
}
