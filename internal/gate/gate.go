// Package gate defines gates, which are conditions on the figures of a run,
// such as batch.failure_rate < 1%: their grammar, and the table of the metrics
// that they judge. It has no figures; reports look them up and judge.
package gate

import (
	"fmt"
	"slices"
	"strings"

	"tenement/internal/words"
)

// Gate is a condition on a run: TARGET.METRIC OP BOUND. The bound is a value, or a
// multiple of the same figure elsewhere.
type Gate struct {
	Expr     string    // as written
	Target   string    // a group, or Endpoint
	Metric   string    // one of Metrics
	Op       string    // < <= > >= == !=
	Value    float64   // the bound, in the metric's unit; 0 if it is Relative
	Relative *Relative // nil if the bound is a value
	Cases    []string  // the cases that it judges; nil is every case
	AbortOn  bool      // the run ends as soon as nothing that may still come can meet it
}

// Relative is a bound that is a multiple of the same metric of the same target
// elsewhere.
type Relative struct {
	Factor float64 // above 0
	Case   string  // the case of the run in which it stands; empty is the baseline
}

// Judges reports whether the gate judges a case. A case is not compared with itself.
func (g *Gate) Judges(name string) bool {
	if g.Relative != nil && g.Relative.Case == name {
		return false
	}
	return len(g.Cases) == 0 || slices.Contains(g.Cases, name)
}

// CaseNames are the cases that the gate names: the one that its bound stands in, and
// those that it judges.
func (g *Gate) CaseNames() []string {
	if g.Relative == nil || g.Relative.Case == "" {
		return g.Cases
	}
	return append([]string{g.Relative.Case}, g.Cases...)
}

// Endpoint is the target that stands for all groups together.
const Endpoint = "endpoint"

// Want says what an expression looks like, for errors.
const Want = "TARGET.METRIC OP BOUND, such as batch.failure_rate < 1%"

// Pattern is the regular expression of a gate, for schemas.
const Pattern = `^ *[a-z0-9@-]+\.[a-z0-9_]+ *(<=|>=|==|!=|<|>) *` +
	`([0-9][0-9.a-zµ%]*|([0-9][0-9.]* *\* *)?(baseline|case +[^ ].*)) *$`

// SyntaxError is what is wrong with an expression, and where.
type SyntaxError struct {
	At      int // in bytes; -1 is the expression as a whole
	Message string
	Unknown string // the unknown metric, if that is the mistake
}

// Error implements error. Of an unknown metric it names all that there are.
func (e *SyntaxError) Error() string {
	if e.Unknown == "" {
		return e.Message
	}
	return e.Message + ": want " + words.List(Names(), "or")
}

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
	if wrong := g.parseBound(metric, right); wrong != nil {
		wrong.At += len(text) - len(right)
		return g, wrong
	}
	return g, nil
}

// TargetAt is where the target stands in an expression, in bytes.
func TargetAt(text string) int { return len(text) - len(strings.TrimLeft(text, " ")) }
