package profiles

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Gate is a condition on the figures of a run.
type Gate struct {
	Expr   string  // as written
	Target string  // a group, or "endpoint"
	Metric string  // such as failure_rate
	Op     string  // < <= > >= == !=
	Value  float64 // in Unit
	Unit   Unit
	Cases  []string // the cases that it judges; none is every case

	targetAt int // where it stands in the text, in bytes
}

// Unit is what a gate's value counts.
type Unit string

// The units of gates.
const (
	UnitRate   Unit = "rate"   // a fraction, 0..1
	UnitMillis Unit = "ms"     // milliseconds
	UnitNumber Unit = "number" // a number as such
)

// endpointTarget is the target of a gate that is no group.
const endpointTarget = "endpoint"

// metrics are the figures that gates can judge, under their names in reports.
var metrics = []word[Unit]{
	{"failure_rate", UnitRate},
	{"throttled_share", UnitRate},
	{"cached_share", UnitRate},
	{"amplification", UnitNumber},
	{"calls", UnitNumber},
	{"attempts", UnitNumber},
	{"mean", UnitMillis},
	{"p50", UnitMillis},
	{"p90", UnitMillis},
	{"p99", UnitMillis},
	{"p99_9", UnitMillis},
	{"max", UnitMillis},
}

func metricNames() []string {
	names := make([]string, len(metrics))
	for i := range metrics {
		names[i] = metrics[i].name
	}
	return names
}

// operators are tried in this order: <= before <.
var operators = []string{"<=", ">=", "==", "!=", "<", ">"}

// gateForm is an expression, or a mapping that also names cases.
func gateForm() form[Gate] {
	expression := form[Gate]{read: readGate, write: writeExpr, schema: func() *schema {
		return &schema{Type: "string", Pattern: `^ *[a-z0-9@-]+\.[a-z0-9_]+ *(<=|>=|==|!=|<|>) *[0-9][0-9.a-zµ%]* *$`}
	}}
	keys := object(Gate{}, []key[Gate]{
		{
			name: "expr", doc: "TARGET.METRIC OP VALUE, such as batch.failure_rate < 1%.", required: true,
			read: func(r *reader, n *node, path string, v *Gate) {
				cases := v.Cases
				*v = readGate(r, n, path)
				v.Cases = cases
			},
			write:  func(v, _ *Gate, full bool) *node { return writeExpr(*v, full) },
			schema: expression.schema,
		},
		field("cases", "The cases that it judges; all of them if left out.",
			listOf(lineForm(longestName), 1), func(v *Gate) *[]string { return &v.Cases }),
	}, nil)
	return form[Gate]{
		read: func(r *reader, n *node, path string) Gate {
			if n.kind == mapping {
				return keys.read(r, n, path)
			}
			return readGate(r, n, path)
		},
		write: func(v Gate, full bool) *node {
			if len(v.Cases) == 0 {
				return writeExpr(v, full)
			}
			return keys.write(v, full)
		},
		schema: func() *schema { return &schema{OneOf: []*schema{expression.schema(), keys.schema()}} },
	}
}

func writeExpr(v Gate, _ bool) *node { return quote(v.Expr) }

// readGate reads an expression. Whether its target exists is checked when all
// groups are known.
func readGate(r *reader, n *node, path string) Gate {
	const want = "TARGET.METRIC OP VALUE, such as batch.failure_rate < 1%"
	text, ok := r.scalarText(n, path, want)
	if !ok {
		return Gate{}
	}
	g := Gate{Expr: strings.TrimSpace(text)}
	opAt := strings.IndexAny(text, "<>=!")
	if opAt < 0 {
		r.fail(n, path, "there is no operator: want %s", want)
		return g
	}
	for _, op := range operators {
		if g.Op == "" && strings.HasPrefix(text[opAt:], op) {
			g.Op = op
		}
	}
	if g.Op == "" {
		r.failIn(n, opAt, path, fmt.Sprintf("unknown operator: want %s", list(operators, "or")))
		return g
	}
	left, right := text[:opAt], text[opAt+len(g.Op):]
	g.targetAt = len(left) - len(strings.TrimLeft(left, " "))
	target, metric, ok := strings.Cut(strings.TrimSpace(left), ".")
	if !ok {
		r.failIn(n, g.targetAt, path, "there is no metric: want "+want)
		return g
	}
	g.Target, g.Metric = target, metric
	metricAt := g.targetAt + len(target) + 1
	i := slices.IndexFunc(metrics, func(m word[Unit]) bool { return m.name == metric })
	if i < 0 {
		r.failIn(n, metricAt, path, fmt.Sprintf("unknown metric %q%s", metric, hint(metric, metricNames())))
		return g
	}
	g.Unit = metrics[i].value
	valueAt := len(text) - len(strings.TrimLeft(right, " "))
	g.readValue(r, n, path, valueAt, strings.TrimSpace(right))
	return g
}

// readValue reads what the metric is compared with, in the metric's unit.
func (g *Gate) readValue(r *reader, n *node, path string, at int, value string) {
	var want string
	switch g.Unit {
	case UnitRate:
		if v, ok := parseFraction(value); ok && v >= 0 && v <= 1 {
			g.Value = v
			return
		}
		want = "a fraction from 0 to 1, such as 1% or 0.01"
	case UnitNumber:
		if v, ok := parseNumber(value); ok && v >= 0 {
			g.Value = v
			return
		}
		want = "a number, 0 or more"
	case UnitMillis:
		d, problem := parseDuration(value)
		if problem == "" {
			g.Value = float64(d) / float64(time.Millisecond)
			return
		}
		want = wantDuration
	}
	r.failIn(n, at, path, fmt.Sprintf("%s is compared with %s, got %s", g.Metric, want, plain(value).what()))
}

// failIn notes what is wrong at a byte of a scalar's text.
func (r *reader) failIn(n *node, at int, path, message string) {
	col := n.col
	if n.line >= 1 && n.line <= len(n.src.lines) {
		// Only where the text stands as it is on one line is the place known.
		line := []rune(n.src.lines[n.line-1])
		before := len([]rune(n.text[:at]))
		for _, mark := range []int{0, 1} {
			start := n.col - 1 + mark
			if start >= 0 && start <= len(line) && strings.HasPrefix(string(line[start:]), n.text) {
				col = start + 1 + before
				break
			}
		}
	}
	r.failAt(n, n.line, col, path, message)
}

// checkGates checks that targets and cases exist.
func (v *document) checkGates(r *reader, n *node) {
	targets := append(v.groupNames(), endpointTarget)
	cases := v.caseNames()
	for i, g := range v.Gates {
		item := n.item("gates", i)
		path := fmt.Sprintf("gates[%d]", i)
		expr := item
		if e := item.get("expr"); e != nil {
			expr = e
		}
		if g.Target != "" && !slices.Contains(targets, g.Target) {
			r.failIn(expr, g.targetAt, path, fmt.Sprintf("unknown target %q%s", g.Target, hint(g.Target, targets)))
		}
		for j, name := range g.Cases {
			if name != "" && !slices.Contains(cases, name) {
				r.fail(item.get("cases").items[j], fmt.Sprintf("%s.cases[%d]", path, j), "unknown case %q%s", name, hint(name, cases))
			}
		}
	}
}
