package profiles

import (
	"reflect"
	"slices"
	"strings"
)

// key is one key of a mapping that is read into a T.
type key[T any] struct {
	name     string
	doc      string // for the schema: what it is, and what its absence means
	required bool
	read     func(r *reader, n *node, path string, v *T)
	// write is the key's value, nil to leave it out; zero is the mapping as
	// it is when nothing is said.
	write  func(v, zero *T, full bool) *node
	schema func() *schema
}

// field is a key whose value f reads into the field of T that at points to.
func field[T, V any](name, doc string, f form[V], at func(*T) *V) key[T] {
	return key[T]{
		name: name,
		doc:  doc,
		read: func(r *reader, n *node, path string, v *T) { *at(v) = f.read(r, n, path) },
		write: func(v, zero *T, full bool) *node {
			if !full && reflect.DeepEqual(*at(v), *at(zero)) {
				return nil
			}
			return f.write(*at(v), full)
		},
		schema: f.schema,
	}
}

// must is a key that may not be left out.
func must[T any](k key[T]) key[T] {
	k = always(k)
	k.required = true
	return k
}

// always is a key that is written even where it need not be.
func always[T any](k key[T]) key[T] {
	optional := k.write
	k.write = func(v, zero *T, _ bool) *node { return optional(v, zero, true) }
	return k
}

// omitZero is a key that even a full profile leaves out where it has its
// default. Keys that were added to the format later are such, so that the
// digests of profiles without them stay.
func omitZero[T any](k key[T]) key[T] {
	write := k.write
	k.write = func(v, zero *T, full bool) *node {
		if write(v, zero, false) == nil {
			return nil
		}
		return write(v, zero, full)
	}
	return k
}

// object is a mapping with these keys, and no others. zero is the value of one
// without any key; check, which may be nil, says what is wrong with a mapping
// whose every value is fine, and fills in defaults that depend on others.
func object[T any](zero T, keys []key[T], check func(r *reader, n *node, path string, v *T)) form[T] {
	names := make([]string, len(keys))
	for i := range keys {
		names[i] = keys[i].name
	}
	read := func(r *reader, n *node, path string) T {
		v := zero
		if n.kind != mapping {
			r.fail(n, path, "want a mapping with %s, got %s", list(names, "or"), n.what())
			return v
		}
		before := len(r.errs)
		meant := make(map[string]bool)
		for _, p := range n.pairs {
			if !slices.Contains(names, p.key.text) {
				r.fail(p.key, path, "unknown key %q%s", p.key.text, hint(p.key.text, names))
				best, _ := nearest(p.key.text, names)
				meant[best] = true
			}
		}
		for i := range keys {
			k := &keys[i]
			switch value := n.get(k.name); {
			case value != nil && value.null():
				r.fail(value, join(path, k.name), "has no value")
			case value != nil:
				k.read(r, value, join(path, k.name), &v)
			case k.required && !meant[k.name]:
				r.fail(n, path, "%s is missing", k.name)
			}
		}
		if check != nil && len(r.errs) == before {
			check(r, n, path, &v)
		}
		return v
	}
	write := func(v T, full bool) *node {
		n := &node{kind: mapping}
		for i := range keys {
			if value := keys[i].write(&v, &zero, full); value != nil {
				n.pairs = append(n.pairs, pair{plain(keys[i].name), value})
			}
		}
		return n
	}
	describe := func() *schema {
		closed := false
		s := &schema{Type: "object", Properties: make(map[string]*schema), Additional: &closed}
		for i := range keys {
			k := *keys[i].schema()
			k.Description = keys[i].doc
			s.Properties[keys[i].name] = &k
			if keys[i].required {
				s.Required = append(s.Required, keys[i].name)
			}
		}
		return s
	}
	return form[T]{read, write, describe}
}

// union is an object of which exactly one key is given.
func union[T any](keys []key[T], check func(r *reader, n *node, path string, v *T)) form[T] {
	var zero T
	names := make([]string, len(keys))
	for i := range keys {
		names[i] = keys[i].name
	}
	f := object(zero, keys, check)
	return form[T]{
		read: func(r *reader, n *node, path string) T {
			before := len(r.errs)
			v := f.read(r, n, path)
			if n.kind == mapping && len(n.pairs) != 1 && len(r.errs) == before {
				r.fail(n, path, "want exactly one of %s", list(names, "and"))
			}
			return v
		},
		write: f.write,
		schema: func() *schema {
			s := f.schema()
			s.MinProperties, s.MaxProperties = 1, 1
			return s
		},
	}
}

// join is the path of a key.
func join(path, key string) string { return strings.TrimPrefix(path+"."+key, ".") }
