// Package words writes numbers and lists as people read them: shares, rates,
// durations, counts, and the words around them. It knows nothing of reports;
// everything that writes a sentence uses it, so that a number looks the same
// everywhere.
package words

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// leastPercent is the least percentage that is written as a number: nothing that
// we count resolves a smaller one, so it is written as a bound.
const leastPercent = 0.001

const underLeast = "< 0.001 %"

// Percent is a share as tables show it: "62.3 %", "0.04 %", "0 %".
func Percent(x float64) string {
	switch p := math.Abs(x) * 100; {
	case p == 0:
		return "0 %"
	case p < leastPercent:
		return underLeast
	case p < 0.095:
		return Significant(x*100, 1) + " %"
	case p > 99.9 && p < 100:
		return "> 99.9 %"
	case p == 100:
		return "100 %"
	}
	return strconv.FormatFloat(x*100, 'f', 1, 64) + " %"
}

// Roughly is a share as sentences have it: "62 %", "5.8 %".
func Roughly(x float64) string {
	p := x * 100
	switch {
	case p > 0 && p < leastPercent:
		return underLeast
	case p >= 99.5 && p < 100:
		return "over 99 %"
	case p >= 9.95 || p == 0:
		return group(strconv.FormatFloat(p, 'f', 0, 64)) + " %"
	case p >= 0.095:
		return strings.TrimSuffix(strconv.FormatFloat(p, 'f', 1, 64), ".0") + " %"
	}
	return Significant(p, 1) + " %"
}

// Below is an upper bound of a share, rounded up to one digit: "< 0.005 %".
func Below(x float64) string {
	p := x * 100
	if p < 1e-12 {
		return "0 %"
	}
	if p <= leastPercent {
		return underLeast
	}
	step := math.Pow(10, math.Floor(math.Log10(p)))
	up := math.Ceil(p/step*(1-1e-9)) * step
	return "< " + Significant(up, 1) + " %"
}

// Significant is a number with so many significant digits, never in scientific
// notation.
func Significant(x float64, digits int) string {
	if x == 0 || math.IsNaN(x) || math.Abs(x) < 1e-12 {
		return "0"
	}
	if math.IsInf(x, 0) {
		return "∞"
	}
	decimals := digits - 1 - int(math.Floor(math.Log10(math.Abs(x))))
	s := strconv.FormatFloat(x, 'f', max(decimals, 0), 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// Points is a difference of two shares, in percentage points with a sign.
func Points(x float64) string {
	p := x * 100
	if math.Abs(p) < 0.05 {
		return "0.0 pp"
	}
	return fmt.Sprintf("%+.1f pp", p)
}

// PerSecond is a rate: "60/s", "6.7/s", "0.02/s".
func PerSecond(x float64) string {
	switch {
	case x >= 9.95:
		return group(strconv.FormatFloat(x, 'f', 0, 64)) + "/s"
	case x >= 0.95:
		return strings.TrimSuffix(strconv.FormatFloat(x, 'f', 1, 64), ".0") + "/s"
	}
	return Significant(x, 2) + "/s"
}

// Rate is a rate as it was set: "40/s", "2.5/s".
func Rate(x float64) string {
	return strconv.FormatFloat(math.Round(x*1e6)/1e6, 'f', -1, 64) + "/s"
}

// Milliseconds is a number of milliseconds as a duration of about two digits: "0 ms",
// "0.4 ms", "2 ms", "6.7 s", "12 min".
func Milliseconds(ms float64) string {
	switch {
	case ms == 0:
		return "0 ms"
	case ms < 0.95:
		return Significant(ms, 1) + " ms"
	case ms < 9.95:
		return strconv.FormatFloat(ms, 'f', 1, 64) + " ms"
	case ms < 999.5:
		return strconv.FormatFloat(ms, 'f', 0, 64) + " ms"
	case ms < 99_950:
		return strconv.FormatFloat(ms/1000, 'f', 1, 64) + " s"
	case ms < 600_000:
		return strconv.FormatFloat(ms/1000, 'f', 0, 64) + " s"
	}
	return strconv.FormatFloat(ms/60_000, 'f', 0, 64) + " min"
}

// Span is a length of time that somebody chose, in seconds: "60 s", "12 h".
func Span(seconds float64) string {
	switch {
	case seconds >= 2*86_400:
		return Significant(seconds/86_400, 3) + " d"
	case seconds >= 2*3_600:
		return Significant(seconds/3_600, 3) + " h"
	case seconds >= 300:
		return Significant(seconds/60, 3) + " min"
	case seconds < 1 && seconds > 0:
		return Significant(seconds*1000, 3) + " ms"
	}
	return Significant(seconds, 3) + " s"
}

// Spans are two lengths of time in one sentence, like Span but in one unit: "2
// min" and "7 min", not "120 s" and "7 min".
func Spans(a, b float64) (string, string) {
	long, short := max(a, b), min(a, b)
	in := func(unit float64, name string) (string, string) {
		return Significant(a/unit, 3) + name, Significant(b/unit, 3) + name
	}
	for _, u := range []struct {
		from, unit float64
		name       string
	}{{2 * 86_400, 86_400, " d"}, {2 * 3_600, 3_600, " h"}, {300, 60, " min"}} {
		if long >= u.from && short > 0 && math.Mod(short, u.unit) == 0 {
			return in(u.unit, u.name)
		}
	}
	if short > 0 && long >= 1 && long < 1000 {
		return in(1, " s")
	}
	return Span(a), Span(b)
}

// Number is a count, in groups of three digits.
func Number(n uint64) string { return group(strconv.FormatUint(n, 10)) }

func group(digits string) string {
	if len(digits) <= 4 {
		return digits
	}
	var b strings.Builder
	for i, c := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// unit is a blank between a number and its unit.
var unit = regexp.MustCompile(`([0-9]) (%|ms|s|min|h|pp|points?)\b|([0-9]) (%)`)

// Unbroken puts no-break spaces between numbers and their units.
func Unbroken(s string) string { return unit.ReplaceAllString(s, "$1$3\u00a0$2$4") }

// Plural is a number with its noun.
func Plural(n uint64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Number(n) + " " + many
}

// Were is the verb that goes with a number of things.
func Were(n uint64) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

// List joins words: "a", "a and b", "a, b and c".
func List(words []string, last string) string {
	switch len(words) {
	case 0:
		return ""
	case 1:
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " " + last + " " + words[len(words)-1]
}

// Some shortens a list of names: of more than four, it keeps three and the
// number of the others.
func Some(names []string) []string {
	if len(names) > 4 {
		return append(names[:3:3], fmt.Sprintf("%d more", len(names)-3))
	}
	return names
}

// Capital is a sentence with its first letter in upper case.
func Capital(s string) string {
	if s == "" {
		return s
	}
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

// Times is a number of repetitions: "1.5", "12".
func Times(x float64) string {
	if x < 9.95 {
		return strings.TrimSuffix(fmt.Sprintf("%.1f", x), ".0")
	}
	return Number(uint64(x + 0.5))
}
