package words

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestVisible(t *testing.T) {
	for _, row := range []struct{ text, line, lines string }{
		{"", "", ""},
		{"plain é 日本 \u200d 🙂", "plain é 日本 \u200d 🙂", "plain é 日本 \u200d 🙂"},
		{"a\nb\tc\rd", `a\nb\tc\rd`, "a\nb\tc\\rd"},
		{"\x1b[31mred\x00\x7f", `\x1b[31mred\x00\x7f`, `\x1b[31mred\x00\x7f`},
		{"a\u202eb\u2066c\u2069\u200e\u200f\u061c", `a\u{202e}b\u{2066}c\u{2069}\u{200e}\u{200f}\u{61c}`, `a\u{202e}b\u{2066}c\u{2069}\u{200e}\u{200f}\u{61c}`},
		{"\u0085\u009b31m", `\u{85}\u{9b}31m`, `\u{85}\u{9b}31m`},
		{"\xff\x9bx", `\xff\x9bx`, `\xff\x9bx`},
		{"\ufffd", "\ufffd", "\ufffd"},
		{`\x1b`, `\x1b`, `\x1b`},
	} {
		if got := Visible(row.text); got != row.line {
			t.Errorf("%q: got %q, want %q", row.text, got, row.line)
		}
		if got := VisibleLines(row.text); got != row.lines {
			t.Errorf("%q: got lines %q, want %q", row.text, got, row.lines)
		}
	}
}

func TestVisibleJSON(t *testing.T) {
	for _, row := range []struct{ text, want string }{
		{`{"a":"é\n"}`, `{"a":"é\n"}`},
		{"{\n\t\"a\": \"\u202eb\u009b\x7f\u2028🙂\"\n}", "{\n\t\"a\": \"\\u202eb\\u009b\\u007f\\u2028🙂\"\n}"},
	} {
		if got := VisibleJSON([]byte(row.text)); string(got) != row.want {
			t.Errorf("got %q, want %q", got, row.want)
		}
	}
}

func TestShortened(t *testing.T) {
	for _, row := range []struct {
		text string
		most int
		want string
	}{{"", 2, ""}, {"ab", 2, "ab"}, {"abc", 2, "ab…"}, {"éöü", 2, "éö…"}, {"\xff\xff\xff", 2, "\xff\xff…"}} {
		if got := Shortened(row.text, row.most); got != row.want {
			t.Errorf("%q: got %q, want %q", row.text, got, row.want)
		}
	}
}

// FuzzVisible makes any text visible: nothing is left that acts on a terminal,
// and what is visible stays as it is.
func FuzzVisible(f *testing.F) {
	f.Add("a\x1b[2J\u202e\xff\n")
	f.Fuzz(func(t *testing.T, text string) {
		got := Visible(text)
		if !utf8.ValidString(got) || strings.ContainsFunc(got, func(r rune) bool { return hidden(r, utf8.RuneLen(r)) }) {
			t.Fatalf("%q: got %q", text, got)
		}
		if again := Visible(got); again != got {
			t.Fatalf("%q: got %q, then %q", text, got, again)
		}
		if lines := VisibleLines(text); Visible(lines) != got {
			t.Fatalf("%q: got lines %q, want those of %q", text, lines, got)
		}
	})
}

func TestMiddle(t *testing.T) {
	for _, row := range []struct {
		text string
		most int
		want string
	}{{"", 3, ""}, {"abc", 3, "abc"}, {"abcdef", 5, "ab…ef"}, {"abcdef", 4, "a…ef"}, {"äöüäöü", 3, "ä…ü"}, {"a\nb", 9, `a\nb`}} {
		if got := Middle(row.text, row.most); got != row.want {
			t.Errorf("%q: got %q, want %q", row.text, got, row.want)
		}
	}
}
