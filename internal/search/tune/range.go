package tune

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"tenement/internal/form"
)

// mostInRange is how many values a range without a step has.
const mostInRange = 24

// errRange is what a range looks like.
var errRange = errors.New("want LO..HI or LO..HI/STEP, such as 2..20, 100ms..10s or 0..0.8/0.1")

// rangeOf are the values of a range. Without a step, whole numbers step by 1 if they are
// few; others, and durations, are spread by factors.
func rangeOf(text string) ([]string, error) {
	bounds, step, stepped := strings.Cut(text, "/")
	low, high, ok := strings.Cut(bounds, "..")
	if !ok {
		return nil, errRange
	}
	unit := func(s string) string { return strings.TrimLeft(s, "0123456789.") }
	inTime := unit(low) != "" || unit(high) != ""
	parse := func(s string) (float64, error) {
		if inTime {
			d, problem := form.ParseDuration(s)
			if problem != "" {
				return 0, fmt.Errorf("%q: %s", s, problem)
			}
			return float64(d), nil
		}
		x, err := strconv.ParseFloat(s, 64)
		if err != nil || math.IsInf(x, 0) || math.IsNaN(x) {
			return 0, errRange
		}
		return x, nil
	}
	a, err := parse(low)
	if err != nil {
		return nil, err
	}
	b, err := parse(high)
	if err != nil {
		return nil, err
	}
	if a >= b {
		return nil, fmt.Errorf("%s is not below %s", low, high)
	}
	by := 0.0
	if stepped {
		if by, err = parse(step); err != nil || by <= 0 {
			return nil, errRange
		}
	} else if !inTime && a == math.Trunc(a) && b == math.Trunc(b) && b-a < mostInRange {
		by = 1
	}
	var values []float64
	switch {
	case by > 0 && (b-a)/by >= mostValues:
		return nil, fmt.Errorf("has more than %d values: want a larger step", mostValues)
	case by > 0:
		for i := 0; a+float64(i)*by <= b+by*1e-9; i++ {
			values = append(values, a+float64(i)*by)
		}
	default:
		least := a
		if least <= 0 {
			least = b / 1000
			values = append(values, a)
		}
		for i := range mostInRange / 2 {
			values = append(values, least*math.Pow(b/least, float64(i)/float64(mostInRange/2-1)))
		}
	}
	return textsOf(values, inTime, !inTime && a == math.Trunc(a) && b == math.Trunc(b) && (by == 0 || by == math.Trunc(by))), nil
}

// textsOf are values as text, each once: two digits of durations and of others.
func textsOf(values []float64, inTime, whole bool) []string {
	var out []string
	for _, x := range values {
		var text string
		switch {
		case inTime:
			text = form.FormatDuration(time.Duration(digits(x, 2)))
		case whole:
			text = strconv.FormatInt(int64(math.Round(x)), 10)
		default:
			text = form.FormatNumber(digits(x, 3))
		}
		if len(out) == 0 || out[len(out)-1] != text {
			out = append(out, text)
		}
	}
	return out
}

// digits rounds to so many significant digits.
func digits(x float64, n int) float64 {
	if x == 0 {
		return 0
	}
	scale := math.Pow(10, float64(n-1)-math.Floor(math.Log10(math.Abs(x))))
	if scale >= 1 {
		return math.Round(x*scale) / scale
	}
	return math.Round(x*scale) * math.Round(1/scale)
}

// growing reports whether values are numbers, or durations, each larger than the one
// before.
func growing(values []writtenValue) bool {
	last := math.Inf(-1)
	for _, v := range values {
		x, err := strconv.ParseFloat(v.text, 64)
		if err != nil {
			d, problem := form.ParseDuration(v.text)
			if problem != "" {
				return false
			}
			x = float64(d)
		}
		if x <= last {
			return false
		}
		last = x
	}
	return len(values) > 1
}
