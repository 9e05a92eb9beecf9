package profiles

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tenement/internal/form"
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
var metrics = []form.Word[Unit]{
	{Name: "failure_rate", Value: UnitRate},
	{Name: "throttled_share", Value: UnitRate},
	{Name: "cached_share", Value: UnitRate},
	{Name: "amplification", Value: UnitNumber},
	{Name: "calls", Value: UnitNumber},
	{Name: "attempts", Value: UnitNumber},
	{Name: "mean", Value: UnitMillis},
	{Name: "p50", Value: UnitMillis},
	{Name: "p90", Value: UnitMillis},
	{Name: "p99", Value: UnitMillis},
	{Name: "p99_9", Value: UnitMillis},
	{Name: "max", Value: UnitMillis},
}

func metricNames() []string {
	names := make([]string, len(metrics))
	for i := range metrics {
		names[i] = metrics[i].Name
	}
	return names
}

// operators are tried in this order: <= before <.
var operators = []string{"<=", ">=", "==", "!=", "<", ">"}

// gateForm is an expression, or a mapping that also names cases.
func gateForm() form.Form[Gate] {
	expression := form.Form[Gate]{Read: readGate, Write: writeExpr, Schema: func() *form.Schema {
		return &form.Schema{Type: "string", Pattern: `^ *[a-z0-9@-]+\.[a-z0-9_]+ *(<=|>=|==|!=|<|>) *[0-9][0-9.a-zµ%]* *$`}
	}}
	keys := form.Object(Gate{}, []form.Key[Gate]{
		{
			Name: "expr", Doc: "TARGET.METRIC OP VALUE, such as batch.failure_rate < 1%.", Required: true,
			Read: func(r *form.Reader, n *form.Node, path string, v *Gate) {
				cases := v.Cases
				*v = readGate(r, n, path)
				v.Cases = cases
			},
			Write:  func(v, _ *Gate, full bool) *form.Node { return writeExpr(*v, full) },
			Schema: expression.Schema,
		},
		form.Field("cases", "The cases that it judges; all of them if left out.",
			form.List(form.Line(form.LongestName), 1), func(v *Gate) *[]string { return &v.Cases }),
	}, nil)
	return form.Form[Gate]{
		Read: func(r *form.Reader, n *form.Node, path string) Gate {
			if n.Kind == form.Mapping {
				return keys.Read(r, n, path)
			}
			return readGate(r, n, path)
		},
		Write: func(v Gate, full bool) *form.Node {
			if len(v.Cases) == 0 {
				return writeExpr(v, full)
			}
			return keys.Write(v, full)
		},
		Schema: func() *form.Schema { return &form.Schema{OneOf: []*form.Schema{expression.Schema(), keys.Schema()}} },
	}
}

func writeExpr(v Gate, _ bool) *form.Node { return form.Quote(v.Expr) }

// readGate reads an expression. Whether its target exists is checked when all
// groups are known.
func readGate(r *form.Reader, n *form.Node, path string) Gate {
	const want = "TARGET.METRIC OP VALUE, such as batch.failure_rate < 1%"
	text, ok := r.Scalar(n, path, want)
	if !ok {
		return Gate{}
	}
	g := Gate{Expr: strings.TrimSpace(text)}
	opAt := strings.IndexAny(text, "<>=!")
	if opAt < 0 {
		r.Fail(n, path, "there is no operator: want %s", want)
		return g
	}
	for _, op := range operators {
		if g.Op == "" && strings.HasPrefix(text[opAt:], op) {
			g.Op = op
		}
	}
	if g.Op == "" {
		r.FailIn(n, opAt, path, fmt.Sprintf("unknown operator: want %s", form.Enumerate(operators, "or")))
		return g
	}
	left, right := text[:opAt], text[opAt+len(g.Op):]
	g.targetAt = len(left) - len(strings.TrimLeft(left, " "))
	target, metric, ok := strings.Cut(strings.TrimSpace(left), ".")
	if !ok {
		r.FailIn(n, g.targetAt, path, "there is no metric: want "+want)
		return g
	}
	g.Target, g.Metric = target, metric
	metricAt := g.targetAt + len(target) + 1
	i := slices.IndexFunc(metrics, func(m form.Word[Unit]) bool { return m.Name == metric })
	if i < 0 {
		r.FailIn(n, metricAt, path, fmt.Sprintf("unknown metric %q%s", metric, form.Hint(metric, metricNames())))
		return g
	}
	g.Unit = metrics[i].Value
	valueAt := len(text) - len(strings.TrimLeft(right, " "))
	g.readValue(r, n, path, valueAt, strings.TrimSpace(right))
	return g
}

// readValue reads what the metric is compared with, in the metric's unit.
func (g *Gate) readValue(r *form.Reader, n *form.Node, path string, at int, value string) {
	var want string
	switch g.Unit {
	case UnitRate:
		if v, ok := form.ParseFraction(value); ok && v >= 0 && v <= 1 {
			g.Value = v
			return
		}
		want = "a fraction from 0 to 1, such as 1% or 0.01"
	case UnitNumber:
		if v, ok := form.ParseNumber(value); ok && v >= 0 {
			g.Value = v
			return
		}
		want = "a number, 0 or more"
	case UnitMillis:
		d, problem := form.ParseDuration(value)
		if problem == "" {
			g.Value = float64(d) / float64(time.Millisecond)
			return
		}
		want = form.WantDuration
	}
	r.FailIn(n, at, path, fmt.Sprintf("%s is compared with %s, got %s", g.Metric, want, form.Plain(value).What()))
}

// checkGates checks that targets and cases exist.
func (v *document) checkGates(r *form.Reader, n *form.Node) {
	targets := append(v.groupNames(), endpointTarget)
	cases := v.caseNames()
	for i, g := range v.Gates {
		item := n.Item("gates", i)
		path := fmt.Sprintf("gates[%d]", i)
		expr := item
		if e := item.Get("expr"); e != nil {
			expr = e
		}
		if g.Target != "" && !slices.Contains(targets, g.Target) {
			r.FailIn(expr, g.targetAt, path, fmt.Sprintf("unknown target %q%s", g.Target, form.Hint(g.Target, targets)))
		}
		for j, name := range g.Cases {
			if name != "" && !slices.Contains(cases, name) {
				r.Fail(item.Get("cases").Items[j], fmt.Sprintf("%s.cases[%d]", path, j), "unknown case %q%s", name, form.Hint(name, cases))
			}
		}
	}
}
