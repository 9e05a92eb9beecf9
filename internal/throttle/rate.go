package throttle

import (
	"fmt"
	"strconv"
	"strings"
)

// Rate is how fast a token bucket refills: Tokens per Seconds, a fraction, so
// that "100/h" is exact. ParseRate returns positive rates in lowest terms; two
// of them are equal if and only if they are ==.
type Rate struct{ Tokens, Seconds int64 }

// The most digits of a rate in text. They keep Seconds·10⁹ within 63 bits.
const (
	rateDigits   = 9 // before the decimal point
	rateDecimals = 6 // after it
)

// rateUnits are the units a rate may be given per, shortest first.
var rateUnits = []struct {
	name    string
	seconds int64
}{{"s", 1}, {"m", 60}, {"h", 3600}}

// ParseRate reads a number per second, minute or hour: "40/s", "2.5/s",
// "30/m", "100/h". The number is a positive decimal of at most nine digits
// before the point and six after it, and is kept exactly. The error quotes the
// text and says what is wanted.
func ParseRate(s string) (Rate, error) {
	number, unit, ok := strings.Cut(s, "/")
	if !ok {
		return Rate{}, fmt.Errorf("rate %q: want a number per unit, such as 40/s", s)
	}
	var per int64
	for _, u := range rateUnits {
		if u.name == unit {
			per = u.seconds
		}
	}
	if per == 0 {
		return Rate{}, fmt.Errorf("rate %q: unknown unit %q: want s, m or h, such as 40/s", s, unit)
	}
	whole, decimals, point := strings.Cut(number, ".")
	if !digits(whole) || point && !digits(decimals) {
		return Rate{}, fmt.Errorf("rate %q: %q is not a decimal number: want one such as 40 or 2.5", s, number)
	}
	whole, decimals = strings.TrimLeft(whole, "0"), strings.TrimRight(decimals, "0")
	if len(whole) > rateDigits || len(decimals) > rateDecimals {
		return Rate{}, fmt.Errorf("rate %q: want at most %d digits before the point and %d after it", s, rateDigits, rateDecimals)
	}
	if whole == "" && decimals == "" {
		return Rate{}, fmt.Errorf("rate %q: want more than 0", s)
	}
	for range decimals {
		per *= 10
	}
	tokens := int64(0) // of at most 15 digits
	for _, d := range whole + decimals {
		tokens = 10*tokens + int64(d-'0')
	}
	g := gcd(tokens, per)
	return Rate{Tokens: tokens / g, Seconds: per / g}, nil
}

// digits reports whether s is one or more decimal digits and nothing else.
func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// String is the rate as ParseRate reads it, in the first unit in which it is
// an exact decimal; a rate below one a second prefers a unit in which it is a
// whole number. A fraction that no unit can express is written as "1/7s".
func (r Rate) String() string {
	if r.Tokens < r.Seconds {
		for _, u := range rateUnits {
			if r.Seconds > 0 && r.Tokens*u.seconds%r.Seconds == 0 {
				return strconv.FormatInt(r.Tokens*u.seconds/r.Seconds, 10) + "/" + u.name
			}
		}
	}
	for _, u := range rateUnits {
		if number, ok := r.decimal(u.seconds); ok {
			return number + "/" + u.name
		}
	}
	return fmt.Sprintf("%d/%ds", r.Tokens, r.Seconds)
}

// decimal is the rate per so many seconds as an exact decimal, if it is one.
func (r Rate) decimal(seconds int64) (string, bool) {
	if r.Seconds <= 0 {
		return "", false
	}
	g := gcd(seconds, r.Seconds)
	tokens, per := r.Tokens*(seconds/g), r.Seconds/g
	number, rest := strconv.FormatInt(tokens/per, 10), tokens%per
	if rest == 0 {
		return number, true
	}
	number += "."
	for range rateDecimals {
		rest *= 10
		number += strconv.FormatInt(rest/per, 10)
		if rest %= per; rest == 0 {
			return number, true
		}
	}
	return "", false
}

// PerSecond is the rate in tokens per second, for reports. No decision uses it.
func (r Rate) PerSecond() float64 { return float64(r.Tokens) / float64(r.Seconds) }

// gcd is the greatest common divisor of two numbers that are not negative.
func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
