// Package gate defines gates, which are conditions on the figures of a run,
// such as batch.failure_rate < 1%: their grammar, and the table of the metrics
// that they judge. It has no figures; reports look them up and judge.
package gate

import (
	"fmt"
	"strings"
	"time"

	"tenement/internal/quantity"
	"tenement/internal/words"
)

// Gate is a condition on a run: TARGET.METRIC OP VALUE.
type Gate struct {
	Expr   string   // as written
	Target string   // a group, or Endpoint
	Metric string   // one of Metrics
	Op     string   // < <= > >= == !=
	Value  float64  // in the metric's unit
	Cases  []string // the cases that it judges; nil is every case
}

// Endpoint is the target that stands for all groups together.
const Endpoint = "endpoint"

// Want says what an expression looks like, for errors.
const Want = "TARGET.METRIC OP VALUE, such as batch.failure_rate < 1%"

// Pattern is the regular expression of a gate, for schemas.
const Pattern = `^ *[a-z0-9@-]+\.[a-z0-9_]+ *(<=|>=|==|!=|<|>) *[0-9][0-9.a-zµ%]* *$`

// operator compares a figure with a gate's value.
type operator struct {
	name  string
	holds func(figure, bound float64) bool
}

// operators are tried in this order: <= before <.
var operators = []operator{
	{"<=", func(x, y float64) bool { return x <= y }},
	{">=", func(x, y float64) bool { return x >= y }},
	{"==", func(x, y float64) bool { return x == y }},
	{"!=", func(x, y float64) bool { return x != y }},
	{"<", func(x, y float64) bool { return x < y }},
	{">", func(x, y float64) bool { return x > y }},
}

// Holds reports whether a figure meets the gate. An unknown operator is an
// error.
func (g *Gate) Holds(figure float64) (bool, error) {
	for _, op := range operators {
		if op.name == g.Op {
			return op.holds(figure, g.Value), nil
		}
	}
	return false, fmt.Errorf("unknown operator %q", g.Op)
}

// SyntaxError is what is wrong with an expression, and where.
type SyntaxError struct {
	At      int // in bytes; -1 is the expression as a whole
	Message string
	Unknown string // the unknown metric, if that is the mistake
}

// Error implements error.
func (e *SyntaxError) Error() string { return e.Message }

// Parse reads an expression. The caller checks that its target exists. With an
// error, the gate holds what was read before the mistake.
func Parse(text string) (Gate, *SyntaxError) {
	g := Gate{Expr: strings.TrimSpace(text)}
	opAt := strings.IndexAny(text, "<>=!")
	if opAt < 0 {
		return g, &SyntaxError{At: -1, Message: "there is no operator: want " + Want}
	}
	for _, op := range operators {
		if g.Op == "" && strings.HasPrefix(text[opAt:], op.name) {
			g.Op = op.name
		}
	}
	if g.Op == "" {
		names := make([]string, len(operators))
		for i, op := range operators {
			names[i] = op.name
		}
		return g, &SyntaxError{At: opAt, Message: "unknown operator: want " + words.List(names, "or")}
	}
	left, right := text[:opAt], text[opAt+len(g.Op):]
	at := TargetAt(left)
	target, name, ok := strings.Cut(strings.TrimSpace(left), ".")
	if !ok {
		return g, &SyntaxError{At: at, Message: "there is no metric: want " + Want}
	}
	g.Target, g.Metric = target, name
	metric, known := MetricOf(name)
	if !known {
		return g, &SyntaxError{At: at + len(target) + 1, Message: fmt.Sprintf("unknown metric %q", name), Unknown: name}
	}
	value := strings.TrimSpace(right)
	v, ok := metric.Unit.parse(value)
	if !ok {
		got := "nothing"
		if value != "" {
			got = fmt.Sprintf("%q", value)
		}
		return g, &SyntaxError{
			At:      len(text) - len(strings.TrimLeft(right, " ")),
			Message: fmt.Sprintf("%s is compared with %s, got %s", name, metric.Unit.want(), got),
		}
	}
	g.Value = v
	return g, nil
}

// TargetAt is where the target stands in an expression, in bytes.
func TargetAt(text string) int { return len(text) - len(strings.TrimLeft(text, " ")) }

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
