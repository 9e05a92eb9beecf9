package profiles

import (
	"fmt"
	"reflect"
	"slices"
)

// words is a choice of words.
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

// guess names the nearest of some words that the error already lists.
func guess(text string, names []string) string {
	if best, ok := nearest(text, names); ok {
		return fmt.Sprintf("; did you mean %q?", best)
	}
	return ""
}

// wordOr is a word on its own, or else what the form reads, which is no scalar.
func wordOr[T any](f form[T], other string, values ...word[T]) form[T] {
	names := make([]string, len(values))
	for i := range values {
		names[i] = values[i].name
	}
	want := list(append(slices.Clone(names), other), "or")
	return form[T]{
		read: func(r *reader, n *node, path string) T {
			if n.kind != scalar {
				return f.read(r, n, path)
			}
			var none T
			text, ok := r.scalarText(n, path, want)
			if !ok {
				return none
			}
			for _, v := range values {
				if v.name == text {
					return v.value
				}
			}
			r.fail(n, path, "want %s, got %s%s", want, n.what(), guess(text, names))
			return none
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
			for _, name := range names {
				w.Enum = append(w.Enum, name)
			}
			return &schema{OneOf: []*schema{w, f.schema()}}
		},
	}
}
