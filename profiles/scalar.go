package profiles

import (
	"errors"
	"regexp"
	"strconv"
	"strings"

	"tenement/internal/quantity"
)

// textForm is text of any length.
func textForm() form[string] {
	return form[string]{
		read: func(r *reader, n *node, path string) string {
			text, _ := r.scalarText(n, path, "text")
			return text
		},
		write: func(v string, _ bool) *node {
			if v == "" {
				return nil
			}
			return quote(v)
		},
		schema: func() *schema { return &schema{Type: "string"} },
	}
}

// lineForm is text on one line, of at most so many characters.
func lineForm(most int) form[string] {
	f := textForm()
	return form[string]{
		read: func(r *reader, n *node, path string) string {
			text := f.read(r, n, path)
			switch {
			case strings.ContainsFunc(text, func(c rune) bool { return c < ' ' || c == 0x7f }):
				r.fail(n, path, "want text on one line")
			case len([]rune(text)) > most:
				r.fail(n, path, "has %d characters: want at most %d", len([]rune(text)), most)
			case n.kind == scalar && !n.null() && strings.TrimSpace(text) == "":
				r.fail(n, path, "want text, got nothing")
			}
			return text
		},
		write: f.write,
		// Editors read `name: 80` as a number; here it is text.
		schema: func() *schema {
			return &schema{AnyOf: []*schema{{Type: "string", MaxLength: most}, {Type: "number"}}}
		},
	}
}

var namePattern = regexp.MustCompile(`^[a-z0-9@-]+$`)

// nameForm is a name that paths can hold.
func nameForm() form[string] {
	f := textForm()
	return form[string]{
		read: func(r *reader, n *node, path string) string {
			name, ok := r.scalarText(n, path, "a name")
			if ok {
				checkName(r, n, path, name)
			}
			return name
		},
		write: f.write,
		schema: func() *schema {
			return &schema{Type: "string", Pattern: namePattern.String(), MaxLength: longestName}
		},
	}
}

const longestName = 64

// checkName says what is wrong with a name of a group or a strategy.
func checkName(r *reader, n *node, path, name string) {
	switch {
	case !namePattern.MatchString(name):
		r.fail(n, path, "the name %s: want small letters, digits, @ and - only", n.what())
	case len(name) > longestName:
		r.fail(n, path, "the name has %d characters: want at most %d", len(name), longestName)
	}
}

// booleanForm is true or false.
func booleanForm() form[bool] {
	f := words(word[bool]{"true", true}, word[bool]{"false", false})
	f.schema = func() *schema { return &schema{Type: "boolean"} }
	return f
}

// integerForm is a whole number within bounds.
func integerForm[T ~int | ~int64 | ~uint64](least, most T) form[T] {
	return form[T]{
		read: func(r *reader, n *node, path string) T {
			text, ok := r.scalarText(n, path, "a whole number")
			if !ok {
				return 0
			}
			negative := strings.HasPrefix(text, "-")
			v, err := strconv.ParseUint(strings.TrimPrefix(text, "-"), 10, 64)
			switch {
			case errors.Is(err, strconv.ErrSyntax):
				r.fail(n, path, "want a whole number, got %s", n.what())
			case err != nil || v > uint64(most):
				r.fail(n, path, "%s: want at most %d", text, most)
			case negative && v > 0 || v < uint64(least):
				r.fail(n, path, "%s: want at least %d", text, least)
			}
			return T(v)
		},
		write: func(v T, _ bool) *node { return plain(strconv.FormatUint(uint64(v), 10)) },
		schema: func() *schema {
			low, high := float64(least), float64(most)
			return &schema{Type: "integer", Minimum: &low, Maximum: &high}
		},
	}
}

// numberForm is a number within bounds.
func numberForm(least, most float64) form[float64] {
	return form[float64]{
		read: func(r *reader, n *node, path string) float64 {
			text, ok := r.scalarText(n, path, "a number")
			if !ok {
				return 0
			}
			v, ok := parseNumber(text)
			switch {
			case !ok:
				r.fail(n, path, "want a number, got %s", n.what())
			case v < least || v > most:
				r.fail(n, path, "%s: want %s to %s", text, formatNumber(least), formatNumber(most))
			}
			return v
		},
		write: func(v float64, _ bool) *node { return plain(formatNumber(v)) },
		schema: func() *schema {
			return &schema{Type: "number", Minimum: &least, Maximum: &most}
		},
	}
}

// fractionForm is a share: a number from 0 to 1, or a percentage.
func fractionForm() form[float64] {
	return form[float64]{
		read: func(r *reader, n *node, path string) float64 {
			const want = "a fraction such as 0.2 or 20%"
			text, ok := r.scalarText(n, path, want)
			if !ok {
				return 0
			}
			v, ok := parseFraction(text)
			switch {
			case !ok:
				r.fail(n, path, "want %s, got %s", want, n.what())
			case v < 0 || v > 1:
				r.fail(n, path, "%s: want a fraction from 0 to 1, or 0%% to 100%%", text)
			}
			return v
		},
		write: func(v float64, _ bool) *node { return plain(formatNumber(v)) },
		schema: func() *schema {
			zero, one := 0.0, 1.0
			return &schema{AnyOf: []*schema{
				{Type: "number", Minimum: &zero, Maximum: &one},
				{Type: "string", Pattern: `^[0-9]+(\.[0-9]+)?%$`},
			}}
		},
	}
}

// parseFraction reads a number or a percentage.
func parseFraction(text string) (float64, bool) { return quantity.Fraction(text) }

// parseNumber reads a finite decimal number.
func parseNumber(text string) (float64, bool) { return quantity.Number(text) }

func formatNumber(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
