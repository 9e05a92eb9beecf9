package render

import (
	"strings"
	"unicode/utf8"

	"tenement/internal/words"
)

// flush sets text flush right.
func flush(s string, width int) string {
	return strings.Repeat(" ", max(width-utf8.RuneCountInString(s), 1)) + s
}

// pad fills text up with blanks, or cuts it off with an ellipsis.
func pad(s string, width int) string {
	s = words.Visible(words.Shortened(s, width)) // what does not fit costs nothing
	n := utf8.RuneCountInString(s)
	if n <= width {
		return s + strings.Repeat(" ", width-n)
	}
	runes := []rune(s)
	return string(runes[:width-1]) + "…"
}

// wrap breaks text into lines of the screen's width, the first indented by one
// string and the others by another. A word longer than a line stays whole.
func wrap(text, first, rest string) string {
	var b strings.Builder
	line, indent := first, first
	for _, word := range strings.FieldsFunc(words.Unbroken(words.VisibleLines(text)), func(c rune) bool { return c == ' ' || c == '\n' || c == '\t' }) {
		word = strings.ReplaceAll(word, "\u00a0", " ")
		switch {
		case line == indent:
			line += word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) <= screenWidth:
			line += " " + word
		default:
			b.WriteString(line + "\n")
			indent = rest
			line = rest + word
		}
	}
	if line != indent {
		b.WriteString(line + "\n")
	}
	return b.String()
}
