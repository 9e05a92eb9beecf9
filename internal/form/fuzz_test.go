package form

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// FuzzYAML reads anything as YAML. What is read is written and read again to the
// same, and an error is about a place in the text.
func FuzzYAML(f *testing.F) {
	for _, name := range []string{"profile.yaml", "broken.yaml"} {
		text, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	for _, text := range []string{"a: [1, 'b', \"\\e\"]\n", "a: &a [*a]\n", "[[[[", "\ta: b", "a: |\n  b\n  c\n", "{a: b, a: c}", "? [a]\n: b", "a\n---\nb", "é: !x \u202e", "a: 0x1F\nb: ~"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		src := NewSource("f.yaml", text)
		n, errs := ParseYAML(src, text)
		if n == nil && len(errs) == 0 {
			t.Fatal("got neither a node nor an error")
		}
		if shown := errs.Error(); len(shown) > mostErrors*(longestMessage+1000)*4 {
			t.Fatalf("got errors of %d bytes", len(shown))
		}
		for _, e := range errs {
			if e.Line < 0 || e.Line > len(src.lines)+1 {
				t.Fatalf("got line %d of %d", e.Line, len(src.lines))
			}
		}
		if n == nil || len(errs) > 0 || n.Null() {
			return
		}
		var b bytes.Buffer
		if err := n.WriteYAML(&b); err != nil {
			t.Fatal(err)
		}
		if b.Len() > MaxText || strings.ContainsAny(b.String(), "\u2028\u2029\u0085\ufeff\r") {
			return // what the library writes of these it reads as the end of a line
		}
		again, errs := ParseYAML(NewSource("again.yaml", b.Bytes()), b.Bytes())
		if len(errs) > 0 || !again.Same(n) {
			t.Fatalf("got %v, %q of %q", errs, b.Bytes(), text)
		}
	})
}

// FuzzJSON reads anything as JSON. What is read is written and read again to the
// same.
func FuzzJSON(f *testing.F) {
	for _, text := range []string{
		`{"fault":"f","kind":"slow","latency":{"p50":"1s","p99":"2s"},"share":0.5}`, `{"rate":"80/s","burst":1e9}`,
		`{"a":1,"a":[null,true,"\u202e\ud800"]}`, `[[[[]]]]`, `"x"`, `-0`, ``, strings.Repeat("[", 200) + strings.Repeat("]", 200),
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		n, err := ParseJSON(text)
		if err != nil {
			if err.Error() == "" {
				t.Fatal("got an error without a text")
			}
			return
		}
		again, err := ParseJSON(n.JSON())
		if err != nil || again.OneLine() == "" && n.OneLine() != "" {
			t.Fatalf("got %v of %s, from %q", err, n.JSON(), text)
		}
	})
}

// FuzzPaths sets a value at any path of a document.
func FuzzPaths(f *testing.F) {
	text, err := os.ReadFile("testdata/profile.yaml")
	if err != nil {
		f.Fatal(err)
	}
	root, errs := ParseYAML(NewSource("p.yaml", text), text)
	if len(errs) > 0 {
		f.Fatal(errs)
	}
	paths := Paths{Lists: map[string]string{"fleet": "group"}, Mappings: map[string]string{"strategies": "strategy"}}
	for _, path := range []string{"endpoint.limit.rate", "fleet.batch.tasks", "fleet.bach", "strategies.x.cache", "fleet", "..", "a.b.c.d"} {
		f.Add(path, "1")
	}
	f.Fuzz(func(t *testing.T, path, value string) {
		src := FlagSource("--set", path)
		tree := root.Clone()
		if err := paths.Set(tree, path, src.Plain(value), src.Place()); err != nil {
			return
		}
		if again := root.Clone(); !again.Same(root) || tree.Size() > root.Size()+strings.Count(path, ".")+1 {
			t.Fatalf("%q: got %d values of %d", path, tree.Size(), root.Size())
		}
	})
}
