// Package quantity reads the numbers that people write: durations with days
// ("1d12h"), fractions ("1%") and plain decimals. Profiles and gates read them
// alike.
package quantity

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Longest bounds every duration, so that sums of a few of them cannot overflow.
const Longest = 10 * 366 * 24 * time.Hour

// WantDuration says what a duration looks like, for errors.
const WantDuration = "a duration such as 50ms, 2s, 6h or 1d"

// DurationPattern is the regular expression of a duration, for schemas.
const DurationPattern = `^([0-9]+(\.[0-9]*)?d)?([0-9]+(\.[0-9]*)?(ns|us|µs|ms|s|m|h))*$`

var (
	durationSyntax = regexp.MustCompile(DurationPattern)
	bareNumber     = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?$`)
	number         = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$`)
)

// Duration reads a duration as Go writes it, with d for days in front. The
// problem is None if it is one.
func Duration(text string) (d time.Duration, problem Problem) {
	switch {
	case text == "0":
		return 0, None
	case strings.HasPrefix(text, "-"):
		return 0, Negative
	case bareNumber.MatchString(text):
		return 0, NoUnit
	case text == "" || !durationSyntax.MatchString(text):
		return 0, Syntax
	}
	rest := text
	if days, after, ok := strings.Cut(text, "d"); ok {
		hours, err := time.ParseDuration(days + "h")
		if err != nil || hours > Longest/24 {
			return 0, TooLong
		}
		d, rest = 24*hours, after
	}
	if rest != "" {
		part, err := time.ParseDuration(rest)
		if err != nil || part > Longest {
			return 0, TooLong
		}
		d += part
	}
	if d > Longest {
		return 0, TooLong
	}
	return d, None
}

// Problem is what is wrong with a duration.
type Problem int

// The problems of a duration.
const (
	None     Problem = iota
	Negative         // it begins with a minus sign
	NoUnit           // it is a number
	Syntax           // it is something else
	TooLong          // it is above Longest
)

// Fraction reads a number or a percentage.
func Fraction(text string) (float64, bool) {
	if percent, ok := strings.CutSuffix(text, "%"); ok {
		v, ok := Number(percent)
		return v / 100, ok
	}
	return Number(text)
}

// Number reads a finite decimal number.
func Number(text string) (float64, bool) {
	if !number.MatchString(text) {
		return 0, false
	}
	v, err := strconv.ParseFloat(text, 64)
	return v, err == nil && !math.IsInf(v, 0)
}
