package form

import "testing"

func TestPathsSet(t *testing.T) {
	paths := Paths{
		Lists:    map[string]string{"groups": "group"},
		Mappings: map[string]string{"named": "thing"},
		Implied: func(n *Node, key string) *Node {
			if key != "part" || n.Get("base") == nil {
				return nil
			}
			part := Plain("")
			part.Kind, part.Pairs = Mapping, []Pair{{Plain("kept"), Plain("1")}}
			return part
		},
	}
	const text = "a: {b: 1}\nw: word\nl: [1]\ngroups: [{group: x, n: 1}, {group: y}]\nnamed: {one: {}}\nbase: yes\n"
	tests := []struct{ path, want string }{
		{"a.b", "{a: {b: NEW}, w: word, l: [1], groups: [{group: x, n: 1}, {group: y}], named: {one: {}}, base: yes}"},
		{"a.c.d", "{a: {b: 1, c: {d: NEW}}, w: word, l: [1], groups: [{group: x, n: 1}, {group: y}], named: {one: {}}, base: yes}"},
		{"w.c", "{a: {b: 1}, w: {c: NEW}, l: [1], groups: [{group: x, n: 1}, {group: y}], named: {one: {}}, base: yes}"},
		{"groups.x.n", "{a: {b: 1}, w: word, l: [1], groups: [{group: x, n: NEW}, {group: y}], named: {one: {}}, base: yes}"},
		{"groups.y", "{a: {b: 1}, w: word, l: [1], groups: [{group: x, n: 1}, NEW], named: {one: {}}, base: yes}"},
		{"named.one.k", "{a: {b: 1}, w: word, l: [1], groups: [{group: x, n: 1}, {group: y}], named: {one: {k: NEW}}, base: yes}"},
		{"part.k", "{a: {b: 1}, w: word, l: [1], groups: [{group: x, n: 1}, {group: y}], named: {one: {}}, base: yes, part: {kept: 1, k: NEW}}"},
		{"groups.other.n", `there is no group "other"; there is x and y`},
		{"groups.x.group", `group is the name that paths, gates and comparisons find "x" by: want another name in the file itself`},
		{"named.two", `there is no thing "two"; there is one`},
		{"l.k", `l is a list, which is set as a whole`},
		{"a..b", `the path "a..b" has an empty segment: want one such as endpoint.limit.rate`},
	}
	for _, test := range tests {
		root, errs := ParseYAML(NewSource("p", []byte(text)), []byte(text))
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		before := root.OneLine()
		next, flag := root.Clone(), FlagSource("--set", test.path)
		err := paths.Set(next, test.path, flag.Plain("NEW"), flag.Place())
		got := next.OneLine()
		if err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%s: got  %s\nwant %s", test.path, got, test.want)
		}
		if root.OneLine() != before {
			t.Errorf("%s: the tree that was cloned has changed", test.path)
		}
	}
}
