package words

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Visible is text from outside as a terminal may show it on one line: control
// characters, what changes the direction of writing, and bytes that are not UTF-8
// are written out, as \n, \x1b, \u{202e} or \xff. Backslashes stay as they are,
// so that text made visible twice is the same.
func Visible(text string) string { return visible(text, "") }

// VisibleLines is Visible for text of several lines: line feeds and tabs stay.
func VisibleLines(text string) string { return visible(text, "\n\t") }

// VisibleJSON is JSON in which the same characters stand as \uXXXX: it means the
// same, and may be shown on a terminal.
func VisibleJSON(text []byte) []byte {
	if !bytes.ContainsFunc(text, func(r rune) bool { return r >= 0x7f && r < 0xffff && hidden(r, utf8.RuneLen(r)) }) {
		return text
	}
	var b bytes.Buffer
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		if r >= 0x7f && hidden(r, size) && r != utf8.RuneError {
			fmt.Fprintf(&b, `\u%04x`, r) // all are below U+10000
		} else {
			b.Write(text[:size])
		}
		text = text[size:]
	}
	return b.Bytes()
}

// visible writes out what a terminal must not get, except the characters to keep.
func visible(text, keep string) string {
	at := 0
	for at < len(text) {
		r, size := utf8.DecodeRuneInString(text[at:])
		if hidden(r, size) && !strings.ContainsRune(keep, r) {
			break
		}
		at += size
	}
	if at == len(text) {
		return text
	}
	var b strings.Builder
	b.WriteString(text[:at])
	for at < len(text) {
		r, size := utf8.DecodeRuneInString(text[at:])
		switch {
		case !hidden(r, size) || r != utf8.RuneError && strings.ContainsRune(keep, r):
			b.WriteString(text[at : at+size])
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case size == 1: // a control character of ASCII, or a byte that is not UTF-8
			fmt.Fprintf(&b, `\x%02x`, text[at])
		default:
			fmt.Fprintf(&b, `\u{%x}`, r)
		}
		at += size
	}
	return b.String()
}

// hidden reports whether a character of that size would do something to a
// terminal other than stand there. Format characters that join letters (U+200D)
// are not among them: scripts need them.
func hidden(r rune, size int) bool {
	switch {
	case r < utf8.RuneSelf:
		return r < ' ' || r == '\x7f'
	case r == utf8.RuneError:
		return size == 1
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
}

// Shortened is text of at most so many characters, with … in place of what was
// cut off. It costs no more than what is kept.
func Shortened(text string, most int) string {
	n := 0
	for at := range text {
		if n == most {
			return text[:at] + "…"
		}
		n++
	}
	return text
}

// Middle is a text as a line may hold it, visible and at most so long: what is too
// much is left out of its middle, because the ends of IDs and paths tell them apart.
func Middle(text string, most int) string {
	text = Visible(Shortened(text, 2000)) // what does not fit costs nothing
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	left := (most - 1) / 2
	return string(runes[:left]) + "…" + string(runes[len(runes)-(most-1-left):])
}
