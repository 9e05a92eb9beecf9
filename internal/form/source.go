package form

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Source is where a node comes from: a document's text, or a flag.
type Source struct {
	Name  string   // as errors show it
	lines []string // nil for a flag
}

// NewSource is the source of a text. The name is for errors.
func NewSource(name string, text []byte) *Source {
	return &Source{Name: name, lines: splitLines(text)}
}

// FlagSource is a value given on the command line after a flag.
func FlagSource(flag, value string) *Source {
	return &Source{Name: fmt.Sprintf("%s %q", flag, value)}
}

// Place is a node without a value, for whatever the source as a whole says.
func (s *Source) Place() *Node { return &Node{src: s} }

// Plain is a scalar of the source that means what it looks like.
func (s *Source) Plain(text string) *Node { return &Node{Text: text, src: s} }

// Quote is a scalar of the source that is text.
func (s *Source) Quote(text string) *Node { return &Node{Text: text, Quoted: true, src: s} }

// IsFlag reports whether the source has no lines to point at.
func (s *Source) IsFlag() bool { return s.lines == nil }

func splitLines(text []byte) []string {
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
}

// excerpt is a line with a caret under a column, indented; columns and carets
// count characters. A long line is cut to the part around the caret.
func (s *Source) excerpt(line, col int) string {
	if line < 1 || line > len(s.lines) {
		return ""
	}
	text := []rune(strings.TrimRight(strings.ToValidUTF8(s.lines[line-1], string(utf8.RuneError)), "\r "))
	const width, before = 100, 40
	start := 0
	if len(text) > width && col-1 > before {
		start = min(col-1-before, len(text)-1)
	}
	end := min(start+width, len(text))
	text = text[start:end]
	number := fmt.Sprintf("%6d | ", line)
	shown := number + printable(text)
	if col < 1 || col-1 < start || col-1 > end {
		return shown
	}
	// Tabs are kept so that the caret stands under its character.
	pad := make([]rune, 0, col)
	for _, r := range text[:col-1-start] {
		if r != '\t' {
			r = ' '
		}
		pad = append(pad, r)
	}
	return shown + "\n" + strings.Repeat(" ", len(number)-2) + "| " + string(pad) + "^"
}

// printable replaces what would disturb a terminal.
func printable(text []rune) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f {
			return utf8.RuneError
		}
		return r
	}, string(text))
}
