package gate

import (
	"math"
	"strconv"
	"strings"

	"tenement/internal/words"
)

// Text is a figure in the unit.
func (u Unit) Text(x float64) string {
	text, _ := u.Apart(x, x)
	return text
}

// Apart is a figure and a bound in the unit, with as many digits as it takes to tell
// them apart: 1.02 % and 1 %, not 1.0 % and 1.0 %.
func (u Unit) Apart(figure, bound float64) (string, string) {
	for more := 0; ; more++ {
		a, b := u.digits(figure, bound, more)
		if a != b || figure == bound || more == mostDigits {
			return a, b
		}
	}
}

// mostDigits is how many digits more than usual can be needed: figures have twelve
// decimals.
const mostDigits = 15

// digits is a figure and a bound with some digits more than usual.
func (u Unit) digits(figure, bound float64, more int) (string, string) {
	switch u {
	case Fraction:
		return percent(figure, more), percent(bound, more)
	case Milliseconds:
		if more == 0 {
			return words.Milliseconds(figure), words.Milliseconds(bound)
		}
		unit, name := 1.0, " ms"
		switch most := max(figure, bound); {
		case most >= 600_000:
			unit, name = 60_000, " min"
		case most >= 999.5:
			unit, name = 1000, " s"
		}
		return words.Significant(figure/unit, 2+more) + name, words.Significant(bound/unit, 2+more) + name
	}
	return words.Significant(figure, 4+more), words.Significant(bound, 4+more)
}

// percent is a share with one decimal, or with one digit where that would be 0, and
// some decimals more. Zeros at the end are left out.
func percent(x float64, more int) string {
	p, decimals := x*100, 1
	if p > 0 && p < 0.095 {
		decimals = int(math.Ceil(-math.Log10(p)))
	}
	decimals = min(decimals+more, mostDigits)
	text := strconv.FormatFloat(p, 'f', decimals, 64)
	for ; p < 100 && strings.HasPrefix(text, "100") && decimals < mostDigits; decimals++ { // not all
		text = strconv.FormatFloat(p, 'f', decimals+1, 64)
	}
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text + " %"
}

// Margin is how far a figure is from a bound, with the word for the side: "0.8 points
// above", "1.9 s below". It is empty if they are equal.
func (u Unit) Margin(figure, bound float64) string {
	side, off := " above", figure-bound
	if off < 0 {
		side, off = " below", -off
	}
	switch {
	case off == 0:
		return ""
	case u == Fraction:
		text := words.Significant(off*100, 3)
		if text == "1" {
			return "1 point" + side
		}
		return text + " points" + side
	case u == Milliseconds:
		return words.Milliseconds(off) + side
	}
	return words.Significant(off, 3) + side
}
