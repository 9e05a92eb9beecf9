package trace

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// longest bounds every duration of a trace: a year, far from overflow.
const longest = 366 * 24 * time.Hour

// Digits after the decimal point, down to the nanosecond, of the two units in
// which durations are written.
const (
	secondDigits = 9
	microDigits  = 3
)

// parseDuration reads a JSON number in the unit that has the given number of
// decimal digits down to the nanosecond. It uses no floating point: 0.1 s is
// exactly 100 ms. Finer digits are rounded.
func parseDuration(number string, digits int) (time.Duration, error) {
	number, negative := strings.CutPrefix(number, "-")
	exp := 0
	if i := strings.IndexAny(number, "eE"); i >= 0 {
		var err error
		if exp, err = strconv.Atoi(number[i+1:]); err != nil || exp > 99 || exp < -99 {
			return 0, errors.New("the exponent is out of range: want -99..99")
		}
		number = number[:i]
	}
	whole, fraction, _ := strings.Cut(number, ".")
	decimals := whole + fraction
	point := len(whole) + exp + digits // where the nanoseconds end
	padded := len(decimals)
	decimals = strings.TrimLeft(decimals, "0")
	point -= padded - len(decimals)

	var n int64
	switch {
	case decimals == "" || point < 0:
		return 0, nil
	case point > 18:
		return 0, tooLong(negative)
	}
	for i := range point {
		n *= 10
		if i < len(decimals) {
			n += int64(decimals[i] - '0')
		}
	}
	if point < len(decimals) && decimals[point] >= '5' {
		n++
	}
	switch {
	case negative && n > 0, time.Duration(n) > longest:
		return 0, tooLong(negative)
	}
	return time.Duration(n), nil
}

// tooLong is the error for a duration out of range.
func tooLong(negative bool) error {
	if negative {
		return errors.New("must not be negative")
	}
	return errors.New("must be at most a year")
}

// appendDuration writes what parseDuration reads, exactly.
func appendDuration(b []byte, d time.Duration, digits int) []byte {
	unit := int64(1)
	for range digits {
		unit *= 10
	}
	b = strconv.AppendInt(b, int64(d)/unit, 10)
	rest := int64(d) % unit
	if rest == 0 {
		return b
	}
	b = append(b, '.')
	for ; rest > 0; rest = rest * 10 % unit {
		b = append(b, '0'+byte(rest*10/unit))
	}
	return b
}
