package recording

import (
	"bytes"
	"fmt"
	"strconv"
	"time"
)

// clock reads the times of a recording in any of the forms that logs use, and says
// in which steps they count:
//
//	2026-11-21T00:00:51.728Z        RFC 3339, also with a space, a comma, no colon in
//	                                the zone; a time without a zone is in UTC
//	21/Nov/2026:00:00:51 +0000      the form of Apache and of nginx
//	1795219251.728, 1795219251728   Unix time in s, ms, µs or ns, told by its size
//
// Writers leave zeros at the end of a fraction out, so the step is the finest seen.
type clock struct {
	text string // of the time that was read last
	at   time.Time
	step time.Duration
	seen bool
}

// read is the time and its step. Lines of a log often have the same text as the
// line before.
func (c *clock) read(text []byte) (at time.Time, step time.Duration, err error) {
	if c.seen && string(text) == c.text {
		return c.at, c.step, nil
	}
	var digits int
	at, digits, ok := instant(text)
	if !ok {
		return at, 0, &Damage{Text: "want a time such as 2026-01-01T12:00:00Z, got " + quoted(text)}
	}
	if y := at.Year(); y < 1970 || y > 2261 {
		return at, 0, &Damage{Text: fmt.Sprintf("the year is %d, want 1970 to 2261", y)}
	}
	step = stepOf(digits)
	if c.seen {
		step = min(step, c.step)
	}
	c.text, c.at, c.step, c.seen = string(text), at, step, true
	return at, step, nil
}

// stepOf is the step of a time with so many digits after the second.
func stepOf(digits int) time.Duration {
	switch {
	case digits <= 0:
		return time.Second
	case digits <= 3:
		return time.Millisecond
	case digits <= 6:
		return time.Microsecond
	}
	return 0
}

// instant reads a time, and how many digits it has after the second.
func instant(text []byte) (at time.Time, digits int, ok bool) {
	switch {
	case len(text) >= 20 && text[2] == '/':
		return apacheTime(text)
	case len(text) >= 19 && text[4] == '-':
		return isoTime(text)
	}
	return unixTime(text)
}

// unixTime reads a decimal number of seconds since 1970, or of a thousandth,
// millionth or billionth of them. What is above 10^11 s, the year 5138, is taken for
// ms, and so on.
func unixTime(text []byte) (at time.Time, digits int, ok bool) {
	whole, fraction, _ := bytes.Cut(text, []byte{'.'})
	n, err := strconv.ParseUint(string(whole), 10, 63)
	if err != nil || whole[0] == '+' {
		return at, 0, false
	}
	unit, below := uint64(1), 9 // units in a second; digits of a unit down to ns
	switch {
	case n >= 1e17:
		unit, digits, below = 1e9, 9, 0
	case n >= 1e14:
		unit, digits, below = 1e6, 6, 3
	case n >= 1e11:
		unit, digits, below = 1e3, 3, 6
	}
	ns, ok := decimals(fraction, below)
	if !ok {
		return at, 0, false
	}
	ns += int64(n%unit) * int64(1e9/unit)
	return time.Unix(int64(n/unit), ns).UTC(), digits + len(fraction), true
}

// decimals is a fraction in units of 10^-places; digits beyond them are dropped.
func decimals(fraction []byte, places int) (n int64, ok bool) {
	for i, c := range fraction {
		if c < '0' || c > '9' {
			return 0, false
		}
		if i < places {
			n = 10*n + int64(c-'0')
		}
	}
	for range places - len(fraction) {
		n *= 10
	}
	return n, true
}

// isoTime reads RFC 3339 and its relatives.
func isoTime(text []byte) (at time.Time, digits int, ok bool) {
	if text[7] != '-' || text[10] != 'T' && text[10] != ' ' && text[10] != 't' || text[13] != ':' || text[16] != ':' {
		return at, 0, false
	}
	rest := text[19:]
	ns := int64(0)
	if len(rest) > 1 && (rest[0] == '.' || rest[0] == ',') {
		end := 1
		for end < len(rest) && rest[end] >= '0' && rest[end] <= '9' {
			end++
		}
		digits = end - 1
		ns, _ = decimals(rest[1:end], 9)
		rest = rest[end:]
	}
	east, ok := zone(rest)
	if !ok {
		return at, 0, false
	}
	at, ok = civil(text[0:4], text[5:7], text[8:10], text[11:19], ns, east)
	return at, digits, ok
}

// apacheTime reads the time of Apache and nginx: day, month and year, then the time
// of day and the zone.
func apacheTime(text []byte) (at time.Time, digits int, ok bool) {
	if text[6] != '/' || text[11] != ':' || text[14] != ':' || text[17] != ':' {
		return at, 0, false
	}
	month := bytes.Index([]byte("JanFebMarAprMayJunJulAugSepOctNovDec"), text[3:6])
	east, ok := zone(text[20:])
	if month < 0 || month%3 != 0 || !ok {
		return at, 0, false
	}
	at, ok = civil(text[7:11], []byte(strconv.Itoa(month/3 + 101)[1:]), text[0:2], text[12:20], 0, east)
	return at, 0, ok
}

// zone is the seconds by which a zone is ahead of UTC.
func zone(text []byte) (east int, ok bool) {
	text = bytes.TrimLeft(text, " ")
	if len(text) == 0 || len(text) == 1 && text[0]|0x20 == 'z' || string(text) == "UTC" {
		return 0, true
	}
	if len(text) == 6 && text[3] == ':' {
		text = append(append(make([]byte, 0, 5), text[:3]...), text[4:]...)
	}
	if len(text) != 5 || text[0] != '+' && text[0] != '-' {
		return 0, false
	}
	h, okH := number(text[1:3], 23)
	m, okM := number(text[3:5], 59)
	east = 3600*h + 60*m
	if text[0] == '-' {
		east = -east
	}
	return east, okH && okM
}

// civil is the instant of a date and a time of day (15:04:05).
func civil(year, month, day, clock []byte, ns int64, east int) (at time.Time, ok bool) {
	y, okY := number(year, 9999)
	mon, okMon := number(month, 12)
	d, okD := number(day, 31)
	h, okH := number(clock[0:2], 23)
	m, okM := number(clock[3:5], 59)
	s, okS := number(clock[6:8], 60) // 60 is a leap second
	at = time.Date(y, time.Month(mon), d, h, m, s, int(ns), time.UTC)
	if !okY || !okMon || !okD || !okH || !okM || !okS || mon == 0 || s < 60 && at.Day() != d {
		return at, false
	}
	return at.Add(-time.Duration(east) * time.Second), true
}

// number reads digits, and nothing else, as a number of at most that much.
func number(text []byte, most int) (n int, ok bool) {
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
		if n > most {
			return n, false
		}
	}
	return n, len(text) > 0
}

// digits reports whether a text is a whole number.
func digits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) > 0
}
