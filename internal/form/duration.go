package form

import (
	"strings"
	"time"

	"tenement/internal/quantity"
)

// Day is the unit d of durations.
const Day = 24 * time.Hour

// Duration is a duration from least to most; most 0 is the longest there is.
func Duration(least, most time.Duration) Form[time.Duration] {
	if most == 0 {
		most = quantity.Longest
	}
	return Form[time.Duration]{
		Read: func(r *Reader, n *Node, path string) time.Duration {
			text, ok := r.Scalar(n, path, quantity.WantDuration)
			if !ok {
				return 0
			}
			d, problem := ParseDuration(text)
			switch {
			case problem != "":
				r.Fail(n, path, "%s", problem)
			case d < least && least == 1:
				r.Fail(n, path, "%s: want more than 0", shown(text))
			case d < least:
				r.Fail(n, path, "%s: want at least %s", shown(text), FormatDuration(least))
			case d > most:
				r.Fail(n, path, "%s: want at most %s", shown(text), FormatDuration(most))
			}
			return d
		},
		Write: func(v time.Duration, _ bool) *Node { return Plain(FormatDuration(v)) },
		Schema: func() *Schema {
			s := &Schema{Type: "string", Pattern: quantity.DurationPattern, name: "duration"}
			if least > 0 {
				return s
			}
			return &Schema{OneOf: []*Schema{s, {Const: 0}}, name: "duration-or-0"}
		},
	}
}

// Seconds is a duration of whole seconds.
func Seconds(least time.Duration) Form[time.Duration] {
	return WholeSeconds(Duration(least, 0))
}

// WholeSeconds restricts a form to whole seconds.
func WholeSeconds(f Form[time.Duration]) Form[time.Duration] {
	read := f.Read
	f.Read = func(r *Reader, n *Node, path string) time.Duration {
		before := len(r.Errs)
		d := read(r, n, path)
		if len(r.Errs) == before && d%time.Second != 0 {
			r.Fail(n, path, "%s: want whole seconds", shown(n.Text))
		}
		return d
	}
	return f
}

// Bound is a duration that bounds something, or none, which is kept as 0.
func Bound() Form[time.Duration] {
	bound := Duration(1, 0)
	f := WordFirst(bound, Word[time.Duration]{"none", 0})
	f.Schema = func() *Schema {
		return &Schema{OneOf: []*Schema{{Const: "none"}, bound.Schema()}, name: "duration-or-none"}
	}
	return f
}

// ParseDuration reads a duration as Go writes it, with d for days in front. It
// says what is wrong, or "".
func ParseDuration(text string) (d time.Duration, problem string) {
	d, wrong := quantity.Duration(text)
	switch wrong {
	case quantity.Negative:
		problem = shown(text) + ": want a duration that is not negative"
	case quantity.NoUnit:
		problem = shown(text) + " has no unit: want " + quantity.WantDuration
	case quantity.Syntax:
		problem = "want " + quantity.WantDuration + ", got " + Plain(text).What()
	case quantity.TooLong:
		problem = shown(text) + ": too long"
	}
	return d, problem
}

// FormatDuration is the shortest form that ParseDuration reads: 1h30m, not
// 1h30m0s, and whole days from two on as days.
func FormatDuration(d time.Duration) string {
	if d >= 2*Day && d%Day == 0 {
		return FormatNumber(float64(d/Day)) + "d"
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
