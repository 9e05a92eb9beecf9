package form

import "fmt"

// maxItems is the most items of a list, and of keys of a mapping.
const maxItems = 1000

// FewKeys reports whether no mapping in a tree has more keys than a form reads, so that
// mappings can be put together key by key. The first that has more is an error.
func FewKeys(r *Reader, n *Node, path string) bool {
	if !fewKeys(r, n, path) {
		return false
	}
	for _, p := range n.Pairs {
		if !FewKeys(r, p.Value, Join(path, p.Key.Text)) {
			return false
		}
	}
	for _, item := range n.Items {
		if !FewKeys(r, item, path) {
			return false
		}
	}
	return true
}

// fewKeys is FewKeys of a mapping alone.
func fewKeys(r *Reader, n *Node, path string) bool {
	if len(n.Pairs) <= maxItems {
		return true
	}
	r.Fail(n, path, "has %d keys: want at most %d", len(n.Pairs), maxItems)
	return false
}

// List is a list of at least that many values of a form, and at most 1000.
func List[T any](f Form[T], least int) Form[[]T] {
	return NamedList(f, least, "")
}

// NamedList is a list whose items are mappings with a name under a key: errors
// then say fleet.batch rather than fleet[1].
func NamedList[T any](f Form[T], least int, key string) Form[[]T] {
	return Form[[]T]{
		Read: func(r *Reader, n *Node, path string) []T {
			if n.Kind != Sequence {
				r.Fail(n, path, "want a list, got %s", n.What())
				return nil
			}
			if len(n.Items) < least {
				r.Fail(n, path, "is empty: want at least %d", least)
			}
			if len(n.Items) > maxItems {
				r.Fail(n, path, "has %d items: want at most %d", len(n.Items), maxItems)
				return nil
			}
			var values []T
			for i, item := range n.Items {
				at := fmt.Sprintf("%s[%d]", path, i)
				if name := item.Get(key); name != nil && len(name.Text) <= LongestName && NamePattern.MatchString(name.Text) {
					at = Join(path, name.Text)
				}
				values = append(values, f.Read(r, item, at))
			}
			return values
		},
		Write: func(values []T, full bool) *Node {
			n := &Node{Kind: Sequence}
			for _, v := range values {
				n.Items = append(n.Items, f.Write(v, full))
			}
			return n
		},
		Schema: func() *Schema { return &Schema{Type: "array", Items: f.Schema(), MinItems: least, MaxItems: maxItems} },
	}
}
