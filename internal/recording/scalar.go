package recording

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"tenement/internal/words"
)

// seconds reads times of the form 2006-01-02T15:04:05Z, and remembers the last one:
// lines of one second follow one another.
type seconds struct {
	text [len(auditTime)]byte
	at   time.Time
}

// parse reads a time, and reports whether it is one.
func (s *seconds) parse(b []byte) (time.Time, bool) {
	if len(b) != len(s.text) {
		return time.Time{}, false
	}
	if string(b) == string(s.text[:]) {
		return s.at, true
	}
	at, err := time.Parse(auditTime, string(b))
	if err != nil {
		return time.Time{}, false
	}
	copy(s.text[:], b)
	s.at = at
	return at, true
}

// stepOf is the width of the steps in which a time is written, by the digits of its
// fraction.
func stepOf(b []byte) time.Duration {
	step := time.Second
	_, fraction, ok := strings.Cut(string(b), ".")
	if !ok {
		return step
	}
	for i := 0; i < len(fraction) && fraction[i] >= '0' && fraction[i] <= '9' && step > 1; i++ {
		step /= 10
	}
	if step == 1 {
		return 0 // exact
	}
	return step
}

// statusOf is a status code of three digits, and whether it is one.
func statusOf(b []byte) (int, bool) {
	if len(b) != 3 || !digits(b) || b[0] == '0' {
		return 0, false
	}
	return int(b[0]-'0')*100 + int(b[1]-'0')*10 + int(b[2]-'0'), true
}

// printable is a text as JSON and terminals can show it: bytes that are not UTF-8 and
// control characters other than tabs, which a header cannot have, are U+FFFD.
func printable(b []byte) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\t' {
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(string(b), "\uFFFD"))
}

// excerpt is a part of a line as messages show it.
func excerpt(b []byte) string {
	const most = 60
	if len(b) > 4*most {
		b = b[:4*most]
	}
	return strconv.Quote(words.Shortened(string(b), most))
}
