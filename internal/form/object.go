package form

import (
	"reflect"
	"slices"
	"strings"

	"tenement/internal/words"
)

// Key is one key of a mapping that is read into a T.
type Key[T any] struct {
	Name     string
	Doc      string // for the schema: what it is, and what its absence means
	Required bool
	// Missing is what an error about the absence of a required key says to write.
	Missing string
	// Aliases are other words for the key, which errors about them lead to it.
	Aliases []string
	// Read reads the key's value into v.
	Read func(r *Reader, n *Node, path string, v *T)
	// Write is the key's value, nil to leave it out; zero is the mapping as
	// it is when nothing is said.
	Write  func(v, zero *T, full bool) *Node
	Schema func() *Schema
}

// Field is a key whose value f reads into the field of T that at points to.
func Field[T, V any](name, doc string, f Form[V], at func(*T) *V) Key[T] {
	return Key[T]{
		Name: name,
		Doc:  doc,
		Read: func(r *Reader, n *Node, path string, v *T) { *at(v) = f.Read(r, n, path) },
		Write: func(v, zero *T, full bool) *Node {
			if !full && reflect.DeepEqual(*at(v), *at(zero)) {
				return nil
			}
			return f.Write(*at(v), full)
		},
		Schema: f.Schema,
	}
}

// Known is a key that has other names elsewhere: an error about one of them
// names the key.
func Known[T any](k Key[T], aliases ...string) Key[T] {
	k.Aliases = aliases
	return k
}

// Required is a key that may not be left out.
func Required[T any](k Key[T]) Key[T] {
	k = Always(k)
	k.Required = true
	return k
}

// Wanted is a required key, with what an error about its absence says to write.
func Wanted[T any](k Key[T], missing string) Key[T] {
	k = Required(k)
	k.Missing = missing
	return k
}

// Always is a key that is written even where it need not be.
func Always[T any](k Key[T]) Key[T] {
	optional := k.Write
	k.Write = func(v, zero *T, _ bool) *Node { return optional(v, zero, true) }
	return k
}

// OmitZero is a key that even a full document leaves out where it has its
// default. Keys that were added to the format later are such, so that the
// digests of documents without them stay.
func OmitZero[T any](k Key[T]) Key[T] {
	write := k.Write
	k.Write = func(v, zero *T, full bool) *Node {
		if write(v, zero, false) == nil {
			return nil
		}
		return write(v, zero, full)
	}
	return k
}

// Object is a mapping with these keys, and no others. zero is the value of one
// without any key; check, which may be nil, says what is wrong with a mapping
// whose every value is fine, and fills in defaults that depend on others.
func Object[T any](zero T, keys []Key[T], check func(r *Reader, n *Node, path string, v *T)) Form[T] {
	names := make([]string, len(keys))
	for i := range keys {
		names[i] = keys[i].Name
	}
	read := func(r *Reader, n *Node, path string) T {
		v := zero
		if n.Kind != Mapping {
			r.Fail(n, path, "want a mapping with %s, got %s", words.List(names, "or"), n.What())
			return v
		}
		if !fewKeys(r, n, path) {
			return v
		}
		before := len(r.Errs)
		meant, told := make(map[string]bool), false
		for _, p := range n.Pairs {
			if !slices.Contains(names, p.Key.Text) {
				best, ok := meantKey(keys, p.Key.Text)
				if !ok {
					best, ok = nearest(p.Key.Text, names)
				}
				hint := ""
				switch {
				case ok:
					hint = didYouMean(best)
				case !told: // once for a mapping, because its keys may be many
					hint, told = thereIs(names), true
				}
				r.Fail(p.Key, path, "unknown key %s%s", p.Key.What(), hint)
				meant[best] = true
			}
		}
		for i := range keys {
			k := &keys[i]
			switch value := n.Get(k.Name); {
			case value != nil && value.Null():
				r.Fail(value, Join(path, k.Name), "has no value")
			case value != nil:
				k.Read(r, value, Join(path, k.Name), &v)
			case k.Required && !meant[k.Name]:
				hint := ""
				if k.Missing != "" {
					hint = ": " + k.Missing
				}
				r.Fail(n, path, "%s is missing%s", k.Name, hint)
			}
		}
		if check != nil && len(r.Errs) == before {
			check(r, n, path, &v)
		}
		return v
	}
	write := func(v T, full bool) *Node {
		n := &Node{Kind: Mapping}
		for i := range keys {
			if value := keys[i].Write(&v, &zero, full); value != nil {
				n.Pairs = append(n.Pairs, Pair{Plain(keys[i].Name), value})
			}
		}
		return n
	}
	describe := func() *Schema {
		closed := false
		s := &Schema{Type: "object", Properties: make(map[string]*Schema), Additional: &closed}
		for i := range keys {
			k := *keys[i].Schema()
			k.Description = keys[i].Doc
			s.Properties[keys[i].Name] = &k
			if keys[i].Required {
				s.Required = append(s.Required, keys[i].Name)
			}
		}
		return s
	}
	return Form[T]{read, write, describe}
}

// meantKey is the key of which a word is an alias.
func meantKey[T any](keys []Key[T], word string) (string, bool) {
	for i := range keys {
		if slices.Contains(keys[i].Aliases, strings.ToLower(word)) {
			return keys[i].Name, true
		}
	}
	return "", false
}

// OneOf is an object of which exactly one key is given.
func OneOf[T any](keys []Key[T], check func(r *Reader, n *Node, path string, v *T)) Form[T] {
	var zero T
	names := make([]string, len(keys))
	for i := range keys {
		names[i] = keys[i].Name
	}
	f := Object(zero, keys, check)
	return Form[T]{
		Read: func(r *Reader, n *Node, path string) T {
			before := len(r.Errs)
			v := f.Read(r, n, path)
			if n.Kind == Mapping && len(n.Pairs) != 1 && len(r.Errs) == before {
				r.Fail(n, path, "want exactly one of %s", words.List(names, "and"))
			}
			return v
		},
		Write: f.Write,
		Schema: func() *Schema {
			s := f.Schema()
			s.MinProperties, s.MaxProperties = 1, 1
			return s
		},
	}
}

// Join is the path of a key. A key that is longer than names are is cut: every
// error below it repeats the path.
func Join(path, key string) string {
	return strings.TrimPrefix(path+"."+words.Shortened(key, LongestName), ".")
}
