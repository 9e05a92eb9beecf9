package redact

import (
	"bytes"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// meaning is what a letter behind a backslash means, such as the n of \n.
type meaning string

// The meanings of `bfnrt`.
const (
	controls meaning = "\b\f\n\r\t"
	letters  meaning = "bfnrt"
)

// unescape replaces the escapes of a stream by what they stand for: those of URLs,
// and those of texts in JSON and in Go. Changed reports whether there were any, and
// either whether the meaning made a difference.
func unescape(to, s *stream, as meaning) (changed, either bool) {
	b := s.bytes
	if bytes.IndexByte(b, '%') < 0 && bytes.IndexByte(b, '\\') < 0 {
		return false, false
	}
	to.reset()
	for i := 0; i < len(b); {
		var text [utf8.UTFMax]byte
		n, size := unescapeOne(text[:0], b[i:], as)
		if size == 0 {
			from, end := s.source(i, i+1)
			to.add(b[i], from, end)
			i++
			continue
		}
		changed = true
		either = either || size == 2 && b[i+1] >= 'a'
		from, end := s.source(i, i+size)
		for _, c := range n {
			to.add(c, from, end)
		}
		i += size
	}
	return changed, either
}

// unescapeOne appends to text what the escape stands for that b begins with, and
// returns how long the escape is, or 0 if there is none.
func unescapeOne(text, b []byte, as meaning) (_ []byte, size int) {
	switch {
	case b[0] == '%':
		if c, ok := hexByte(b, 1); ok {
			return append(text, c), 3
		}
	case b[0] != '\\' || len(b) < 2:
	case b[1] == 'x':
		if c, ok := hexByte(b, 2); ok {
			return append(text, c), 4
		}
	case b[1] == 'u':
		if c, ok := unit(b); ok {
			if utf16.IsSurrogate(c) {
				if low, ok := unit(b[6:]); ok {
					if c := utf16.DecodeRune(c, low); c != utf8.RuneError {
						return utf8.AppendRune(text, c), 12
					}
				}
			}
			return utf8.AppendRune(text, c), 6
		}
	default:
		if i := strings.IndexByte("bfnrt", b[1]); i >= 0 {
			return append(text, as[i]), 2
		}
		if strings.IndexByte(`"\/'`, b[1]) >= 0 {
			return append(text, b[1]), 2
		}
	}
	return text, 0
}

// unit is the UTF-16 unit of an escape such as \u0041.
func unit(b []byte) (rune, bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	high, ok := hexByte(b, 2)
	low, ok2 := hexByte(b, 4)
	return rune(high)<<8 | rune(low), ok && ok2
}

// hexByte is the byte of the two hexadecimal digits at an index.
func hexByte(b []byte, at int) (byte, bool) {
	if at+2 > len(b) {
		return 0, false
	}
	high, low := hexDigit[b[at]], hexDigit[b[at+1]]
	return high<<4 | low&15, high < 16 && low < 16
}

// wholeEscape moves the beginning of a span in front of the escape that it is
// within, or whose backslash is right in front of it: half an escape in front of a
// mark would make a line of JSON unreadable.
func wholeEscape(text string, from int) int {
	for back := 2; back <= 5 && back <= from; back++ {
		if text[from-back] == '\\' && text[from-back+1] == 'u' {
			from -= back
			break
		}
	}
	for from > 0 && text[from-1] == '\\' {
		from--
	}
	return from
}
