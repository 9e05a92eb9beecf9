package form

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"tenement/internal/quantity"
)

// Text is text of any length.
func Text() Form[string] {
	return Form[string]{
		Read: func(r *Reader, n *Node, path string) string {
			text, _ := r.Scalar(n, path, "text")
			return text
		},
		Write: func(v string, _ bool) *Node {
			if v == "" {
				return nil
			}
			return Quote(v)
		},
		Schema: func() *Schema { return &Schema{Type: "string"} },
	}
}

// Line is text on one line, of at most so many characters.
func Line(most int) Form[string] {
	f := Text()
	return Form[string]{
		Read: func(r *Reader, n *Node, path string) string {
			text := f.Read(r, n, path)
			switch {
			case strings.ContainsFunc(text, func(c rune) bool { return c < ' ' || c == 0x7f }):
				r.Fail(n, path, "want text on one line")
			case len([]rune(text)) > most:
				r.Fail(n, path, "has %d characters: want at most %d", len([]rune(text)), most)
			case n.Kind == Scalar && !n.Null() && strings.TrimSpace(text) == "":
				r.Fail(n, path, "want text, got nothing")
			}
			return text
		},
		Write: f.Write,
		// Editors read `name: 80` as a number; here it is text.
		Schema: func() *Schema {
			return &Schema{
				AnyOf: []*Schema{{Type: "string", MaxLength: most}, {Type: "number"}},
				name:  fmt.Sprintf("line-of-%d", most),
			}
		},
	}
}

// NamePattern is what names match: small letters, digits, @ and -.
var NamePattern = regexp.MustCompile(`^[a-z0-9@-]+$`)

// Name is a name that paths can hold.
func Name() Form[string] {
	f := Text()
	return Form[string]{
		Read: func(r *Reader, n *Node, path string) string {
			name, ok := r.Scalar(n, path, "a name")
			if ok {
				CheckName(r, n, path, name)
			}
			return name
		},
		Write: f.Write,
		Schema: func() *Schema {
			return &Schema{Type: "string", Pattern: NamePattern.String(), MaxLength: LongestName, name: "name"}
		},
	}
}

// LongestName is the most characters of a name.
const LongestName = 64

// CheckName tells the reader what is wrong with a name.
func CheckName(r *Reader, n *Node, path, name string) {
	switch {
	case !NamePattern.MatchString(name):
		r.Fail(n, path, "the name %s: want small letters, digits, @ and - only", n.What())
	case len(name) > LongestName:
		r.Fail(n, path, "the name has %d characters: want at most %d", len(name), LongestName)
	}
}

// Boolean is true or false.
func Boolean() Form[bool] {
	f := Words(Word[bool]{"true", true}, Word[bool]{"false", false})
	f.Schema = func() *Schema { return &Schema{Type: "boolean"} }
	return f
}

// Integer is a whole number within bounds.
func Integer[T ~int | ~int64 | ~uint64](least, most T) Form[T] {
	return Form[T]{
		Read: func(r *Reader, n *Node, path string) T {
			text, ok := r.Scalar(n, path, "a whole number")
			if !ok {
				return 0
			}
			negative := strings.HasPrefix(text, "-")
			v, err := strconv.ParseUint(strings.TrimPrefix(text, "-"), 10, 64)
			switch {
			case errors.Is(err, strconv.ErrSyntax):
				r.Fail(n, path, "want a whole number, got %s", n.What())
			case err != nil || v > uint64(most):
				r.Fail(n, path, "%s: want at most %d", shown(text), most)
			case negative && v > 0 || v < uint64(least):
				r.Fail(n, path, "%s: want at least %d", shown(text), least)
			}
			return T(v)
		},
		Write: func(v T, _ bool) *Node { return Plain(strconv.FormatUint(uint64(v), 10)) },
		Schema: func() *Schema {
			low, high := float64(least), float64(most)
			return &Schema{Type: "integer", Minimum: &low, Maximum: &high}
		},
	}
}

// Number is a number within bounds.
func Number(least, most float64) Form[float64] {
	return Form[float64]{
		Read: func(r *Reader, n *Node, path string) float64 {
			text, ok := r.Scalar(n, path, "a number")
			if !ok {
				return 0
			}
			v, ok := quantity.Number(text)
			switch {
			case !ok:
				r.Fail(n, path, "want a number, got %s", n.What())
			case v < least || v > most:
				r.Fail(n, path, "%s: want %s to %s", shown(text), FormatNumber(least), FormatNumber(most))
			}
			return v
		},
		Write: func(v float64, _ bool) *Node { return Plain(FormatNumber(v)) },
		Schema: func() *Schema {
			return &Schema{Type: "number", Minimum: &least, Maximum: &most}
		},
	}
}

// Fraction is a share: a number from 0 to 1, or a percentage.
func Fraction() Form[float64] {
	return Form[float64]{
		Read: func(r *Reader, n *Node, path string) float64 {
			const want = "a fraction such as 0.2 or 20%"
			text, ok := r.Scalar(n, path, want)
			if !ok {
				return 0
			}
			v, ok := quantity.Fraction(text)
			switch {
			case !ok:
				r.Fail(n, path, "want %s, got %s", want, n.What())
			case v < 0 || v > 1:
				r.Fail(n, path, "%s: want a fraction from 0 to 1, or 0%% to 100%%", shown(text))
			}
			return v
		},
		Write: func(v float64, _ bool) *Node { return Plain(FormatNumber(v)) },
		Schema: func() *Schema {
			zero, one := 0.0, 1.0
			return &Schema{name: "fraction", AnyOf: []*Schema{
				{Type: "number", Minimum: &zero, Maximum: &one},
				{Type: "string", Pattern: `^[0-9]+(\.[0-9]+)?%$`},
			}}
		},
	}
}

// FormatNumber is the shortest form that quantity.Number reads, without an exponent.
func FormatNumber(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
