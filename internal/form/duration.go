package form

import (
	"regexp"
	"strings"
	"time"
)

// Day is the unit d of durations.
const Day = 24 * time.Hour

// longestDuration bounds every duration, so that sums of a few of them cannot
// overflow: ten years.
const longestDuration = 10 * 366 * Day

// WantDuration says in errors what a duration looks like.
const WantDuration = "a duration such as 50ms, 2s, 6h or 1d"

// Duration is a duration from least to most; most 0 is longestDuration.
func Duration(least, most time.Duration) Form[time.Duration] {
	if most == 0 {
		most = longestDuration
	}
	return Form[time.Duration]{
		Read: func(r *Reader, n *Node, path string) time.Duration {
			text, ok := r.Scalar(n, path, WantDuration)
			if !ok {
				return 0
			}
			d, problem := ParseDuration(text)
			switch {
			case problem != "":
				r.Fail(n, path, "%s", problem)
			case d < least && least == 1:
				r.Fail(n, path, "%s: want more than 0", text)
			case d < least:
				r.Fail(n, path, "%s: want at least %s", text, FormatDuration(least))
			case d > most:
				r.Fail(n, path, "%s: want at most %s", text, FormatDuration(most))
			}
			return d
		},
		Write: func(v time.Duration, _ bool) *Node { return Plain(FormatDuration(v)) },
		Schema: func() *Schema {
			s := &Schema{Type: "string", Pattern: DurationPattern, name: "duration"}
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
			r.Fail(n, path, "%s: want whole seconds", n.Text)
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

// DurationPattern is what a duration matches.
const DurationPattern = `^([0-9]+(\.[0-9]*)?d)?([0-9]+(\.[0-9]*)?(ns|us|µs|ms|s|m|h))*$`

// BareNumber is a number without a unit.
var BareNumber = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?$`)

var durationSyntax = regexp.MustCompile(DurationPattern)

// ParseDuration reads a duration as Go writes it, with d for days in front. It
// says what is wrong, or "".
func ParseDuration(text string) (d time.Duration, problem string) {
	switch {
	case text == "0":
		return 0, ""
	case strings.HasPrefix(text, "-"):
		return 0, text + ": want a duration that is not negative"
	case BareNumber.MatchString(text):
		return 0, text + " has no unit: want " + WantDuration
	case text == "" || !durationSyntax.MatchString(text):
		return 0, "want " + WantDuration + ", got " + Plain(text).What()
	}
	rest := text
	if days, after, ok := strings.Cut(text, "d"); ok {
		hours, err := time.ParseDuration(days + "h")
		if err != nil || hours > longestDuration/24 {
			return 0, text + ": too long"
		}
		d, rest = 24*hours, after
	}
	if rest != "" {
		part, err := time.ParseDuration(rest)
		if err != nil || part > longestDuration {
			return 0, text + ": too long"
		}
		d += part
	}
	if d > longestDuration {
		return 0, text + ": too long"
	}
	return d, ""
}

// FormatDuration is the shortest form that parseDuration reads: 1h30m, not
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
