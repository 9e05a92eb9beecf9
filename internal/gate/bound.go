package gate

import (
	"fmt"
	"strings"
	"time"

	"tenement/internal/quantity"
	"tenement/internal/words"
)

// The words of a bound that is a multiple of another figure.
const (
	baselineWord = "baseline"
	caseWord     = "case"
)

// mostFactor bounds the factor of a bound.
const mostFactor = 1e6

// parseBound reads a bound: a value of the metric, or [FACTOR *] baseline, or [FACTOR *]
// case NAME, whose name runs to the end. The error's place counts from the start of the
// text.
func (g *Gate) parseBound(metric Metric, text string) *SyntaxError {
	bound := strings.TrimSpace(text)
	at := len(text) - len(strings.TrimLeft(text, " "))
	relative := Relative{Factor: 1}
	of := bound
	if before, after, multiplied := strings.Cut(bound, "*"); multiplied && !named(bound) {
		factor, ok := quantity.Number(strings.TrimSpace(before))
		if !ok || factor <= 0 || factor > mostFactor {
			if named(strings.TrimSpace(after)) {
				return &SyntaxError{At: at, Message: fmt.Sprintf("want a factor above 0 and up to %.0f, such as 1.05, got %q", mostFactor, strings.TrimSpace(before))}
			}
			return metric.wrongBound(at, bound)
		}
		of = strings.TrimSpace(after)
		at += len(bound) - len(of)
		if !named(of) {
			return &SyntaxError{At: at, Message: fmt.Sprintf("want baseline, or case and its name, after the factor, got %s", quoted(of))}
		}
		relative.Factor = factor
	}
	switch {
	case of == baselineWord:
		g.Relative = &relative
		return nil
	case named(of) && strings.HasPrefix(of, caseWord):
		if relative.Case = strings.TrimSpace(of[len(caseWord):]); relative.Case == "" {
			return &SyntaxError{At: at, Message: "want the name of a case after case"}
		}
		g.Relative = &relative
		return nil
	}
	v, ok := metric.Unit.parse(bound)
	if !ok {
		return metric.wrongBound(at, bound)
	}
	g.Value = v
	return nil
}

// named reports whether a text names another figure.
func named(text string) bool {
	return text == baselineWord || text == caseWord || strings.HasPrefix(text, caseWord+" ")
}

// wrongBound is the error of a bound that is none.
func (m Metric) wrongBound(at int, got string) *SyntaxError {
	return &SyntaxError{
		At:      at,
		Message: fmt.Sprintf("%s is compared with %s, or with [FACTOR *] baseline or [FACTOR *] case NAME, got %s", m.Name, m.Unit.want(), quoted(got)),
	}
}

// quoted is what was read in an error.
func quoted(text string) string {
	if text == "" {
		return "nothing"
	}
	return fmt.Sprintf("%q", words.Middle(text, 60))
}

// parse reads a value of the unit.
func (u Unit) parse(text string) (float64, bool) {
	switch u {
	case Fraction:
		v, ok := quantity.Fraction(text)
		return v, ok && v >= 0 && v <= 1
	case Milliseconds:
		d, problem := quantity.Duration(text)
		return float64(d) / float64(time.Millisecond), problem == quantity.None
	}
	v, ok := quantity.Number(text)
	return v, ok && v >= 0 && v <= mostNumber
}

// want says what a value of the unit looks like.
func (u Unit) want() string {
	switch u {
	case Fraction:
		return "a fraction from 0 to 1, such as 1% or 0.01"
	case Milliseconds:
		return quantity.WantDuration
	}
	return "a number, 0 to 1e15"
}

// mostNumber bounds what a number is compared with: reports count no further.
const mostNumber = 1e15
