package form

import (
	"fmt"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"tenement/internal/words"
)

// Source is where a node comes from: a document's text, or a flag.
type Source struct {
	Name  string   // as errors show it
	lines []string // nil for a flag

	last atomic.Pointer[shownLine]
}

// NewSource is the source of a text. The name is for errors.
func NewSource(name string, text []byte) *Source {
	return &Source{Name: name, lines: splitLines(text)}
}

// FlagSource is a value given on the command line after a flag. A long value is
// cut short in its name.
func FlagSource(flag, value string) *Source {
	return &Source{Name: fmt.Sprintf("%s %q", flag, words.Shortened(value, longestMessage))}
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

// shownLine is a line as excerpts need it.
type shownLine struct {
	number int // from 1
	text   []rune
}

// line is a line, nil if there is none. The last one that was asked for is kept:
// errors come in order of position, and a line may be as long as the document.
func (s *Source) line(number int) []rune {
	if number < 1 || number > len(s.lines) {
		return nil
	}
	if last := s.last.Load(); last != nil && last.number == number {
		return last.text
	}
	text := []rune(strings.TrimRight(strings.ToValidUTF8(s.lines[number-1], string(utf8.RuneError)), "\r "))
	s.last.Store(&shownLine{number, text})
	return text
}

// excerpt is a line with a caret under a column, indented; columns and carets
// count characters. A long line is cut to the part around the caret.
func (s *Source) excerpt(line, col int) string {
	if line < 1 || line > len(s.lines) {
		return ""
	}
	text := s.line(line)
	const width, before = 100, 40
	start := 0
	if len(text) > width && col-1 > before {
		start = min(col-1-before, len(text)-1)
	}
	text = text[start:min(start+width, len(text))]
	number := fmt.Sprintf("%6d | ", line)
	shown := number + tabbedText(text)
	at := col - 1 - start
	if at < 0 || at > len(text) {
		return shown
	}
	// Tabs are kept so that the caret stands under its character.
	pad := strings.Map(func(r rune) rune {
		if r != '\t' {
			r = ' '
		}
		return r
	}, tabbedText(text[:at]))
	return shown + "\n" + strings.Repeat(" ", len(number)-2) + "| " + pad + "^"
}

// tabbedText is text of one line as a terminal may show it, with its tabs.
func tabbedText(text []rune) string { return words.VisibleLines(string(text)) }
