package recording

import "time"

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

// statusOf is a status code of three digits, and whether it is one.
func statusOf(b []byte) (int, bool) {
	n, ok := number(b, 999)
	return n, ok && len(b) == 3 && n >= 100
}
