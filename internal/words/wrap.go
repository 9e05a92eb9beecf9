package words

import (
	"strings"
	"unicode/utf8"
)

// Wrap breaks text at spaces into lines of at most width characters. A word longer
// than a line stays whole.
func Wrap(text string, width int) []string {
	var lines []string
	line, used := "", 0
	for _, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case line == "":
			line, used = word, n
		case used+1+n > width:
			lines = append(lines, line)
			line, used = word, n
		default:
			line, used = line+" "+word, used+1+n
		}
	}
	return append(lines, line)
}

// WrapAll is Wrap, but breaks a word that is longer than a line, too: before the last
// of the characters in before that fits, else where the line ends.
func WrapAll(text string, width int, before string) []string {
	var parts []string
	for _, word := range strings.Fields(text) {
		rest := []rune(word)
		for len(rest) > width {
			start := string(rest[:width])
			if i := strings.LastIndexAny(start, before); i > 0 {
				start = start[:i]
			}
			parts, rest = append(parts, start), rest[utf8.RuneCountInString(start):]
		}
		parts = append(parts, string(rest))
	}
	return Wrap(strings.Join(parts, " "), width)
}
