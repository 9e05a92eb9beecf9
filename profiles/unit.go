package profiles

import (
	"math"
	"regexp"
	"strings"
	"time"

	"tenement/internal/quantity"
	"tenement/internal/throttle"
)

// duration is short for the forms, which name it once for each field.
type duration = time.Duration

const (
	day = 24 * time.Hour
	// longest bounds every duration of a profile, so that sums of a few of
	// them cannot overflow.
	longest = quantity.Longest
)

const wantDuration = quantity.WantDuration

// durationForm is a duration from least to most; most 0 is the longest that a
// profile can have.
func durationForm(least, most time.Duration) form[time.Duration] {
	if most == 0 {
		most = longest
	}
	return form[time.Duration]{
		read: func(r *reader, n *node, path string) time.Duration {
			text, ok := r.scalarText(n, path, wantDuration)
			if !ok {
				return 0
			}
			d, problem := parseDuration(text)
			switch {
			case problem != "":
				r.fail(n, path, "%s", problem)
			case d < least && least == 1:
				r.fail(n, path, "%s: want more than 0", text)
			case d < least:
				r.fail(n, path, "%s: want at least %s", text, formatDuration(least))
			case d > most:
				r.fail(n, path, "%s: want at most %s", text, formatDuration(most))
			}
			return d
		},
		write: func(v time.Duration, _ bool) *node { return plain(formatDuration(v)) },
		schema: func() *schema {
			s := &schema{Type: "string", Pattern: durationPattern}
			if least > 0 {
				return s
			}
			return &schema{OneOf: []*schema{s, {Const: 0}}}
		},
	}
}

// secondsForm is a duration of whole seconds.
func secondsForm(least time.Duration) form[time.Duration] {
	return wholeSeconds(durationForm(least, 0))
}

// wholeSeconds restricts a form to whole seconds.
func wholeSeconds(f form[time.Duration]) form[time.Duration] {
	read := f.read
	f.read = func(r *reader, n *node, path string) time.Duration {
		before := len(r.errs)
		d := read(r, n, path)
		if len(r.errs) == before && d%time.Second != 0 {
			r.fail(n, path, "%s: want whole seconds", n.text)
		}
		return d
	}
	return f
}

// boundForm is a duration that bounds something, or none, which is kept as 0.
func boundForm() form[time.Duration] {
	bound := durationForm(1, 0)
	f := wordFirst(bound, word[time.Duration]{"none", 0})
	f.schema = func() *schema { return &schema{OneOf: []*schema{{Const: "none"}, bound.schema()}} }
	return f
}

const durationPattern = quantity.DurationPattern

var bareNumber = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?$`)

// parseDuration reads a duration as Go writes it, with d for days in front. It
// says what is wrong, or "".
func parseDuration(text string) (d time.Duration, problem string) {
	d, wrong := quantity.Duration(text)
	switch wrong {
	case quantity.Negative:
		problem = text + ": want a duration that is not negative"
	case quantity.NoUnit:
		problem = text + " has no unit: want " + wantDuration
	case quantity.Syntax:
		problem = "want " + wantDuration + ", got " + plain(text).what()
	case quantity.TooLong:
		problem = text + ": too long"
	}
	return d, problem
}

// formatDuration is the shortest form that parseDuration reads: 1h30m, not
// 1h30m0s, and whole days from two on as days.
func formatDuration(d time.Duration) string {
	if d >= 2*day && d%day == 0 {
		return formatNumber(float64(d/day)) + "d"
	}
	text := strings.Replace(d.String(), "µ", "u", 1)
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// rateForm is a number per second, minute or hour, at most so many a second.
// With zero, 0 is a rate too.
func rateForm(most float64, zero bool) form[throttle.Rate] {
	return form[throttle.Rate]{
		read: func(r *reader, n *node, path string) throttle.Rate {
			const want = "a rate such as 40/s, 2.5/s or 30/m"
			text, ok := r.scalarText(n, path, want)
			if !ok {
				return throttle.Rate{}
			}
			if zero && zeroRate.MatchString(text) {
				return throttle.Rate{Seconds: 1}
			}
			if bareNumber.MatchString(text) {
				r.fail(n, path, "%s has no unit: want %s", text, want)
				return throttle.Rate{}
			}
			rate, err := throttle.ParseRate(text)
			switch {
			case err != nil:
				r.fail(n, path, "%v", err)
			case rate.PerSecond() > most:
				r.fail(n, path, "%s: want at most %s/s", text, formatNumber(most))
			}
			return rate
		},
		write: func(v throttle.Rate, _ bool) *node { return plain(v.String()) },
		schema: func() *schema {
			s := &schema{Type: "string", Pattern: `^[0-9]{1,9}(\.[0-9]{1,6})?/[smh]$`}
			if zero {
				return &schema{OneOf: []*schema{s, {Const: 0}}}
			}
			return s
		},
	}
}

var zeroRate = regexp.MustCompile(`^0+(\.0+)?(/[smh])?$`)

// noLimit is the bound of rateForm for rates that may be as high as a profile
// can write them.
const noLimit = math.MaxFloat64
